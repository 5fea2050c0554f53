"""What a calendar-query looks for (RFC 4791, section 9.7), read into values."""

from dataclasses import dataclass

from field_api.dav import documents
from field_api.dav.collations import TextMatch, text_match_of
from field_api.dav.documents import Element
from field_api.dav.names import caldav
from field_api.dav.refusals import Refused
from field_api.dav.spans import Span, span_of

# A calendar, its events, their alarms: nothing lies deeper, and one more is a question without an answer.
DEEPEST = 4
MOST_CONDITIONS = 50

_SPOKEN = frozenset({"VCALENDAR", "VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VALARM", "VTIMEZONE"})


@dataclass(frozen=True)
class ParamFilter:
    """A condition on a parameter of a property."""

    name: str
    absent: bool = False
    text: TextMatch | None = None


@dataclass(frozen=True)
class PropFilter:
    """A condition on a property; one value that meets it is enough."""

    name: str
    absent: bool = False
    span: Span | None = None
    text: TextMatch | None = None
    params: tuple[ParamFilter, ...] = ()


@dataclass(frozen=True)
class CompFilter:
    """A condition on components of one name; one that meets all of it is enough, or with `absent` there must be none.

    With `any_of` one of the inner conditions is enough (the test="anyof" that clients took over from RFC 6352).
    """

    name: str
    absent: bool = False
    span: Span | None = None
    props: tuple[PropFilter, ...] = ()
    comps: tuple["CompFilter", ...] = ()
    any_of: bool = False

    @property
    def bare(self) -> bool:
        """Whether it asks for nothing but the component and a stretch of time."""
        return not (self.absent or self.props or self.comps)


def filter_of(element: Element | None) -> CompFilter:
    """The filter of a calendar-query. Raises Refused with the preconditions valid-filter and supported-filter."""
    inner = [] if element is None else documents.children(element)
    if len(inner) != 1 or inner[0].tag != caldav("comp-filter"):
        raise Refused(400, caldav("valid-filter"), "A filter holds one comp-filter.")
    if sum(1 for _ in inner[0].iter()) > MOST_CONDITIONS * 2:
        raise Refused(403, caldav("supported-filter"), f"More than {MOST_CONDITIONS} conditions are not tried.")
    found = _comp_filter(inner[0], 1)
    if found.name != "VCALENDAR":
        raise Refused(400, caldav("valid-filter"), "The outer comp-filter is that of VCALENDAR.")
    if found.span is not None:
        raise Refused(400, caldav("valid-filter"), "VCALENDAR has no time of its own.")
    return found


def _comp_filter(element: Element, level: int) -> CompFilter:
    name = _name(element)
    if name not in _SPOKEN and not name.startswith("X-"):
        raise Refused(403, caldav("supported-filter"), f"There is no component {name[:40]}.")
    if level > DEEPEST:
        raise Refused(403, caldav("supported-filter"), f"Filters go {DEEPEST} levels deep.")
    parts = documents.children(element)
    _only(element, parts, "is-not-defined", "time-range", "prop-filter", "comp-filter")
    return CompFilter(
        name,
        _absent(parts),
        _span(parts),
        tuple(_prop_filter(part) for part in parts if part.tag == caldav("prop-filter")),
        tuple(_comp_filter(part, level + 1) for part in parts if part.tag == caldav("comp-filter")),
        element.get("test") == "anyof",
    )


def _prop_filter(element: Element) -> PropFilter:
    parts = documents.children(element)
    _only(element, parts, "is-not-defined", "time-range", "text-match", "param-filter")
    params = tuple(_param_filter(part) for part in parts if part.tag == caldav("param-filter"))
    return PropFilter(_name(element), _absent(parts), _span(parts), _text(parts), params)


def _param_filter(element: Element) -> ParamFilter:
    parts = documents.children(element)
    _only(element, parts, "is-not-defined", "text-match")
    return ParamFilter(_name(element), _absent(parts), _text(parts))


def _name(element: Element) -> str:
    name = str(element.get("name", "")).upper()
    if not name:
        raise Refused(400, caldav("valid-filter"), f"{documents.local_name(element)} wants a name.")
    return name


def _absent(parts: list[Element]) -> bool:
    absent = any(part.tag == caldav("is-not-defined") for part in parts)
    if absent and len(parts) > 1:
        raise Refused(400, caldav("valid-filter"), "is-not-defined stands alone.")
    return absent


def _span(parts: list[Element]) -> Span | None:
    return next((span_of(part) for part in parts if part.tag == caldav("time-range")), None)


def _text(parts: list[Element]) -> TextMatch | None:
    return next((text_match_of(part) for part in parts if part.tag == caldav("text-match")), None)


def _only(element: Element, parts: list[Element], *known: str) -> None:
    for part in parts:
        if part.tag not in {caldav(name) for name in known}:
            told = f"{documents.local_name(element)} does not hold {documents.local_name(part)}."
            raise Refused(403, caldav("supported-filter"), told)
