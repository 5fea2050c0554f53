"""The tier of a member, replayed from the books: now or at any moment of the past; and the fact that tells it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from field_api import clock
from field_api.customers.facts import end_fact, facts_of, note_fact
from field_api.customers.scope import require_customer
from field_api.loyalty import rules_tiers
from field_api.loyalty.members import KnownMember, require_member
from field_api.loyalty.models import members, programmes
from field_api.loyalty.rules_tiers import Counted, Standing, tier_above, tier_of
from field_api.loyalty.terms import Terms, all_terms, periods
from field_api.points.models import operations
from field_api.store import audit
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.web.identity import THE_SYSTEM

SOURCE = "loyalty"

_COLUMNS = tuple(
    operations.c[name]
    for name in ("id", "account_id", "kind", "other_account_id", "ends_id", "about_id", "points", "pending", "event")
)
_THAT_COUNT = operations.c.kind.in_(("earn", "confirm", "reverse"))
_OF_ACCOUNTS = (
    select(*_COLUMNS, operations.c.recorded_at)
    .where(operations.c.account_id.in_(bindparam("accounts", expanding=True)), _THAT_COUNT)
    .where(operations.c.recorded_at <= bindparam("at"))
    .order_by(operations.c.recorded_at, operations.c.id)
)
_MERGED = select(operations.c.account_id, operations.c.recorded_at).where(
    operations.c.other_account_id == bindparam("account_id"),
    operations.c.kind == "merge",
    operations.c.recorded_at <= bindparam("at"),
)
_KEEP = update(members).where(members.c.id == bindparam("of_id"))
_MAIN = select(programmes.c.id).where(
    programmes.c.id == bindparam("programme_id"), programmes.c.is_main, programmes.c.state == "live"
)


def standing(session: AnySession, member: KnownMember, at: datetime | None = None) -> Standing:
    """The tier at an instant, by what the books had recorded until then and the terms of each moment."""
    moment = at or clock.now()
    return _replayed(session, member.id, all_terms(session, member.programme_id), moment)


def described(session: AnySession, member: KnownMember, at: datetime | None = None) -> dict[str, Any]:
    """The same as people read it: the tier with its privileges, the next one, and what is missing to enter it."""
    moment = at or clock.now()
    found = all_terms(session, member.programme_id)
    now = _replayed(session, member.id, found, moment)
    terms = next((one for one in reversed(found) if one.starts_at <= moment), found[0]).terms
    own, above = tier_of(terms, now.tier), tier_above(terms, now.tier)
    return {
        "at": moment,
        "tier": own,
        "since_at": now.since_at,
        "points": now.points,
        "window_months": terms["window_months"],
        "next_tier": above,
        "points_missing": above and max(0, above["entry_points"] - now.points),
        # When the tier changes by itself, unless points come.
        "changes_at": now.due_at,
    }


def recompute(session: AnySession, member_id: str) -> None:
    """Compute the tier of a member as of now, and tell it where it has changed. Holds the customer and the member.

    Of somebody who has left since they were found, nothing is computed.
    """
    customer_id = require_member(session, THE_SYSTEM, member_id).customer_id
    customer = require_customer(session, THE_SYSTEM, customer_id, lock=True)
    member = require_member(session, THE_SYSTEM, member_id, lock=True)
    if member.state != "active":
        return
    moment = clock.now()
    now = _replayed(session, member.id, all_terms(session, member.programme_id), moment)
    kept: dict[str, Any] = {"tier": now.tier, "tier_since_at": now.since_at}
    kept |= {"tier_computed_at": moment, "tier_due_at": now.due_at}
    if now.tier != member.tier:
        kept |= {"version": members.c.version + 1, "updated_at": moment}
    session.connection().execute(_KEEP.values(kept), {"of_id": member.id})
    if now.tier != member.tier:
        before = {"tier": member.tier}
        audit.record(session, audit.SYSTEM, "member.tier", member.id, before, {"tier": now.tier})
        feed.touch(session, "cards", member.id)
    if customer.retired_at is None:
        tell(session, member, now.tier)


def tell(session: AnySession, member: KnownMember, tier: str | None) -> None:
    """Note the tier as a dated fact on the customer, or end the fact where there is none any more.

    Of a programme that is not the live main one nothing is noted, and what was noted while it was that ends.
    """
    told = [one for one in facts_of(session, member.customer_id) if one["kind"] == "tier" and one["source"] == SOURCE]
    if session.execute(_MAIN, {"programme_id": member.programme_id}).first() is None:
        tier, told = None, [one for one in told if one["source_id"] == member.id]
    if tier is not None and [(one["value"], one["source_id"]) for one in told] == [(tier, member.id)]:
        return
    # Another tier ends the one before; the same one that another programme had told ends first.
    if tier is None or any(one["value"] == tier for one in told):
        for one in told:
            end_fact(session, THE_SYSTEM, member.customer_id, "tier", one["value"])
    if tier is not None:
        note_fact(session, THE_SYSTEM, member.customer_id, "tier", tier, source=SOURCE, source_id=member.id)


def unlike_books(session: AnySession, member_ids: Sequence[str]) -> list[str]:
    """A sentence for each of these members whose tier is not what the books give for when it was computed."""
    columns = tuple(
        members.c[name] for name in ("id", "programme_id", "tier", "tier_since_at", "tier_computed_at", "tier_due_at")
    )
    rows = session.execute(select(*columns).where(members.c.id.in_(member_ids)).order_by(members.c.id)).all()
    if not rows:
        return []
    moved = _moved(session, member_ids, max(row.tier_computed_at for row in rows))
    promised = {one: periods(all_terms(session, one)) for one in {row.programme_id for row in rows}}
    found = []
    for row in rows:
        mine = _counted_by(session, moved, row.id, row.tier_computed_at)
        now = rules_tiers.standing(mine, promised[row.programme_id], row.tier_computed_at)
        if (now.tier, now.since_at) != (row.tier, row.tier_since_at):
            found.append(f"The member {row.id} has the tier {row.tier}; the books say {now.tier}.")
    return found


def _counted_by(session: AnySession, moved: Mapping[str, list[Any]], member_id: str, at: datetime) -> list[Counted]:
    """What counts of a member at an instant, by what was read of many; asked for where others were merged into them."""
    if member_id not in moved:
        return counted(session, member_id, at)
    return counted_of([one for one in moved[member_id] if one.recorded_at <= at], {member_id: None})


def counted(session: AnySession, member_id: str, at: datetime) -> list[Counted]:
    """The points that count for the tier until an instant; of members merged into this one, from the merge on."""
    since = _accounts(session, member_id, at)
    rows = session.connection().execute(_OF_ACCOUNTS, {"accounts": list(since), "at": at}).all()
    return counted_of(rows, since)


def counted_of(rows: Iterable[Any], since: dict[str, datetime | None]) -> list[Counted]:
    """The same of rows in the order of their recording, and of the instants from which their accounts count."""
    found: dict[str, Counted] = {}
    pending: dict[str, Counted] = {}
    for row in rows:
        start = since.get(row.account_id)
        at = row.recorded_at if start is None else max(start, row.recorded_at)
        if row.kind == "earn":
            (pending if row.pending else found)[row.id] = Counted(at, row.event or "", row.points)
        elif row.kind == "confirm" and row.ends_id in pending:
            found[row.ends_id] = one = pending.pop(row.ends_id)
            one.at = at
        elif row.kind == "reverse" and row.about_id in found:
            found[row.about_id].taken_back.append((row.recorded_at, row.points))
    return list(found.values())


def _moved(session: AnySession, account_ids: Sequence[str], at: datetime) -> dict[str, list[Any]]:
    """What counts of each of these accounts until an instant; those into which others were merged are left out."""
    asked = {"accounts": list(account_ids), "at": at}
    merged = select(operations.c.other_account_id).where(operations.c.other_account_id.in_(account_ids))
    several = set(session.execute(merged.where(operations.c.kind == "merge")).scalars())
    found: dict[str, list[Any]] = {own: [] for own in account_ids if own not in several}
    for row in session.connection().execute(_OF_ACCOUNTS, asked):
        if row.account_id in found:
            found[row.account_id].append(row)
    return found


def _replayed(session: AnySession, member_id: str, found: Sequence[Terms], at: datetime) -> Standing:
    return rules_tiers.standing(counted(session, member_id, at), periods(list(found)), at)


def _accounts(session: AnySession, account_id: str, at: datetime) -> dict[str, datetime | None]:
    """The account and those merged into it until an instant, each with the instant from which it counts."""
    found: dict[str, datetime | None] = {account_id: None}
    for one in (todo := [account_id]):
        for merged, merged_at in session.connection().execute(_MERGED, {"account_id": one, "at": at}):
            start = found[one]
            found[merged] = merged_at if start is None else max(start, merged_at)
            todo.append(merged)
    return found
