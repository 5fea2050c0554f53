"""Times as JSON gives them: a day or a wall clock, beside the name of a zone; turned into properties and checked."""

import re
from dataclasses import dataclass
from datetime import datetime

from field_api.agenda import zones
from field_api.agenda.moments import write
from field_api.agenda.years import FIRST_YEAR, LAST_YEAR
from field_api.errors import Fault, Invalid

DAY_OR_CLOCK = r"^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?)?$"
_DAY_OR_CLOCK = re.compile(DAY_OR_CLOCK, re.ASCII)


@dataclass(frozen=True)
class When:
    """From when to when, on one clock; `ends` of days is the day after the last one."""

    starts: str
    ends: str
    time_zone: str | None

    @property
    def kind(self) -> str:
        """Which kind of moment it is in iCalendar."""
        if "T" not in self.starts:
            return "date"
        return {None: "floating", "UTC": "utc"}.get(self.time_zone, "zoned")


def wall_clock_of(text: str, where: str) -> datetime:
    """A day (its midnight) or a wall clock. Raises Invalid, with a pointer, for one that does not exist."""
    try:
        local = datetime.fromisoformat(text) if _DAY_OR_CLOCK.fullmatch(text) else None
    except ValueError:
        local = None
    if local is None or not FIRST_YEAR <= local.year <= LAST_YEAR:
        told = f"Write it as 2026-03-01 or 2026-03-01T09:30:00, without offset; years are {FIRST_YEAR} to {LAST_YEAR}."
        raise Invalid("A time cannot be read.", Fault(where, told))
    return local


def check_when(when: When, where: str = "") -> None:
    """Raises Invalid unless both are of one kind, in order, and in a zone that is known."""
    starts, ends = wall_clock_of(when.starts, f"{where}/starts"), wall_clock_of(when.ends, f"{where}/ends")
    if ("T" in when.starts) != ("T" in when.ends):
        raise Invalid("A day ends on a day.", Fault(f"{where}/ends", "Give both as days, or both as wall clocks."))
    if ends < starts or (ends == starts and when.kind == "date"):
        raise Invalid("It would end before it starts.", Fault(f"{where}/ends", "Days end on the day after the last."))
    if when.kind == "date" and when.time_zone is not None:
        raise Invalid("A day is the same in every zone.", Fault(f"{where}/time_zone", "Leave it out for whole days."))


def check_zone(name: str | None, where: str = "/time_zone") -> None:
    """Raises Invalid for a zone that nobody knows."""
    if name is not None and zones.named(name) is None:
        raise Invalid("Nobody knows this zone.", Fault(where, "Write an IANA name such as Europe/Paris."))


def moment_line(name: str, text: str, time_zone: str | None, more: str = "") -> str:
    """A property that says a moment, such as `DTSTART;TZID=Europe/Paris:20260301T093000`."""
    local = wall_clock_of(text, f"/{name.lower()}")
    kind = When(text, text, time_zone).kind
    parameters = {"date": ";VALUE=DATE", "zoned": f";TZID={time_zone}"}.get(kind, "")
    return f"{name}{more}{parameters}:{write(kind, local)}"


def list_line(name: str, texts: list[str], time_zone: str | None, *, days: bool) -> list[str]:
    """One property that lists moments of one kind, or none."""
    if not texts:
        return []
    locals_ = [wall_clock_of(text, f"/{name.lower()}") for text in texts]
    kind = "date" if days else When("T", "T", time_zone).kind
    parameters = {"date": ";VALUE=DATE", "zoned": f";TZID={time_zone}"}.get(kind, "")
    return [f"{name}{parameters}:{','.join(write(kind, one) for one in locals_)}"]
