"""A rule-based machine: coupons are issued, reserved, redeemed, released and reversed in any order, beside an oracle.

The oracle is a plain list of what stands. It foretells for every command whether it is taken, so that a command that is
wrongly refused is found as well as one that is wrongly taken.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from field_api import clock
from field_api.coupons import campaigns, jobs, life
from field_api.coupons.models import coupons
from field_api.errors import Clash
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.web.identity import THE_SYSTEM
from tests.conftest import empty
from tests.field_api.coupons import makers
from tests.field_api.coupons.counter import broken
from tests.field_api.people import make_territory
from tests.field_api.sector import make_customer

ANY = st.integers(0, 1000)
CAPS = st.sampled_from([None, 1, 3, 5, 8])
OPEN_BUDGETS = {"budget_total": 5, "budget_per_day": 3, "budget_per_customer": 3}
RESERVATION = timedelta(minutes=15)
VALID_DAYS = 3


@dataclass
class Use:
    """A reservation or redemption that stands."""

    id: str
    kind: str
    code: str
    customer_id: str
    day: date
    deadline_at: datetime | None = None


class Till(RuleBasedStateMachine):
    """One campaign of shared codes with two uses each, two customers, and every budget."""

    app: Flask
    tally: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.tally["sequences"] += 1
        self.context = self.app.app_context()
        self.context.push()
        self.budgets: dict[str, int | None] = dict(OPEN_BUDGETS)
        # Days in UTC, so that the oracle needs no calendar.
        offer_id = makers.make_offer(db.session, time_zone="UTC")
        more = {"kind": "shared", "uses_per_code": 2, "valid_days": VALID_DAYS}
        self.campaign_id = makers.make_campaign(db.session, offer_id, **more, **OPEN_BUDGETS)
        territory_id = make_territory(db.session).id
        self.customers = [make_customer(territory_id, f"Customer {number}") for number in range(2)]
        self.ends_at: dict[str, datetime] = {}
        self.standing: list[Use] = []
        self.done: list[tuple[Any, dict[str, Any], dict[str, Any]]] = []
        self.ended: list[str] = []
        self.issue()

    def teardown(self) -> None:
        # Books that a planted bug has broken would stop the next sequence at its first step.
        db.session.remove()
        empty(db.engine)
        self.context.pop()
        clock._ahead = timedelta()

    @precondition(lambda self: len(self.ends_at) < 3)
    @rule()
    def issue(self) -> None:
        [code] = makers.make_codes(db.session, self.campaign_id)
        self.ends_at[code] = datetime.combine(clock.now().date() + timedelta(days=VALID_DAYS + 1), time(), UTC)

    @rule(kind=st.sampled_from(["reserve", "redeem"]), which=ANY, customer=st.integers(0, 1))
    def use(self, kind: str, which: int, customer: int) -> None:
        code = list(self.ends_at)[which % len(self.ends_at)]
        told = makers.use_of(code, customer_id=self.customers[customer])
        lapsing = self._late(code) if self._taken(code) >= 2 else []
        room = self._within_budgets(told["customer_id"], None, lapsing)
        done = self._send(getattr(life, kind), told, self._free(code) and self._usable(code) and room)
        if done is not None:
            for late in lapsing:
                self.standing.remove(late)
            self._stand(done, code)

    @precondition(lambda self: self._of("reserve"))
    @rule(which=ANY)
    def redeem_reserved(self, which: int) -> None:
        reserved = self._of("reserve")[which % len(self._of("reserve"))]
        told = {"id": new_id(), "channel": "shop", "reservation_id": reserved.id}
        in_time = reserved.deadline_at is not None and clock.now() < reserved.deadline_at
        expected = self._usable(reserved.code) and in_time and self._within_budgets(reserved.customer_id, reserved)
        done = self._send(life.redeem, told, expected)
        if done is not None:
            self._end(reserved)
            self._stand(done, reserved.code)

    @precondition(lambda self: self.standing)
    @rule(which=ANY, reason=st.sampled_from([None, "Brought back"]))
    def take_back(self, which: int, reason: str | None) -> None:
        use = self.standing[which % len(self.standing)]
        name, act = ("reservation_id", life.release) if use.kind == "reserve" else ("redemption_id", life.reverse)
        if self._send(act, {"id": new_id(), name: use.id, "reason": reason}, True) is not None:
            self._end(use)

    @precondition(lambda self: self.ended)
    @rule(which=ANY)
    def take_back_once_more(self, which: int) -> None:
        own = self.ended[which % len(self.ended)]
        self._send(life.reverse, {"id": new_id(), "redemption_id": own}, False)

    @precondition(lambda self: self.done)
    @rule(which=ANY)
    def send_again(self, which: int) -> None:
        act, told, answered = self.done[which % len(self.done)]
        with writing(db.session):
            again = act(db.session, THE_SYSTEM, told)
        assert {name: again[name] for name in ("id", "kind", "recorded_at")}.items() <= answered.items()

    @rule(hours=st.sampled_from([0.1, 0.3, 13, 40]))
    def time_passes(self, hours: float) -> None:
        clock._ahead += timedelta(hours=hours)

    @rule()
    def the_job_runs(self) -> None:
        with writing(db.session):
            jobs.expire(db.session, {})
        for use in [one for one in self._of("reserve") if self._is_late(one)]:
            self.standing.remove(use)

    @rule(which=st.sampled_from(sorted(OPEN_BUDGETS)), cap=CAPS)
    def change_a_budget(self, which: str, cap: int | None) -> None:
        self.budgets[which] = cap
        with writing(db.session):
            campaign = campaigns.hold_campaign(db.session, self.campaign_id)
            document = campaigns.campaign_document(campaign) | {which: cap}
            campaigns.change_campaign(db.session, THE_SYSTEM, campaign, document)

    @invariant()
    def the_books_are_those_of_the_oracle(self) -> None:
        self.tally["steps"] += 1
        counted = dict.fromkeys(self.ends_at, (0, 0))
        for use in self.standing:
            held, used = counted[use.code]
            counted[use.code] = (held + (use.kind == "reserve"), used + (use.kind == "redeem"))
        found = db.session.execute(
            select(coupons.c.code, coupons.c.reserved, coupons.c.redeemed).where(
                coupons.c.campaign_id == self.campaign_id
            )
        )
        assert {code: (reserved, redeemed) for code, reserved, redeemed in found} == counted
        assert broken(db.session) == []
        db.session.rollback()

    def _send(self, act: Any, told: dict[str, Any], expected: bool) -> dict[str, Any] | None:
        done, refusal = None, None
        try:
            with writing(db.session):
                done = act(db.session, THE_SYSTEM, told)
        except Clash as clash:
            refusal = clash.detail
        self.tally["taken" if done else "refused"] += 1
        assert (done is not None) == expected, refusal or f"taken, though something stood against it: {told}"
        if done is not None:
            self.done.append((act, told, done))
        return done

    def _of(self, kind: str) -> list[Use]:
        return [use for use in self.standing if use.kind == kind]

    def _stand(self, done: dict[str, Any], code: str) -> None:
        use = Use(done["id"], done["kind"], code, done["customer_id"], done["day"], done["deadline_at"])
        self.standing.append(use)

    def _end(self, use: Use) -> None:
        self.standing.remove(use)
        if use.kind == "redeem":
            self.ended.append(use.id)

    def _is_late(self, use: Use) -> bool:
        return use.deadline_at is not None and use.deadline_at <= clock.now()

    def _late(self, code: str) -> list[Use]:
        return [use for use in self._of("reserve") if use.code == code and self._is_late(use)]

    def _taken(self, code: str) -> int:
        return sum(use.code == code for use in self.standing)

    def _free(self, code: str) -> bool:
        return self._taken(code) < 2 or bool(self._late(code))

    def _usable(self, code: str) -> bool:
        return clock.now() < self.ends_at[code]

    def _within_budgets(self, customer_id: str, instead_of: Use | None, lapsing: Collection[Use] = ()) -> bool:
        """Whether each budget has room, once what lapses to make the coupon free has given back its own."""
        today = clock.now().date()
        others = [use for use in self.standing if use is not instead_of and use not in lapsing]
        if instead_of is not None and instead_of.day == today:
            # It has its place in every budget already.
            return True
        counts = {
            "budget_total": None if instead_of else len(others),
            "budget_per_customer": None if instead_of else sum(use.customer_id == customer_id for use in others),
            "budget_per_day": sum(use.day == today for use in others),
        }
        return all(
            cap is None or counts[name] is None or counts[name] < cap  # type: ignore[operator]  # None was ruled out
            for name, cap in self.budgets.items()
        )
