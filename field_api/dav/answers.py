"""Refusals as CalDAV wants them: DAV:error bodies, and the challenge to sign in."""

from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from field_api import errors
from field_api.agenda.refusals import BadObject, BadSyncToken, CalendarInUse, ObjectTooLarge, UidInUse
from field_api.dav import multistatus, paths
from field_api.dav.names import caldav, dav
from field_api.dav.refusals import Refused
from field_api.errors import FuretError
from field_api.web.problems import status_of

_CHALLENGE = 'Basic realm="Furet", charset="UTF-8"'


def refuse(error: FuretError) -> Response:
    """A refusal of our own."""
    answer = _refusal(error)
    if isinstance(error, errors.Unauthenticated):
        answer.headers["WWW-Authenticate"] = _CHALLENGE
    if isinstance(error, errors.TooMany | errors.Full):
        answer.headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, errors.Stale) and error.held_version:
        answer.headers["ETag"] = error.held_version
    return answer


def too_large(_error: RequestEntityTooLarge) -> Response:
    """A body past the limit: of an object a precondition of its own (RFC 4791, section 5.3.2.1)."""
    if request.method == "PUT":
        return multistatus.error(403, caldav("max-resource-size"), "The object is too large.")
    return multistatus.error(413, None, "The body is too large.")


def _refusal(error: FuretError) -> Response:
    if isinstance(error, Refused):
        return multistatus.error(error.status, error.precondition, error.detail, error.href)
    if isinstance(error, BadObject | ObjectTooLarge):
        return multistatus.error(403, caldav(error.precondition), error.detail)
    if isinstance(error, BadSyncToken):
        return multistatus.error(403, dav(error.precondition), error.detail)
    if isinstance(error, UidInUse):
        here = request.path.rpartition("/")[0]
        href = f"{paths.as_sent(here)}/{paths.segment(error.href)}"
        return multistatus.error(409, caldav(error.precondition), error.detail, href)
    if isinstance(error, CalendarInUse):
        status = 405 if request.method == "MKCOL" else 403
        return multistatus.error(status, dav(error.precondition), error.detail)
    return multistatus.error(status_of(error), None, error.detail)
