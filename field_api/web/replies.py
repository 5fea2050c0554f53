"""Successful answers: JSON written by orjson, with the headers that go with it."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import orjson
from flask import Response, request

JSON = "application/json"


def json_reply(
    document: Any, status: int = 200, *, etag: str | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer with a document. Instants become RFC 3339 in UTC; a read that the client holds already becomes 304."""
    body = orjson.dumps(document, option=orjson.OPT_UTC_Z)
    if etag is None and request.method == "GET":
        etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    if etag is not None and status == 200 and _held(etag):
        return Response(None, 304, {"ETag": etag})
    answer = Response(body, status, mimetype=JSON, headers=headers)
    if etag is not None:
        answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def empty_reply() -> Response:
    """Done, and nothing to say about it."""
    return Response(None, 204)


def _held(etag: str) -> bool:
    if request.method not in {"GET", "HEAD"}:
        return False
    held = request.headers.get("If-None-Match")
    # A read compares weakly (RFC 9110, section 13.1.2), so that a proxy that weakened the tag still saves the transfer.
    return held is not None and (etag in {tag.strip().removeprefix("W/") for tag in held.split(",")})
