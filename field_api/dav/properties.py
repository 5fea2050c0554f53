"""The live properties of each kind of resource: their names, and what they say as XML."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime

from field_api.agenda.components import KEPT, MOST_BYTES
from field_api.agenda.recurrence_rule import MOST_INSTANCES
from field_api.dav import fragments, paths, privileges
from field_api.dav.collations import COLLATIONS
from field_api.dav.names import caldav, calendar_server, dav
from field_api.dav.spans import EARLIEST, LATEST, written
from field_api.dav.subjects import CalendarSubject, Person

_CALENDAR_REPORTS = (
    caldav("calendar-query"),
    caldav("calendar-multiget"),
    caldav("free-busy-query"),
    dav("sync-collection"),
)
_PRINCIPAL_REPORTS = (dav("principal-property-search"), dav("principal-search-property-set"))
_CALENDAR_DATA = '<C:calendar-data content-type="text/calendar" version="2.0"/>'


def href(path: str) -> str:
    """An address as the content of a property."""
    return fragments.element(dav("href"), fragments.text(path))


def http_date(moment: datetime) -> str:
    """An instant as HTTP writes it."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _types(*names: str) -> str:
    return "".join(fragments.element(name) for name in names)


def _reports(*names: str) -> str:
    return fragments.elements(
        dav("supported-report"), (fragments.element(dav("report"), fragments.element(name)) for name in names)
    )


# What everything says of the caller.
_OF_CALLER: Mapping[str, Callable[[Person], str]] = {
    dav("current-user-principal"): lambda person: href(paths.principal(person.id)),
    dav("principal-collection-set"): lambda _: href(paths.PRINCIPALS),
}

_OWNED: Mapping[str, Callable[[Person], str]] = {
    **_OF_CALLER,
    dav("owner"): lambda person: href(paths.principal(person.id)),
}

ROOT: Mapping[str, Callable[[Person], str]] = {
    **_OF_CALLER,
    dav("resourcetype"): lambda _: _types(dav("collection")),
    dav("displayname"): lambda _: "Furet",
    dav("current-user-privilege-set"): lambda _: privileges.READ,
    dav("supported-report-set"): lambda _: _reports(*_PRINCIPAL_REPORTS),
}

PRINCIPAL: Mapping[str, Callable[[Person], str]] = {
    **_OWNED,
    dav("resourcetype"): lambda _: _types(dav("collection"), dav("principal")),
    dav("displayname"): lambda person: fragments.text(person.name),
    dav("principal-URL"): lambda person: href(paths.principal(person.id)),
    caldav("calendar-home-set"): lambda person: href(paths.home(person.id)),
    caldav("calendar-user-address-set"): lambda person: (
        href(f"mailto:{person.email}") + href(paths.principal(person.id))
    ),
    caldav("calendar-user-type"): lambda _: "INDIVIDUAL",
    calendar_server("email-address-set"): lambda person: fragments.element(
        calendar_server("email-address"), fragments.text(person.email)
    ),
    dav("group-member-set"): lambda _: "",
    dav("group-membership"): lambda _: "",
    dav("current-user-privilege-set"): lambda _: privileges.READ,
    dav("supported-report-set"): lambda _: _reports(*_PRINCIPAL_REPORTS),
}

HOME: Mapping[str, Callable[[Person], str]] = {
    **_OWNED,
    dav("resourcetype"): lambda _: _types(dav("collection")),
    dav("displayname"): lambda person: fragments.text(person.name),
    dav("current-user-privilege-set"): lambda _: privileges.READ_AND_WRITE,
    dav("supported-report-set"): lambda _: "",
    caldav("supported-calendar-component-sets"): lambda _: fragments.element(
        caldav("supported-calendar-component-set"), _components(KEPT)
    ),
}


def _components(names: tuple[str, ...]) -> str:
    return "".join(fragments.element(caldav("comp"), name=name) for name in names)


CALENDAR: Mapping[str, Callable[[CalendarSubject], str]] = {
    dav("current-user-principal"): lambda one: href(paths.principal(one.calendar.owner_id)),
    dav("principal-collection-set"): lambda _: href(paths.PRINCIPALS),
    dav("owner"): lambda one: href(paths.principal(one.calendar.owner_id)),
    dav("resourcetype"): lambda _: _types(dav("collection"), caldav("calendar")),
    dav("displayname"): lambda one: fragments.text(one.display_name),
    dav("getcontenttype"): lambda _: "text/calendar; charset=utf-8",
    calendar_server("getctag"): lambda one: fragments.text(one.token),
    dav("sync-token"): lambda one: fragments.text(one.token),
    dav("current-user-privilege-set"): lambda _: privileges.READ_AND_WRITE,
    dav("supported-report-set"): lambda _: _reports(*_CALENDAR_REPORTS),
    caldav("supported-calendar-component-set"): lambda one: _components(one.calendar.components),
    caldav("supported-calendar-data"): lambda _: _CALENDAR_DATA,
    caldav("supported-collation-set"): lambda _: fragments.elements(
        caldav("supported-collation"), map(fragments.text, COLLATIONS)
    ),
    caldav("max-resource-size"): lambda _: str(MOST_BYTES),
    caldav("max-instances"): lambda _: str(MOST_INSTANCES),
    caldav("min-date-time"): lambda _: written(EARLIEST),
    caldav("max-date-time"): lambda _: written(LATEST),
}

# What an allprop of RFC 4918 is answered with: not what costs much, nor what other RFCs keep out of it.
CHEAP = frozenset(
    dav(name)
    for name in (
        "resourcetype",
        "displayname",
        "getcontenttype",
        "getcontentlength",
        "getetag",
        "getlastmodified",
        "creationdate",
    )
)

_NEVER_SET = ("getetag", "getcontentlength", "getlastmodified", "creationdate", "lockdiscovery", "supportedlock", "acl")

# Nobody may set these; whatever else a calendar is given is kept, and not understood.
PROTECTED = frozenset({*CALENDAR, *map(dav, _NEVER_SET)}) - {dav("displayname")}
