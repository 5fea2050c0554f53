"""What was done to an account, and why: each operation explains itself by what decided it and by the lots it moved."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, or_, select

from field_api.points import accounts, log
from field_api.points.log import COLUMNS, Operation
from field_api.points.models import entries, lots, operations
from field_api.points.moving import all_merged_into
from field_api.store.among import among
from field_api.store.engine import AnySession
from field_api.web import newest_first


class Entry(NamedTuple):
    """Points that came into a book or left it, of the lot that `origin_id` opened."""

    book: str
    account_id: str | None
    points: int
    origin_id: str | None
    expires_at: datetime | None


@dataclass(frozen=True)
class Explained:
    """An operation with all that it moved; what led to it stands in its own `why`."""

    operation: Operation
    entries: Sequence[Entry]

    @property
    def drawn(self) -> Sequence[Entry]:
        """What it took of which lots, in the order taken."""
        taking = ("pending", "available", "reserved", "leased")
        return [one for one in self.entries if one.points < 0 and one.book in taking]


_ENTRIES = (
    select(
        entries.c.operation_id,
        entries.c.book,
        entries.c.account_id,
        entries.c.points,
        lots.c.origin_id,
        lots.c.expires_at,
    )
    .select_from(entries.outerjoin(lots, lots.c.id == entries.c.lot_id))
    .where(among(entries.c.operation_id))
    .order_by(entries.c.operation_id, entries.c.number)
)


def page(
    session: AnySession, account_id: str, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """A page of the operations on an account and on those merged into it, newest first by when they were recorded.

    With it the sort values of the last row, when more follows. Raises NotFound, and Invalid for a foreign cursor.
    """
    mine = all_merged_into(session, accounts.standing_for(session, account_id).id)
    touched = or_(operations.c.account_id.in_(mine), operations.c.other_account_id.in_(mine))
    asked = select(*COLUMNS).where(touched)
    return newest_first.page(session, asked, operations.c.recorded_at, operations.c.id, limit, cursor)


def explain(session: AnySession, operation_id: str) -> Explained:
    """An operation with what it moved, lot by lot. Raises NotFound."""
    operation = log.read(session, operation_id)
    return Explained(operation, moved_by(session, [operation_id])[operation_id])


def moved_by(session: AnySession, operation_ids: Collection[str]) -> Mapping[str, Sequence[Entry]]:
    """The entries of each of these operations, in their order."""
    found: dict[str, list[Entry]] = {own: [] for own in operation_ids}
    for own, *entry in session.connection().execute(_ENTRIES, {"ids": list(operation_ids)}):
        found[own].append(Entry(*entry))
    return found


def seen_by_member(moved: Sequence[Entry], account_ids: Collection[str]) -> int:
    """By how many points an operation changed what these accounts can spend, as the member sees it."""
    return sum(one.points for one in moved if one.book == "available" and one.account_id in account_ids)


_confirming = operations.alias("confirming")
_reversing = operations.alias("reversing")


def earned(
    session: AnySession,
    account_ids: Collection[str],
    start: datetime,
    end: datetime,
    *,
    as_of: datetime | None = None,
) -> dict[str, int]:
    """What each account earned by what occurred from `start` until, and without, `end`, less what was taken back.

    What is pending or was cancelled does not count. With `as_of`, by the operations recorded until then. Accounts
    without any are absent. An account counts what was earned under its own id: who merged asks for both.
    """
    last = as_of or datetime.max.replace(tzinfo=start.tzinfo)
    confirmed = select(_confirming.c.id).where(
        _confirming.c.ends_id == operations.c.id,
        _confirming.c.kind == "confirm",
        _confirming.c.recorded_at <= bindparam("last"),
    )
    taken_back = (
        select(func.coalesce(func.sum(_reversing.c.points), 0))
        .where(
            _reversing.c.about_id == operations.c.id,
            _reversing.c.kind == "reverse",
            _reversing.c.recorded_at <= bindparam("last"),
        )
        .scalar_subquery()
    )
    asked = (
        select(operations.c.account_id, func.sum(operations.c.points - taken_back))
        .where(among(operations.c.account_id), operations.c.kind == "earn")
        .where(operations.c.occurred_at >= bindparam("start"), operations.c.occurred_at < bindparam("end"))
        .where(operations.c.recorded_at <= bindparam("last"), or_(~operations.c.pending, confirmed.exists()))
        .group_by(operations.c.account_id)
    )
    values = {"ids": list(account_ids), "start": start, "end": end, "last": last}
    return {own: int(points) for own, points in session.connection().execute(asked, values)}
