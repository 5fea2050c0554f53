"""The log of gifts: each operation enters it once for ever, and ends another at most once."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import aliased

from field_api import clock
from field_api.errors import Clash
from field_api.gifts.models import GiftOperation, operations
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

# What its author tells of an operation; under the same id, all of it is the same.
TOLD = ("kind", "gift_id", "member_id", "ends_id", "shop_id", "reason")
_NOTHING = dict.fromkeys(("member_id", "ends_id", "points", "shop_id", "reason", "deadline_at"))

_ADD_SQLITE = insert_sqlite(operations).on_conflict_do_nothing().returning(operations.c.id)
_ADD_POSTGRESQL = insert_postgresql(operations).on_conflict_do_nothing().returning(operations.c.id)
_BY_ID = select(operations).where(operations.c.id == bindparam("own_id"))
_ENDER = select(operations).where(operations.c.ends_id == bindparam("ended_id"))

_later = aliased(GiftOperation)
# An order that nothing has ended.
standing = ~select(_later.id).where(_later.ends_id == operations.c.id).exists()


def line(principal: Principal, kind: str, operation_id: str, at: datetime | None = None, **more: Any) -> dict[str, Any]:
    """A line of the log as it will stand there."""
    moment = clock.now()
    return _NOTHING | {
        "id": operation_id,
        "kind": kind,
        "occurred_at": at or moment,
        "recorded_at": moment,
        "recorded_by_kind": principal.actor.kind,
        "recorded_by_id": principal.actor.id,
        **more,
    }


def add(session: AnySession, row: dict[str, Any]) -> bool:
    """Enter a line; False when its id, or the order that it ends, is taken.

    On PostgreSQL a twin waits here until the first one has committed.
    """
    connection = session.connection()
    statement = _ADD_SQLITE if connection.dialect.name == "sqlite" else _ADD_POSTGRESQL
    return connection.execute(statement, row).first() is not None


def read(session: AnySession, operation_id: str) -> dict[str, Any] | None:
    """The line of an id."""
    row = session.connection().execute(_BY_ID, {"own_id": operation_id}).first()
    return None if row is None else row._asdict()


def ender(session: AnySession, order_id: str) -> dict[str, Any] | None:
    """The line that ended an order, if one did."""
    row = session.connection().execute(_ENDER, {"ended_id": order_id}).first()
    return None if row is None else row._asdict()


def first_answer(session: AnySession, again: dict[str, Any]) -> dict[str, Any]:
    """The line that stands under the id of one that could not be entered, when both say the same.

    Raises Clash when the id stands for something else, or when the order was ended by another.
    """
    first = read(session, again["id"])
    if first is None:
        raise _ended_already(session, again)
    if any(first[name] != again[name] for name in TOLD):
        raise Clash(f"The id {again['id']} stands for another operation; each one has an id of its own.")
    return first


def _ended_already(session: AnySession, row: dict[str, Any]) -> Clash:
    by = ender(session, row["ends_id"])
    how = {"hand_over": "was handed over", "cancel": "was cancelled"}
    told = "has ended" if by is None else f"{how[by['kind']]} on {by['recorded_at'].isoformat()}"
    return Clash(f"The order {row['ends_id']} {told}; it ends once.")
