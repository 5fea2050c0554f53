"""What is decided from a programme's terms and its rules: what an event earns, what stays of it, and until when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from field_api.errors import Fault, Invalid

# Events that happen in our own house, and earn without anybody's command.
BY_THEMSELVES = ("purchase", "visit", "referral", "birthday", "answer")
# What is earned by these hangs on a purchase: it waits as long as goods may come back, and goes with them.
OF_PURCHASES = ("purchase", "referral")
# Other events that features or people tell of; more kinds may come without a change here.
TOLD = ("survey", "review", "card_installed")

# Words for what moves points, or follows from it: a rule on one of these would pay itself, and so on for ever.
SELF_PAYING = (
    *("earn", "earning", "spend", "reserve", "reservation", "lease", "confirm", "cancel", "return", "reverse"),
    *("reversal", "adjust", "adjustment", "transfer", "merge", "expire", "expiry", "point", "points", "lot", "balance"),
    *("tier", "debt", "rule", "bonus"),
)

ROUNDINGS = ("down", "nearest")
MOST_RULE_POINTS = 1_000_000
MOST_MONTHS = 120


class Line(NamedTuple):
    """A line of a purchase, as far as rules look at it."""

    category: str
    amount_minor: int


@dataclass(frozen=True)
class Event:
    """Something that may earn. A purchase has its currency, its lines and its amount; other events have none."""

    kind: str
    event_id: str
    occurred_at: datetime
    currency: str | None = None
    lines: tuple[Line, ...] = ()
    purchase_id: str | None = None


@dataclass(frozen=True)
class Rule:
    """One version of an earn rule, as it held when something happened."""

    id: str
    version: int
    kind: str
    terms: Mapping[str, Any]


@dataclass(frozen=True)
class Cap:
    """The most that a day gives for one kind of event, or for all together where `kind` is None."""

    kind: str | None
    points_a_day: int | None
    times_a_day: int | None


class Earned(NamedTuple):
    """What one rule gives for an event."""

    rule: Rule
    points: int


class Already(NamedTuple):
    """What a day has given before: an earning's kind and points."""

    kind: str
    points: int


def check_kind(kind: str) -> None:
    """Raises Invalid for a kind of event that earning itself brings about: such a rule would pay itself for ever."""
    if kind.partition("_")[0] in SELF_PAYING or kind.rpartition("_")[2] in SELF_PAYING:
        told = f"{kind!r} follows from the movement of points, so the rule would pay itself for ever."
        raise Invalid("A rule earns from what customers do, never from points.", Fault("/kind", told))


def check_rule(kind: str, terms: Mapping[str, Any]) -> None:
    """Raises Invalid for terms that do not go with the rule's kind."""
    of_amounts = ("currency", "per_minor")
    faults = [Fault(f"/{name}", "A purchase earns by its amount.") for name in of_amounts if terms.get(name) is None]
    if kind != "purchase":
        given = (*of_amounts, "categories", "least_minor")
        faults = [Fault(f"/{name}", f"A {kind} has no amount.") for name in given if terms.get(name) is not None]
    if faults:
        raise Invalid("These terms do not go with the kind of the rule.", *faults)


def points_of(rule: Rule, event: Event) -> int:
    """What a rule gives for an event before any cap; never below zero."""
    terms = rule.terms
    if terms.get("ends_at") is not None and event.occurred_at >= datetime.fromisoformat(terms["ends_at"]):
        return 0
    if rule.kind != "purchase":
        return int(terms["points"])
    if event.currency != terms["currency"]:
        return 0
    return _of_amount(terms, sum(line.amount_minor for line in event.lines if _counts(terms, line)))


def earned(rules: Iterable[Rule], event: Event) -> list[Earned]:
    """What each rule gives, those that give nothing left out."""
    found = [Earned(rule, points_of(rule, event)) for rule in rules]
    return [one for one in found if one.points > 0]


def kept_points(rules: Iterable[Rule], event: Event, amount_minor: int, refunded_minor: int) -> int:
    """What a purchase would have earned without what was given back; a line is given back as much as the whole."""
    kept = amount_minor - refunded_minor
    if kept <= 0:
        return 0
    lines = tuple(Line(line.category, line.amount_minor * kept // amount_minor) for line in event.lines)
    # The rest of the divisions goes to the first lines, so that a purchase of one category is counted to the cent.
    short = kept - sum(line.amount_minor for line in lines)
    lines = tuple(Line(one.category, one.amount_minor + (place < short)) for place, one in enumerate(lines))
    left = Event(event.kind, event.event_id, event.occurred_at, event.currency, lines, event.purchase_id)
    return sum(one.points for one in earned(rules, left))


def capped(points: int, kind: str, caps: Iterable[Cap], day: Sequence[Already]) -> int:
    """How much of these points the day still gives."""
    for cap in caps:
        if cap.kind not in {None, kind}:
            continue
        before = [one for one in day if cap.kind in {None, one.kind}]
        if cap.times_a_day is not None and len(before) >= cap.times_a_day:
            return 0
        if cap.points_a_day is not None:
            points = min(points, max(0, cap.points_a_day - sum(one.points for one in before)))
    return points


def expiry(earned_at: datetime, months: int | None, zone: str) -> datetime | None:
    """When points end that were earned at this instant: with the month in which so many months are over.

    Their last day is the last of that month by the programme's clock. None when they never end.
    """
    if months is None:
        return None
    local = earned_at.astimezone(ZoneInfo(zone)).date()
    return _midnight(_month_after(local, months + 1), zone)


def months_later(at: datetime, months: int) -> datetime:
    """The same day and hour so many months later; the last day of a shorter month."""
    first = _month_after(at.date(), months)
    last = (_month_after(first, 1) - timedelta(days=1)).day
    return at.replace(year=first.year, month=first.month, day=min(at.day, last))


def day_of(at: datetime, zone: str) -> tuple[datetime, datetime]:
    """The day of an instant by the programme's clock: its first instant, and that of the next day."""
    local = at.astimezone(ZoneInfo(zone)).date()
    return _midnight(local, zone), _midnight(local + timedelta(days=1), zone)


def birthdays_on(day: date) -> tuple[str, ...]:
    """The birthdays (MM-DD) that are kept on a day: in a common year that of 29 February is the day before 1 March."""
    own = day.strftime("%m-%d")
    leap_year = day.year % 4 == 0 and (day.year % 100 != 0 or day.year % 400 == 0)
    return (own, "02-29") if own == "02-28" and not leap_year else (own,)


def _counts(terms: Mapping[str, Any], line: Line) -> bool:
    return terms.get("categories") is None or line.category in terms["categories"]


def _of_amount(terms: Mapping[str, Any], amount_minor: int) -> int:
    if amount_minor < (terms.get("least_minor") or 0):
        return 0
    points, per = int(terms["points"]), int(terms["per_minor"])
    half = per // 2 if terms.get("rounding") == "nearest" else 0
    return min(MOST_RULE_POINTS, (amount_minor * points + half) // per)


def _month_after(day: date, months: int) -> date:
    """The first day of the month so many months later."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
