"""The reports on a calendar: by a filter, by addresses, and what changed since a token."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from functools import cached_property
from typing import Any

from flask import Response

from field_api.agenda.calendars import KnownCalendar, home_zone
from field_api.agenda.changes import changes_since
from field_api.agenda.components import read_object
from field_api.agenda.found import Found, objects_in
from field_api.agenda.recurrence_rule import MOST_INSTANCES
from field_api.agenda.refusals import BadObject
from field_api.agenda.series import Occurrence
from field_api.dav import finding, fragments, paths
from field_api.dav.asked import Multiget, Query, SyncAsked
from field_api.dav.dead_properties import told_zone
from field_api.dav.filters import CompFilter
from field_api.dav.finding import Wanted
from field_api.dav.matching import matches
from field_api.dav.multistatus import multistatus, refused
from field_api.dav.names import dav
from field_api.dav.object_properties import Objects
from field_api.dav.overlaps import Clock
from field_api.dav.spans import Span
from field_api.dav.zones_told import zone_told
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

# One answer of a first synchronisation; clients come back for the rest (RFC 6578, section 3.6).
MOST_CHANGES = 10_000
WITHIN_LIMITS = dav("number-of-matches-within-limits")


class Clocks:
    """The times of objects in the zone that the client told, or in the calendar's own; asked for where it is needed."""

    def __init__(self, session: AnySession, calendar: KnownCalendar, told: str | None) -> None:
        """`told` is the calendar with a VTIMEZONE of a query; without it that of the calendar counts."""
        self._session, self._calendar, self._told = session, calendar, told

    @cached_property
    def zone(self) -> tzinfo:
        """The zone of days and of wall clocks of nowhere. Raises Refused for one that is told and is none."""
        text = self._told or told_zone(self._calendar.properties)
        return (zone_told(text) if text else None) or home_zone(self._session, self._calendar)

    def of(self, row: Any) -> Clock:
        """The times of a row's object. Raises BadObject for a text that cannot be taken apart."""
        return Clock(read_object(row.text), self.zone)


def query(session: AnySession, calendar: KnownCalendar, asked: Query) -> Response:
    """The objects that a filter finds."""
    clocks = Clocks(session, calendar, asked.zone_text)
    if asked.zone_text:
        # Refused at once, also where the filter has no use for it.
        zone_told(asked.zone_text)
    shown = Objects(calendar, asked.properties, clocks.of)
    parts: list[str] = []
    for row, occurrences in _rows(session, calendar, asked.filter, shown, clocks):
        if len(parts) == asked.most:
            parts.append(refused(shown.home, 507, WITHIN_LIMITS))
            break
        parts.append(shown.response(row, occurrences))
    return multistatus(parts)


def _rows(
    session: AnySession, calendar: KnownCalendar, asked: CompFilter, shown: Objects, clocks: Clocks
) -> Iterator[tuple[Any, Sequence[Occurrence] | None]]:
    """The rows that meet the filter, with their occurrences where just these are to be shown."""
    inner = asked.comps[0] if len(asked.comps) == 1 and not asked.props else None
    if inner is None or inner.name != "VEVENT" or not inner.bare or inner.span is None:
        yield from ((row, None) for row in _found(session, calendar, asked, shown.wanted, clocks))
        return
    most = MOST_INSTANCES + 1 if shown.expands_only == inner.span else 1
    for one in _events(session, calendar, inner.span, shown.wanted, clocks, most):
        yield one.row, one.occurrences if most > 1 else None


def _events(
    session: AnySession, calendar: KnownCalendar, span: Span, wanted: Wanted, clocks: Clocks, most: int
) -> Iterator[Found]:
    return objects_in(session, calendar, "VEVENT", *span.stretch, zone=clocks.zone, beside=wanted.columns, most=most)


def _found(
    session: AnySession, calendar: KnownCalendar, asked: CompFilter, wanted: Wanted, clocks: Clocks
) -> Iterator[Any]:
    """The rows that meet the filter, by columns alone where these tell enough."""
    inner = asked.comps[0] if len(asked.comps) == 1 and not asked.props else None
    if inner is None or inner.absent:
        yield from _matching(finding.every(session, calendar, _with_text(wanted)), asked, clocks)
        return
    by_columns = inner.bare and inner.span is None
    needed = wanted if by_columns else _with_text(wanted)
    rows: Iterable[Any]
    if inner.span is not None and inner.name == "VEVENT":
        rows = (one.row for one in _events(session, calendar, inner.span, needed, clocks, 1))
    else:
        rows = finding.every(session, calendar, needed, inner.name)
    yield from rows if by_columns else _matching(rows, asked, clocks)


def _matching(rows: Iterable[Any], asked: CompFilter, clocks: Clocks) -> Iterator[Any]:
    for row in rows:
        try:
            met = matches(asked, clocks.of(row))
        except BadObject:
            # An object that cannot be judged is shown: rather one too many than a missed appointment.
            met = True
        if met:
            yield row


def _with_text(wanted: Wanted) -> Wanted:
    return Wanted(text=True, length=wanted.length, dates=wanted.dates)


def multiget(session: AnySession, calendar: KnownCalendar, asked: Multiget) -> Response:
    """The objects at some addresses; those that are not there, or not in this calendar, are told to be missing."""
    shown = Objects(calendar, asked.properties, Clocks(session, calendar, None).of)
    names = {path: paths.below(shown.home, path) for path in asked.paths}
    rows = finding.at(session, calendar, [name for name in names.values() if name is not None], shown.wanted)
    return multistatus(
        shown.response(rows[name]) if name in rows else refused(paths.as_sent(path), 404)
        for path, name in names.items()
    )


def sync(session: AnySession, principal: Principal, calendar: KnownCalendar, asked: SyncAsked) -> Response:
    """What was written and removed since a token (RFC 6578). Raises BadSyncToken."""
    most = min(asked.most or MOST_CHANGES, MOST_CHANGES)
    changes = changes_since(session, principal, calendar, asked.token, most)
    shown = Objects(calendar, asked.properties, Clocks(session, calendar, None).of)
    parts = list(_changed(session, calendar, shown, changes.changed))
    parts += [refused(shown.href(href), 404) for href in changes.gone]
    if changes.more:
        parts.append(refused(shown.home, 507, WITHIN_LIMITS))
    parts.append(fragments.element(dav("sync-token"), fragments.text(changes.token)))
    return multistatus(parts)


def _changed(
    session: AnySession, calendar: KnownCalendar, shown: Objects, changed: Sequence[tuple[str, str]]
) -> Iterator[str]:
    if shown.etags_only:
        yield from (shown.with_etag(href, etag) for href, etag in changed)
        return
    rows = finding.at(session, calendar, [href for href, _ in changed], shown.wanted)
    yield from (shown.response(rows[href]) for href, _ in changed if href in rows)
