"""What must hold of gifts, counted from the log and held against the books of points."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select

from field_api.gifts import log
from field_api.gifts.models import gift_versions, gifts, operations, stocks
from field_api.points.models import holds
from field_api.points.models import operations as bookings
from field_api.store.checks import Check
from field_api.store.engine import AnySession

MOST_TOLD = 100
# What the books call each operation of ours.
BOOKED_AS = {"order": "reserve", "hand_over": "confirm", "cancel": "cancel"}


def _stock_unlike_log(session: AnySession) -> Sequence[str]:
    moved = select(operations.c.gift_id, func.sum(operations.c.units).label("units")).group_by(operations.c.gift_id)
    summed = moved.subquery()
    counted = func.coalesce(summed.c.units, 0)
    query = select(gifts.c.id, stocks.c.units, counted).select_from(
        gifts.outerjoin(stocks, stocks.c.gift_id == gifts.c.id).outerjoin(summed, summed.c.gift_id == gifts.c.id)
    )
    wrong = or_(stocks.c.units.is_(None), stocks.c.units != counted)
    rows = session.execute(query.where(wrong).order_by(gifts.c.id).limit(MOST_TOLD))
    return [f"Gift {own} has {units} units in stock; its log says {said}." for own, units, said in rows]


def _orders_unlike_books(session: AnySession) -> Sequence[str]:
    found = []
    for kind, booked in BOOKED_AS.items():
        same = (bookings.c.id == operations.c.id) & (bookings.c.kind == booked)
        query = select(operations.c.id).outerjoin(bookings, same & (bookings.c.points == operations.c.points))
        missing = query.where(operations.c.kind == kind, bookings.c.id.is_(None)).order_by(operations.c.id)
        rows = session.scalars(missing.limit(MOST_TOLD))
        found += [f"The books have no {booked} of the same points for the {kind} {own}." for own in rows]
    return found


def _standing_without_points(session: AnySession) -> Sequence[str]:
    query = select(operations.c.id).outerjoin(holds, holds.c.operation_id == operations.c.id)
    wrong = query.where(operations.c.kind == "order", log.standing, holds.c.operation_id.is_(None))
    rows = session.scalars(wrong.order_by(operations.c.id).limit(MOST_TOLD))
    return [f"The order {own} stands, and no points are set aside for it." for own in rows]


def _unlike_latest_version(session: AnySession) -> Sequence[str]:
    kept = gift_versions.c
    latest = select(kept.gift_id, func.max(kept.number).label("number")).group_by(kept.gift_id).subquery()
    query = select(gifts.c.id, gifts.c.version, latest.c.number)
    rows = session.execute(
        query.outerjoin(latest, latest.c.gift_id == gifts.c.id)
        .where(or_(latest.c.number.is_(None), latest.c.number != gifts.c.version))
        .limit(MOST_TOLD)
    )
    return [f"Gift {own} is at version {version}; the last one kept is {number}." for own, version, number in rows]


CHECKS = (
    Check("gifts: the stock is what the log says", _stock_unlike_log),
    Check("gifts: every order, hand-over and cancellation stands in the books of points", _orders_unlike_books),
    Check("gifts: every order that stands has its points set aside", _standing_without_points),
    Check("gifts: every version is kept", _unlike_latest_version),
)
