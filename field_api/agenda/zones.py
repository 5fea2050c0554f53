"""Which clock a TZID means: an IANA name, a Windows name, a VTIMEZONE that came along, or the owner's zone.

Zones of VTIMEZONEs are read here, object by object, and not by icalendar, which keeps the first VTIMEZONE of a name
for the whole process: one customer's odd zone would move everybody's appointments.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tzlocal.windows_tz import win_tz

from field_api.agenda.components import Component, read_tree
from field_api.agenda.content_lines import read_lines
from field_api.agenda.recurrence_rule import read_rule
from field_api.agenda.refusals import BadObject
from field_api.agenda.rule_instances import Patience, instances

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall clocks are compared with it
_SECOND = timedelta(seconds=1)
# What a VTIMEZONE says outside of these years is cut; offsets of the first and last one hold on.
_FIRST, _LAST = datetime(1900, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 - wall clocks
# Four changes a year for two centuries are 800, and to find them in one month each, 25,000 days are looked at.
_MOST_ONSETS, _MOST_DAYS = 2_000, 100_000


def seconds(local: datetime, zone: tzinfo) -> int:
    """The instant of a wall clock, in seconds since 1970.

    A time that the clock jumps over is read by the offset before the jump, and one that comes twice is the first
    (RFC 5545, section 3.3.5).
    """
    offset = local.replace(tzinfo=zone).utcoffset() or timedelta()
    return (local - EPOCH - offset) // _SECOND


def wall_clock(instant_s: int, zone: tzinfo) -> datetime:
    """What the clock on the wall shows at an instant."""
    aware = (EPOCH + timedelta(seconds=instant_s)).replace(tzinfo=UTC)
    return aware.astimezone(zone).replace(tzinfo=None, fold=0)


@lru_cache(maxsize=2048)
def named(tzid: str) -> tzinfo | None:
    """The zone that is known by this name, which may be an IANA, a Windows or a prefixed one (RFC 5545, 3.2.19)."""
    plain = tzid.strip().strip('"').strip("/")
    if plain.upper() in {"UTC", "GMT", "Z"}:
        return UTC
    parts = plain.split("/")
    tails = ("/".join(parts[-length:]) for length in (3, 2) if len(parts) > length)
    names = (plain, win_tz.get(plain), *tails)
    return next((zone for name in names if name and (zone := _iana(name)) is not None), None)


def _iana(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


class Onset(NamedTuple):
    """A change of the clock: what the wall showed just before, and the offsets before and after."""

    wall: datetime
    before: timedelta
    after: timedelta


class ToldZone(tzinfo):
    """A zone as its VTIMEZONE tells it."""

    def __init__(self, name: str, onsets: Sequence[Onset]) -> None:
        """The onsets are in the order of their wall clocks, and there is at least one."""
        self._name, self._first = name, onsets[0].before
        # Where the clock springs forward, the offset before holds until the wall clock has caught up.
        self._walls = [one.wall + max(one.after - one.before, timedelta()) for one in onsets]
        self._instants = [one.wall - one.before for one in onsets]
        self._offsets = [one.after for one in onsets]

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """The offset that holds at a wall clock."""
        return self._offset(self._walls, moment)

    def fromutc(self, moment: datetime) -> datetime:
        """What the wall shows at an instant that is given in UTC."""
        return moment + self._offset(self._instants, moment)

    def dst(self, _moment: datetime | None) -> None:
        """Not told apart."""

    def tzname(self, _moment: datetime | None) -> str:
        """The TZID."""
        return self._name

    def _offset(self, starts: list[datetime], moment: datetime | None) -> timedelta:
        at = bisect_right(starts, moment.replace(tzinfo=None, fold=0)) if moment is not None else 0
        return self._offsets[at - 1] if at else self._first


def told(zone: Component, raw_lines: Sequence[bytes]) -> tzinfo | None:
    """The zone that a VTIMEZONE tells, or None when it tells nothing that can be used."""
    return _read_zone(b"".join(raw_lines[zone.begin : zone.end + 1]))


@lru_cache(maxsize=256)
def _read_zone(raw: bytes) -> tzinfo | None:
    try:
        zone = read_tree(read_lines(b"BEGIN:VCALENDAR\r\n" + raw + b"\r\nEND:VCALENDAR\r\n")).inside[0]
        known = named(zone.value("X-LIC-LOCATION") or "")
        if known is not None:
            return known
        onsets = _all_onsets(zone)
    except (BadObject, ValueError, OverflowError):
        return None
    return ToldZone(zone.value("TZID") or "", onsets) if onsets else None


def _all_onsets(zone: Component) -> list[Onset]:
    """The changes of the clock in their order. Raises BadObject for more than any zone has ever had."""
    patience = Patience(_MOST_DAYS)
    found = (onset for part in zone.inside for onset in _onsets(part, patience))
    onsets = list(islice(found, _MOST_ONSETS + 1))
    if len(onsets) > _MOST_ONSETS:
        raise BadObject(f"A zone changes its clock at most {_MOST_ONSETS} times.")
    return sorted(set(onsets))


def _onsets(part: Component, patience: Patience) -> Iterator[Onset]:
    """Each time that an observance begins; some may come twice."""
    start = _local(part.value("DTSTART") or "")
    before, after = _offset(part.value("TZOFFSETFROM") or ""), _offset(part.value("TZOFFSETTO") or "")
    yield Onset(start, before, after)
    for line in part.all("RRULE"):
        rule = read_rule(line.value)
        until = rule.until + before if rule.until is not None and rule.until_is_utc else rule.until
        cut, since = replace(rule, until=min(until or _LAST, _LAST)), None if rule.count else max(start, _FIRST)
        yield from (Onset(one, before, after) for one in instances(cut, start, since, patience))
    for line in part.all("RDATE"):
        yield from (Onset(_local(one), before, after) for one in line.value.split(","))


def _local(text: str) -> datetime:
    return datetime.strptime(text[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a wall clock


def _offset(text: str) -> timedelta:
    sign, digits = text[:1], text[1:]
    if sign not in "+-" or not digits.isdecimal() or len(digits) not in {4, 6}:
        raise ValueError(text)
    length = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]), seconds=int(digits[4:] or 0))
    return -length if sign == "-" else length
