"""The doors of CalDAV: who may come in, what every answer says, and how clients are led here by our name alone."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Flask, Response, redirect
from werkzeug.exceptions import RequestEntityTooLarge

from field_api.dav import answers, paths
from field_api.errors import FuretError
from field_api.web.identity import STAFF, declare, open_to_all

# What we are (RFC 4918, section 18; RFC 3744, 7.2; RFC 4791, 5.1; RFC 5689, 3.1).
COMPLIANCE = "1, 3, access-control, calendar-access, extended-mkcol"
# Where clients look for us: as RFC 6764 says, and by guessing.
DISCOVERY = {
    "/.well-known/caldav": ("GET", "PROPFIND", "OPTIONS"),
    "/": ("PROPFIND",),
    "/principals/": ("PROPFIND",),
}

GREETING = """Furet: the calendars of field reps, for calendar apps (CalDAV).
Add this address as a CalDAV account, with your e-mail and an app password.

Furet : les agendas des commerciaux, pour les applications d'agenda (CalDAV).
Ajoutez cette adresse comme compte CalDAV, avec votre e-mail et un mot de passe d'application.
"""

View = TypeVar("View", bound=Callable[..., Any])


class Doors(Blueprint):
    """A group of routes below /dav/, for staff with an app password; it answers errors as CalDAV wants them."""

    def __init__(self, name: str) -> None:
        super().__init__(name, __name__, url_prefix=paths.PREFIX)
        self.register_error_handler(FuretError, answers.refuse)
        self.register_error_handler(RequestEntityTooLarge, answers.too_large)
        self.after_request(_tell_compliance)

    def serve(self, rule: str, *methods: str) -> Callable[[View], View]:
        """A rule, which is served with and without a slash at its end: clients send both."""

        def decorate(view: View) -> View:
            guarded = declare(view, STAFF, "dav", scheme="basic")
            return self.route(rule, methods=methods, strict_slashes=False)(guarded)

        return decorate


def install(app: Flask, doors: tuple[Doors, ...]) -> None:
    """Serve CalDAV, and lead clients there."""
    for number, (rule, methods) in enumerate(DISCOVERY.items()):
        app.add_url_rule(rule, f"dav_discovery_{number}", open_to_all(_lead), methods=methods)
    for each in doors:
        app.register_blueprint(each)


def _lead() -> Any:
    return redirect(paths.ROOT, 301)


def _tell_compliance(answer: Response) -> Response:
    answer.headers["DAV"] = COMPLIANCE
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
