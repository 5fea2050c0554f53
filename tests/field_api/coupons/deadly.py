"""The service, but a request that names a point of a redemption dies there by kill -9, as by a power cut."""

import os
import signal
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, has_request_context, request

from field_api.app import create_app
from field_api.coupons import log, meters, uses
from field_api.store import audit, receipts
from field_api.sync import feed

HEADER = "X-Die-After"

# The steps of a redemption in their order, each behind which a process can end.
POINTS: dict[str, tuple[Any, str]] = {
    "the receipt is claimed": (receipts, "claim"),
    "the log is written": (log, "add"),
    "the coupon is counted": (uses, "_count"),
    "the audit line is written": (audit, "record"),
    "the budget is taken": (meters, "take"),
    "the reply is kept": (receipts, "keep"),
    "the feed is told": (feed, "enter"),
}
COMMITTED = "all is committed"


def app() -> Flask:
    """A WSGI application for gunicorn."""
    for name, (module, function) in POINTS.items():
        setattr(module, function, _deadly(name, getattr(module, function)))
    service = create_app()
    answering = service.wsgi_app

    def dying(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer = answering(environ, start_response)
        if environ.get("HTTP_X_DIE_AFTER") == COMMITTED:
            _die()
        return answer

    service.wsgi_app = dying  # type: ignore[method-assign]  # as Flask's own documentation wraps an application
    return service


def _deadly(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
    def run(*args: Any, **kwargs: Any) -> Any:
        done = step(*args, **kwargs)
        if has_request_context() and request.headers.get(HEADER) == name:
            _die()
        return done

    return run


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
