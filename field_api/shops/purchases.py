"""Use cases of purchases: record one exactly once, and read those of a customer."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from field_api import clock
from field_api.customers import happenings
from field_api.customers.actions import require_customer
from field_api.errors import Clash, NotFound
from field_api.interactions import actions as timeline
from field_api.shops.models import Purchase, PurchaseLine, purchase_lines, purchases
from field_api.shops.money import written
from field_api.shops.scope import WITH_THEIR_PLACES, check_buyer, in_sight, shop_of
from field_api.store import audit
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.web import newest_first
from field_api.web.identity import Principal
from field_api.web.instants import happened

_RECORDED = tuple(column for column in purchases.c if column.name != "refunded_minor")


def record_purchase(session: AnySession, principal: Principal, told: dict[str, Any]) -> dict[str, Any]:
    """Record a purchase under the id that its recorder gave it; the same id and content again is the same answer.

    Raises NotFound for a customer or shop out of sight, Clash for an id in use by another purchase or a date to come.
    """
    if told.get("customer_id") is not None:
        check_buyer(session, principal, told["customer_id"])
    lines = told["lines"]
    row = {name: told[name] for name in ("id", "channel", "currency")} | {
        "customer_id": told.get("customer_id"),
        "shop_id": shop_of(session, principal, told),
        "occurred_at": happened(told["occurred_at"]),
        "amount_minor": sum(line["amount_minor"] for line in lines),
        "recorded_at": clock.now(),
        "recorded_by_kind": principal.actor.kind,
        "recorded_by_id": principal.actor.id,
    }
    if not _insert(session, row | {"refunded_minor": 0}):
        return _first_answer(session, row | {"lines": lines})
    session.execute(insert(PurchaseLine), _numbered(row["id"], lines))
    _tell(session, principal, row, lines)
    recorded = row | {"lines": lines}
    audit.record(session, principal.actor, "purchase.record", row["id"], after=recorded)
    feed.touch(session, "purchases", row["id"])
    happenings.tell(session, principal, "purchase", recorded)
    return recorded


def read_purchase(session: AnySession, principal: Principal, purchase_id: str) -> dict[str, Any]:
    """One purchase with its lines and what was refunded. Raises NotFound out of sight."""
    asked = select(*purchases.c).select_from(WITH_THEIR_PLACES)
    row = session.execute(asked.where(purchases.c.id == purchase_id, *in_sight(principal))).first()
    if row is None:
        raise NotFound(f"There is no purchase {purchase_id} among those you may see.")
    return _with_lines(session, [row._asdict()])[0]


def purchases_of(
    session: AnySession, principal: Principal, customer_id: str, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """A page of a customer's purchases, newest first, and the sort values of its last row when more follows."""
    customer = require_customer(session, principal, customer_id)
    asked = select(*purchases.c).where(purchases.c.customer_id == customer.id)
    rows, after = newest_first.page(session, asked, purchases.c.occurred_at, purchases.c.id, limit, cursor)
    return _with_lines(session, rows), after


def _insert(session: AnySession, row: dict[str, Any]) -> bool:
    """Whether the row is new. On PostgreSQL a twin waits here until the first one has committed."""
    insert_ = insert_postgresql if session.get_bind().dialect.name == "postgresql" else insert_sqlite
    added = insert_(Purchase).values(row).on_conflict_do_nothing().returning(purchases.c.id)
    return session.execute(added).first() is not None


def _first_answer(session: AnySession, again: dict[str, Any]) -> dict[str, Any]:
    """What was answered when this id was recorded. Raises Clash when it was for another content."""
    row = session.execute(select(*_RECORDED).where(purchases.c.id == again["id"])).one()
    [first] = _with_lines(session, [row._asdict()])
    told = {name: value for name, value in first.items() if not name.startswith("recorded_")}
    if any(again[name] != value for name, value in told.items()):
        raise Clash(f"The id {again['id']} stands for another purchase; each one has an id of its own.")
    return first


def _numbered(purchase_id: str, lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line | {"purchase_id": purchase_id, "position": place} for place, line in enumerate(lines, 1)]


def _tell(session: AnySession, principal: Principal, row: dict[str, Any], lines: Sequence[dict[str, Any]]) -> None:
    """Add the purchase to its customer's timeline."""
    if row["customer_id"] is None:
        return
    categories = ", ".join(dict.fromkeys(line["category"] for line in lines))
    entry = {"channel": row["channel"], "direction": "inbound", "occurred_at": row["occurred_at"]}
    entry |= {"content": f"{written(row['amount_minor'], row['currency'])}: {categories}"[:4000]}
    timeline.append(session, principal, row["customer_id"], entry | {"about_kind": "purchase", "about_id": row["id"]})


def _with_lines(session: AnySession, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The purchases with their lines, in the order of the receipts."""
    lines: dict[str, list[dict[str, Any]]] = {row["id"]: [] for row in rows}
    asked = select(purchase_lines).where(purchase_lines.c.purchase_id.in_(lines))
    for line in session.execute(asked.order_by(purchase_lines.c.purchase_id, purchase_lines.c.position)):
        told = {"category": line.category, "quantity": line.quantity, "amount_minor": line.amount_minor}
        lines[line.purchase_id].append(told)
    return [row | {"lines": lines[row["id"]]} for row in rows]
