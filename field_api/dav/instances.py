"""A series as its occurrences one by one, each an event of its own (RFC 4791, sections 9.6.5 and 9.6.6)."""

from collections.abc import Iterator
from datetime import datetime

from field_api.agenda import zones
from field_api.agenda.components import Component
from field_api.agenda.moments import Moment, moment_of, write
from field_api.agenda.recurrence_rule import MOST_INSTANCES
from field_api.agenda.series import Occurrence, ranges, start_of
from field_api.agenda.stretches import instant
from field_api.dav.names import caldav
from field_api.dav.overlaps import Clock
from field_api.dav.refusals import Refused
from field_api.dav.shaping import spoken, without
from field_api.dav.spans import Span, written

# What makes a series of an event, and what tells when it is: both are told anew for each occurrence.
_RETOLD = frozenset({"RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "DTSTART", "DTEND", "DUE", "DURATION"})


class Budget:
    """How many occurrences one answer may still hold: a series of hours over centuries must not fill the memory."""

    def __init__(self, most: int = MOST_INSTANCES) -> None:
        self._left = most

    def take(self) -> None:
        """Take one. Raises Refused with max-instances when there is none left."""
        self._left -= 1
        if self._left < 0:
            raise Refused(403, caldav("max-instances"), f"More than {MOST_INSTANCES} occurrences; ask for less time.")


def expanded(clock: Clock, span: Span, budget: Budget) -> str:
    """The object with each occurrence of that time as a component in UTC, without rules and zones.

    An object that is told by no times, such as a task for some day, stays as it is.
    """
    if clock.found.leading.line("DTSTART") is None:
        return spoken(clock.found.raw)
    calendar = clock.found.calendar
    head = [clock.found.lines[calendar.begin].raw, *(line.raw for line in calendar.lines)]
    parts = [_occurrence(clock, one) for one in _bounded(clock, span, budget)]
    return spoken(b"".join([*head, *parts, clock.found.lines[calendar.end].raw]))


def limited(clock: Clock, span: Span) -> str:
    """The text without those changed occurrences that neither are nor would have been in that time."""
    start_s, end_s = span.stretch
    elsewhere = []
    for number, component in enumerate(clock.found.overrides):
        now = clock.series.changed_by_part.get(number)
        line = component.line("RECURRENCE-ID")
        would_be_s = clock.clocks.seconds(moment_of(line)) if line is not None else start_s
        meets = (now is not None and now.meets(start_s, end_s)) or start_s <= would_be_s < end_s
        if not meets and not (ranges(component) and would_be_s < end_s):
            elsewhere.append(component)
    return without(clock.found.lines, elsewhere)


def _bounded(clock: Clock, span: Span, budget: Budget) -> Iterator[Occurrence]:
    for one in clock.occurrences(*span.stretch):
        budget.take()
        yield one


def _occurrence(clock: Clock, one: Occurrence) -> bytes:
    component = _teller(clock, one)
    lines = clock.found.lines
    parts = [lines[component.begin].raw]
    parts += [line.raw for line in component.lines if line.name not in _RETOLD]
    parts += [f"{told}\r\n".encode() for told in _times(clock, component, one)]
    parts += [line.raw for inside in component.inside for line in lines[inside.begin : inside.end + 1]]
    return b"".join([*parts, lines[component.end].raw])


def _teller(clock: Clock, one: Occurrence) -> Component:
    return clock.found.leading if one.part < 0 else clock.found.overrides[one.part]


def _times(clock: Clock, component: Component, one: Occurrence) -> Iterator[str]:
    like = start_of(component)
    if component.line("DTSTART") is not None:
        yield _told("DTSTART", clock, like, one.start_s)
    # Of a length the end is told: an added date may have a length of its own.
    end = "DUE" if component.name == "VTODO" else "DTEND"
    if component.line(end) is not None or component.line("DURATION") is not None:
        yield _told(end, clock, like, one.end_s)
    if clock.series.recurs:
        yield _identity(clock, one.identity)


def _told(name: str, clock: Clock, like: Moment, at_s: int) -> str:
    """A time of an occurrence: in UTC, but a day stays a day and a wall clock of nowhere stays one."""
    if like.kind in {"utc", "zoned"}:
        return f"{name}:{written(instant(at_s))}"
    return _local(name, like.kind, zones.wall_clock(at_s, clock.clocks.zone_of(like)))


def _identity(clock: Clock, identity: datetime) -> str:
    kind, zone = clock.series.kind, clock.series.zone
    if kind in {"utc", "zoned"}:
        return f"RECURRENCE-ID:{written(instant(zones.seconds(identity, zone)))}"
    return _local("RECURRENCE-ID", kind, identity)


def _local(name: str, kind: str, local: datetime) -> str:
    return f"{name};VALUE=DATE:{write(kind, local)}" if kind == "date" else f"{name}:{write(kind, local)}"
