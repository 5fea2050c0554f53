"""What stands: the lots of an account that something can still become of, and those that an operation touched."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, or_, select, text

from field_api.points.ledger import LOT_COLUMNS, Lot, Posting
from field_api.points.models import OPEN, entries, lots, operations
from field_api.points.rules import draw, is_over
from field_api.store.engine import AnySession

_OPEN_LOTS = (
    select(*LOT_COLUMNS)
    .where(lots.c.account_id == bindparam("account_id"), text(OPEN))
    .order_by(lots.c.expires_at.nulls_last(), lots.c.id)
)
_BY_ORIGIN = select(*LOT_COLUMNS).where(lots.c.origin_id == bindparam("origin_id"))
_ENTERED = (
    select(*LOT_COLUMNS, entries.c.points.label("count"))
    .join(lots, lots.c.id == entries.c.lot_id)
    .where(entries.c.operation_id == bindparam("operation_id"), entries.c.book == bindparam("book"))
    .order_by(entries.c.number)
)
# A spend on a lease names the lease, and takes from the same book.
_LEASED = (
    select(*LOT_COLUMNS, entries.c.points.label("count"))
    .select_from(operations.join(entries, entries.c.operation_id == operations.c.id))
    .join(lots, lots.c.id == entries.c.lot_id)
    .where(or_(operations.c.id == bindparam("lease_id"), operations.c.about_id == bindparam("lease_id")))
    .where(entries.c.book == "leased")
    .order_by(lots.c.expires_at.nulls_last(), lots.c.id)
)

# Lots, each with a number of points.
Counted = Sequence[tuple[Lot, int]]


def open_lots(session: AnySession, account_id: str) -> Sequence[Lot]:
    """The open lots of an account, earliest expiry first, those that never expire last, the older of two first."""
    return [Lot(*row) for row in session.connection().execute(_OPEN_LOTS, {"account_id": account_id})]


def lot_of(session: AnySession, origin_id: str) -> Lot:
    """The one lot that an earning opened."""
    return Lot(*session.connection().execute(_BY_ORIGIN, {"origin_id": origin_id}).one())


def entered(session: AnySession, operation_id: str, book: str) -> Counted:
    """The lots of which an operation brought points into a book, in its own order."""
    rows = session.connection().execute(_ENTERED, {"operation_id": operation_id, "book": book})
    return [(Lot(*row[:-1]), row[-1]) for row in rows if row[-1] > 0]


def left_of_lease(session: AnySession, lease_id: str) -> Counted:
    """What of a lease that has not ended is left of each of its lots, earliest expiry first."""
    left: dict[int, tuple[Lot, int]] = {}
    for row in session.connection().execute(_LEASED, {"lease_id": lease_id}):
        lot = Lot(*row[:-1])
        left[lot.id] = (lot, left.get(lot.id, (lot, 0))[1] + row[-1])
    return [(lot, points) for lot, points in left.values() if points]


def take(posting: Posting, account_id: str, target: str, points: int, outliving: datetime | None = None) -> Counted:
    """Move free points of an account to another book, earliest expiry first; tells what of which lot.

    With `outliving`, only of lots that can still be spent at that instant. Raises TooFew.
    """
    last = max(posting.operation.recorded_at, outliving or posting.operation.recorded_at)
    found = open_lots(posting.session, account_id)
    free = [(lot, lot.available) for lot in found if lot.available and not is_over(lot.expires_at, last)]
    what = "to spend" if outliving is None else f"to spend until {outliving.isoformat()}"
    return take_of(posting, free, "available", target, points, what)


def take_of(posting: Posting, there: Counted, source: str, target: str, points: int, what: str) -> Counted:
    """Move points of these lots from one book to another, in the order given. Raises TooFew."""
    by_id = {lot.id: lot for lot, _ in there}
    taken = [(by_id[own], part) for own, part in draw(((lot.id, count) for lot, count in there), points, what)]
    for lot, part in taken:
        posting.move(lot, source, target, part)
    return taken
