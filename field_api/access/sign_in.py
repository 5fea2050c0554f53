"""Signing in with e-mail and password."""

from dataclasses import dataclass

from sqlalchemy import select

from field_api.access import lockout, passwords
from field_api.access.devices import Pair, open_device
from field_api.access.models import Password
from field_api.errors import Unauthenticated
from field_api.reps.models import User
from field_api.store.audit import Actor
from field_api.store.engine import AnySession, writing

# One sentence for every reason, so that nobody learns which e-mails are known.
REFUSAL = "The e-mail or the password is not right, or the account is locked."


@dataclass(frozen=True)
class Credentials:
    """What somebody typed to sign in; `device` is the name they will recognise this sign-in by."""

    email: str
    password: str
    device: str


def sign_in(session: AnySession, typed: Credentials, secret: bytes, request_id: str | None = None) -> Pair:
    """Open a device for whoever knows the password.

    Unlike other actions it commits by itself, twice: the try is counted first, and the slow look at the password
    happens in no transaction, so that it holds no lock. Raises Unauthenticated, or TooMany after failures in a row.
    """
    email = typed.email.strip().lower()
    prove(session, email, typed.password, secret)
    with writing(session):
        user = session.scalars(select(User).where(User.email == email).with_for_update()).one_or_none()
        if user is None or user.locked_at is not None:
            raise Unauthenticated(REFUSAL)
        lockout.forgive(session, email, secret)
        return open_device(session, user.id, typed.device, Actor("user", user.id, request_id))


def prove(session: AnySession, email: str, password: str, secret: bytes) -> None:
    """Hold a typed password against the account's. Commits the count of tries; raises Unauthenticated or TooMany."""
    with writing(session):
        lockout.count_try(session, email, secret)
    account = select(User.id, Password.hash).join(Password, Password.user_id == User.id).where(User.email == email)
    found = session.execute(account).one_or_none()
    session.rollback()
    if not passwords.matches(found.hash if found else None, password) or found is None:
        raise Unauthenticated(REFUSAL)
    if passwords.needs_rehash(found.hash):
        with writing(session):
            passwords.keep(session, found.id, passwords.hash_password(password))
