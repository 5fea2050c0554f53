"""The VTIMEZONE of a zone, for texts that we write: calendar apps that know no IANA names read it (RFC 5545, 3.6.5)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from field_api.agenda.recurrence_rule import WEEKDAYS

_HOUR = timedelta(hours=1)


@lru_cache(maxsize=256)
def zone_lines(name: str, year: int) -> tuple[str, ...]:
    """The lines of a VTIMEZONE that holds from the year before an event on: the changes of that year, every year."""
    zone = ZoneInfo(name)
    changes = list(_changes(zone, year - 1))
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}"]
    if len(changes) != 2:
        changes = [(datetime(year - 1, 1, 1, tzinfo=UTC), datetime(year - 1, 1, 1, tzinfo=UTC))]
    for before, after in changes:
        lines += _observance(zone, before, after, yearly=len(changes) == 2)
    return (*lines, "END:VTIMEZONE")


def _changes(zone: ZoneInfo, year: int) -> Iterator[tuple[datetime, datetime]]:
    """The last hour before and the first after each change of the clock in a year, in UTC."""
    moment, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    while moment < end:
        following = moment + _HOUR
        if moment.astimezone(zone).utcoffset() != following.astimezone(zone).utcoffset():
            yield moment, following
        moment = following


def _observance(zone: ZoneInfo, before: datetime, after: datetime, *, yearly: bool) -> Iterator[str]:
    old, new = (one.astimezone(zone).utcoffset() or timedelta() for one in (before, after))
    onset = (after + old).replace(tzinfo=None)
    kind = "DAYLIGHT" if after.astimezone(zone).dst() else "STANDARD"
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{onset:%Y%m%dT%H%M%S}"
    if yearly:
        # The last such day of its month, or the n-th from its start.
        last = (onset + timedelta(days=7)).month != onset.month
        number = -1 if last else (onset.day - 1) // 7 + 1
        yield f"RRULE:FREQ=YEARLY;BYMONTH={onset.month};BYDAY={number}{WEEKDAYS[onset.weekday()]}"
    yield f"TZOFFSETFROM:{_offset(old)}"
    yield f"TZOFFSETTO:{_offset(new)}"
    yield f"TZNAME:{after.astimezone(zone).tzname()}"
    yield f"END:{kind}"


def _offset(offset: timedelta) -> str:
    sign, minutes = ("-", -offset) if offset < timedelta() else ("+", offset)
    hours, rest = divmod(minutes // timedelta(minutes=1), 60)
    return f"{sign}{hours:02}{rest:02}"
