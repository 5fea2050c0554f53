"""In which shape a client wants calendar data (RFC 4791, section 9.6), read into values."""

from dataclasses import dataclass

from field_api.dav.documents import Element
from field_api.dav.names import caldav
from field_api.dav.refusals import Refused
from field_api.dav.spans import Span, span_of

DEEPEST = 4


@dataclass(frozen=True)
class ComponentAsked:
    """Which properties and inner components of a component are wanted; None: all of them.

    `without_value` are the properties of which the value is to be left empty.
    """

    name: str
    properties: frozenset[str] | None = None
    components: tuple["ComponentAsked", ...] | None = None
    without_value: frozenset[str] = frozenset()


@dataclass(frozen=True)
class DataAsked:
    """What of each object: its text as it stands, or less of it, or its instances one by one."""

    component: ComponentAsked | None = None
    expand: Span | None = None
    limit_recurrence: Span | None = None
    limit_free_busy: Span | None = None

    @property
    def verbatim(self) -> bool:
        """Whether the stored text is the answer."""
        return self == _VERBATIM


_VERBATIM = DataAsked()


def data_asked_of(element: Element) -> DataAsked:
    """What a calendar-data element of a request says. Raises Refused."""
    content_type, version = element.get("content-type", "text/calendar"), element.get("version", "2.0")
    if content_type.lower() != "text/calendar" or version != "2.0":
        raise Refused(403, caldav("supported-calendar-data"), "Calendar data are text/calendar, version 2.0.")
    component = element.find(caldav("comp"))
    expand, recurrence, free_busy = (
        _span(element.find(caldav(name))) for name in ("expand", "limit-recurrence-set", "limit-freebusy-set")
    )
    if expand is not None and recurrence is not None:
        raise Refused(400, detail="Either expand or limit-recurrence-set, not both.")
    return DataAsked(None if component is None else _component(component, 1), expand, recurrence, free_busy)


def _span(element: Element | None) -> Span | None:
    return None if element is None else span_of(element, bounded=True)


def _component(element: Element, level: int) -> ComponentAsked:
    name = str(element.get("name", "")).upper()
    if not name or level > DEEPEST:
        raise Refused(400, detail=f"A comp has a name, and lies at most {DEEPEST} levels deep.")
    props = element.findall(caldav("prop"))
    comps = element.findall(caldav("comp"))
    all_props, all_comps = (element.find(caldav(each)) is not None for each in ("allprop", "allcomp"))
    return ComponentAsked(
        name,
        None if all_props else frozenset(_name(prop) for prop in props),
        None if all_comps else tuple(_component(comp, level + 1) for comp in comps),
        frozenset(_name(prop) for prop in props if prop.get("novalue") == "yes"),
    )


def _name(element: Element) -> str:
    return str(element.get("name", "")).upper()
