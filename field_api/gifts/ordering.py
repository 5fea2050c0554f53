"""Use cases of orders: a member orders a gift, it is handed over, or the order is cancelled; each exactly once.

The points are set aside, spent or given back in the books by the operation of the same id, in the same transaction.
Locks are taken in one order: the member, the gift, the log, the member's account, and last the stock, for which crowds
wait.
"""

from datetime import timedelta
from typing import Any

from field_api import clock
from field_api.errors import Clash, NotFound
from field_api.gifts import log, rules, stock
from field_api.gifts.catalogue import require_gift
from field_api.loyalty.members import KnownMember, require_active, require_member
from field_api.points import endings, spending
from field_api.points.commands import Cancel, Confirm, Reserve
from field_api.shops.scope import shop_of
from field_api.store import audit
from field_api.store.engine import AnySession
from field_api.web.identity import THE_SYSTEM, Principal

EVENT = "gift"


def order(session: AnySession, principal: Principal, member_id: str, told: dict[str, Any]) -> dict[str, Any]:
    """Set points and one unit aside for a member; the same order again is the same answer, for ever.

    `told` has id and gift_id, and may have shop_id (where it will be fetched) and points (the price the customer was
    told). Raises NotFound out of sight, and Clash with the reason for what cannot be had: another tier or programme,
    too few points, nothing in stock, another price.
    """
    if (first := log.read(session, told["id"])) is not None:
        return _again(session, principal, member_id, told, first)
    member = require_active(session, principal, member_id)
    gift = require_gift(session, principal, told["gift_id"], still=True)
    rules.check_orderable(gift, member.programme_id, member.tier, clock.now())
    rules.check_price(gift, told.get("points"))
    row = _told(principal, member.id, told, gift_version=gift["version"], points=gift["points"])
    shop_of(session, principal, row | {"customer_id": member.customer_id})
    if gift["collect_days"] is not None:
        row["deadline_at"] = row["recorded_at"] + timedelta(days=gift["collect_days"])
    if not log.add(session, row):
        return log.first_answer(session, row)
    why = {"gift_id": gift["id"], "gift_version": gift["version"], "title": gift["title"]}
    reserve = Reserve(operation_id=row["id"], account_id=member.id, points=gift["points"], event=EVENT, why=why)
    spending.reserve(session, principal, reserve)
    audit.record(session, principal.actor, "gift.order", gift["id"], None, row)
    stock.move(session, gift["id"], -1)
    return row


def hand_over(session: AnySession, principal: Principal, order_id: str, told: dict[str, Any]) -> dict[str, Any]:
    """Give a member what they ordered: the points are spent. `told` has id, and may have shop_id.

    Raises NotFound out of sight, and Clash for an order that was ended.
    """
    return _end(session, principal, "hand_over", order_id, told)


def cancel(session: AnySession, principal: Principal, order_id: str, told: dict[str, Any]) -> dict[str, Any]:
    """Give up an order: the points and the unit are back. `told` has id, and may have a reason; raises the same."""
    return _end(session, principal, "cancel", order_id, told)


def lapse(session: AnySession, ordered: dict[str, Any], own_id: str) -> bool:
    """Cancel an order that nobody has fetched in time; False when it was ended in the meantime."""
    require_member(session, THE_SYSTEM, ordered["member_id"], lock=True)
    if log.ender(session, ordered["id"]) is not None:
        return False
    cancel(session, THE_SYSTEM, ordered["id"], {"id": own_id, "reason": "not fetched in time"})
    return True


def require_order(session: AnySession, principal: Principal, order_id: str) -> dict[str, Any]:
    """The order of a member in the caller's sight. Raises NotFound."""
    found = log.read(session, order_id)
    if found is None or found["kind"] != "order":
        raise NotFound(f"There is no order {order_id} among those you may see.")
    try:
        require_member(session, principal, found["member_id"])
    except NotFound:
        raise NotFound(f"There is no order {order_id} among those you may see.") from None
    return found


def order_of(session: AnySession, member: KnownMember, order_id: str) -> dict[str, Any]:
    """The order of this member, or of one merged into them. Raises NotFound."""
    found = log.read(session, order_id)
    if found is not None and found["kind"] == "order":
        owner = require_member(session, THE_SYSTEM, found["member_id"])
        if member.id in {owner.id, owner.merged_into_id}:
            return found
    raise NotFound(f"There is no order {order_id} of this member.")


def _end(session: AnySession, principal: Principal, kind: str, order_id: str, told: dict[str, Any]) -> dict[str, Any]:
    ordered = require_order(session, principal, order_id)
    member = require_member(session, principal, ordered["member_id"], lock=True)
    row = _ending(session, principal, kind, ordered, member, told)
    if not log.add(session, row):
        return log.first_answer(session, row)
    command = {"operation_id": row["id"], "ends_id": order_id, "event": EVENT}
    if kind == "hand_over":
        endings.confirm(session, principal, Confirm(**command))
    else:
        endings.cancel(session, principal, Cancel(**command))
    audit.record(session, principal.actor, f"gift.{kind}", ordered["gift_id"], ordered, row)
    if row["units"]:
        stock.move(session, ordered["gift_id"], row["units"])
    return row


def _ending(
    session: AnySession,
    principal: Principal,
    kind: str,
    ordered: dict[str, Any],
    member: KnownMember,
    told: dict[str, Any],
) -> dict[str, Any]:
    """The line that ends an order: of a cancellation the unit comes back."""
    where = {"shop_id": told.get("shop_id"), "customer_id": member.customer_id}
    more = {name: ordered[name] for name in ("gift_id", "gift_version", "member_id", "points")}
    more |= {"ends_id": ordered["id"], "units": 1 if kind == "cancel" else 0, "reason": told.get("reason")}
    return log.line(principal, kind, told["id"], shop_id=shop_of(session, principal, where), **more)


def _again(
    session: AnySession, principal: Principal, member_id: str, told: dict[str, Any], first: dict[str, Any]
) -> dict[str, Any]:
    """The answer to an order whose id is known; the member may have left, or been merged, in the meantime."""
    member = require_member(session, principal, member_id)
    another = first["member_id"] not in {member.id, member.merged_into_id}
    if another or told.get("points") not in {None, first["points"]}:
        raise Clash(f"The id {told['id']} stands for another operation; each one has an id of its own.")
    return log.first_answer(session, _told(principal, first["member_id"], told))


def _told(principal: Principal, member_id: str, told: dict[str, Any], **more: Any) -> dict[str, Any]:
    told_of = {"gift_id": told["gift_id"], "member_id": member_id, "shop_id": told.get("shop_id") or principal.shop_id}
    return log.line(principal, "order", told["id"], units=-1, **told_of, **more)
