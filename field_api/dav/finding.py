"""The objects of a calendar as rows with no more in them than the answer needs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select

from field_api.agenda.calendars import KnownCalendar
from field_api.agenda.models import objects
from field_api.store.engine import AnySession

_AT_ONCE = 500
_PLAIN = (objects.c.href, objects.c.etag, objects.c.component)


@dataclass(frozen=True)
class Wanted:
    """What is wanted of each row beside its address, ETag and component."""

    text: bool = False
    length: bool = False
    dates: bool = False

    @property
    def columns(self) -> tuple[ColumnElement[Any], ...]:
        """The columns beside those that every row has."""
        told: list[ColumnElement[Any]] = []
        if self.text:
            told.append(objects.c.text)
        if self.length:
            told.append(func.length(objects.c.text).label("length_bytes"))
        if self.dates:
            told += [objects.c.created_at, objects.c.updated_at]
        return tuple(told)


def every(session: AnySession, calendar: KnownCalendar, wanted: Wanted, component: str | None = None) -> Sequence[Any]:
    """All objects of a calendar, or those of one component."""
    query = select(*_PLAIN, *wanted.columns).where(objects.c.calendar_id == calendar.id).order_by(objects.c.id)
    if component is not None:
        query = query.where(objects.c.component == component)
    return session.connection().execute(query).all()


def at(session: AnySession, calendar: KnownCalendar, hrefs: Collection[str], wanted: Wanted) -> dict[str, Any]:
    """Those at these addresses, by their addresses."""
    query = select(*_PLAIN, *wanted.columns).where(objects.c.calendar_id == calendar.id)
    names = list(hrefs)
    found: dict[str, Any] = {}
    for start in range(0, len(names), _AT_ONCE):
        some = query.where(objects.c.href.in_(names[start : start + _AT_ONCE]))
        found |= {row.href: row for row in session.connection().execute(some)}
    return found
