"""Lists of orders, and what a member can have now."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, case, or_, select
from sqlalchemy.orm import aliased

from field_api import clock
from field_api.gifts import rules
from field_api.gifts.log import standing
from field_api.gifts.models import GiftOperation, gifts, operations, stocks
from field_api.loyalty.members import KnownMember, require_member
from field_api.loyalty.models import members
from field_api.store.engine import AnySession
from field_api.web import newest_first
from field_api.web.identity import Principal

MOST_SHOWN = 200
ORDER_STATES = ("ordered", "handed_over", "cancelled")

_ended = aliased(GiftOperation)
_STATE = case(
    (_ended.kind == "hand_over", "handed_over"), (_ended.kind == "cancel", "cancelled"), else_="ordered"
).label("state")
_ORDER = tuple(
    operations.c[name]
    for name in ("id", "gift_id", "gift_version", "member_id", "points", "shop_id", "recorded_at", "deadline_at")
)
_ORDERS: Select[Any] = (
    select(*_ORDER, gifts.c.title, _STATE, _ended.recorded_at.label("ended_at"), _ended.reason)
    .select_from(operations)
    .join(gifts, gifts.c.id == operations.c.gift_id)
    .outerjoin(_ended, _ended.ends_id == operations.c.id)
    .where(operations.c.kind == "order")
)


def orders_of(
    session: AnySession, principal: Principal, member_id: str, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """A page of a member's orders, newest first; those of members merged into this one are among them.

    Raises NotFound out of sight.
    """
    member = require_member(session, principal, member_id)
    query = _ORDERS.where(_of_member(member.id))
    return newest_first.page(session, query, operations.c.recorded_at, operations.c.id, limit, cursor)


def read_order(session: AnySession, order: dict[str, Any]) -> dict[str, Any]:
    """An order as lists show it."""
    return session.execute(_ORDERS.where(operations.c.id == order["id"])).one()._asdict()


def open_orders_of_customer(session: AnySession, customer_id: str, limit: int) -> Sequence[dict[str, Any]]:
    """The orders of a customer that wait to be fetched, those of members who were merged into theirs among them.

    The caller has seen to the scope.
    """
    own = select(members.c.id).where(members.c.customer_id == customer_id)
    mine = select(members.c.id).where(or_(members.c.customer_id == customer_id, members.c.merged_into_id.in_(own)))
    query = _ORDERS.where(operations.c.member_id.in_(mine), standing).order_by(operations.c.recorded_at.desc())
    return [row._asdict() for row in session.execute(query.limit(limit))]


def waiting_for(session: AnySession, member: KnownMember) -> list[dict[str, Any]]:
    """The orders of a member that wait to be fetched, newest first."""
    query = _ORDERS.where(_of_member(member.id), standing).order_by(operations.c.recorded_at.desc())
    return [row._asdict() for row in session.execute(query.limit(MOST_SHOWN))]


def for_member(session: AnySession, member: KnownMember, points: int) -> list[dict[str, Any]]:
    """The gifts offered in a member's programme, the cheapest first, with what is missing and what stands against it.

    `points` is what the member can spend.
    """
    moment = clock.now()
    offered = gifts.c.programme_id == member.programme_id, gifts.c.state == "offered", gifts.c.starts_at <= moment
    open_still = or_(gifts.c.ends_at.is_(None), gifts.c.ends_at > moment)
    query = select(gifts, stocks.c.units).join(stocks, stocks.c.gift_id == gifts.c.id).where(*offered, open_still)
    rows = session.execute(query.order_by(gifts.c.points, gifts.c.id).limit(MOST_SHOWN))
    return [_for_member(row._asdict(), member, points) for row in rows]


def _for_member(gift: dict[str, Any], member: KnownMember, points: int) -> dict[str, Any]:
    against = [vars(one) for one in rules.reasons(gift, member.programme_id, member.tier, clock.now())]
    if gift["units"] == 0:
        against.append({"code": "stock", "en": "None is left.", "fr": "Il n’en reste plus."})
    shown = {name: gift[name] for name in ("id", "title", "text", "picture_url", "points", "ends_at", "tiers")}
    missing = max(0, gift["points"] - points)
    return shown | {
        "in_stock": gift["units"] > 0,
        "points_missing": missing,
        "within_reach": not against and missing == 0,
        "against": against,
    }


def _of_member(member_id: str) -> Any:
    merged = select(members.c.id).where(members.c.merged_into_id == member_id)
    return or_(operations.c.member_id == member_id, operations.c.member_id.in_(merged))
