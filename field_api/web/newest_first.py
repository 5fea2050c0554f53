"""Lists in the order of time, newest first, as keyset pages."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Select, literal, tuple_

from field_api.errors import Fault, Invalid
from field_api.store.columns import Id, Instant
from field_api.store.engine import AnySession
from field_api.web.pages import read_cursor


def page(
    session: AnySession, asked: Select[Any], moment: Column[Any], own_id: Column[Any], limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """The rows of one page of `asked`, and the sort values of its last row when more follows.

    `moment` and `own_id` must be among the columns asked for. Raises Invalid for a cursor of another list.
    """
    if after := read_cursor(cursor, str, str):
        place = tuple_(literal(_instant(after[0]), Instant), literal(after[1], Id))
        asked = asked.where(tuple_(moment, own_id) < place)
    ordered = asked.order_by(moment.desc(), own_id.desc()).limit(limit + 1)
    rows = [dict(row._mapping) for row in session.execute(ordered)]
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], (last[moment.name], last[own_id.name])


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        fault = Fault("cursor", "It was not written by this list; start again without it.", parameter=True)
        raise Invalid("The cursor cannot be read.", fault) from None
