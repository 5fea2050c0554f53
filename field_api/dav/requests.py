"""What a request of CalDAV carries beside its address: its body within bounds, and its headers."""

from functools import lru_cache

from flask import request

from field_api.agenda.components import MOST_BYTES
from field_api.dav import documents
from field_api.dav.asked import PropertiesAsked, propfind_of
from field_api.dav.documents import Element
from field_api.dav.editing import Conditions
from field_api.dav.names import caldav
from field_api.dav.refusals import Refused
from field_api.errors import WrongMediaType

# Ten thousand addresses of objects in one multiget.
MOST_XML_BYTES = 2 * 1024 * 1024
# A PROPFIND of a calendar app; what it asks for is kept, for it sends the same bytes all day.
USUAL_PROPFIND_BYTES = 2_000


def xml() -> Element | None:
    """The XML of the request, or None without a body. Raises Refused."""
    request.max_content_length = MOST_XML_BYTES
    return documents.read(_body())


def required_xml() -> Element:
    """The same for a method that means nothing without. Raises Refused."""
    request.max_content_length = MOST_XML_BYTES
    return documents.require(_body())


def propfind() -> PropertiesAsked:
    """What the PROPFIND of the request asks for. Raises Refused."""
    request.max_content_length = MOST_XML_BYTES
    body = _body()
    return _usual(body) if len(body) <= USUAL_PROPFIND_BYTES else propfind_of(documents.read(body))


@lru_cache(maxsize=200)
def _usual(body: bytes) -> PropertiesAsked:
    return propfind_of(documents.read(body))


def calendar_text() -> bytes:
    """The object that a PUT carries. Raises Refused for another kind of body."""
    # One byte more, so that the object itself says that it is too large.
    request.max_content_length = MOST_BYTES + 1
    if request.mimetype and request.mimetype not in {"text/calendar", "application/octet-stream"}:
        raise Refused(403, caldav("supported-calendar-data"), f"{request.mimetype[:60]} is not kept here.")
    if request.mimetype_params.get("charset", "utf-8").lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise Refused(403, caldav("supported-calendar-data"), "Calendar data are UTF-8.")
    return _body()


def depth(usual: str) -> str:
    """The Depth of the request: 0, 1 or infinity. Raises Refused."""
    told = request.headers.get("Depth", usual).strip().lower()
    if told not in {"0", "1", "infinity"}:
        raise Refused(400, detail="Depth is 0, 1 or infinity.")
    return told


def conditions() -> Conditions:
    """If-Match and If-None-Match."""
    return Conditions(request.headers.get("If-Match"), request.headers.get("If-None-Match"))


def overwrite() -> bool:
    """Whether a COPY or MOVE may replace what stands there (RFC 4918, section 10.6)."""
    return request.headers.get("Overwrite", "T").strip().upper() != "F"


def _body() -> bytes:
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in {"", "identity"}:
        raise WrongMediaType(f"Content-Encoding {encoding[:40]!r} is not read here.")
    return request.get_data()
