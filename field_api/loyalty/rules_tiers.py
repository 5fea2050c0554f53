"""Which tier a member is in at any instant, decided by replaying the points that count; nothing else is known.

What counts are points earned for events, from the instant at which they were the member's own, less what was taken
back of them. A tier is entered when the points of the qualification window reach its entry, and kept while they reach
what keeping it asks; who no longer keeps theirs falls to the highest tier below that they keep.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from field_api.loyalty.rules import months_later


@dataclass
class Counted:
    """Points that became a member's own at `at`, and what was taken back of them since (instant, points)."""

    at: datetime
    kind: str
    points: int
    taken_back: list[tuple[datetime, int]] = field(default_factory=list)


class Period(NamedTuple):
    """Terms with their number, and the instant from which they hold."""

    starts_at: datetime
    number: int
    terms: Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """The tier at an instant (None: none yet), since when, and on how many points; what holds if nothing else comes.

    `due_at` is the next instant at which the tier changes by itself, or None.
    """

    tier: str | None
    since_at: datetime | None
    points: int
    due_at: datetime | None


class _Step(NamedTuple):
    at: datetime
    points: int
    terms: Mapping[str, Any]


def standing(counted: Sequence[Counted], periods: Sequence[Period], at: datetime) -> Standing:
    """The tier at `at`; `periods` are in the order in which they start, `counted` in any."""
    tier, since, points = None, None, 0
    for step in _steps(counted, periods):
        now = _next_tier(step.terms, tier, step.points)
        if step.at > at:
            if now != tier:
                return Standing(tier, since, points, step.at)
            continue
        points = step.points
        if now != tier:
            tier, since = now, step.at
    return Standing(tier, since, points, None)


def tier_of(terms: Mapping[str, Any], code: str | None) -> Mapping[str, Any] | None:
    """The tier of that code."""
    return next((one for one in terms["tiers"] if one["code"] == code), None)


def tier_above(terms: Mapping[str, Any], code: str | None) -> Mapping[str, Any] | None:
    """The next tier to enter."""
    place = _rank(terms, code) + 1
    return terms["tiers"][place] if place < len(terms["tiers"]) else None


def _next_tier(terms: Mapping[str, Any], code: str | None, points: int) -> str | None:
    """The tier that follows from the one before."""
    tiers, rank = terms["tiers"], _rank(terms, code)
    held = [
        place
        for place, tier in enumerate(tiers)
        if points >= (tier["keep_points"] if place <= rank else tier["entry_points"])
    ]
    return tiers[held[-1]]["code"] if held else None


def _rank(terms: Mapping[str, Any], code: str | None) -> int:
    return next((place for place, tier in enumerate(terms["tiers"]) if tier["code"] == code), -1)


def _steps(counted: Iterable[Counted], periods: Sequence[Period]) -> Iterator[_Step]:
    """The instants at which the points of the window, or the terms, change; with both as they are from then on."""
    known: dict[tuple[int, tuple[str, ...] | None], tuple[list[datetime], list[int]]] = {}
    earned = list(counted)
    for number, period in enumerate(periods):
        kinds = period.terms.get("tier_kinds")
        key = (int(period.terms["window_months"]), None if kinds is None else tuple(kinds))
        if key not in known:
            known[key] = _sums(earned, *key)
        moments, sums = known[key]
        until = periods[number + 1].starts_at if number + 1 < len(periods) else None
        place = bisect_right(moments, period.starts_at)
        yield _Step(period.starts_at, sums[place - 1] if place else 0, period.terms)
        while place < len(moments) and (until is None or moments[place] < until):
            yield _Step(moments[place], sums[place], period.terms)
            place += 1


def _sums(counted: Iterable[Counted], months: int, kinds: tuple[str, ...] | None) -> tuple[list[datetime], list[int]]:
    """The instants at which the points in a window of so many months change, and their sum from each of them on."""
    changes: dict[datetime, int] = {}
    for one in counted:
        if kinds is None or one.kind in kinds:
            for at, points in _changes(one, months_later(one.at, months)):
                changes[at] = changes.get(at, 0) + points
    moments = sorted(changes)
    total, sums = 0, []
    for at in moments:
        total += changes[at]
        sums.append(total)
    return moments, sums


def _changes(one: Counted, over_at: datetime) -> Iterator[tuple[datetime, int]]:
    """What one earning adds to the window, loses again, and takes along when it is over."""
    left = one.points
    yield one.at, one.points
    for at, points in one.taken_back:
        moment = max(at, one.at)
        if moment < over_at:
            left -= points
            yield moment, -points
    yield over_at, -left
