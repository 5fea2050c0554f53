"""What becomes of a member of the demo company: told in the order of time, as the use cases would have done it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

from field_api.customers.demo import id_at
from field_api.loyalty.demo_books import DemoBooks, Purse, Row
from field_api.loyalty.demo_programme import TIME_ZONE, DemoProgramme
from field_api.loyalty.earning import event_operation, following_operation
from field_api.loyalty.rules import Event, Line, Rule, expiry, kept_points, points_of
from field_api.loyalty.rules_tiers import Counted

SPENDS, LEAST_SPENT, MOST_SPENT, A_STEP = 0.12, 100, 500, 50
REVIEWS = 0.02
# The worker confirms every five minutes.
CONFIRMED_WITHIN_S = 300

Happening = Callable[[datetime], None]


class Bought:
    """A purchase with what it has earned and what still stands of it."""

    def __init__(self, row: Any, lines: Sequence[Line], back: Any) -> None:
        """`lines` may be one for all where no rule looks at categories."""
        self.row, self.back = row, back
        whole = tuple(lines) or (Line("", row.amount_minor),)
        self.event = Event("purchase", row.id, row.occurred_at, "EUR", whole, row.id)
        self.rules: list[Rule] = []
        self.earned: Row | None = None
        self.counted: Counted | None = None


class Life:
    """One member from the enrolment to the day of the demo."""

    def __init__(self, books: DemoBooks, rng: Random, at: datetime, programme: DemoProgramme, purse: Purse) -> None:
        """Nothing happens at `at` or after it."""
        self.books, self.rng, self.at, self.programme, self.purse = books, rng, at, programme, purse
        self.counted: list[Counted] = []
        self.waiting: list[Row] = []
        self._coming: list[tuple[datetime, int, Happening]] = []
        self._number = count()

    def live(self, purchases: Sequence[Bought]) -> None:
        """Let all that follows from these purchases happen."""
        for bought in purchases:
            self._plan(bought.row.occurred_at, partial(self._buy, bought))
        while self._coming:
            at, _, happen = heappop(self._coming)
            happen(at)

    def _plan(self, at: datetime, happen: Happening) -> None:
        if at < self.at:
            # The number keeps what falls on one instant in the order in which it was planned.
            heappush(self._coming, (at, next(self._number), happen))

    def _buy(self, bought: Bought, at: datetime) -> None:
        terms = self.programme.terms_at(at)
        gained = [(rule, points_of(rule, bought.event)) for rule in self._rules(at)]
        gained = [(rule, points) for rule, points in gained if points]
        if gained:
            bought.rules = [rule for rule, _ in gained]
            why = {"event_id": bought.row.id, "terms": terms.number, "rules": _said(gained)}
            own = event_operation("purchase", bought.row.id, self.purse.id)
            self._earn(bought, own, sum(points for _, points in gained), why, at, terms.terms["pending_days"])
            if bought.back is not None:
                self._plan(bought.back.occurred_at, partial(self._give_back, bought))
        self._plan(at + timedelta(minutes=3), partial(self._spend, bought))
        if self.rng.random() < REVIEWS:
            self._plan(at + timedelta(days=1 + 6 * self.rng.random()), self._review)

    def _rules(self, at: datetime) -> Iterator[Rule]:
        yield self.programme.rules["purchase"]
        if at >= self.programme.doubled_since:
            yield self.programme.rules["doubled"]

    def _earn(self, bought: Bought, own: str, points: int, why: Row, at: datetime, waits_days: int) -> None:
        """Points that are free at once, or when goods may not come back any more."""
        due_at = bought.row.occurred_at + timedelta(days=waits_days)
        more = {"event": "purchase", "purchase_id": bought.row.id, "why": why, "pending": waits_days > 0}
        bought.earned = self._enter(own, bought.event, points, at, more)
        if waits_days:
            earned = bought.earned
            self.waiting.append({"operation_id": own, "member_id": self.purse.id, "due_at": due_at})
            late = timedelta(seconds=self.rng.randrange(CONFIRMED_WITHIN_S))
            self._plan(due_at + late, partial(self._confirm, bought, earned))
        else:
            bought.counted = self._count(at, "purchase", points)

    def _confirm(self, bought: Bought, earned: Row, at: datetime) -> None:
        if bought.earned is not earned:
            return
        self.books.confirm(self.purse, following_operation("confirm", "due", earned["id"]), earned, at)
        self._wait_no_longer(earned)
        bought.counted = self._count(at, "purchase", earned["points"])

    def _give_back(self, bought: Bought, at: datetime) -> None:
        """Take points back; what is pending is cancelled, and the rest of it earned anew."""
        earned, back = bought.earned, bought.back
        if earned is None:
            return
        kept = kept_points(bought.rules, bought.event, bought.row.amount_minor, back.amount_minor)
        left = min(earned["points"], kept)
        if left == earned["points"]:
            return
        if bought.counted is not None:
            own, points = following_operation("take back", back.id, earned["id"]), earned["points"] - left
            self.books.take_back(self.purse, own, earned, points, at, {"event_id": back.id})
            bought.counted.taken_back.append((at, points))
            return
        self.books.cancel(self.purse, following_operation("cancel", back.id, earned["id"]), earned, at)
        self._wait_no_longer(earned)
        bought.earned = None
        if left:
            why = earned["why"] | {"instead_of": earned["id"], "refund_id": back.id}
            again = following_operation("earn anew", back.id, earned["id"])
            days = self.programme.terms_at(bought.row.occurred_at).terms["pending_days"]
            self._earn(bought, again, left, why, at, days)

    def _wait_no_longer(self, earned: Row) -> None:
        self.waiting = [one for one in self.waiting if one["operation_id"] != earned["id"]]

    def _spend(self, bought: Bought, at: datetime) -> None:
        free = self.purse.free
        if free >= LEAST_SPENT and self.rng.random() < SPENDS:
            steps = self.rng.randint(LEAST_SPENT // A_STEP, min(MOST_SPENT, free) // A_STEP)
            self.books.spend(self.purse, steps * A_STEP, at, purchase_id=bought.row.id)

    def _review(self, at: datetime) -> None:
        event, rule = Event("review", id_at(self.rng, at), at), self.programme.rules["review"]
        points = points_of(rule, event)
        why = {
            "event_id": event.event_id,
            "terms": self.programme.terms_at(at).number,
            "rules": _said([(rule, points)]),
        }
        self._enter(event.event_id, event, points, at, {"event": "review", "why": why})
        self._count(at, "review", points)

    def _enter(self, own: str, event: Event, points: int, at: datetime, more: Row) -> Row:
        told = {"event_id": event.event_id, "member_id": self.purse.id}
        earned = self.books.earn(self.purse, own, points, at, self._end(event.occurred_at), told, **more)
        earned["occurred_at"] = event.occurred_at
        return earned

    def _count(self, at: datetime, kind: str, points: int) -> Counted:
        counted = Counted(at, kind, points)
        self.counted.append(counted)
        return counted

    def _end(self, at: datetime) -> datetime | None:
        """The same end for all of a month, which is asked for very often; its last days by themselves."""
        key = (at.year, at.month, at.day if at.day >= 28 else 0, at.hour if at.day >= 28 else 0)
        ends = self.books.ends
        if key not in ends:
            ends[key] = expiry(at, self.programme.periods[0].terms["expiry_months"], TIME_ZONE)
        return ends[key]


def _said(gained: Sequence[tuple[Rule, int]]) -> list[Row]:
    return [{"rule_id": rule.id, "version": rule.version, "points": points} for rule, points in gained]
