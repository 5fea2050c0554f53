"""What requests ask for, read from their XML into values."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

from field_api.dav import documents
from field_api.dav.documents import Element
from field_api.dav.filters import CompFilter, filter_of
from field_api.dav.names import caldav, dav
from field_api.dav.refusals import Refused
from field_api.dav.shapes import DataAsked, data_asked_of
from field_api.dav.spans import Span, span_of

MOST_PROPERTIES = 200
MOST_HREFS = 12_000


@dataclass(frozen=True)
class PropertiesAsked:
    """The properties of a PROPFIND or REPORT: those named, all that are cheap, or the names alone."""

    kind: Literal["named", "all", "names"]
    names: tuple[str, ...] = ()
    data: DataAsked | None = None


@dataclass(frozen=True)
class Query:
    """A calendar-query."""

    properties: PropertiesAsked
    filter: CompFilter
    zone_text: str | None
    most: int | None


@dataclass(frozen=True)
class Multiget:
    """A calendar-multiget; the hrefs are paths, percent-decoded."""

    properties: PropertiesAsked
    paths: tuple[str, ...]


@dataclass(frozen=True)
class SyncAsked:
    """A sync-collection (RFC 6578); without a token it is the first."""

    properties: PropertiesAsked
    token: str | None
    most: int | None


@dataclass(frozen=True)
class FreeBusyAsked:
    """A free-busy-query."""

    span: Span


@dataclass(frozen=True)
class Edit:
    """One property of a PROPPATCH or MKCALENDAR: its element to be kept, or None to be removed."""

    name: str
    element: Element | None


def properties_asked(root: Element | None) -> PropertiesAsked:
    """What a PROPFIND or REPORT wants to know; an empty body asks for all (RFC 4918, section 9.1)."""
    if root is None:
        return PropertiesAsked("all")
    for part in documents.children(root):
        if part.tag == dav("allprop"):
            included = root.find(dav("include"))
            return PropertiesAsked("all", () if included is None else _names(included))
        if part.tag == dav("propname"):
            return PropertiesAsked("names")
        if part.tag == dav("prop"):
            data = part.find(caldav("calendar-data"))
            return PropertiesAsked("named", _names(part), None if data is None else data_asked_of(data))
    return PropertiesAsked("named")


def propfind_of(root: Element | None) -> PropertiesAsked:
    """The same, where a body that is there must be a propfind. Raises Refused."""
    if root is not None and root.tag != dav("propfind"):
        raise Refused(400, detail="The body of a PROPFIND is a propfind.")
    return properties_asked(root)


def query_of(root: Element) -> Query:
    """A calendar-query. Raises Refused."""
    zone = documents.content(root.find(caldav("timezone")))
    return Query(properties_asked(root), filter_of(root.find(caldav("filter"))), zone or None, _most(root))


def multiget_of(root: Element) -> Multiget:
    """A calendar-multiget. Raises Refused."""
    hrefs = root.findall(dav("href"))
    if not hrefs:
        raise Refused(400, detail="A calendar-multiget names at least one href.")
    if len(hrefs) > MOST_HREFS:
        raise Refused(403, dav("number-of-matches-within-limits"), f"Ask for {MOST_HREFS} at a time.")
    # A href asked for twice is answered once.
    return Multiget(properties_asked(root), tuple(dict.fromkeys(path_of(documents.content(href)) for href in hrefs)))


def sync_of(root: Element, depth: str) -> SyncAsked:
    """A sync-collection. Raises Refused for a level that is not ours."""
    # Drafts of RFC 6578 said Depth: 1 where the RFC says sync-level.
    level = documents.content(root.find(dav("sync-level"))) or depth
    if level not in {"1", "infinite", "infinity"}:
        raise Refused(400, detail="The sync-level is 1 or infinite.")
    token = documents.content(root.find(dav("sync-token")))
    return SyncAsked(properties_asked(root), token or None, _most(root))


def free_busy_of(root: Element) -> FreeBusyAsked:
    """A free-busy-query. Raises Refused."""
    element = root.find(caldav("time-range"))
    if element is None:
        raise Refused(400, caldav("valid-filter"), "A free-busy-query wants a time-range.")
    return FreeBusyAsked(span_of(element, bounded=True))


def edits_of(root: Element) -> list[Edit]:
    """The edits of a PROPPATCH, MKCALENDAR or extended MKCOL, in the order of the document. Raises Refused."""
    found = list(_edits(root))
    if len(found) > MOST_PROPERTIES:
        raise Refused(400, detail=f"More than {MOST_PROPERTIES} properties in one request.")
    return found


def path_of(href: str) -> str:
    """The path of a href, absolute or not, percent-decoded."""
    try:
        return unquote(urlsplit(href).path, errors="strict")
    except ValueError:
        # Not UTF-8, or no address at all: no resource of ours has such a path.
        return ""


def _edits(root: Element) -> Iterator[Edit]:
    for part in documents.children(root):
        if part.tag in {dav("set"), dav("remove")}:
            for prop in part.findall(dav("prop")):
                for element in documents.children(prop):
                    name = documents.name_of(element)
                    yield Edit(name, element if part.tag == dav("set") else None)


def _names(element: Element) -> tuple[str, ...]:
    names = dict.fromkeys(documents.name_of(child) for child in documents.children(element))
    if len(names) > MOST_PROPERTIES:
        raise Refused(400, detail=f"More than {MOST_PROPERTIES} properties in one request.")
    return tuple(names)


def _most(root: Element) -> int | None:
    limit = root.find(f"{dav('limit')}/{dav('nresults')}")
    if limit is None:
        return None
    text = documents.content(limit)
    if not text.isascii() or not text.isdigit() or not 0 < len(text) < 10 or int(text) == 0:
        raise Refused(400, detail="nresults is a whole number above zero.")
    return int(text)
