"""The commands that move a member's points: each is held against who may, and the books do the rest.

A till names a member by the card number alone, and ends only what tills of its own shop began.
"""

from typing import Any

from sqlalchemy import select

from field_api import clock
from field_api.access.models import Device, ServiceAccount
from field_api.errors import Clash, Fault, Forbidden, Invalid, NotFound
from field_api.loyalty.earning import forget_pending, remind_of_tier
from field_api.loyalty.members import KnownMember, require_active, require_member
from field_api.loyalty.referrals import in_order
from field_api.points import earning, endings, holding, leases, log, moving, reversals, spending
from field_api.points.commands import Adjust, Cancel, Confirm, Lease, Reserve, Return, Reverse, Spend, Transfer
from field_api.points.log import Operation
from field_api.points.rules import is_over
from field_api.store.engine import AnySession
from field_api.web.identity import THE_SYSTEM, Principal

# Reservations that another feature began, and ends together with what hangs on them.
OF_OTHERS = {"gift": "It belongs to a gift order; hand the gift over or cancel the order."}


def spend(session: AnySession, principal: Principal, member_id: str, told: dict[str, Any]) -> Operation:
    """Take points of a member. Raises NotFound, TooFew, and Clash for one who left or an id in use."""
    member = require_active(session, principal, member_id)
    return spending.spend(session, principal, Spend(account_id=member.id, **_moved(told)))


def reserve(session: AnySession, principal: Principal, member_id: str, told: dict[str, Any]) -> Operation:
    """Set points of a member aside, until a deadline where one is told. Raises as `spend`."""
    member = require_active(session, principal, member_id)
    command = Reserve(account_id=member.id, deadline_at=told.get("deadline_at"), **_moved(told))
    return spending.reserve(session, principal, command)


def adjust(session: AnySession, principal: Principal, member_id: str, told: dict[str, Any]) -> Operation:
    """Give points, or take them below zero, for a reason. Raises as `spend`, and Invalid for points that are over."""
    member = require_active(session, principal, member_id)
    if is_over(told.get("expires_at"), clock.now()) and log.find(session, told["id"]) is None:
        raise Invalid("These points would be over at once.", Fault("/expires_at", "Give an instant that is to come."))
    command = Adjust(account_id=member.id, expires_at=told.get("expires_at"), **_moved(told))
    return earning.adjust(session, principal, command)


def transfer(session: AnySession, principal: Principal, member_id: str, told: dict[str, Any]) -> Operation:
    """Hand points of a member to another of the same programme. Raises NotFound, TooFew and Clash."""
    source, target = _pair(session, principal, member_id, told["to_member_id"])
    if source.programme_id != target.programme_id:
        raise Clash("Points stay within their programme; the two are members of different ones.")
    return moving.transfer(session, principal, Transfer(account_id=source.id, to_account_id=target.id, **_moved(told)))


def grant_lease(session: AnySession, principal: Principal, member_id: str, told: dict[str, Any]) -> Operation:
    """Set points aside for one of the caller's own devices, which may spend them without a network."""
    member = require_active(session, principal, member_id)
    _check_own_device(session, principal, told["device_id"])
    more = {"deadline_at": told["deadline_at"], "device_id": told["device_id"]}
    return leases.grant_lease(session, principal, Lease(account_id=member.id, **more, **_moved(told)))


def leases_of(session: AnySession, principal: Principal, device_id: str) -> list[dict[str, Any]]:
    """The leases of one of the caller's own devices that have not ended; for an admin of any. Raises NotFound."""
    if principal.role != "admin":
        _check_own_device(session, principal, device_id)
    elif session.execute(select(Device.id).where(Device.id == device_id)).first() is None:
        raise NotFound(f"There is no device {device_id}.")
    return [
        {
            "id": one.operation_id,
            "member_id": one.account_id,
            "points_left": one.points_left,
            "deadline_at": one.deadline_at,
        }
        for one in holding.of_device(session, device_id)
        if not is_over(one.deadline_at, clock.now())
    ]


def return_lease(session: AnySession, principal: Principal, lease_id: str, told: dict[str, Any]) -> Operation:
    """End a lease before its deadline: its own device does, or an admin when the device is lost."""
    lease, _ = _require(session, principal, lease_id, "lease")
    if principal.role != "admin":
        _check_own_device(session, principal, str(lease.device_id))
    return leases.return_lease(session, principal, Return(lease_id=lease_id, **_ended(told)))


def spend_leased(session: AnySession, principal: Principal, lease_id: str, told: dict[str, Any]) -> Operation:
    """Tell of points that a device has spent of its lease. Raises NotFound, TooFew and Clash."""
    lease, member = _require(session, principal, lease_id, "lease")
    _check_own_device(session, principal, str(lease.device_id))
    return spending.spend(session, principal, Spend(account_id=member.id, lease_id=lease_id, **_moved(told)))


def confirm(session: AnySession, principal: Principal, operation_id: str, told: dict[str, Any]) -> Operation:
    """Let reserved points be spent, or pending ones be the member's own. Raises NotFound, Forbidden and Clash."""
    began, member = _require(session, principal, operation_id, "reserve", "earn")
    _check_may_end(principal, began)
    done = endings.confirm(session, principal, Confirm(ends_id=operation_id, **_ended(told)))
    _settle(session, began, member)
    return done


def cancel(session: AnySession, principal: Principal, operation_id: str, told: dict[str, Any]) -> Operation:
    """Give reserved points back, or drop pending ones. Raises NotFound, Forbidden and Clash."""
    began, member = _require(session, principal, operation_id, "reserve", "earn")
    _check_may_end(principal, began)
    done = endings.cancel(session, principal, Cancel(ends_id=operation_id, **_ended(told)))
    _settle(session, began, member)
    return done


def reverse(session: AnySession, principal: Principal, operation_id: str, told: dict[str, Any]) -> Operation:
    """Take an earning or a spend back, whole or so many points of it. Raises NotFound, TooFew and Clash."""
    began, member = _require(session, principal, operation_id)
    if began.event in OF_OTHERS:
        raise Clash(OF_OTHERS[began.event])
    command = Reverse(reversed_id=operation_id, points=told.get("points"), **_ended(told))
    done = reversals.reverse(session, principal, command)
    remind_of_tier(session, member.id)
    return done


def _pair(session: AnySession, principal: Principal, *member_ids: str) -> tuple[KnownMember, KnownMember]:
    """Two members, held; of merged ones those who stand for them. Raises NotFound and Clash."""
    known = [require_member(session, principal, one) for one in member_ids]
    source_id, target_id = (one.merged_into_id or one.id for one in known)
    if source_id == target_id:
        raise Clash("Both are one and the same member.")
    held = {one: require_active(session, principal, one) for one in in_order(session, source_id, target_id)}
    return held[source_id], held[target_id]


def _moved(told: dict[str, Any]) -> dict[str, Any]:
    named = {name: told.get(name) for name in ("occurred_at", "purchase_id", "reason")}
    return named | {"operation_id": told["id"], "points": told["points"]}


def _ended(told: dict[str, Any]) -> dict[str, Any]:
    return {"operation_id": told["id"], "reason": told.get("reason")}


def require_operation(session: AnySession, principal: Principal, operation_id: str) -> tuple[Operation, KnownMember]:
    """An operation that the caller may know of, with its member. Raises NotFound, in the same words for others'."""
    operation = log.find(session, operation_id)
    if operation is not None and _is_own(session, principal, operation):
        for account_id in (operation.account_id, operation.other_account_id):
            member = _member(session, principal, account_id)
            if member is not None:
                return operation, member
    raise NotFound(f"There is no operation {operation_id} among those you may see.")


def _require(
    session: AnySession, principal: Principal, operation_id: str, *kinds: str
) -> tuple[Operation, KnownMember]:
    """The same of these kinds, its member held; of a merged member it is the one merged into."""
    operation, member = require_operation(session, principal, operation_id)
    if kinds and operation.kind not in kinds:
        raise NotFound(f"There is no {' or '.join(kinds)} {operation_id} among those you may see.")
    held = require_member(session, THE_SYSTEM, member.merged_into_id or member.id, lock=True)
    return operation, held


def _member(session: AnySession, principal: Principal, member_id: str | None) -> KnownMember | None:
    if member_id is None:
        return None
    try:
        return require_member(session, principal, member_id)
    except NotFound:
        return None


def _is_own(session: AnySession, principal: Principal, operation: Operation) -> bool:
    """Staff know what is theirs by the member; a till what the tills of its shop did."""
    if principal.role != "service":
        return True
    if operation.recorded_by_kind != "service" or principal.shop_id is None:
        return False
    account = session.get(ServiceAccount, str(operation.recorded_by_id))
    return account is not None and account.shop_id == principal.shop_id


def _check_may_end(principal: Principal, began: Operation) -> None:
    if began.event in OF_OTHERS:
        raise Clash(OF_OTHERS[began.event])
    if began.kind == "earn" and principal.role not in {"manager", "admin"}:
        raise Forbidden("Pending points become spendable when their time has come; a manager may do it before.")


def _settle(session: AnySession, began: Operation, member: KnownMember) -> None:
    if began.kind == "earn":
        forget_pending(session, began.id)
        remind_of_tier(session, member.id)


def _check_own_device(session: AnySession, principal: Principal, device_id: str) -> None:
    mine = select(Device.id).where(Device.id == device_id, Device.user_id == principal.id)
    if session.execute(mine).first() is None:
        raise NotFound(f"You have no device {device_id}.")
