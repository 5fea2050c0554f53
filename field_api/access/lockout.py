"""Signing in is slowed down after failures in a row, for a known e-mail and an unknown one alike.

The count is a row in the database, so it holds over all processes; its key is an HMAC, so no typed e-mail is kept.
"""

import hmac
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from field_api import clock
from field_api.access.models import FailedSignIn
from field_api.errors import TooMany
from field_api.store.engine import AnySession

FREE_TRIES = 5
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)


def wait_after(failures: int) -> timedelta:
    """How long the next try has to wait: at first not at all, then a minute, doubling up to an hour."""
    if failures < FREE_TRIES:
        return timedelta()
    doublings = min(failures - FREE_TRIES, 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def count_try(session: AnySession, email: str, secret: bytes) -> None:
    """Count a try as failed before the password is looked at; `forgive` takes it back when it was right.

    Counted afterwards, a hundred guesses sent at once would all find the door open. The caller commits. Raises TooMany.
    """
    row, moment = _row(session, _key(email, secret)), clock.now()
    if row.locked_until is not None and row.locked_until > moment:
        raise TooMany("Too many failed sign-ins; wait before you try again.", _seconds(row.locked_until - moment))
    forgotten = row.last_at < moment - FORGOTTEN_AFTER
    row.failures = 1 if forgotten else row.failures + 1
    row.last_at = moment
    row.locked_until = _locked_until(moment, row.failures)


def refuse_while_waiting(session: AnySession, email: str, secret: bytes) -> None:
    """Look, without counting, whether the next try has to wait. Raises TooMany."""
    row, moment = session.get(FailedSignIn, _key(email, secret)), clock.now()
    if row is not None and row.locked_until is not None and row.locked_until > moment:
        raise TooMany("Too many failed sign-ins; wait before you try again.", _seconds(row.locked_until - moment))


def forgive(session: AnySession, email: str, secret: bytes) -> None:
    """Forget the failures: the password was right."""
    session.execute(delete(FailedSignIn).where(FailedSignIn.key == _key(email, secret)))


def purge(session: AnySession) -> None:
    """Forget the failures that count no more."""
    session.execute(delete(FailedSignIn).where(FailedSignIn.last_at < clock.now() - FORGOTTEN_AFTER))


def _row(session: AnySession, key: bytes) -> FailedSignIn:
    insert = insert_postgresql if session.get_bind().dialect.name == "postgresql" else insert_sqlite
    fresh = {"key": key, "failures": 0, "last_at": clock.now()}
    session.execute(insert(FailedSignIn).values(fresh).on_conflict_do_nothing())
    return session.get_one(FailedSignIn, key, with_for_update=True, populate_existing=True)


def _locked_until(moment: datetime, failures: int) -> datetime | None:
    wait = wait_after(failures)
    return moment + wait if wait else None


def _key(email: str, secret: bytes) -> bytes:
    return hmac.digest(secret, b"sign-in:" + email.encode(), "sha256")


def _seconds(wait: timedelta) -> int:
    return max(1, -(-wait // timedelta(seconds=1)))
