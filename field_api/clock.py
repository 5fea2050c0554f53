"""The present moment, aware and in UTC; tests may move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

_ahead = timedelta()


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC) + _ahead


def today() -> date:
    """The present date in UTC."""
    return now().date()


@contextmanager
def ahead_by(shift: timedelta) -> Iterator[None]:
    """Let the process believe that `shift` more has passed, for tests of expiry."""
    global _ahead
    before, _ahead = _ahead, _ahead + shift
    try:
        yield
    finally:
        _ahead = before
