"""Multistatus answers (RFC 4918, section 13) and error bodies (section 16)."""

from collections.abc import Iterable, Sequence

from flask import Response

from field_api.dav import fragments
from field_api.dav.names import dav

XML = "application/xml; charset=utf-8"

REASONS = {
    200: "OK",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    412: "Precondition Failed",
    424: "Failed Dependency",
    507: "Insufficient Storage",
}


def multistatus(parts: Iterable[str]) -> Response:
    """The answer that holds one response for each resource."""
    return Response(fragments.document(dav("multistatus"), "".join(parts)), 207, content_type=XML)


def status(code: int) -> str:
    """A status line as an element."""
    return f"<D:status>HTTP/1.1 {code} {REASONS[code]}</D:status>"


def propstat(code: int, properties: Iterable[str], error: str = "") -> str:
    """Properties that share a status; nothing where there are none."""
    told = "".join(properties)
    return f"<D:propstat><D:prop>{told}</D:prop>{status(code)}{error}</D:propstat>" if told else ""


def response(href: str, found: Sequence[str], missing: Sequence[str]) -> str:
    """What is known of one resource; `href` is percent-encoded."""
    told = propstat(200, found) + propstat(404, missing)
    # A response holds a propstat at least, also where nothing was asked for.
    return _response(href, told or f"<D:propstat><D:prop/>{status(200)}</D:propstat>")


def refused(href: str, code: int, precondition: str | None = None) -> str:
    """A resource that cannot be told of, such as one that is gone."""
    error = "" if precondition is None else error_element(precondition)
    return _response(href, status(code) + error)


def edited(href: str, propstats: Iterable[str]) -> str:
    """What became of each property of a PROPPATCH."""
    return _response(href, "".join(propstats))


def error_element(precondition: str, href: str | None = None) -> str:
    """The element that names the precondition which was not met."""
    inner = "" if href is None else fragments.element(dav("href"), fragments.text(href))
    return fragments.element(dav("error"), fragments.element(precondition, inner))


def error(code: int, precondition: str | None = None, detail: str = "", href: str | None = None) -> Response:
    """A refusal: its status, the precondition that was not met, and a sentence for whoever reads along."""
    inner = "" if href is None else fragments.element(dav("href"), fragments.text(href))
    told = "" if precondition is None else fragments.element(precondition, inner)
    if detail:
        # SabreDAV's way to tell people more; others skip what they do not know, as the RFC asks.
        told += fragments.element("{http://sabredav.org/ns}message", fragments.text(detail))
    return Response(fragments.document(dav("error"), told), code, content_type=XML)


def _response(href: str, told: str) -> str:
    return f"<D:response><D:href>{fragments.text(href)}</D:href>{told}</D:response>"
