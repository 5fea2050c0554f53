"""The real service, except that a request told to stall is never answered after its transaction was committed."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from field_api.app import create_app


def app() -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """A WSGI application for gunicorn."""
    service = create_app()

    def stalling(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer = service.wsgi_app(environ, start_response)
        if "HTTP_X_STALL" in environ:
            threading.Event().wait()
        return answer

    return stalling
