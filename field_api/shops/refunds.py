"""Use cases of refunds: give back exactly once, and never more than was paid."""

from typing import Any

from sqlalchemy import insert, select

from field_api import clock
from field_api.customers import happenings
from field_api.errors import Clash, NotFound
from field_api.interactions import actions as timeline
from field_api.shops.models import Purchase, Refund, purchases, refunds
from field_api.shops.money import written
from field_api.shops.purchases import read_purchase
from field_api.shops.rules import check_refund
from field_api.shops.scope import WITH_THEIR_PLACES, in_sight
from field_api.store import audit
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.web import newest_first
from field_api.web.identity import Principal
from field_api.web.instants import happened

_TOLD = ("purchase_id", "amount_minor", "reason", "occurred_at")


def record_refund(session: AnySession, principal: Principal, purchase_id: str, told: dict[str, Any]) -> dict[str, Any]:
    """Give back a purchase or a part of it; the same id and content again is the same answer.

    Raises NotFound out of sight; Clash when more would be given back than is left, in another currency, before the
    purchase, or under an id that stands for another refund.
    """
    purchase = _hold(session, principal, purchase_id)
    row = {
        "id": told["id"],
        "purchase_id": purchase.id,
        "amount_minor": told["amount_minor"],
        "reason": told.get("reason"),
        "occurred_at": happened(told["occurred_at"]),
        "recorded_at": clock.now(),
        "recorded_by_kind": principal.actor.kind,
        "recorded_by_id": principal.actor.id,
    }
    _check_currency(purchase, told["currency"])
    if first := session.execute(select(refunds).where(refunds.c.id == row["id"])).first():
        return _first_answer(purchase, first._asdict(), row)
    _check(purchase, row)
    session.execute(insert(Refund), row)
    purchase.refunded_minor += row["amount_minor"]
    session.flush()
    _tell(session, principal, purchase, row)
    audit.record(session, principal.actor, "refund.record", row["id"], after=row)
    feed.touch(session, "purchases", purchase.id)
    happenings.tell(session, principal, "refund", row)
    return row | {"currency": purchase.currency}


def refunds_of(
    session: AnySession, principal: Principal, purchase_id: str, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """A page of a purchase's refunds, newest first, and the sort values of its last row when more follows."""
    purchase = read_purchase(session, principal, purchase_id)
    asked = select(refunds).where(refunds.c.purchase_id == purchase["id"])
    rows, after = newest_first.page(session, asked, refunds.c.occurred_at, refunds.c.id, limit, cursor)
    return [row | {"currency": purchase["currency"]} for row in rows], after


def _hold(session: AnySession, principal: Principal, purchase_id: str) -> Purchase:
    """The purchase in sight, locked until the transaction ends, so that refunds at once are judged one by one."""
    asked = select(Purchase).select_from(WITH_THEIR_PLACES).where(purchases.c.id == purchase_id, *in_sight(principal))
    # The shop and the customer are joined from outside and may be absent, which cannot be locked.
    locked = asked.with_for_update(of=Purchase).execution_options(populate_existing=True)
    purchase = session.scalars(locked).first()
    if purchase is None:
        raise NotFound(f"There is no purchase {purchase_id} among those you may see.")
    return purchase


def _first_answer(purchase: Purchase, first: dict[str, Any], again: dict[str, Any]) -> dict[str, Any]:
    if any(first[name] != again[name] for name in _TOLD):
        raise Clash(f"The id {again['id']} stands for another refund; each one has an id of its own.")
    return first | {"currency": purchase.currency}


def _check_currency(purchase: Purchase, currency: str) -> None:
    if currency != purchase.currency:
        raise Clash(f"The purchase was paid in {purchase.currency}, so it is not refunded in {currency}.")


def _check(purchase: Purchase, refund: dict[str, Any]) -> None:
    if refund["occurred_at"] < purchase.occurred_at:
        raise Clash(f"The purchase is of {purchase.occurred_at.isoformat()}; a refund comes after it.")
    check_refund(purchase.amount_minor, purchase.refunded_minor, refund["amount_minor"])


def _tell(session: AnySession, principal: Principal, purchase: Purchase, row: dict[str, Any]) -> None:
    """Add the refund to the timeline of the purchase's customer."""
    if purchase.customer_id is None:
        return
    entry = {"channel": purchase.channel, "direction": "inbound", "occurred_at": row["occurred_at"]}
    entry |= {
        "content": written(-row["amount_minor"], purchase.currency),
        "about_kind": "refund",
        "about_id": row["id"],
    }
    timeline.append(session, principal, purchase.customer_id, entry)
