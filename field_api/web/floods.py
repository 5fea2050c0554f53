"""Protection against floods, by address; lockouts of accounts are another matter and live in the database."""

from collections.abc import Callable
from typing import cast

from flask import Flask, Response
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.middleware.proxy_fix import ProxyFix

from field_api.settings import Settings


def install(app: Flask, settings: Settings, sign_in_endpoints: tuple[str, ...]) -> None:
    """Limit every address, and more strictly where one signs in; behind proxies, the address that they vouch for."""
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    limiter = Limiter(
        get_remote_address,
        app=app,
        application_limits=[settings.flood_limit],
        storage_uri=settings.flood_storage,
        # A broken counter must not close the shop.
        swallow_errors=True,
    )
    for endpoint in sign_in_endpoints:
        view = limiter.limit(settings.login_flood_limit)(app.view_functions[endpoint])
        app.view_functions[endpoint] = cast(Callable[..., Response], view)
