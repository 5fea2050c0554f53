"""The pages of one room as answers, its errors among them."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import Response

from field_api.errors import FuretError
from field_api.public_pages.answers import html, spoken
from field_api.public_pages.templates import Templates
from field_api.store.base import db
from field_api.web.problems import status_of

P = ParamSpec("P")


class Pages:
    """Answers with the templates of a room, of which one is `failed.html`."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates

    def shown(self, template: str, language: str, answered: int = 200, **facts: Any) -> Response:
        """The page of a template in a language, with the status `answered`; `facts` are what it shows."""
        return html(self._templates.page(template, language, **facts), language, answered)

    def paged(self, view: Callable[P, Response]) -> Callable[P, Response]:
        """Let a route tell its errors in words on a page, not as a problem document.

        Why a link leads nowhere is not told to whoever guesses links.
        """

        @wraps(view)
        def run(*args: P.args, **kwargs: P.kwargs) -> Response:
            try:
                return view(*args, **kwargs)
            except FuretError as error:
                db.session.rollback()
                status = status_of(error)
                return self.shown("failed.html", spoken(), status, status=status)

        return run
