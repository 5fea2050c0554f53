"""What an account has: sums over its lots now, and over its entries at any moment of the past."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, or_, select, text

from field_api import clock
from field_api.points import accounts
from field_api.points.accounts import Account
from field_api.points.models import OPEN, entries, lots, operations
from field_api.points.models import accounts as account_table
from field_api.points.moving import all_merged_into
from field_api.points.rules import is_over
from field_api.store.engine import AnySession


class Expiring(NamedTuple):
    """So many points that can be spent before an instant, or for ever."""

    expires_at: datetime | None
    points: int


@dataclass(frozen=True)
class Balance:
    """What an account has at an instant: `points` to spend, in `lots` by their expiry, earliest first.

    `pending` waits for a confirmation, `reserved` and `leased` are set aside. `debt` is what is owed: it stands apart
    and is never taken off `points`.
    """

    account_id: str
    points: int
    pending: int
    reserved: int
    leased: int
    debt: int
    lots: Sequence[Expiring]


_NEVER = datetime.max.replace(tzinfo=UTC)
_SUMS = (
    lots.c.expires_at,
    *(func.sum(lots.c[book]).label(book) for book in ("available", "pending", "reserved", "leased")),
)
_STANDING = (
    select(account_table.c.id, account_table.c.merged_into_id, account_table.c.debt, *_SUMS)
    .select_from(account_table.outerjoin(lots, (lots.c.account_id == account_table.c.id) & text(OPEN)))
    .where(account_table.c.id == bindparam("account_id"))
    .group_by(account_table.c.id, lots.c.expires_at)
)


def balance(session: AnySession, account_id: str, at: datetime | None = None) -> Balance:
    """What the account has now, or had at an instant of the past, by the operations recorded until then.

    Of a merged account, that of the one which stands for it. Raises NotFound.
    """
    if at is not None:
        return _in_the_past(session, accounts.standing_for(session, account_id), at)
    rows = session.connection().execute(_STANDING, {"account_id": account_id}).all()
    if not rows or rows[0].merged_into_id is not None:
        account_id = accounts.standing_for(session, account_id).id
        rows = session.connection().execute(_STANDING, {"account_id": account_id}).all()
    return _summed(account_id, rows, clock.now())


def _summed(account_id: str, rows: Sequence[Any], at: datetime) -> Balance:
    kept = [row for row in rows if row.available is not None]
    free = [Expiring(row.expires_at, int(row.available)) for row in kept if row.available]
    sums = {book: sum(int(getattr(row, book)) for row in kept) for book in ("pending", "reserved", "leased")}
    standing = _spendable(free, at)
    return Balance(account_id, sum(one.points for one in standing), **sums, debt=rows[0].debt, lots=standing)


def _spendable(free: Sequence[Expiring], at: datetime) -> list[Expiring]:
    standing = [one for one in free if not is_over(one.expires_at, at)]
    return sorted(standing, key=lambda one: one.expires_at or _NEVER)


def _in_the_past(session: AnySession, account: Account, at: datetime) -> Balance:
    """Added up from the entries alone, of the account and of those that were merged into it."""
    mine = all_merged_into(session, account.id)
    touched = or_(operations.c.account_id.in_(mine), operations.c.other_account_id.in_(mine))
    asked = (
        select(entries.c.book, lots.c.expires_at, func.sum(entries.c.points))
        .select_from(operations.join(entries, entries.c.operation_id == operations.c.id))
        .outerjoin(lots, lots.c.id == entries.c.lot_id)
        .where(touched, operations.c.recorded_at <= at, entries.c.account_id.in_(mine))
        .group_by(entries.c.book, lots.c.expires_at)
    )
    rows = session.connection().execute(asked).all()
    sums = dict.fromkeys(("pending", "reserved", "leased", "debt"), 0)
    for book, _, points in rows:
        if book in sums:
            sums[book] += int(points)
    sums["debt"] = -sums["debt"]
    free = [Expiring(expires_at, int(points)) for book, expires_at, points in rows if book == "available" and points]
    standing = _spendable(free, at)
    return Balance(account.id, sum(one.points for one in standing), **sums, lots=standing)
