"""What loyalty does when it hears of a purchase, a refund, a visit or an answer, in the transaction recording it."""

from typing import Any

from sqlalchemy import bindparam, select

from field_api.interactions.models import entries
from field_api.loyalty.earning import (
    Scheme,
    belongs,
    earn_by_rules,
    event_operation,
    following_operation,
    forget_pending,
    post,
    remind_of_tier,
    scheme_of,
)
from field_api.loyalty.members import KnownMember, active_members_of, require_member
from field_api.loyalty.rules import Event, Line, day_of, kept_points
from field_api.loyalty.terms import rule_of, terms_at
from field_api.points import log
from field_api.points.commands import Cancel, Reverse
from field_api.points.endings import cancel
from field_api.points.log import Operation
from field_api.points.models import operations
from field_api.points.reversals import given_back, reverse
from field_api.shops.models import purchase_lines, purchases
from field_api.store.engine import AnySession
from field_api.web.identity import THE_SYSTEM, Principal

_OTHERS = (
    select(purchases.c.id)
    .where(purchases.c.customer_id == bindparam("customer_id"), purchases.c.id != bindparam("own_id"))
    .where(purchases.c.occurred_at >= bindparam("since"))
    .limit(1)
)
_PURCHASE = select(
    purchases.c.id,
    purchases.c.currency,
    purchases.c.amount_minor,
    purchases.c.refunded_minor,
    purchases.c.occurred_at,
).where(purchases.c.id == bindparam("own_id"))
_LINES = (
    select(purchase_lines.c.category, purchase_lines.c.amount_minor)
    .where(purchase_lines.c.purchase_id == bindparam("own_id"))
    .order_by(purchase_lines.c.position)
)
_OF_PURCHASE = (
    select(operations.c.id)
    .where(operations.c.purchase_id == bindparam("own_id"), operations.c.kind == "earn")
    .order_by(operations.c.recorded_at, operations.c.id)
)
_CORRECTED = select(entries.c.corrects_id).where(entries.c.id == bindparam("own_id"))


def purchase(session: AnySession, principal: Principal, told: dict[str, Any]) -> None:
    """A purchase earns its customer points, and the first one whoever brought them."""
    if told["customer_id"] is None:
        return
    lines = tuple(Line(line["category"], line["amount_minor"]) for line in told["lines"])
    bought = ("purchase", told["id"], told["occurred_at"], told["currency"], lines, told["id"])
    for member in active_members_of(session, told["customer_id"]):
        earn_by_rules(session, principal, member, Event(*bought))
        _thank_referrer(session, principal, member, told)


def refund(session: AnySession, principal: Principal, told: dict[str, Any]) -> None:
    """A refund takes back what the purchase would not have earned without what was given back."""
    row = session.connection().execute(_PURCHASE, {"own_id": told["purchase_id"]}).one()
    earned = session.connection().execute(_OF_PURCHASE, {"own_id": row.id}).scalars().all()
    for operation in sorted((log.read(session, own_id) for own_id in earned), key=_turn):
        member = require_member(session, THE_SYSTEM, operation.account_id, lock=True)
        if member.merged_into_id is not None:
            member = require_member(session, THE_SYSTEM, member.merged_into_id, lock=True)
        # Whoever left has no points that could be taken back.
        if member.left_at is None:
            _take_back(session, principal, member, operation, told["id"], _kept(session, operation, row))


def interaction(session: AnySession, principal: Principal, told: dict[str, Any]) -> None:
    """A visit earns; one that is corrected to something else does not."""
    for member in active_members_of(session, told["customer_id"]):
        before = _earned_before(session, member, told)
        if before is None and told["channel"] == "visit":
            earn_by_rules(session, principal, member, Event("visit", told["id"], told["occurred_at"]))
        elif before is not None and told["channel"] != "visit":
            _take_back(session, principal, member, before, told["id"], 0)


def _turn(operation: Operation) -> tuple[bool, str]:
    """Buyers by their ids, then whoever brought them: members are held as the purchase itself held them."""
    is_thanks = operation.event == "referral"
    return is_thanks, (operation.why or {}).get("event_id", "") if is_thanks else operation.account_id


def answer(session: AnySession, principal: Principal, told: dict[str, Any]) -> None:
    """A survey that was answered earns, whatever was answered in it."""
    for member in active_members_of(session, told["customer_id"]):
        earn_by_rules(session, principal, member, Event("answer", told["id"], told["occurred_at"]))


def _thank_referrer(session: AnySession, principal: Principal, member: KnownMember, told: dict[str, Any]) -> None:
    if member.referred_by_id is None or not _is_first(session, member, told):
        return
    referrer = require_member(session, THE_SYSTEM, member.referred_by_id, lock=True)
    if referrer.merged_into_id is not None:
        referrer = require_member(session, THE_SYSTEM, referrer.merged_into_id, lock=True)
    if referrer.state == "active" and referrer.customer_id != member.customer_id:
        event = Event("referral", member.id, told["occurred_at"], purchase_id=told["id"])
        earn_by_rules(session, principal, referrer, event)


def _is_first(session: AnySession, member: KnownMember, told: dict[str, Any]) -> bool:
    """Whether it is the friend's first purchase as a member."""
    scheme = scheme_of(session, member.programme_id)
    if not belongs(member, scheme, told["occurred_at"]):
        return False
    asked = {
        "customer_id": member.customer_id,
        "own_id": told["id"],
        "since": day_of(member.joined_at, scheme.time_zone)[0],
    }
    return session.connection().execute(_OTHERS, asked).first() is None


def _kept(session: AnySession, operation: Operation, row: Any) -> int:
    """What an earning would be without what was given back of its purchase."""
    if operation.event != "purchase":
        return operation.points if row.refunded_minor < row.amount_minor else 0
    rules = [rule_of(session, one["rule_id"], one["version"]) for one in (operation.why or {}).get("rules", ())]
    lines = tuple(Line(*line) for line in session.connection().execute(_LINES, {"own_id": row.id}))
    event = Event("purchase", row.id, row.occurred_at, row.currency, lines, row.id)
    return min(operation.points, kept_points(rules, event, row.amount_minor, row.refunded_minor))


def _take_back(
    session: AnySession, principal: Principal, member: KnownMember, operation: Operation, event_id: str, kept: int
) -> None:
    """Take an earning back until `kept` points of it are left."""
    ended = log.ender(session, operation.id) if operation.pending else None
    if ended is not None and ended.kind == "cancel":
        return
    if operation.pending and ended is None:
        if kept < operation.points:
            _lessen(session, principal, member, operation, event_id, kept)
        return
    back = operation.points - given_back(session, operation.id) - kept
    if back > 0:
        own = following_operation("take back", event_id, operation.id)
        why = {"event_id": event_id}
        reverse(session, principal, Reverse(operation_id=own, reversed_id=operation.id, points=back, why=why))
        remind_of_tier(session, member.id)


def _lessen(
    session: AnySession, principal: Principal, member: KnownMember, operation: Operation, event_id: str, kept: int
) -> None:
    """Cancel what is pending, and let the rest of it be earned anew, to wait as long."""
    own = following_operation("cancel", event_id, operation.id)
    cancel(session, principal, Cancel(operation_id=own, ends_id=operation.id, why={"event_id": event_id}))
    forget_pending(session, operation.id)
    if kept == 0:
        return
    scheme: Scheme = scheme_of(session, member.programme_id)
    terms = terms_at(session, scheme.id, operation.occurred_at)
    why = dict(operation.why or {}) | {"instead_of": operation.id, "refund_id": event_id}
    event = Event(str(operation.event), event_id, operation.occurred_at, purchase_id=operation.purchase_id)
    again = following_operation("earn anew", event_id, operation.id)
    post(session, principal, member, scheme, event, terms, kept, why, again)


def _earned_before(session: AnySession, member: KnownMember, told: dict[str, Any]) -> Operation | None:
    """What an entry that this one corrects, directly or not, has earned and still gives."""
    corrected = told.get("corrects_id")
    while corrected is not None:
        found = log.find(session, event_operation("visit", corrected, member.id))
        if found is not None and given_back(session, found.id) < found.points:
            return found
        corrected = session.connection().execute(_CORRECTED, {"own_id": corrected}).scalar()
    return None


LISTENERS = {"purchase": (purchase,), "refund": (refund,), "interaction": (interaction,), "answer": (answer,)}
