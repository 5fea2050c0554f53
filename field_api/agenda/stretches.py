"""Stretches of time, in seconds since 1970: what occurrences are compared in."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


class Stretch(NamedTuple):
    """From its start until just before its end."""

    start_s: int
    end_s: int


def seconds(at: datetime) -> int:
    """An aware instant, in whole seconds since 1970."""
    return (at - EPOCH) // _SECOND


def instant(at_s: int) -> datetime:
    """Seconds since 1970 as an aware instant, in UTC."""
    return EPOCH + timedelta(seconds=at_s)


def joined(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """In their order, those that touch or overlap as one."""
    last: Stretch | None = None
    for one in sorted(stretches):
        if last is not None and one.start_s <= last.end_s:
            last = Stretch(last.start_s, max(last.end_s, one.end_s))
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last
