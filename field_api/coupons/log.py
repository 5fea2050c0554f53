"""The log of operations: each enters it once for ever, and ends another at most once."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from field_api import clock
from field_api.coupons.models import TAKING, operations
from field_api.coupons.rules import Held
from field_api.errors import Clash
from field_api.store.engine import AnySession
from field_api.store.hot_statements import HotStatement
from field_api.web.identity import Principal

# What its author tells of an operation; under the same id, all of it is the same.
TOLD = ("kind", "ends_id", "customer_id", "shop_id", "place_id", "channel", "purchase_id", "reason")

NONE_OF = dict.fromkeys((*TOLD, "coupon_id", "deadline_at", "stacking_group"))
_ADD = {
    "sqlite": HotStatement(insert_sqlite(operations).on_conflict_do_nothing().returning(operations.c.id), str),
    "postgresql": HotStatement(insert_postgresql(operations).on_conflict_do_nothing().returning(operations.c.id), str),
}
_BY_ID = select(operations).where(operations.c.id == bindparam("own_id"))
_ENDER = select(operations).where(operations.c.ends_id == bindparam("ended_id"))


class Taken(Clash):
    """All uses of the coupon are taken: somebody else was first."""


def line(principal: Principal, kind: str, operation_id: str, held: Held, at: datetime, **more: Any) -> dict[str, Any]:
    """A line of the log about a coupon, as it will stand there."""
    more |= {"coupon_id": held.id, "occurred_at": at, "day": held.day(at)}
    more |= {"stacking_group": held.stacking_group if kind in TAKING else None}
    return line_of_campaign(principal, kind, operation_id, held.campaign_id, **more)


def line_of_campaign(
    principal: Principal, kind: str, operation_id: str, campaign_id: str, **more: Any
) -> dict[str, Any]:
    """A line about a campaign; `more` has occurred_at and day, and whatever else is not nothing."""
    own = {"id": operation_id, "kind": kind, "campaign_id": campaign_id, "count": 1, "recorded_at": clock.now()}
    by = {"recorded_by_kind": principal.actor.kind, "recorded_by_id": principal.actor.id}
    return NONE_OF | own | by | more


def add(session: AnySession, row: dict[str, Any]) -> bool:
    """Enter a line; False when its id, or the operation that it ends, is taken.

    On PostgreSQL a twin waits here until the first one has committed.
    """
    connection = session.connection()
    return _ADD[connection.dialect.name].first(connection, row) is not None


def read(session: AnySession, operation_id: str) -> dict[str, Any] | None:
    """The line of an id."""
    row = session.connection().execute(_BY_ID, {"own_id": operation_id}).first()
    return None if row is None else row._asdict()


def ender(session: AnySession, operation_id: str) -> dict[str, Any] | None:
    """The line that ended an operation, if one did."""
    row = session.connection().execute(_ENDER, {"ended_id": operation_id}).first()
    return None if row is None else row._asdict()


def first_answer(session: AnySession, again: dict[str, Any]) -> dict[str, Any]:
    """The line that stands under the id of one that could not be entered, when both say the same.

    Raises Clash when the id stands for something else, or when what this one ends was ended by another.
    """
    first = read(session, again["id"])
    if first is None:
        raise _ended_already(session, again)
    if first["kind"] == "double" and again["kind"] == "redeem" and first["coupon_id"] == again["coupon_id"]:
        raise Taken(f"This coupon had been redeemed elsewhere when the operation {again['id']} reached us.")
    if any(first[name] != again[name] for name in (*TOLD, "coupon_id")):
        raise Clash(f"The id {again['id']} stands for another operation; each one has an id of its own.")
    return first


def _ended_already(session: AnySession, row: dict[str, Any]) -> Clash:
    by = ender(session, row["ends_id"])
    how = {"redeem": "was redeemed", "release": "was released or has lapsed", "reverse": "was reversed"}
    told = "has ended" if by is None else f"{how[by['kind']]} on {by['recorded_at'].isoformat()}"
    return Clash(f"The operation {row['ends_id']} {told}; it ends once.")
