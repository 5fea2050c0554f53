"""The real service, except that a request told to stall is never answered after its transaction was committed."""

import threading
from collections.abc import Iterable
from typing import Any

from flask import Flask

from field_api.app import create_app


def app() -> Flask:
    """A WSGI application for gunicorn."""
    service = create_app()
    answering = service.wsgi_app

    def stalling(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer = answering(environ, start_response)
        if "HTTP_X_STALL" in environ:
            threading.Event().wait()
        return answer

    service.wsgi_app = stalling  # type: ignore[method-assign]  # as Flask's own documentation wraps an application
    return service
