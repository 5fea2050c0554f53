"""When the components of one object are, and whether that meets a stretch of time (RFC 4791, section 9.9)."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import timedelta, tzinfo
from functools import cached_property
from itertools import islice

from field_api.agenda.components import CalendarObject, Component
from field_api.agenda.content_lines import ContentLine
from field_api.agenda.moments import Clocks, length_of, moment_of, moments_of
from field_api.agenda.recurrence_rule import MOST_INSTANCES
from field_api.agenda.rule_instances import Patience
from field_api.agenda.series import Occurrence, Series, ranges
from field_api.dav.spans import Span

MOST_REPEATS = 100
# So many days and occurrences of one object may be walked over for one answer; who needs more is not judged by them.
MOST_WALKED = 200_000
_DAY_S = 24 * 3600


class Clock:
    """The times of one object, reckoned in its own zones and, for what has none, in the zone that is given."""

    def __init__(self, found: CalendarObject, zone: tzinfo) -> None:
        self.found = found
        self.clocks = Clocks(found, zone)

    @cached_property
    def series(self) -> Series:
        """The occurrences. Raises BadObject where nothing says when they are, and later on where they take too long."""
        return Series(self.found, self.clocks, Patience(MOST_WALKED))

    @cached_property
    def _numbers(self) -> dict[int, int]:
        """The places of the overrides, by the identity of their components."""
        return {id(one): number for number, one in enumerate(self.found.overrides)}

    def occurrences(self, start_s: int, end_s: int) -> Iterator[Occurrence]:
        """Those that meet a stretch of time: first the ones that nobody changed, in order, then the others."""
        yield from self.series.between(start_s, end_s)
        yield from (one for one in self.series.changed() if one.meets(start_s, end_s))

    def overlaps(self, component: Component, above: tuple[Component, ...], span: Span) -> bool:
        """Whether a component, found below others, is in that time."""
        start_s, end_s = span.stretch
        if component.name == "VALARM":
            return bool(above) and self._rings(component, above[-1], start_s, end_s)
        if component.name == "VTODO" and not self._recurs(component):
            return self._is_due(component, start_s, end_s)
        if component.name == "VJOURNAL" and component.line("DTSTART") is None:
            return False
        if component.name not in {"VEVENT", "VTODO", "VJOURNAL"}:
            # A zone has no time of its own.
            return False
        return any(True for _ in self._told_by(component, start_s, end_s))

    def within(self, line: ContentLine, span: Span) -> bool:
        """Whether one of the times that a property says is in that time."""
        start_s, end_s = span.stretch
        for moment, _ in moments_of(line):
            at_s = self.clocks.seconds(moment)
            if at_s < end_s and at_s + (_DAY_S if moment.kind == "date" else 1) > start_s:
                return True
        return False

    def _told_by(self, component: Component, start_s: int, end_s: int) -> Iterator[Occurrence]:
        """The occurrences in that time that a component tells of."""
        number = self._numbers.get(id(component), -1)
        changed = self.series.changed_by_part.get(number)
        if changed is not None and changed.meets(start_s, end_s):
            yield changed
        if number < 0 or ranges(component):
            # Those of the others lie between them; a series of hours over centuries is not walked to its end for one.
            some = islice(self.series.between(start_s, end_s), MOST_INSTANCES)
            yield from (one for one in some if one.part == number)

    def _recurs(self, component: Component) -> bool:
        return component.line("DTSTART") is not None and (
            component.line("RRULE") is not None or component.line("RDATE") is not None
        )

    def _at(self, component: Component, name: str) -> int | None:
        line = component.line(name)
        return None if line is None else self.clocks.seconds(moment_of(line))

    def _is_due(self, todo: Component, start_s: int, end_s: int) -> bool:
        """The table of VTODO, row by row."""
        begins, due = self._at(todo, "DTSTART"), self._at(todo, "DUE")
        length = todo.value("DURATION")
        if begins is not None and length is not None:
            until = begins + length_of(length) // timedelta(seconds=1)
            return start_s <= until and (end_s > begins or end_s >= until)
        if begins is not None and due is not None:
            return (start_s < due or start_s <= begins) and (end_s > begins or end_s >= due)
        if begins is not None:
            return start_s <= begins < end_s
        if due is not None:
            return start_s < due <= end_s
        return self._was_written(todo, start_s, end_s)

    def _was_written(self, todo: Component, start_s: int, end_s: int) -> bool:
        """The rows of VTODO for those that have neither a start nor an end."""
        completed, created = self._at(todo, "COMPLETED"), self._at(todo, "CREATED")
        if completed is not None and created is not None:
            return start_s <= max(created, completed) and end_s >= min(created, completed)
        if completed is not None:
            return start_s <= completed <= end_s
        return created is None or end_s > created

    def _rings(self, alarm: Component, owner: Component, start_s: int, end_s: int) -> bool:
        trigger, rings = alarm.line("TRIGGER"), _rings_of(alarm)
        if trigger is None:
            return False
        if (trigger.parameter("VALUE") or "").upper() == "DATE-TIME":
            return _any_within(rings, self.clocks.seconds(moment_of(trigger)), start_s, end_s)
        if owner.line("DTSTART") is None and owner.line("DUE") is None:
            return False
        offset_s = length_of(trigger.value) // timedelta(seconds=1)
        at_end = (trigger.parameter("RELATED") or "").upper() == "END"
        near = self._told_by(owner, start_s - offset_s - rings[-1] - 1, end_s - offset_s + 1)
        return any(
            _any_within(rings, offset_s + (one.end_s if at_end else one.start_s), start_s, end_s) for one in near
        )


def _rings_of(alarm: Component) -> range:
    """How many seconds after the first time an alarm rings, the first time included."""
    times, every = alarm.value("REPEAT") or "0", alarm.value("DURATION")
    step_s = length_of(every) // timedelta(seconds=1) if every is not None else 0
    if step_s <= 0 or not times.isascii() or not times.isdigit():
        return range(1)
    return range(0, step_s * min(int(times[:6]), MOST_REPEATS) + 1, step_s)


def _any_within(rings: range, first_s: int, start_s: int, end_s: int) -> bool:
    """Whether an alarm whose first time is that one rings in a stretch of time."""
    following = rings[bisect_left(rings, start_s - first_s) :]
    return bool(following) and first_s + following[0] < end_s
