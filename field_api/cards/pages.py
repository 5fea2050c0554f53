"""Pages for people who have no account, and the headers that keep these pages to themselves.

No page sets a cookie, asks anything of anybody else, or is found by a search engine; a page whose address opens a card
sends that address nowhere.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import Response, request

from field_api.cards.rendering import page
from field_api.errors import FuretError
from field_api.reps.company import company
from field_api.reps.models import LOCALES
from field_api.store.base import db
from field_api.web.problems import document_of

P = ParamSpec("P")

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


def shown(template: str, language: str, answered: int = 200, **facts: Any) -> Response:
    """The page of a template in a language, with the status `answered`; `facts` are what it shows."""
    headers = HEADERS | {"Content-Language": language}
    return Response(page(template, language, **facts), answered, mimetype="text/html", headers=headers)


def onward(address: str) -> Response:
    """Go on to another page, and tell it nothing of this one."""
    return Response(None, 303, HEADERS | {"Location": address})


def paged(view: Callable[P, Response]) -> Callable[P, Response]:
    """Let a route tell its errors in words on a page, not as a problem document.

    Why a link leads nowhere is not told to whoever guesses links.
    """

    @wraps(view)
    def run(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            return view(*args, **kwargs)
        except FuretError as error:
            db.session.rollback()
            status = document_of(error)["status"]
            return shown("failed.html", spoken(), status, status=status)

    return run


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
