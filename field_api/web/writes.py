"""One write request is one transaction: the effect, its audit lines, its receipt and its stored reply, or nothing."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import ParamSpec

from flask import Flask, Response, g, request

from field_api.errors import Clash, Fault, Invalid, KeyRequired
from field_api.store import receipts
from field_api.store.base import db
from field_api.store.engine import settle, writing
from field_api.store.receipts import StoredReply
from field_api.web.identity import current

P = ParamSpec("P")

LONGEST_KEY = 255
KEPT_HEADERS = ("Content-Type", "ETag", "Location")


def install(app: Flask) -> None:
    """Let no answer go out before all that it may tell of is on the disk."""

    @app.after_request
    def settle_what_was_read(answer: Response) -> Response:
        if not g.get("settled", False):
            settle(db.session)
        return answer


def writes(
    *, key_required: bool = False, secret: bool = False
) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
    """Run a route as one write transaction that honours Idempotency-Key.

    `key_required` refuses a request without the key (commands that move value). `secret` keeps the reply's body out of
    the receipt: a retry is then told that the secret was shown once.
    """

    def decorate(view: Callable[P, Response]) -> Callable[P, Response]:
        @wraps(view)
        def run(*args: P.args, **kwargs: P.kwargs) -> Response:
            key = _key(key_required)
            with writing(db.session):
                answer = view(*args, **kwargs) if key is None else _once(key, secret, lambda: view(*args, **kwargs))
            g.settled = True
            return answer

        run.key_required = key_required  # type: ignore[attr-defined]  # read by the OpenAPI document
        return run

    return decorate


def _key(required: bool) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        if required:
            raise KeyRequired("This moves value: send an Idempotency-Key, and the same one when you retry.")
        return None
    if not 0 < len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        fault = Fault("Idempotency-Key", f"Give 1 to {LONGEST_KEY} printable ASCII characters.", parameter=True)
        raise Invalid("The Idempotency-Key cannot be used.", fault)
    return key


def _once(key: str, secret: bool, effect: Callable[[], Response]) -> Response:
    caller = current().id
    stored = receipts.claim(db.session, caller, key, _fingerprint())
    if stored is not None:
        return _again(stored)
    answer = effect()
    headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
    body = None if secret else answer.get_data()
    receipts.keep(db.session, caller, key, StoredReply(answer.status_code, headers, body))
    return answer


def _again(stored: StoredReply) -> Response:
    if stored.body is None:
        raise Clash("This was done, and its secret was shown once. Revoke it and make another if it was lost.")
    return Response(stored.body, stored.status, stored.headers)


def _fingerprint() -> str:
    told = sha256()
    for part in (request.method, request.full_path, request.headers.get("If-Match", "")):
        told.update(part.encode() + b"\n")
    told.update(request.get_data(cache=True))
    return told.hexdigest()
