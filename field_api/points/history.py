"""What was done to an account, and why: each operation explains itself by what decided it and by the lots it moved."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import or_, select

from field_api.points import accounts
from field_api.points.log import COLUMNS
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


def moved_by(session: AnySession, operation_ids: Collection[str]) -> Mapping[str, Sequence[Entry]]:
    """The entries of each of these operations, in their order."""
    found: dict[str, list[Entry]] = {own: [] for own in operation_ids}
    for own, *entry in session.connection().execute(_ENTRIES, {"ids": list(operation_ids)}):
        found[own].append(Entry(*entry))
    return found
