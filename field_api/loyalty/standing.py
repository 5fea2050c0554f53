"""What a member has and has done: the balance with what ends soon, and a history that explains itself."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from field_api import clock
from field_api.loyalty.members import KnownMember
from field_api.loyalty.terms import rule_of
from field_api.points import history
from field_api.points.accounts import standing_for
from field_api.points.balances import balance
from field_api.points.history import Entry
from field_api.points.log import Operation
from field_api.points.models import MEMBER_BOOKS
from field_api.points.moving import all_merged_into
from field_api.store.engine import AnySession

SOON = timedelta(days=60)


def balance_of(session: AnySession, member: KnownMember, at: datetime | None = None) -> dict[str, Any]:
    """What a member has now, or had at an instant, with the lots that end first; `soon` is within sixty days."""
    moment = at or clock.now()
    found = balance(session, member.id, at)
    soon = sum(one.points for one in found.lots if one.expires_at is not None and one.expires_at <= moment + SOON)
    lots = [{"expires_at": one.expires_at, "points": one.points} for one in found.lots]
    told = {name: getattr(found, name) for name in ("points", "pending", "reserved", "leased", "debt")}
    return told | {"member_id": found.account_id, "at": moment, "expiring_soon": soon, "lots": lots}


def history_of(
    session: AnySession, member: KnownMember, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """A page of what was done, newest first, each with what it changed for the member; what it says is not expanded."""
    rows, after = history.page(session, member.id, limit, cursor)
    mine = set(all_merged_into(session, member.merged_into_id or member.id))
    moved = history.moved_by(session, [row["id"] for row in rows])
    return [_shown(row, moved[row["id"]], mine) for row in rows], after


def explained(session: AnySession, operation: Operation, member_id: str | None = None) -> dict[str, Any]:
    """One operation with all that decided it: the rules as they read then, and the lots it opened, drew or gave back.

    What it changed is told of the member, or of the one on whose account it was.
    """
    account = standing_for(session, member_id or operation.account_id)
    mine = set(all_merged_into(session, account.id))
    entries = history.moved_by(session, [operation.id])[operation.id]
    shown = _shown(asdict(operation), entries, mine)
    if shown["why"] is not None and shown["why"].get("rules"):
        shown["why"] = shown["why"] | {"rules": _said(session, shown["why"]["rules"])}
    return shown | {"lots": _lots(entries, mine)}


def _shown(row: dict[str, Any], entries: Sequence[Entry], mine: set[str]) -> dict[str, Any]:
    hidden = {"fingerprint", "account_id", "other_account_id"}
    told = {name: value for name, value in row.items() if name not in hidden}
    told |= {"member_id": row["account_id"], "other_member_id": row["other_account_id"]}
    sums = dict.fromkeys(MEMBER_BOOKS, 0)
    for one in entries:
        if one.account_id in mine:
            sums[one.book] += one.points
    sums["debt"] = -sums["debt"]
    return told | {"change": sums}


def _lots(entries: Iterable[Entry], mine: set[str]) -> list[dict[str, Any]]:
    return [
        {"book": one.book, "points": one.points, "earned_by": one.origin_id, "expires_at": one.expires_at}
        for one in entries
        if one.account_id in mine
    ]


def _said(session: AnySession, rules: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rules that an earning names, each with what that version says."""
    return [one | {"said": dict(rule_of(session, one["rule_id"], one["version"]).terms)} for one in rules]
