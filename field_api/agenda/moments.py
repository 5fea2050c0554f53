"""Dates and times as iCalendar writes them: a day, a wall clock, a wall clock of a zone, or an instant in UTC."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from field_api.agenda import zones
from field_api.agenda.components import CalendarObject
from field_api.agenda.content_lines import ContentLine
from field_api.agenda.refusals import BadObject
from field_api.agenda.years import FIRST_YEAR, LAST_YEAR

KINDS = ("utc", "zoned", "floating", "date")

_MOMENT = re.compile(r"(\d{8})(?:T(\d{6})(Z)?)?", re.ASCII)
_LENGTH = re.compile(r"([+-])?P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})S)?)?")
# One object names few zones that it tells itself, each of which may take a fifth of a second to be read.
MOST_TOLD_ZONES = 10
# Only lengths within this are kept: beyond it arithmetic leaves the years that exist.
LONGEST = timedelta(days=366 * 50)


@dataclass(frozen=True)
class Moment:
    """What a property says: the wall clock (midnight for a day), of which kind, and in which zone as written."""

    kind: str
    local: datetime
    tzid: str | None = None

    def written(self) -> str:
        """The value as iCalendar writes it."""
        return write(self.kind, self.local)


def write(kind: str, local: datetime) -> str:
    """A wall clock as the value of a property of that kind."""
    if kind == "date":
        return f"{local.year:04}{local:%m%d}"
    return f"{local.year:04}{local:%m%dT%H%M%S}" + ("Z" if kind == "utc" else "")


def read_moment(text: str, tzid: str | None) -> Moment:
    """A single value with the TZID that stood beside it. Raises BadObject for what is no date, or of another age."""
    found = _MOMENT.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError(text)
        day, clock = found[1], found[2] or "000000"
        # By hand, as strptime takes ten times as long. Clocks here have no leap second.
        time = (int(clock[:2]), int(clock[2:4]), int(clock[4:]) - (clock[4:] == "60"))
        local = datetime(int(day[:4]), int(day[4:6]), int(day[6:]), *time)  # noqa: DTZ001 - a wall clock
    except ValueError:
        raise BadObject(f"{text[:40]!r} is no date and no time.") from None
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        bound = "min-date-time" if local.year < FIRST_YEAR else "max-date-time"
        raise BadObject(f"{text[:40]!r} is not of the years {FIRST_YEAR} to {LAST_YEAR}.", bound)
    if not found[2]:
        return Moment("date", local)
    if found[3]:
        return Moment("utc", local)
    return Moment("zoned", local, tzid) if tzid else Moment("floating", local)


def moment_of(line: ContentLine) -> Moment:
    """The moment that a property says."""
    return read_moment(line.value, line.parameter("TZID"))


def moments_of(line: ContentLine) -> list[tuple[Moment, timedelta | Moment | None]]:
    """The moments of a list such as RDATE's, each with what ends it where it is a period."""
    tzid, found = line.parameter("TZID"), []
    for text in line.value.split(","):
        start, slash, end = text.partition("/")
        until = None if not slash else length_of(end) if "P" in end else read_moment(end, tzid)
        found.append((read_moment(start, tzid), until))
    return found


def length_of(text: str) -> timedelta:
    """A DURATION (RFC 5545, section 3.3.6). Raises BadObject for what is none, or one of more than 50 years."""
    found = _LENGTH.fullmatch(text.strip().upper())
    if found is None or not any(found.groups()[1:]):
        raise BadObject(f"{text[:40]!r} is no duration.")
    weeks, days, hours, minutes, secs = (int(part or 0) for part in found.groups()[1:])
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=secs)
    if length > LONGEST:
        raise BadObject(f"{text[:40]!r} is too long.")
    return -length if found[1] == "-" else length


class Clocks:
    """The zones of one object: what each TZID in it means, and the owner's zone for whatever has none."""

    def __init__(self, found: CalendarObject, home: tzinfo) -> None:
        self.home = home
        self._raw = [line.raw for line in found.lines]
        self._told = {zone.value("TZID"): zone for zone in found.zones}
        self._known: dict[str, tzinfo] = {}
        self.unknown: set[str] = set()
        self._count_told = 0

    def zone_of(self, moment: Moment) -> tzinfo:
        """The clock of a moment; the owner's for a day, a wall clock of nowhere and a zone that nobody knows."""
        if moment.kind == "utc":
            return UTC
        if moment.tzid is None:
            return self.home
        if moment.tzid not in self._known:
            self._known[moment.tzid] = self._find(moment.tzid)
        return self._known[moment.tzid]

    def _find(self, tzid: str) -> tzinfo:
        found = zones.named(tzid)
        if found is None and tzid in self._told:
            self._count_told += 1
            if self._count_told > MOST_TOLD_ZONES:
                raise BadObject(f"An object tells at most {MOST_TOLD_ZONES} zones of its own.")
            found = zones.told(self._told[tzid], self._raw)
        if found is None:
            self.unknown.add(tzid)
        return found or self.home

    def seconds(self, moment: Moment) -> int:
        """The instant, in seconds since 1970."""
        return zones.seconds(moment.local, self.zone_of(moment))

    def moved(self, moment: Moment, zone: tzinfo, kind: str) -> datetime:
        """The wall clock that a moment shows in the zone and kind of another: how identities of occurrences compare."""
        if kind == "date":
            return moment.local.replace(hour=0, minute=0, second=0)
        if moment.kind in {"date", "floating"} or self.zone_of(moment) is zone:
            return moment.local
        return zones.wall_clock(self.seconds(moment), zone)
