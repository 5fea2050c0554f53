"""Errors as answers: RFC 9457 problem documents. The one place that knows which status an error has."""

import logging
from typing import Any

import orjson
from flask import Flask, Response
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, TooManyRequests

from field_api import errors
from field_api.errors import Fault, FuretError

log = logging.getLogger("furet.problems")

BUSY_RETRY_AFTER_S = 2
FLOOD_RETRY_AFTER_S = 60

# status, slug of the type, title; the docs page explains each by its error's docstring
KINDS: dict[type[FuretError], tuple[int, str, str]] = {
    errors.Malformed: (400, "malformed", "The body cannot be read"),
    errors.Unauthenticated: (401, "unauthenticated", "Sign in first"),
    errors.Forbidden: (403, "forbidden", "Not yours to do"),
    errors.NotFound: (404, "not-found", "There is no such thing here"),
    errors.Clash: (409, "clash", "It contradicts what stands"),
    errors.Stale: (412, "stale", "Somebody changed it in the meantime"),
    errors.TooLarge: (413, "too-large", "The body is too large"),
    errors.WrongMediaType: (415, "media-type", "This kind of body is not read here"),
    errors.Invalid: (422, "invalid", "Something in the request is not right"),
    errors.KeyRequired: (422, "key-required", "An Idempotency-Key is needed"),
    errors.KeyReused: (422, "key-reused", "The Idempotency-Key was used before"),
    errors.Outdated: (426, "outdated", "Update the app"),
    errors.VersionRequired: (428, "version-required", "Say which version you changed"),
    errors.TooMany: (429, "too-many", "Too many attempts"),
    errors.Full: (503, "full", "All places are taken"),
}


def install(app: Flask) -> None:
    """Answer every error of the application with a problem document."""
    app.register_error_handler(FuretError, answer_of)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(IntegrityError, _of_integrity)
    app.register_error_handler(DataError, _of_data)
    for unavailable in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(unavailable, _of_unavailable)
    app.register_error_handler(Exception, _of_breakdown)


def problem(status: int, kind: str, title: str, detail: str, **more: Any) -> Response:
    """A problem document. `type` is a relative reference: the docs page explains each under its anchor."""
    return _reply({"type": f"/problems#{kind}", "title": title, "status": status, "detail": detail, **more})


def status_of(error: FuretError) -> int:
    """The status of a domain error, for answers that have bodies of their own."""
    return next(KINDS[one] for one in type(error).__mro__ if one in KINDS)[0]


def document_of(error: FuretError) -> dict[str, Any]:
    """The problem document of a domain error, for a caller that answers with several at once."""
    status, kind, title = next(KINDS[one] for one in type(error).__mro__ if one in KINDS)
    body: dict[str, Any] = {"type": f"/problems#{kind}", "title": title, "status": status, "detail": error.detail}
    if isinstance(error, errors.Invalid):
        body["errors"] = [_fault(fault) for fault in error.faults]
    return body


def _reply(body: dict[str, Any]) -> Response:
    return Response(orjson.dumps(body), body["status"], mimetype="application/problem+json")


def answer_of(error: FuretError) -> Response:
    """The problem of a domain error as an answer; returned and not raised, it lets the transaction be kept."""
    answer = _reply(document_of(error))
    if isinstance(error, errors.TooMany | errors.Full):
        answer.headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, errors.Stale):
        answer.headers["ETag"] = error.held_version
    if isinstance(error, errors.Unauthenticated):
        answer.headers["WWW-Authenticate"] = 'Bearer realm="furet"'
    return answer


def _fault(fault: Fault) -> dict[str, str]:
    return {"parameter" if fault.parameter else "pointer": fault.where, "detail": fault.detail}


def _of_http(error: HTTPException) -> Response:
    """What Flask and its extensions raise: unknown path, wrong method, oversized body, flood."""
    if isinstance(error, RequestEntityTooLarge):
        return answer_of(errors.TooLarge("The body is over the limit."))
    if isinstance(error, TooManyRequests):
        return answer_of(errors.TooMany("Too many requests; slow down.", FLOOD_RETRY_AFTER_S))
    answer = problem(error.code or 500, "http", error.name, error.description or error.name)
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            answer.headers[name] = value
    return answer


def _of_integrity(error: IntegrityError) -> Response:
    # Actions check before they write; this is the twin who lost the race, or an id that names nothing.
    log.info("A constraint refused a write: %s", type(error.orig).__name__)
    return answer_of(errors.Clash("It contradicts something written in the meantime; read again and retry."))


def _of_data(_error: DataError) -> Response:
    return answer_of(errors.Invalid("A value is beyond what can be kept."))


def _of_unavailable(error: Exception) -> Response:
    log.warning("The database did not answer: %s", type(error).__name__)
    answer = problem(
        503, "unavailable", "The database is busy or gone", "Nothing was changed. Send the same request again later."
    )
    answer.headers["Retry-After"] = str(BUSY_RETRY_AFTER_S)
    return answer


def _of_breakdown(error: Exception) -> Response:
    log.error("Unexpected error", exc_info=error)
    return problem(500, "breakdown", "That is our fault", "It was logged with the request id; nothing was changed.")
