"""Writes the shops of the demo company, and what its customers bought in them, with the seasons of the year."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from field_api.customers.demo import id_at
from field_api.interactions.models import entries
from field_api.shops.models import purchase_lines, purchases, refunds, shops
from field_api.shops.money import written
from field_api.store.engine import AnySession

# How busy each month is, January first; the busiest is December.
SEASONS = (0.55, 0.55, 0.65, 0.7, 0.8, 0.75, 0.7, 0.5, 0.7, 0.75, 0.85, 1.0)
AVERAGE_SEASON = sum(SEASONS) / len(SEASONS)

# Category, and the least and the most that one piece costs in cents.
GOODS = (
    ("épicerie fine", 450, 1900),
    ("boulangerie", 120, 650),
    ("fromagerie", 380, 1600),
    ("vins", 690, 3900),
    ("chocolats", 550, 2900),
    ("thés et cafés", 590, 1800),
    ("conserves", 350, 1200),
    ("coffrets", 2400, 8900),
    ("arts de la table", 990, 6500),
)
CHANNELS = (*("shop",) * 16, "web", "web", "web", "call", "visit")
WEEKDAY = ("09:30", "12:30"), ("14:00", "19:00")


@dataclass(frozen=True, slots=True)
class Site:
    """Where a shop stands."""

    name: str
    territory_id: str
    town: str
    postcode: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys in which shop, from when to when, how often a year at first, and whether ever less."""

    customer_id: str
    shop_id: str
    since: datetime
    until: datetime
    purchases_a_year: float
    fading: bool


def fill_shops(session: AnySession, rng: Random, sites: Iterable[Site], since: datetime) -> list[str]:
    """Write the shops, open from Tuesday to Saturday and closed on holidays; gives their ids in order."""
    rows = [_shop(rng, site, since) for site in sites]
    session.execute(insert(shops), rows)
    return [row["id"] for row in rows]


def fill_purchases(session: AnySession, rng: Random, buyers: Iterable[Buyer], at: datetime) -> None:
    """Write what the buyers bought, gave back and find in their timelines, all before `at`."""
    bought: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    given_back: list[dict[str, Any]] = []
    told: list[dict[str, Any]] = []
    for buyer in buyers:
        for moment in _moments(rng, buyer):
            purchase = _purchase(rng, buyer, moment, lines)
            bought.append(purchase)
            told.append(_entry(rng, purchase, lines))
            if rng.random() < 0.02:
                given_back += _refund(rng, purchase, at, told)
    for table, rows in ((purchases, bought), (purchase_lines, lines), (refunds, given_back), (entries, told)):
        if rows:
            session.execute(insert(table), rows)


def _shop(rng: Random, site: Site, since: datetime) -> dict[str, Any]:
    hours = [{"weekday": day, "opens": opens, "closes": closes} for day in range(2, 7) for opens, closes in WEEKDAY]
    years = range(since.year, since.year + 6)
    closed = [{"date": f"{year}-{day}", "periods": []} for year in years for day in ("01-01", "05-01", "12-25")]
    return {
        "id": id_at(rng, since),
        "version": 1,
        "created_at": since,
        "updated_at": since,
        "name": site.name,
        "territory_id": site.territory_id,
        "street": f"{rng.randrange(1, 60)} place du Marché",
        "postcode": site.postcode,
        "town": site.town,
        "country": "FR",
        "lat": site.lat,
        "lon": site.lon,
        "time_zone": "Europe/Paris",
        "opening_hours": hours,
        "exceptions": closed,
        "closed_at": None,
    }


def _moments(rng: Random, buyer: Buyer) -> Iterator[datetime]:
    """When they bought: the first time at once, then at random, more in busy months, on days when shops are open."""
    gap_days = 365 * AVERAGE_SEASON / buyer.purchases_a_year
    moment = buyer.since
    while moment < buyer.until:
        if moment is buyer.since or rng.random() < SEASONS[moment.month - 1]:
            open_day = moment + timedelta(days=max(0, 1 - moment.weekday()) if moment.weekday() < 6 else 2)
            minutes = int(rng.uniform(8 * 60, 17 * 60))
            bought_at = open_day.replace(hour=minutes // 60, minute=minutes % 60, second=0, microsecond=0)
            if bought_at < buyer.until:
                # Nobody buys before the hour at which they became a client.
                yield max(bought_at, buyer.since)
            gap_days *= 1.25 if buyer.fading else 1
        moment += timedelta(days=rng.expovariate(1 / gap_days) + 0.5)


def _purchase(rng: Random, buyer: Buyer, at: datetime, lines: list[dict[str, Any]]) -> dict[str, Any]:
    """A purchase, whose lines are added to `lines`."""
    own, total = id_at(rng, at), 0
    for position in range(1, 1 + min(4, 1 + int(rng.expovariate(1.4)))):
        category, least, most = GOODS[int(rng.random() * len(GOODS))]
        quantity = 1 + (rng.random() < 0.3)
        amount = quantity * int(least + (most - least) * rng.random() ** 2)
        total += amount
        lines.append(
            {
                "purchase_id": own,
                "position": position,
                "category": category,
                "quantity": quantity,
                "amount_minor": amount,
            }
        )
    channel = CHANNELS[int(rng.random() * len(CHANNELS))]
    return {
        "id": own,
        "customer_id": buyer.customer_id,
        "shop_id": buyer.shop_id if channel == "shop" else None,
        "channel": channel,
        "currency": "EUR",
        "amount_minor": total,
        "refunded_minor": 0,
        "occurred_at": at,
        "recorded_at": at,
        "recorded_by_kind": "system",
        "recorded_by_id": None,
    }


def _entry(rng: Random, purchase: dict[str, Any], lines: list[dict[str, Any]]) -> dict[str, Any]:
    """The entry of a purchase, whose lines are the last ones of `lines`."""
    categories = []
    for line in reversed(lines):
        if line["purchase_id"] != purchase["id"]:
            break
        categories.append(line["category"])
    content = f"{written(purchase['amount_minor'], 'EUR')}: {', '.join(dict.fromkeys(reversed(categories)))}"
    return _told(rng, purchase, purchase["occurred_at"], content, "purchase", purchase["id"])


def _refund(rng: Random, purchase: dict[str, Any], at: datetime, told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A refund in whole or in part, some days later and told in the timeline; none when that would be after `at`."""
    refunded_at = purchase["occurred_at"] + timedelta(days=rng.randrange(1, 20))
    if refunded_at >= at:
        return []
    share = 1.0 if rng.random() < 0.5 else rng.uniform(0.2, 0.8)
    amount = max(1, int(purchase["amount_minor"] * share))
    purchase["refunded_minor"] = amount
    row = {"id": id_at(rng, refunded_at), "purchase_id": purchase["id"], "amount_minor": amount}
    row |= {"reason": rng.choice(("article abîmé", "erreur de caisse", "ne convient pas")), "occurred_at": refunded_at}
    told.append(_told(rng, purchase, refunded_at, written(-amount, "EUR"), "refund", row["id"]))
    return [row | {"recorded_at": refunded_at, "recorded_by_kind": "system", "recorded_by_id": None}]


def _told(
    rng: Random, purchase: dict[str, Any], at: datetime, content: str, about_kind: str, about_id: str
) -> dict[str, Any]:
    return {
        "id": id_at(rng, at),
        "customer_id": purchase["customer_id"],
        "channel": purchase["channel"],
        "direction": "inbound",
        "content": content,
        "occurred_at": at,
        "recorded_at": at,
        "recorded_by_kind": "system",
        "recorded_by_id": None,
        "corrects_id": None,
        "about_kind": about_kind,
        "about_id": about_id,
    }
