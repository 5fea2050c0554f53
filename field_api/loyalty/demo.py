"""Enrols the customers of the demo company and lets them earn and spend: by what they bought, gave back and told."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import insert, select

from field_api.customers.demo import id_at
from field_api.customers.models import customer_facts, customers
from field_api.loyalty import numbers, rules_tiers
from field_api.loyalty.demo_books import DemoBooks, Row
from field_api.loyalty.demo_lives import Bought, Life
from field_api.loyalty.demo_programme import DemoProgramme, fill_programme
from field_api.loyalty.models import enrolments, members, pending_earnings
from field_api.loyalty.rules import Line
from field_api.loyalty.rules_tiers import Counted
from field_api.loyalty.tiers import SOURCE
from field_api.shops.models import purchase_lines, purchases, refunds
from field_api.store.among import among
from field_api.store.engine import AnySession

BATCH = 2_000
ENROLLED = 0.6
# How they came: at the till, on the web, or by their rep; a few enrol twice.
CHANNELS = ("till", "till", "till", "web", "rep")
TWICE = 0.03
HAS_BIRTHDAY = 0.4

_PURCHASES = (
    select(*(purchases.c[name] for name in ("id", "customer_id", "shop_id", "amount_minor", "occurred_at")))
    .where(among(purchases.c.customer_id))
    .order_by(purchases.c.customer_id, purchases.c.occurred_at, purchases.c.id)
)
_REFUNDS = (
    select(refunds.c.purchase_id, refunds.c.id, refunds.c.amount_minor, refunds.c.occurred_at)
    .join(purchases, purchases.c.id == refunds.c.purchase_id)
    .where(among(purchases.c.customer_id))
)
_LINES = (
    select(purchase_lines.c.purchase_id, purchase_lines.c.category, purchase_lines.c.amount_minor)
    .where(among(purchase_lines.c.purchase_id))
    .order_by(purchase_lines.c.purchase_id, purchase_lines.c.position)
)


def fill(session: AnySession, rng: Random, at: datetime) -> None:
    """Write the club, its members and their points as of `at`. Customers and purchases must stand already."""
    teller = _Teller(session, rng, at, fill_programme(session, rng, at))
    asked = select(customers.c.id, customers.c.first_touch_at).where(customers.c.retired_at.is_(None))
    everybody = session.execute(asked.order_by(customers.c.id)).all()
    chosen = (row for row in everybody if rng.random() < ENROLLED)
    while batch := list(islice(chosen, BATCH)):
        teller.tell(batch)
    teller.books.close()


class _Teller:
    """Tells the history of members, batch by batch."""

    def __init__(self, session: AnySession, rng: Random, at: datetime, programme: DemoProgramme) -> None:
        self.session, self.rng, self.at, self.programme = session, rng, at, programme
        self.books = DemoBooks(session, rng)
        self.numbers: set[str] = set()
        self.members: list[Row] = []
        self.enrolments: list[Row] = []
        self.pending: list[Row] = []
        self.facts: list[Row] = []

    def tell(self, batch: Sequence[Any]) -> None:
        """Enrol these customers and let them live."""
        bought, given_back, lines = self._happened([row.id for row in batch])
        for row in batch:
            self._one(row, bought.get(row.id, []), given_back, lines)
        for table, rows in ((members, self.members), (enrolments, self.enrolments)):
            self.session.execute(insert(table), rows)
            rows.clear()
        self.books.write()
        for table, rows in ((pending_earnings, self.pending), (customer_facts, self.facts)):
            if rows:
                self.session.execute(insert(table), rows)
            rows.clear()

    def _happened(self, ids: list[str]) -> tuple[dict[str, list[Any]], dict[str, Any], dict[str, list[Line]]]:
        """What these customers bought and gave back, and the lines of what rules look into."""
        bought: defaultdict[str, list[Any]] = defaultdict(list)
        connection, looked_into = self.session.connection(), []
        for row in connection.execute(_PURCHASES, {"ids": ids}):
            bought[row.customer_id].append(row)
            if row.occurred_at >= self.programme.doubled_since:
                looked_into.append(row.id)
        given_back = {row.purchase_id: row for row in connection.execute(_REFUNDS, {"ids": ids})}
        lines: defaultdict[str, list[Line]] = defaultdict(list)
        for purchase_id, category, amount in connection.execute(_LINES, {"ids": looked_into}):
            lines[purchase_id].append(Line(category, amount))
        return bought, given_back, lines

    def _one(self, customer: Any, bought: list[Any], given_back: dict[str, Any], lines: dict[str, list[Line]]) -> None:
        joined_at, shop_id = self._joined(customer, bought)
        member = self._enrol(customer.id, joined_at, shop_id)
        purse = self.books.open(member["id"], customer.id, joined_at)
        life = Life(self.books, self.rng, self.at, self.programme, purse)
        known = [one for one in bought if one.occurred_at >= joined_at]
        life.live([Bought(one, lines.get(one.id, ()), given_back.get(one.id)) for one in known])
        self.pending += life.waiting
        self._rank(member, life.counted)

    def _joined(self, customer: Any, bought: list[Any]) -> tuple[datetime, str | None]:
        """When they enrolled: most when they bought something, the first time or later, others at any time."""
        rng, since = self.rng, max(customer.first_touch_at, self.programme.periods[0].starts_at)
        if bought and rng.random() < 0.9:
            purchase = bought[int(len(bought) * rng.random() ** 1.3)]
            return purchase.occurred_at - timedelta(minutes=2), purchase.shop_id
        return since + (self.at - since) * rng.random(), None

    def _enrol(self, customer_id: str, joined_at: datetime, shop_id: str | None) -> Row:
        rng, own = self.rng, id_at(self.rng, joined_at)
        birthday = f"{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}" if rng.random() < HAS_BIRTHDAY else None
        row: Row = dict.fromkeys(("left_at", "merged_into_id", "referred_by_id"))
        row |= {"id": own, "programme_id": self.programme.id, "customer_id": customer_id, "number": self._number()}
        row |= {"state": "active", "joined_at": joined_at, "birthday": birthday, "version": 1}
        row |= {"created_at": joined_at, "updated_at": joined_at}
        self.members.append(row)
        self._source(row, own, joined_at, shop_id)
        if rng.random() < TWICE and joined_at + timedelta(days=2) < self.at:
            later = joined_at + (self.at - joined_at) * rng.random()
            self._source(row, id_at(rng, later), later, None)
        return row

    def _source(self, member: Row, own: str, at: datetime, shop_id: str | None) -> None:
        channel = "till" if shop_id else CHANNELS[int(self.rng.random() * len(CHANNELS))]
        row: Row = {"id": own, "member_id": member["id"], "channel": channel, "matched_by": "named"}
        row |= {"shop_id": shop_id, "occurred_at": at, "recorded_at": at, "recorded_by_kind": "system"}
        self.enrolments.append(row | {"recorded_by_id": None, "told_hash": own.replace("-", "")})

    def _number(self) -> str:
        while (number := numbers.completed(str(self.rng.randrange(10**10, 10**11)))) in self.numbers:
            pass
        self.numbers.add(number)
        return number

    def _rank(self, member: Row, counted: list[Counted]) -> None:
        """The tier as the job would have computed it on the day of the demo, and the fact that tells it."""
        least = self.programme.periods[0].terms["tiers"][0]["keep_points"]
        now = rules_tiers.Standing(None, None, 0, None)
        # Most have never had enough for any tier, and need no replay to say so.
        if sum(one.points for one in counted) >= least:
            now = rules_tiers.standing(counted, self.programme.periods, self.at)
        member |= {"tier": now.tier, "tier_since_at": now.since_at, "tier_computed_at": self.at}
        member["tier_due_at"] = now.due_at
        if now.tier is not None:
            row: Row = {"id": id_at(self.rng, now.since_at or self.at), "customer_id": member["customer_id"]}
            row |= {"kind": "tier", "value": now.tier, "source": SOURCE, "source_id": member["id"]}
            self.facts.append(row | {"starts_at": now.since_at, "ends_at": None})
