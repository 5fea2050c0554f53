"""Writes the coupons of the demo company: printed, shared and personal ones, with what became of each of them.

What was bought decides who redeems: purchases of the demo company take coupons along. Some customers with a personal
coupon bought because of it; those held out did not, so that a lift can be seen.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, insert, select

from field_api.coupons.demo_campaigns import Planned, plan
from field_api.coupons.demo_lives import Lives
from field_api.coupons.issuing import is_held_out
from field_api.coupons.models import campaigns, coupons, operations
from field_api.customers.models import customer_roles, customers
from field_api.offers.models import offers
from field_api.shops import demo as shops_demo
from field_api.shops.demo import Buyer
from field_api.shops.models import purchases, shops
from field_api.store.among import among
from field_api.store.engine import AnySession

COUPONS = 20_000
# A small company has fewer.
MOST_A_CUSTOMER = 34
CAMPAIGNS = {"personal": 24, "shared": 10, "unique": 20}
MOST_PEOPLE = 450
MOST_SOLD = 4_000
# Of the customers with a coupon, how many buy because of it.
MOVED = 0.14
# A purchase is found within three days of the visit that was planned: shops are closed on Sundays and Mondays.
A_VISIT = timedelta(days=3)

Row = dict[str, Any]


def fill(session: AnySession, rng: Random, at: datetime, count: int) -> None:
    """Write `count` coupons as of `at`. Offers, customers, shops and purchases must stand already."""
    planned = list(_planned(session, rng, at))
    if not planned:
        return
    session.execute(insert(campaigns), [one.row for one in planned])
    lives = Lives(rng, at)
    clients, sites = _clients(session), _shops(session)
    for one in planned:
        if one.kind == "personal":
            _give(session, rng, lives, one, clients, sites, at)
        elif one.kind == "shared":
            lives.issue(one, rng.randint(1, 4))
    printed = [one for one in planned if one.kind == "unique"]
    for number, one in enumerate(printed):
        lives.issue(one, (count - len(lives.coupons)) // (len(printed) - number))
    for one in planned:
        if one.kind != "personal":
            lives.bring(one, _sold(session, one, sites, at))
    lives.expire()
    session.execute(insert(coupons), lives.coupons)
    session.execute(insert(operations), lives.operations)


def _planned(session: AnySession, rng: Random, at: datetime) -> Iterator[Planned]:
    """Campaigns of different offers; personal ones are for all clients of their territories."""
    asked = select(offers).where(offers.c.state.in_(("live", "paused", "ended")), offers.c.starts_at < at)
    found = [row._asdict() for row in session.execute(asked.order_by(offers.c.id))]
    rng.shuffle(found)
    # Those for all clients first: personal coupons want them.
    found.sort(key=lambda offer: not offer["audience"].keys() <= {"roles"})
    for kind, number in CAMPAIGNS.items():
        for offer in found[:number]:
            yield plan(rng, kind, offer, at)
        del found[:number]


def _clients(session: AnySession) -> dict[str, list[tuple[str, datetime]]]:
    """The clients of each territory, and since when they are."""
    since = func.min(customer_roles.c.starts_at).label("since")
    asked = (
        select(customers.c.territory_id, customers.c.id, since)
        .join(customer_roles, customer_roles.c.customer_id == customers.c.id)
        .where(customers.c.role.in_(("client", "ambassador")), customer_roles.c.role == "client")
        .where(customers.c.retired_at.is_(None))
        .group_by(customers.c.territory_id, customers.c.id)
        .order_by(customers.c.id)
    )
    found: dict[str, list[tuple[str, datetime]]] = {}
    for territory_id, customer_id, became in session.execute(asked):
        found.setdefault(territory_id, []).append((customer_id, became))
    return found


def _shops(session: AnySession) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for own, territory_id in session.execute(select(shops.c.id, shops.c.territory_id).order_by(shops.c.id)):
        found.setdefault(territory_id, []).append(own)
    return found


def _within(one: Planned, by_territory: Mapping[str, Sequence[Any]]) -> list[Any]:
    """What lies in the territories of an offer, or everywhere when it names none."""
    named = one.offer["territory_ids"] or sorted(by_territory)
    return [each for territory_id in named for each in by_territory.get(territory_id, ())]


def _give(
    session: AnySession,
    rng: Random,
    lives: Lives,
    one: Planned,
    clients: Mapping[str, list[tuple[str, datetime]]],
    sites: Mapping[str, list[str]],
    at: datetime,
) -> None:
    """Give personal coupons to clients, let some of them buy because of it, and see who redeems."""
    people = [customer_id for customer_id, since in _within(one, clients) if since < one.issued_at]
    people = sorted(rng.sample(people, min(len(people), MOST_PEOPLE)))
    held_out = [own for own in people if is_held_out(one.row["id"], own, one.row["hold_out_percent"])]
    treated = sorted(set(people) - set(held_out))
    if not treated:
        return
    lives.give(one, treated, held_out)
    until = one.good_until(at)
    moved = [own for own in treated if rng.random() < MOVED]
    shops_demo.fill_purchases(session, rng, _visits(rng, one, moved, _within(one, sites), until), at)
    lives.bring(one, _bought(session, treated, one.issued_at, until))


def _visits(
    rng: Random, one: Planned, customer_ids: Sequence[str], shop_ids: Sequence[str], until: datetime
) -> Iterator[Buyer]:
    latest = until - A_VISIT - one.issued_at
    for customer_id in customer_ids:
        since = one.issued_at + latest * rng.random() ** 2
        if shop_ids and since > one.issued_at:
            yield Buyer(customer_id, rng.choice(shop_ids), since, since + A_VISIT, 0.5, False)


_PURCHASE = (
    purchases.c.id,
    purchases.c.customer_id,
    purchases.c.shop_id,
    purchases.c.channel,
    purchases.c.occurred_at,
)


def _bought(session: AnySession, customer_ids: Sequence[str], since: datetime, until: datetime) -> list[Row]:
    own = purchases.c.occurred_at
    asked = select(*_PURCHASE).where(among(purchases.c.customer_id), own > since, own < until)
    rows = session.execute(asked.order_by(own, purchases.c.id), {"ids": list(customer_ids)})
    return [row._asdict() for row in rows]


def _sold(session: AnySession, one: Planned, sites: Mapping[str, list[str]], at: datetime) -> list[Row]:
    """What the shops of the offer's territories sold while its coupons were good, up to some thousands."""
    own, mine = purchases.c.occurred_at, purchases.c.shop_id.in_(_within(one, sites))
    asked = select(*_PURCHASE).where(mine, own > one.issued_at, own < one.good_until(at))
    rows = session.execute(asked.order_by(purchases.c.shop_id, own, purchases.c.id).limit(MOST_SOLD))
    return sorted((row._asdict() for row in rows), key=lambda row: (row["occurred_at"], row["id"]))
