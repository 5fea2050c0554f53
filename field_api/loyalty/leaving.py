"""Use cases that end a membership: somebody leaves, or two members turn out to be one person."""

from typing import Any

from sqlalchemy import bindparam, select, update

from field_api import clock
from field_api.customers.scope import require_customer
from field_api.errors import Clash
from field_api.loyalty import tiers
from field_api.loyalty.earning import following_operation, forget_pending, remind_of_tier
from field_api.loyalty.members import KnownMember, enrolments_of, require_member
from field_api.loyalty.models import Enrolment, Member, enrolments, members, pending_earnings
from field_api.loyalty.referrals import in_order, was_brought_by
from field_api.points import accounts, log
from field_api.points.balances import balance
from field_api.points.commands import Adjust, Cancel, Merge, Return
from field_api.points.earning import adjust
from field_api.points.endings import cancel
from field_api.points.leases import return_lease
from field_api.points.models import holds
from field_api.points.moving import merge as merge_accounts
from field_api.store import audit
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.web.identity import THE_SYSTEM, Principal

LEFT = "The member left the programme."

_PENDING = select(pending_earnings.c.operation_id).where(pending_earnings.c.member_id == bindparam("member_id"))
_LEASES = select(holds.c.operation_id).where(holds.c.account_id == bindparam("member_id"), holds.c.kind == "lease")
_HAND_ON_PENDING = update(pending_earnings).where(pending_earnings.c.member_id == bindparam("source"))


def leave(session: AnySession, principal: Principal, member_id: str, operation_id: str) -> dict[str, Any]:
    """End a membership: pending points are cancelled, leases return, and what could be spent ends with the account.

    Points set aside for something ordered stay set aside, and what comes back of them expires. Who comes back later is
    a new member. Who has left already is left as they are. Raises NotFound.
    """
    customer_id = require_member(session, principal, member_id).customer_id
    require_customer(session, THE_SYSTEM, customer_id, lock=True)
    member = require_member(session, principal, member_id, lock=True)
    if member.merged_into_id is not None:
        return leave(session, principal, member.merged_into_id, operation_id)
    if member.left_at is None:
        _end_points(session, principal, member, operation_id)
        _mark_left(session, principal, member)
    return document(session, member_id)


def merge(session: AnySession, principal: Principal, member_id: str, told: dict[str, Any]) -> dict[str, Any]:
    """Let a member stand for another one of the same programme from now on: points, tier, cards and enrolments.

    `told` has id and into_id. The same operation again is the same answer. Raises NotFound and Clash.
    """
    source, target = _both(session, principal, member_id, told["into_id"])
    if source.merged_into_id != target.id:
        _check_may_merge(source, target)
    command = Merge(operation_id=told["id"], account_id=source.id, into_account_id=target.id)
    if log.first_answer(session, command) is None:
        merge_accounts(session, principal, command)
        _mark_merged(session, principal, source, target)
    return document(session, target.id)


def change_birthday(
    session: AnySession, principal: Principal, member: KnownMember, birthday: str | None
) -> dict[str, Any]:
    """Note the month and the day of an active member's birthday, or forget them."""
    row = session.get_one(Member, member.id, populate_existing=True)
    before, row.birthday = {"birthday": row.birthday}, birthday
    row.touch()
    session.flush()
    audit.record(session, principal.actor, "member.change", member.id, before, {"birthday": birthday})
    feed.touch(session, "cards", member.id)
    return document(session, member.id)


def document(session: AnySession, member_id: str) -> dict[str, Any]:
    """A member as JSON shows it, with how they came."""
    member = require_member(session, THE_SYSTEM, member_id)
    return member.document() | {"enrolments": enrolments_of(session, [member.id])[member.id]}


def _end_points(session: AnySession, principal: Principal, member: KnownMember, operation_id: str) -> None:
    asked = {"member_id": member.id}
    for own in session.execute(_PENDING, asked).scalars().all():
        ending = following_operation("leave", operation_id, own)
        cancel(session, principal, Cancel(operation_id=ending, ends_id=own, reason=LEFT))
        forget_pending(session, own)
    for own in session.execute(_LEASES, asked).scalars().all():
        ending = following_operation("leave", operation_id, own)
        return_lease(session, principal, Return(operation_id=ending, lease_id=own, reason=LEFT))
    left = balance(session, member.id).points
    if left:
        command = Adjust(operation_id=operation_id, account_id=member.id, points=-left, reason=LEFT)
        adjust(session, principal, command)
    accounts.close_account(session, principal, member.id)


def _mark_left(session: AnySession, principal: Principal, member: KnownMember) -> None:
    row = session.get_one(Member, member.id, populate_existing=True)
    row.state, row.left_at, row.birthday = "left", clock.now(), None
    row.tier = row.tier_since_at = row.tier_due_at = None
    row.touch()
    session.flush()
    _untell(session, member)
    audit.record(session, principal.actor, "member.leave", member.id, {"state": "active"}, {"state": "left"})
    feed.touch(session, "cards", member.id)


def _mark_merged(session: AnySession, principal: Principal, source: KnownMember, target: KnownMember) -> None:
    row = session.get_one(Member, source.id, populate_existing=True)
    row.state, row.left_at, row.merged_into_id = "merged", clock.now(), target.id
    row.birthday = row.tier = row.tier_since_at = row.tier_due_at = None
    row.touch()
    heir = session.get_one(Member, target.id, populate_existing=True)
    heir.joined_at = min(heir.joined_at, source.joined_at)
    if heir.referred_by_id is not None and was_brought_by(session, heir.referred_by_id, source.id):
        heir.referred_by_id = None
    heir.touch()
    _hand_on(session, source.id, target.id)
    session.flush()
    _untell(session, source)
    remind_of_tier(session, target.id)
    said = {"state": "merged", "merged_into_id": target.id}
    audit.record(session, principal.actor, "member.merge", source.id, {"state": "active"}, said)
    for own in (source.id, target.id):
        feed.touch(session, "cards", own)


def _hand_on(session: AnySession, source_id: str, target_id: str) -> None:
    """Earlier merges, enrolments and what is pending go to the one who stands for them now."""
    for earlier in session.scalars(select(Member).where(members.c.merged_into_id == source_id)):
        earlier.merged_into_id = target_id
        feed.touch(session, "cards", earlier.id)
    for source in session.scalars(select(Enrolment).where(enrolments.c.member_id == source_id)):
        source.member_id = target_id
    session.connection().execute(_HAND_ON_PENDING.values(member_id=target_id), {"source": source_id})


def _untell(session: AnySession, member: KnownMember) -> None:
    if member.retired_at is None:
        tiers.tell(session, member, None)


def _both(session: AnySession, principal: Principal, member_id: str, into_id: str) -> tuple[KnownMember, KnownMember]:
    """Both members, held, after their customers."""
    one, other = (require_member(session, principal, own) for own in (member_id, into_id))
    if one.id == other.id:
        raise Clash("Both are one and the same member.")
    for customer_id in sorted({one.customer_id, other.customer_id}):
        require_customer(session, THE_SYSTEM, customer_id, lock=True)
    order = in_order(session, one.id, other.id)
    held = {own: require_member(session, principal, own, lock=True) for own in order}
    return held[one.id], held[other.id]


def _check_may_merge(source: KnownMember, target: KnownMember) -> None:
    if source.programme_id != target.programme_id:
        raise Clash("The two are members of different programmes.")
    for one in (source, target):
        if one.state != "active":
            raise Clash(f"The member {one.id} is not active any more.")
