"""What became of coupons: issued, viewed, redeemed, reversed and what was bought with them, by day, channel, territory.

Everything is counted from the log. A purchase counts once, with the first redemption of it that stands, and net of
refunds. A line lies in the territory of its customer, else in that of its shop, else in none.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import starmap
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, Subquery, cast, func, literal, select

from field_api.coupons.campaigns import read_campaign
from field_api.coupons.meters import standing
from field_api.coupons.models import campaigns, coupons, operations
from field_api.customers.models import customers
from field_api.errors import NotFound
from field_api.offers.models import offers
from field_api.offers.scope import in_sight
from field_api.shops.models import purchases, shops
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

COUNTED = ("issued", "withheld", "viewed", "redeemed", "reversed", "purchases")
DIMENSIONS = ("day", "channel", "territory_id")


class Cell(NamedTuple):
    """How often something happened on a day, by a channel, in a territory; money has a currency and an amount."""

    day: date
    channel: str | None
    territory_id: str | None
    counted: str
    number: int
    currency: str | None = None
    amount_minor: int = 0


class Period(NamedTuple):
    """The days asked for, both included; None is open. Days are those where the offer holds."""

    first: date | None
    last: date | None


def of_campaign(session: AnySession, principal: Principal, campaign_id: str, period: Period) -> dict[str, Any]:
    """The figures of a campaign, of the territories in the caller's sight. Raises NotFound."""
    found = [read_campaign(session, principal, campaign_id)["id"]]
    return {"campaign_id": campaign_id} | _figures(session, principal, found, period)


def of_offer(session: AnySession, principal: Principal, offer_id: str, period: Period) -> dict[str, Any]:
    """The figures of all campaigns of an offer. Raises NotFound for an offer that the caller may not know of."""
    known = select(offers.c.id).where(offers.c.id == offer_id, *in_sight(principal))
    if principal.role != "admin":
        known = known.where(offers.c.state != "draft")
    if session.execute(known).first() is None:
        raise NotFound(f"There is no offer {offer_id}.")
    found = session.scalars(select(campaigns.c.id).where(campaigns.c.offer_id == offer_id))
    return {"offer_id": offer_id} | _figures(session, principal, list(found), period)


def _figures(session: AnySession, principal: Principal, ids: Collection[str], period: Period) -> dict[str, Any]:
    seen = None if principal.territory_ids is None else sorted(principal.territory_ids)
    cells = [cell for query in _queries(ids, period, seen) for cell in starmap(Cell, session.execute(query))]
    told: dict[str, Any] = {"first_day": period.first, "last_day": period.last, "total": _summed(cells)}
    for place, dimension in enumerate(DIMENSIONS):
        name = dimension.removesuffix("_id")
        told[f"by_{name}"] = [{dimension: value} | _summed(some) for value, some in _split(cells, place)]
    return told


def _split(cells: Iterable[Cell], place: int) -> Iterator[tuple[Any, list[Cell]]]:
    """The cells of each value of a dimension, nothing last."""
    found: dict[Any, list[Cell]] = {}
    for cell in cells:
        found.setdefault(cell[place], []).append(cell)
    yield from sorted(found.items(), key=lambda one: (one[0] is None, one[0] or ""))


def _summed(cells: Iterable[Cell]) -> dict[str, Any]:
    counts = dict.fromkeys(COUNTED, 0)
    revenue: dict[str, int] = {}
    for cell in cells:
        counts[cell.counted] += cell.number
        if cell.currency is not None:
            revenue[cell.currency] = revenue.get(cell.currency, 0) + cell.amount_minor
    amounts = [{"currency": one, "amount_minor": amount} for one, amount in sorted(revenue.items())]
    return {**counts, "revenue": amounts}


def _queries(ids: Collection[str], period: Period, seen: list[str] | None) -> Iterator[Select[Any]]:
    """Each gives the values of cells; those of money have them all."""
    lines = {
        "issued": (_in_batches(ids), _to_customers(ids)),
        "withheld": (_happened(ids, "withhold"),),
        "viewed": (_first_shown(ids),),
        "redeemed": (_happened(ids, "redeem"),),
        "reversed": (_happened(ids, "reverse"),),
    }
    for counted, sources in lines.items():
        for source in sources:
            line = source.subquery()
            number = func.sum(line.c.number)
            yield _by_cell(line, period, seen, literal(counted), number)
    line = _first_redeemed(ids).subquery()
    # A sum of large numbers is a decimal on PostgreSQL.
    net = cast(func.sum(purchases.c.amount_minor - purchases.c.refunded_minor), BigInteger)
    money = _by_cell(line, period, seen, literal("purchases"), func.count(), purchases.c.currency, net)
    bought = money.join(purchases, purchases.c.id == line.c.purchase_id).where(line.c.place == 1)
    yield bought.group_by(purchases.c.currency)


def _by_cell(line: Subquery, period: Period, seen: list[str] | None, *more: ColumnElement[Any]) -> Select[Any]:
    territory_id = func.coalesce(customers.c.territory_id, shops.c.territory_id)
    asked = (
        select(line.c.day, line.c.channel, territory_id, *more)
        .select_from(line)
        .outerjoin(customers, customers.c.id == line.c.customer_id)
        .outerjoin(shops, shops.c.id == line.c.shop_id)
        .group_by(line.c.day, line.c.channel, territory_id)
    )
    if seen is not None:
        asked = asked.where(territory_id.in_(seen))
    if period.first is not None:
        asked = asked.where(line.c.day >= period.first)
    if period.last is not None:
        asked = asked.where(line.c.day <= period.last)
    return asked


_LINE = (operations.c.day, operations.c.channel, operations.c.customer_id, operations.c.shop_id)


def _happened(ids: Collection[str], kind: str) -> Select[Any]:
    mine = (operations.c.campaign_id.in_(ids), operations.c.kind == kind)
    return select(*_LINE, operations.c.count.label("number")).where(*mine)


def _in_batches(ids: Collection[str]) -> Select[Any]:
    """Codes of nobody in particular, of which one line of the log tells many."""
    issued = _happened(ids, "issue").join(campaigns, campaigns.c.id == operations.c.campaign_id)
    return issued.where(campaigns.c.kind != "personal")


def _to_customers(ids: Collection[str]) -> Select[Any]:
    own = select(operations.c.day, operations.c.channel, coupons.c.customer_id, operations.c.shop_id)
    issued = own.add_columns(literal(1).label("number")).join(operations, operations.c.id == coupons.c.batch_id)
    return issued.where(coupons.c.campaign_id.in_(ids), coupons.c.customer_id.is_not(None))


def _first_shown(ids: Collection[str]) -> Select[Any]:
    first = func.min(operations.c.day).label("day")
    shown = select(first, *_LINE[1:], literal(1).label("number"))
    mine = (operations.c.campaign_id.in_(ids), operations.c.kind == "view")
    return shown.where(*mine).group_by(operations.c.coupon_id, *_LINE[1:])


def _first_redeemed(ids: Collection[str]) -> Select[Any]:
    """Redemptions that stand, each with its place among those of its purchase."""
    earlier = (operations.c.recorded_at, operations.c.id)
    place = func.row_number().over(partition_by=operations.c.purchase_id, order_by=earlier)
    mine = (operations.c.campaign_id.in_(ids), operations.c.kind == "redeem", operations.c.purchase_id.is_not(None))
    return select(*_LINE, operations.c.purchase_id, place.label("place")).where(*mine, standing)
