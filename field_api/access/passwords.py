"""Passwords: hashed with argon2id as RFC 9106 describes, with the cost that OWASP gives for 19 MiB."""

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from field_api import clock
from field_api.access.models import Password
from field_api.errors import Clash
from field_api.store.engine import AnySession

SHORTEST, LONGEST = 12, 200

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

# Held against what is typed for an unknown e-mail, so that it takes the same time as a wrong password. Written down,
# because making it costs every start; a test holds it to today's cost.
_NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$0RfgUkiOFNz/XnBRK6Q1eA$O7ogXovOxkFMr0R2mEJ1sbmsPSFeKYHoLOXBnE6WcEM"


def matches(stored: str | None, typed: str) -> bool:
    """Whether a typed password is the stored one; takes as long whether there is one or not.

    Call it outside of any transaction: it takes tens of milliseconds of a core and 19 MiB.
    """
    try:
        _hasher.verify(stored or _NOBODYS, typed)
    except VerifyMismatchError:
        return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with another cost than today's."""
    return _hasher.check_needs_rehash(stored)


def hash_password(typed: str, about: tuple[str, ...] = ()) -> str:
    """The hash to keep. Raises Clash for a password that would be guessed; `about` are the user's e-mail and name."""
    lowered = typed.lower()
    if len(set(lowered)) < 5 or any(word and lowered in (word.lower(), word.lower() * 2) for word in about):
        raise Clash("The password is too easy to guess: it repeats a few signs, or the e-mail or name.")
    return _hasher.hash(typed)


def keep(session: AnySession, user_id: str, hashed: str) -> None:
    """Store the hash as the user's password from now on."""
    kept = session.get(Password, user_id, with_for_update=True)
    if kept is None:
        session.add(Password(user_id=user_id, hash=hashed, changed_at=clock.now()))
    else:
        kept.hash, kept.changed_at = hashed, clock.now()
