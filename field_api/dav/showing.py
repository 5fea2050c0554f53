"""Resources as responses of a multistatus: what was asked of their properties, and what is not there."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from field_api.dav import fragments, paths
from field_api.dav.asked import PropertiesAsked
from field_api.dav.dead_properties import kept_of
from field_api.dav.multistatus import response
from field_api.dav.properties import CALENDAR, CHEAP
from field_api.dav.subjects import CalendarSubject

Subject = TypeVar("Subject")
Live = Mapping[str, Callable[[Subject], str]]

_NONE: Mapping[str, str] = {}


def show(
    href: str, live: Live[Subject], subject: Subject, asked: PropertiesAsked, dead: Mapping[str, str] = _NONE
) -> str:
    """One resource; `dead` are properties that clients have set, as whole elements by their names."""
    if asked.kind == "names":
        return response(href, [fragments.element(name) for name in {**live, **dead}], [])
    names = asked.names
    if asked.kind == "all":
        names = tuple(dict.fromkeys([*(name for name in live if name in CHEAP), *dead, *asked.names]))
    found = [_told(name, live, subject, dead) for name in names if name in live or name in dead]
    missing = [fragments.element(name) for name in names if name not in live and name not in dead]
    return response(href, found, missing)


def _told(name: str, live: Live[Subject], subject: Subject, dead: Mapping[str, str]) -> str:
    # What a client has set wins: a calendar is called what its owner calls it.
    return dead[name] if name in dead else fragments.element(name, live[name](subject))


def calendar_response(subject: CalendarSubject, asked: PropertiesAsked) -> str:
    """A calendar as the response of a multistatus."""
    calendar = subject.calendar
    href = paths.calendar(calendar.owner_id, calendar.name)
    return show(href, CALENDAR, subject, asked, kept_of(calendar.properties))


class Shown:
    """Many resources of one kind, each shown in the same way: what is the same for all is written once."""

    def __init__(self, live: Live[Any], asked: PropertiesAsked) -> None:
        names = asked.names
        if asked.kind == "all":
            names = tuple(dict.fromkeys([*(name for name in live if name in CHEAP), *asked.names]))
        if asked.kind == "names":
            names = tuple(live)
        self._told = [(*_tags(name), live[name]) for name in names if name in live]
        self._names_only = asked.kind == "names"
        self._missing = [fragments.element(name) for name in names if name not in live]

    def response(self, href: str, subject: Any) -> str:
        """One of them."""
        if self._names_only:
            return response(href, [f"{begin}{end}" for begin, end, _ in self._told], [])
        return response(href, [f"{begin}{tell(subject)}{end}" for begin, end, tell in self._told], self._missing)


def _tags(name: str) -> tuple[str, str]:
    empty = fragments.element(name, "|")
    begin, _, end = empty.partition("|")
    return begin, end
