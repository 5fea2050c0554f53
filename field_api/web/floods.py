"""Protection against floods, by address; lockouts of accounts are another matter and live in the database.

`limits`, the engine under flask-limiter, is used without it: the extension alone costs more time a request than
identity, scope and receipt together.
"""

import logging
import time

from flask import Flask, request
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.middleware.proxy_fix import ProxyFix

from field_api.errors import Refused, TooMany
from field_api.settings import Settings
from field_api.web.flood_counters import ProcessStorage

log = logging.getLogger("furet.floods")


def install(app: Flask, settings: Settings, stricter_endpoints: frozenset[str]) -> None:
    """Limit every address, and more strictly where one signs in; behind proxies, the address that they vouch for."""
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    limiter = FixedWindowRateLimiter(_storage(settings.flood_storage))
    usual, strict = parse(settings.flood_limit), parse(settings.login_flood_limit)

    def check() -> None:
        try:
            _count(limiter, usual, "all")
            if request.endpoint in stricter_endpoints:
                _count(limiter, strict, "sign-in")
        except StorageError:
            # A counter that is away must not close the shop.
            log.warning("The flood counter does not answer; requests pass uncounted.")

    app.before_request(check)


def _storage(uri: str) -> Storage:
    if uri == "process://":
        return ProcessStorage()
    storage = storage_from_string(uri, wrap_exceptions=True)
    if not isinstance(storage, Storage):
        raise Refused(f"FURET_FLOOD_STORAGE is {uri!r}; give process:// or redis://host.")
    return storage


def _count(limiter: FixedWindowRateLimiter, limit: RateLimitItem, what: str) -> None:
    address = request.remote_addr or "unknown"
    if not limiter.hit(limit, what, address):
        wait_s = limiter.get_window_stats(limit, what, address).reset_time - time.time()
        raise TooMany("Too many requests from this address; slow down.", max(1, round(wait_s)))
