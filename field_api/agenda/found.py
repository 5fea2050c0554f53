"""Finding objects by time: candidates by one index, then exactly, by the occurrences that stand in the row."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, select

from field_api.agenda import calendars
from field_api.agenda.calendars import KnownCalendar
from field_api.agenda.components import read_object
from field_api.agenda.models import objects
from field_api.agenda.moments import Clocks
from field_api.agenda.projection import FAR_S, local_of, unpack, unpack_within
from field_api.agenda.series import Occurrence, Series
from field_api.store.engine import AnySession

# No two places on earth have clocks further apart.
_FURTHEST_S = 27 * 3600
_NEEDED = tuple(
    objects.c[name]
    for name in (
        "id",
        "calendar_id",
        "href",
        "etag",
        "component",
        "kind",
        "start_local",
        "recurs",
        "first_start_s",
        "last_end_s",
        "spans",
        "spans_until_s",
    )
)


@dataclass(frozen=True)
class Found:
    """An object that has occurrences in a stretch of time; `row` has the columns asked for beside."""

    id: str
    href: str
    etag: str
    component: str
    recurs: bool
    occurrences: tuple[Occurrence, ...]
    row: Any


def objects_in(
    session: AnySession,
    calendar: KnownCalendar,
    component: str | None,
    start_s: int,
    end_s: int,
    *,
    zone: tzinfo | None = None,
    beside: tuple[ColumnElement[Any], ...] = (),
    most: int | None = None,
) -> Iterator[Found]:
    """The objects of a calendar that have occurrences in a stretch of time, those without dates among the tasks.

    `zone` is where days and wall clocks of nowhere are meant, the calendar's own unless told. `beside` adds columns,
    such as the text, which is read anyway where occurrences beyond the stored ones are asked for. `most` is how many
    occurrences of each object are wanted, for stretches that nothing bounds (None: all of them, in order).
    """
    mine = [objects.c.calendar_id == calendar.id]
    if component is not None:
        mine.append(objects.c.component == component)
    home = calendars.home_zone(session, calendar)
    yield from search(session, mine, home, start_s, end_s, zone=zone, beside=beside, most=most)


def search(
    session: AnySession,
    conditions: list[ColumnElement[bool]],
    home: tzinfo | None,
    start_s: int,
    end_s: int,
    *,
    zone: tzinfo | None = None,
    beside: tuple[ColumnElement[Any], ...] = (),
    most: int | None = None,
) -> Iterator[Found]:
    """The same for objects of any calendars, whose owners live in `home` (None: each in their calendar's zone)."""
    slack = 0 if zone is None or zone is home else _FURTHEST_S
    within = (objects.c.last_end_s >= start_s - slack, objects.c.first_start_s < end_s + slack)
    query = select(*_NEEDED, *beside).where(*conditions, *within)
    for row in session.connection().execute(query):
        elsewhere = zone if slack and row.kind in {"date", "floating"} else None
        met = tuple(islice(occurrences_of(session, row, home, start_s, end_s, elsewhere, most), most))
        if met:
            yield Found(row.id, row.href, row.etag, row.component, row.recurs, met, row)


def occurrences_of(
    session: AnySession,
    row: Any,
    home: tzinfo | None,
    start_s: int,
    end_s: int,
    zone: tzinfo | None = None,
    most: int | None = None,
) -> Iterator[Occurrence]:
    """The occurrences of a row that meet a stretch of time, in order; in another zone they are all computed anew.

    With `most` those beyond it need not be among them.
    """
    if zone is not None:
        yield from _computed(session, row, zone, None, start_s, end_s, most)
    elif row.spans_until_s is not None and end_s > row.spans_until_s:
        clock = home or calendars.home_of_id(session, row.calendar_id)
        yield from _computed(session, row, clock, unpack(row.spans), start_s, end_s, most)
    elif row.spans is not None:
        yield from unpack_within(row.spans, start_s, end_s)
    else:
        one = _single(row)
        if one.meets(start_s, end_s) or (one.start_s == -FAR_S and one.end_s == FAR_S):
            yield one


def _single(row: Any) -> Occurrence:
    identity = local_of(row.start_local or "1970-01-01")
    return Occurrence(identity, row.first_start_s, row.last_end_s, -1)


def _computed(
    session: AnySession,
    row: Any,
    zone: tzinfo,
    stored: list[Occurrence] | None,
    start_s: int,
    end_s: int,
    most: int | None,
) -> Iterator[Occurrence]:
    """The occurrences read off the text, but for those that stand in the row (None: none that can be used)."""
    if row.start_local is None:
        yield _single(row)
        return
    text = session.connection().execute(select(objects.c.text).where(objects.c.id == row.id)).scalar_one()
    found = read_object(text)
    series = Series(found, Clocks(found, zone))
    told = series.changed() if stored is None else stored
    known = {one.identity for one in told}
    # The last one of a series that ends stands in the row.
    last = max(known) if stored and row.last_end_s < FAR_S else None
    met = [one for one in told if one.meets(start_s, end_s)]
    if most is None or len(met) < most:
        met += islice((one for one in series.between(start_s, end_s, last) if one.identity not in known), most)
    yield from sorted(met, key=lambda one: one.start_s)


def all_known(row: Any) -> list[Occurrence]:
    """The occurrences that stand in a row."""
    return unpack(row.spans) if row.spans is not None else [_single(row)]
