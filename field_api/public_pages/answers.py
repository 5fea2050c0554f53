"""Answers for people who have no account, and the headers that keep these pages to themselves.

No page sets a cookie, asks anything of anybody else, or is found by a search engine; a page whose address opens
something of a person's sends that address nowhere.
"""

from typing import Any

from flask import Response, request

from field_api.reps.company import company
from field_api.reps.models import LOCALES
from field_api.store.base import db

_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "private, no-store",
}
# What is named by its content, and holds nothing of anybody.
KEPT = {"Cache-Control": f"public, max-age={365 * 24 * 3600}, immutable", "X-Content-Type-Options": "nosniff"}

# People read no JSON, errors neither.
HTML: dict[str, Any] = {"text/html": {"schema": {"type": "string"}}}


def html(text: str, language: str, status: int = 200) -> Response:
    """A page."""
    return Response(text, status, mimetype="text/html", headers=HEADERS | {"Content-Language": language})


def onward(address: str) -> Response:
    """Go on to another page, and tell it nothing of this one."""
    return Response(None, 303, HEADERS | {"Location": address})


def spoken(kept: str | None = None) -> str:
    """The language to answer in: the one asked for, the one kept for this person, the browser's, the company's."""
    asked = request.args.get("language")
    if asked in LOCALES:
        return asked
    if kept is not None:
        return kept
    return request.accept_languages.best_match(LOCALES) or company(db.session)[0].locale


def responses(*statuses: int) -> dict[int, dict[str, Any]]:
    """What routes that answer people document of themselves."""
    told = {200: "The page.", 303: "Done; the page that follows."}
    # An address that no route has is told by a problem document, as everywhere.
    contents = {404: HTML | {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    return {
        status: {"description": told.get(status, "The reason, in words."), "content": contents.get(status, HTML)}
        for status in statuses
    }
