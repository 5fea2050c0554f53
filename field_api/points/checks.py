"""What must hold of the books: they are added up from their entries, and everything that repeats them is compared."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select

from field_api import clock
from field_api.points.models import LOT_BOOKS, MEMBER_BOOKS, accounts, entries, holds, lots, operations
from field_api.store.checks import Check
from field_api.store.columns import Instant
from field_api.store.engine import AnySession

MOST_TOLD = 100
# Within this time the job has noted what is over; a worker that stands still is told.
NOTED_WITHIN = timedelta(days=1)

_ending = operations.alias("ending")
_ended = select(_ending.c.id).where(_ending.c.ends_id == operations.c.id).exists()


def _telling(asked: Select[Any], told: str) -> Callable[[AnySession], Sequence[str]]:
    """Finds the rows of a query, each of which breaks a law, and tells of them in these words."""
    first = asked.limit(MOST_TOLD)

    def find(session: AnySession) -> Sequence[str]:
        return [told.format(*row) for row in session.connection().execute(first)]

    return find


def _sum_of(book: str) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((entries.c.book == book, entries.c.points), else_=0)), 0)


def _unbalanced_operations() -> Select[Any]:
    total = func.sum(entries.c.points)
    return select(entries.c.operation_id, total).group_by(entries.c.operation_id).having(total != 0)


def _unbalanced_lots() -> Select[Any]:
    total = func.sum(entries.c.points)
    asked = select(entries.c.lot_id, total).where(entries.c.lot_id.is_not(None))
    return asked.group_by(entries.c.lot_id).having(total != 0)


def _unlike_what_was_asked() -> Select[Any]:
    """What an operation moved, by its entries; a transfer moves its points out and in, a merge what it finds."""
    moved = func.sum(case((entries.c.points > 0, entries.c.points), else_=0))
    sums = select(entries.c.operation_id, moved.label("moved")).group_by(entries.c.operation_id).subquery()
    asked = func.abs(operations.c.points) * case((operations.c.kind == "transfer", 2), else_=1)
    found = func.coalesce(sums.c.moved, 0)
    joined = operations.outerjoin(sums, sums.c.operation_id == operations.c.id)
    query = select(operations.c.id, operations.c.kind, operations.c.points, found).select_from(joined)
    return query.where(operations.c.kind != "merge", found != asked)


def _lots_unlike_entries() -> Select[Any]:
    counted = [_sum_of(book).label(book) for book in LOT_BOOKS]
    sums = select(entries.c.lot_id, *counted).group_by(entries.c.lot_id).subquery()
    unlike = or_(*(lots.c[book] != func.coalesce(sums.c[book], 0) for book in LOT_BOOKS))
    joined = lots.outerjoin(sums, sums.c.lot_id == lots.c.id)
    return select(lots.c.id, lots.c.account_id).select_from(joined).where(unlike)


def _lots_elsewhere() -> Select[Any]:
    """Points of a lot that the entries see in another account than the lot."""
    kept = and_(
        entries.c.book.in_([book for book in MEMBER_BOOKS if book != "debt"]), entries.c.account_id.is_not(None)
    )
    total = func.sum(entries.c.points)
    asked = select(lots.c.id, lots.c.account_id, entries.c.account_id.label("by_entries"), total)
    joined = asked.select_from(entries.join(lots, lots.c.id == entries.c.lot_id)).where(kept)
    grouped = joined.group_by(lots.c.id, lots.c.account_id, entries.c.account_id)
    return grouped.having(and_(total != 0, entries.c.account_id != lots.c.account_id))


def _used_after_expiry() -> Select[Any]:
    using = ("spend", "reserve", "lease", "transfer", "adjust")
    joined = entries.join(operations, operations.c.id == entries.c.operation_id).join(
        lots, lots.c.id == entries.c.lot_id
    )
    return (
        select(lots.c.id, lots.c.expires_at, operations.c.kind, operations.c.id)
        .select_from(joined)
        .where(operations.c.kind.in_(using), entries.c.book == "available", entries.c.points < 0)
        .where(lots.c.expires_at <= operations.c.recorded_at)
    )


def _never_expired() -> Select[Any]:
    noted = bindparam("noted", type_=Instant, callable_=lambda: clock.now() - NOTED_WITHIN)
    late = lots.c.expires_at <= noted
    return select(lots.c.id, lots.c.available, lots.c.expires_at).where(late, lots.c.available > 0)


def _debts_unlike_entries() -> Select[Any]:
    owed = -func.sum(entries.c.points)
    sums = select(entries.c.account_id, owed.label("owed")).where(entries.c.book == "debt")
    by_account = sums.group_by(entries.c.account_id).subquery()
    found = func.coalesce(by_account.c.owed, 0)
    joined = accounts.outerjoin(by_account, by_account.c.account_id == accounts.c.id)
    return select(accounts.c.id, accounts.c.debt, found).select_from(joined).where(accounts.c.debt != found)


def _holds_unlike_log() -> Select[Any]:
    open_ones = and_(operations.c.kind.in_(("reserve", "lease")), ~_ended)
    joined = operations.outerjoin(holds, holds.c.operation_id == operations.c.id)
    kept = holds.c.operation_id.is_not(None)
    return select(operations.c.id, operations.c.kind).select_from(joined).where(open_ones != kept)


def _holds_unlike_lots() -> Select[Any]:
    """What is set aside of an account, by its reservations and leases and by its lots."""
    left = [func.sum(case((holds.c.kind == kind, holds.c.points_left), else_=0)) for kind in ("reserve", "lease")]
    held = select(holds.c.account_id, left[0].label("reserved"), left[1].label("leased"))
    by_hold = held.group_by(holds.c.account_id).subquery()
    there = select(lots.c.account_id, *(func.sum(lots.c[book]).label(book) for book in ("reserved", "leased")))
    by_lot = there.group_by(lots.c.account_id).subquery()
    unlike = or_(
        *(func.coalesce(by_hold.c[book], 0) != func.coalesce(by_lot.c[book], 0) for book in ("reserved", "leased"))
    )
    joined = accounts.outerjoin(by_hold, by_hold.c.account_id == accounts.c.id)
    joined = joined.outerjoin(by_lot, by_lot.c.account_id == accounts.c.id)
    return select(accounts.c.id).select_from(joined).where(unlike)


def _leases_overspent() -> Select[Any]:
    spends = operations.alias("spends")
    spent = func.sum(spends.c.points)
    asked = select(operations.c.id, operations.c.points, spent).join(spends, spends.c.about_id == operations.c.id)
    leased = asked.where(operations.c.kind == "lease", spends.c.kind == "spend")
    return leased.group_by(operations.c.id, operations.c.points).having(spent > operations.c.points)


def _pending_unlike_log() -> Select[Any]:
    """Pending points of an earning that has ended, or an earning that waits without any."""
    waits = and_(operations.c.kind == "earn", operations.c.pending, ~_ended)
    asked = select(lots.c.id, operations.c.id).join(operations, operations.c.id == lots.c.origin_id)
    return asked.where(waits != (lots.c.pending > 0))


def _reversed_too_often() -> Select[Any]:
    back = operations.alias("back")
    total = func.sum(back.c.points)
    asked = select(operations.c.id, operations.c.kind, operations.c.points, total)
    joined = asked.join(back, back.c.about_id == operations.c.id).where(back.c.kind == "reverse")
    grouped = joined.group_by(operations.c.id, operations.c.kind, operations.c.points)
    return grouped.having(or_(total > operations.c.points, operations.c.kind.not_in(("earn", "spend", "reserve"))))


def _kept_by_merged() -> Select[Any]:
    joined = lots.join(accounts, accounts.c.id == lots.c.account_id)
    return select(lots.c.id, accounts.c.id).select_from(joined).where(accounts.c.merged_into_id.is_not(None))


_LAWS: tuple[tuple[str, Callable[[], Select[Any]], str], ...] = (
    (
        "the entries of every operation add up to zero",
        _unbalanced_operations,
        "The entries of the operation {0} add up to {1}.",
    ),
    ("the entries of every lot add up to zero", _unbalanced_lots, "The entries of the lot {0} add up to {1}."),
    (
        "every operation moved what it says",
        _unlike_what_was_asked,
        "The operation {0} ({1}) says {2} points; its entries moved {3}.",
    ),
    (
        "every lot counts what its entries say",
        _lots_unlike_entries,
        "The lot {0} of the account {1} does not count what its entries say.",
    ),
    (
        "every lot lies where its points are",
        _lots_elsewhere,
        "The lot {0} lies in {1}, and {3} of its points in {2}.",
    ),
    (
        "no lot is used after its expiry",
        _used_after_expiry,
        "The lot {0} expired on {1} and was used after that, by the {2} {3}.",
    ),
    (
        "what is over has expired",
        _never_expired,
        "The lot {0} still has {1} points, which expired on {2}; is there a worker?",
    ),
    (
        "every debt is what the entries say",
        _debts_unlike_entries,
        "The account {0} owes {1} by its row and {2} by its entries.",
    ),
    (
        "what is set aside is what was not ended",
        _holds_unlike_log,
        "The operation {0} ({1}) has ended or it is set aside, and not just one of these.",
    ),
    (
        "what is set aside lies in the lots",
        _holds_unlike_lots,
        "The account {0} has not set aside in its lots what its reservations and leases say.",
    ),
    ("no lease is overspent", _leases_overspent, "The lease {0} has {1} points, and {2} were spent of it."),
    (
        "what is pending waits for its end",
        _pending_unlike_log,
        "The lot {0} is pending by itself or by its earning {1}, and not by both.",
    ),
    (
        "nothing is taken back twice, and no reversal at all",
        _reversed_too_often,
        "Of the {1} {0} of {2} points {3} were taken back.",
    ),
    ("a merged account keeps nothing", _kept_by_merged, "The lot {0} lies in the account {1}, which was merged."),
)

CHECKS = tuple(Check(f"points: {name}", _telling(asked(), told)) for name, asked, told in _LAWS)
