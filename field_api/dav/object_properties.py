"""The live properties of calendar objects, and their data in the shape that was asked for."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from typing import Any

from field_api.agenda.calendars import KnownCalendar
from field_api.agenda.components import read_tree
from field_api.agenda.content_lines import read_lines
from field_api.agenda.refusals import BadObject
from field_api.agenda.series import Occurrence
from field_api.dav import fragments, paths, privileges
from field_api.dav.asked import PropertiesAsked
from field_api.dav.finding import Wanted
from field_api.dav.instances import Budget, expanded, limited
from field_api.dav.multistatus import response
from field_api.dav.names import caldav, dav
from field_api.dav.overlaps import Clock
from field_api.dav.properties import href, http_date
from field_api.dav.quick_instances import quickly_expanded
from field_api.dav.shapes import DataAsked
from field_api.dav.shaping import spoken, subset
from field_api.dav.showing import Shown
from field_api.dav.spans import Span

CONTENT_TYPE = "text/calendar; charset=utf-8"

_DATES = frozenset({dav("getlastmodified"), dav("creationdate")})

# An object as a row of `finding.py`.
Tell = Callable[[Any], str]


class Objects:
    """How the objects of one calendar are shown in one answer."""

    def __init__(self, calendar: KnownCalendar, asked: PropertiesAsked, clock_of: Callable[[Any], Clock]) -> None:
        """`clock_of` gives the times of a row's object."""
        self.home = paths.calendar(calendar.owner_id, calendar.name)
        self._clock_of = clock_of
        self._data = asked.data or DataAsked()
        self._budget = Budget()
        self._occurrences: Sequence[Occurrence] | None = None
        self._named = asked.names if asked.kind == "named" else ()
        self._shown = Shown(self._live(calendar), asked)
        named = asked.kind == "named"
        self.wanted = Wanted(
            text=named and caldav("calendar-data") in asked.names,
            length=asked.kind == "all" or dav("getcontentlength") in asked.names,
            dates=asked.kind == "all" or not _DATES.isdisjoint(asked.names),
        )

    def href(self, name: str) -> str:
        """The address of an object."""
        return self.home + paths.segment(name)

    @property
    def expands_only(self) -> Span | None:
        """The stretch of time that data are to be expanded to, where nothing else is asked of them."""
        return self._data.expand if self._data.component is None else None

    @property
    def etags_only(self) -> bool:
        """Whether nothing but the ETags was asked for, which is what most clients do."""
        return self._named == (dav("getetag"),)

    def with_etag(self, name: str, etag: str) -> str:
        """An object of which the ETag alone is told."""
        return response(self.href(name), [f"<D:getetag>{fragments.text(etag)}</D:getetag>"], [])

    def response(self, row: Any, occurrences: Sequence[Occurrence] | None = None) -> str:
        """An object as the response of a multistatus; `occurrences` are those to be expanded, where they are known."""
        self._occurrences = occurrences
        return self._shown.response(self.href(row.href), row)

    def _live(self, calendar: KnownCalendar) -> Mapping[str, Tell]:
        owner = href(paths.principal(calendar.owner_id))
        return {
            dav("getetag"): lambda row: fragments.text(row.etag),
            dav("getcontenttype"): lambda row: f"{CONTENT_TYPE}; component={row.component.lower()}",
            dav("getcontentlength"): lambda row: str(row.length_bytes),
            dav("getlastmodified"): lambda row: http_date(row.updated_at),
            dav("creationdate"): lambda row: row.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            dav("resourcetype"): lambda _: "",
            dav("owner"): lambda _: owner,
            dav("current-user-principal"): lambda _: owner,
            dav("current-user-privilege-set"): lambda _: privileges.READ_AND_WRITE,
            caldav("calendar-data"): lambda row: fragments.text(self._shaped(row)),
        }

    def _shaped(self, row: Any) -> str:
        whole = bytes(row.text)
        if self._data.verbatim:
            return spoken(whole)
        if self._occurrences is not None:
            quick = quickly_expanded(whole, row.kind, row.recurs, self._occurrences, self._budget)
            if quick is not None:
                return spoken(quick)
        try:
            return self._taken_apart(row)
        except BadObject:
            # The client may know better what to make of it.
            return spoken(whole)

    def _taken_apart(self, row: Any) -> str:
        clock, asked = self._clock_of(row), self._data
        text = spoken(clock.found.raw)
        if asked.expand is not None:
            text = expanded(clock, asked.expand, self._budget)
        elif asked.limit_recurrence is not None:
            text = limited(clock, asked.limit_recurrence)
        if asked.component is None:
            return text
        lines = read_lines(text.encode())
        return subset(lines, read_tree(lines), asked.component)
