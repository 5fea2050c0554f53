"""The occurrences of one object: its rule, added and excepted dates, and occurrences that were changed one by one.

RECURRENCE-ID with RANGE=THISANDFUTURE moves all that follows it by as much (RFC 5545, section 3.8.4.4).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from heapq import merge
from typing import NamedTuple

from field_api.agenda import zones
from field_api.agenda.components import CalendarObject, Component
from field_api.agenda.moments import Clocks, Moment, length_of, moment_of, moments_of
from field_api.agenda.recurrence_rule import MOST_INSTANCES, MOST_RULES, Rule, read_rule
from field_api.agenda.refusals import BadObject
from field_api.agenda.rule_instances import Patience, instances

_DAY = timedelta(days=1)


class Occurrence(NamedTuple):
    """One occurrence: its identity (the wall clock of RECURRENCE-ID in the series' zone), when it is, who tells of it.

    `part` is the number of the override that tells of it, or -1 for the master. Instants in seconds since 1970.
    """

    identity: datetime
    start_s: int
    end_s: int
    part: int

    def meets(self, start_s: int, end_s: int) -> bool:
        """Whether it lies in a stretch of time, as RFC 4791, section 9.9 wants it."""
        if self.end_s > self.start_s:
            return self.start_s < end_s and self.end_s > start_s
        return start_s <= self.start_s < end_s


@dataclass(frozen=True)
class Length:
    """How long an occurrence is: so much on the wall clock, and then so many seconds."""

    wall: timedelta = timedelta()
    exact_s: int = 0

    def both_s(self, start: datetime, zone: tzinfo) -> tuple[int, int]:
        """(start, end) of an occurrence that begins at a wall clock, in seconds since 1970."""
        start_s = zones.seconds(start, zone)
        end_s = zones.seconds(start + self.wall, zone) if self.wall else start_s
        return start_s, max(start_s, end_s + self.exact_s)


class Part:
    """A component with its times: the master, or one override."""

    def __init__(self, component: Component, clocks: Clocks, start: Moment) -> None:
        self.component, self.start, self.zone = component, start, clocks.zone_of(start)
        self.length = _length(component, clocks, start, self.zone)


def _length(component: Component, clocks: Clocks, start: Moment, zone: tzinfo) -> Length:
    line = component.line("DTEND") or component.line("DUE")
    if line is not None:
        end = moment_of(line)
        if clocks.zone_of(end) is zone:
            # On the wall clock: a night shift of an autumn Saturday ends when it always ends, as phones show it.
            return Length(wall=max(end.local - start.local, timedelta()))
        return Length(exact_s=max(clocks.seconds(end) - clocks.seconds(start), 0))
    duration = component.value("DURATION")
    if duration is not None:
        length = max(length_of(duration), timedelta())
        return Length(timedelta(days=length.days), length.seconds)
    return Length(wall=_DAY if start.kind == "date" else timedelta())


class Series:
    """All occurrences of an object that has a start."""

    def __init__(self, found: CalendarObject, clocks: Clocks, patience: Patience | None = None) -> None:
        """Raises BadObject for times and rules that cannot be read; later on too, where the patience ends."""
        self._clocks, self._patience = clocks, patience
        self.home = clocks.home
        self.master = None if found.master is None else Part(found.master, clocks, start_of(found.master))
        self._parts = [Part(one, clocks, start_of(one)) for one in found.overrides]
        # Who speaks for the series: the master, or the first of the occurrences that came without one.
        self.lead = self.master or self._parts[0]
        self.kind, self.zone = self.lead.start.kind, self.lead.zone
        self._changed = {self._identity(part): number for number, part in enumerate(self._parts)}
        self._following = sorted(
            (identity, number) for identity, number in self._changed.items() if ranges(self._parts[number].component)
        )
        self._rules: list[Rule] = []
        self.added: dict[datetime, Length | None] = {}
        self.excepted: set[datetime] = set()
        self._excepted_days: set[datetime] = set()
        if self.master is not None:
            self._read_dates(self.master)

    @property
    def recurs(self) -> bool:
        """Whether it is more than a single occurrence told once."""
        return bool(self._rules or self.added or self._parts)

    @property
    def ends(self) -> bool:
        """Whether it has a last occurrence by what it says."""
        return all(rule.ends for rule in self._rules)

    @cached_property
    def shift_s(self) -> int:
        """How far an occurrence that nobody changed by itself may lie from its identity, in seconds."""
        shifts = (abs(self._shift(number, identity)) for identity, number in self._following)
        return max((shift // timedelta(seconds=1) for shift in shifts), default=0)

    def unchanged(self) -> Iterator[datetime]:
        """The identities of the occurrences that have no component of their own, in order; none without a master."""
        if self.master is not None:
            yield from (identity for identity in self.identities() if identity not in self._changed)

    def overrides(self) -> list[tuple[datetime, Part]]:
        """The occurrences that have a component of their own, by their identity, in the order of the text."""
        return [(identity, self._parts[number]) for identity, number in self._changed.items()]

    def changed(self) -> list[Occurrence]:
        """The occurrences that have a component of their own."""
        return list(self.changed_by_part.values())

    @cached_property
    def changed_by_part(self) -> dict[int, Occurrence]:
        """The same, by the numbers of their components among the overrides."""
        return {
            number: Occurrence(identity, *part.length.both_s(part.start.local, part.zone), number)
            for identity, number in self._changed.items()
            if not self._is_excepted(identity)
            for part in (self._parts[number],)
        }

    def identities(self, since: datetime | None = None, until: datetime | None = None) -> Iterator[datetime]:
        """The wall clocks that the series gives, in order, changed ones too; `since` enters what does not count."""
        return self._given(self._rules, since, until)

    def _given(self, rules: list[Rule], since: datetime | None, until: datetime | None) -> Iterator[datetime]:
        begin, before = self.lead.start.local, None
        added = self._added if since is None else self._added[bisect_left(self._added, since) :]
        sources = [
            instances(_until(rule, until), begin, None if rule.count else since, self._patience) for rule in rules
        ]
        for identity in merge([begin], added, *sources):
            if identity != before and not self._is_excepted(identity):
                yield identity
            before = identity

    @cached_property
    def _added(self) -> list[datetime]:
        return sorted(self.added)

    def between(self, start_s: int, end_s: int, last: datetime | None = None) -> Iterator[Occurrence]:
        """The occurrences that nobody changed by itself and that meet a stretch of time.

        `last` is the identity at which the series ends, if that is known: then a rule with COUNT is entered anywhere.
        """
        if self.master is None:
            return
        reach = timedelta(seconds=self.shift_s) + self._longest + 2 * _DAY
        since = _clamped(start_s, -reach)
        until = min(_clamped(end_s, reach), last or datetime.max)  # noqa: DTZ901 - a wall clock
        rules = self._rules if last is None else [replace(rule, count=None) for rule in self._rules]
        for identity in self._given(rules, since, until):
            if identity > until:
                return
            if self._patience is not None:
                self._patience.spend(1)
            if since <= identity and identity not in self._changed:
                one = self.at(identity)
                if one.meets(start_s, end_s):
                    yield one

    @cached_property
    def _longest(self) -> timedelta:
        lengths = [part.length for part in (self.master, *self._parts) if part is not None]
        lengths += [length for length in self.added.values() if length is not None]
        return max(length.wall + timedelta(seconds=length.exact_s) for length in lengths)

    def at(self, identity: datetime) -> Occurrence:
        """The occurrence of an identity that has no component of its own."""
        at = bisect_right(self._following, (identity, len(self._parts)))
        if at:
            since, number = self._following[at - 1]
            local = identity + self._shift(number, since)
            return Occurrence(identity, *self._parts[number].length.both_s(local, self.zone), number)
        length = self.added.get(identity) or self.lead.length
        return Occurrence(identity, *length.both_s(identity, self.zone), -1)

    def _shift(self, number: int, identity: datetime) -> timedelta:
        return self._clocks.moved(self._parts[number].start, self.zone, self.kind) - identity

    def _identity(self, part: Part) -> datetime:
        line = part.component.line("RECURRENCE-ID")
        return self._here(moment_of(line)) if line is not None else part.start.local

    def _here(self, moment: Moment) -> datetime:
        if moment.kind == "date" and self.kind != "date" and self.master is not None:
            # A day that stands for the occurrence on it.
            return datetime.combine(moment.local.date(), self.master.start.local.time())
        return self._clocks.moved(moment, self.zone, self.kind)

    def _is_excepted(self, identity: datetime) -> bool:
        return identity in self.excepted or (
            bool(self._excepted_days) and identity.replace(hour=0, minute=0, second=0) in self._excepted_days
        )

    def _read_dates(self, master: Part) -> None:
        told = [line for name in ("RDATE", "EXDATE") for line in master.component.all(name)]
        if sum(line.text.count(",") + 1 for line in told) > MOST_INSTANCES:
            raise BadObject(f"A series names at most {MOST_INSTANCES} dates.", "max-instances")
        rules = [line.value for line in master.component.all("RRULE")]
        if len(rules) > MOST_RULES:
            raise BadObject(f"A series has at most {MOST_RULES} rules; this one has {len(rules)}.", "max-instances")
        self._rules = [self._read_rule(text) for text in rules]
        for line in master.component.all("RDATE"):
            for moment, end in moments_of(line):
                self.added[self._here(moment)] = self._period(moment, end)
        for line in master.component.all("EXDATE"):
            for moment, _ in moments_of(line):
                self.excepted.add(self._here(moment))
                if moment.kind == "date" and self.kind != "date":
                    self._excepted_days.add(moment.local)

    def _read_rule(self, text: str) -> Rule:
        rule = read_rule(text)
        if next(instances(replace(rule, until=None), self.lead.start.local), None) is None:
            raise BadObject(f"The rule {text[:80]!r} never matches.")
        if rule.until is None or not rule.until_is_utc or self.kind == "date":
            return rule
        until = (
            self._clocks.moved(Moment("utc", rule.until), self.zone, self.kind)
            if self.kind != "floating"
            else rule.until
        )
        return replace(rule, until=until, until_is_utc=False)

    def _period(self, start: Moment, end: timedelta | Moment | None) -> Length | None:
        if end is None:
            return None
        length = (
            end
            if isinstance(end, timedelta)
            else timedelta(seconds=self._clocks.seconds(end) - self._clocks.seconds(start))
        )
        return Length(exact_s=max(length // timedelta(seconds=1), 0))


def start_of(component: Component) -> Moment:
    """When a component begins; a VTODO that has only a DUE begins there. Raises BadObject where nothing says it."""
    line = component.line("DTSTART") or component.line("DUE")
    if line is None:
        raise BadObject(f"A {component.name} without a DTSTART is never.")
    return moment_of(line)


def ranges(component: Component) -> bool:
    """Whether a changed occurrence changes all that follow it (RFC 5545, section 3.2.13)."""
    line = component.line("RECURRENCE-ID")
    return line is not None and (line.parameter("RANGE") or "").upper() == "THISANDFUTURE"


def _until(rule: Rule, until: datetime | None) -> Rule:
    """The rule cut at a wall clock: a rule that has nothing more to give need not be searched for more."""
    if until is None or rule.count is not None or (rule.until is not None and rule.until <= until):
        return rule
    return replace(rule, until=until)


def _clamped(instant_s: int, reach: timedelta) -> datetime:
    try:
        return zones.EPOCH + timedelta(seconds=instant_s) + reach
    except OverflowError:
        return datetime.max if instant_s > 0 else datetime.min  # noqa: DTZ901 - wall clocks
