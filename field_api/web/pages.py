"""Keyset pages: a cursor says after which row the next page begins, so that inserts never shift or repeat rows."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Response, request
from marshmallow import Schema, fields, validate

from field_api.errors import Fault, Invalid
from field_api.web.replies import json_reply

MOST_ROWS = 100
USUAL_ROWS = 20
LONGEST_CURSOR = 600


class PageArguments(Schema):
    """Which page of a list."""

    limit = fields.Integer(
        load_default=USUAL_ROWS, validate=validate.Range(1, MOST_ROWS), metadata={"description": "Rows a page."}
    )
    cursor = fields.String(
        load_default=None,
        validate=validate.Length(max=LONGEST_CURSOR),
        metadata={"description": "Where the page begins; taken from the Link header of the page before."},
    )


def read_cursor(cursor: str | None, *kinds: type | tuple[type, ...]) -> tuple[Any, ...] | None:
    """The sort values of the last row seen, each of the kind given; None at the start of a list.

    Raises Invalid for a cursor that this list did not write.
    """
    if cursor is None:
        return None
    try:
        values = orjson.loads(urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        values = None
    if not isinstance(values, list) or len(values) != len(kinds) or not all(map(_is_a, values, kinds)):
        fault = Fault("cursor", "It was not written by this list; start again without it.", parameter=True)
        raise Invalid("The cursor cannot be read.", fault)
    return tuple(values)


def write_cursor(*values: Any) -> str:
    """An opaque text that brings `values` back to `read_cursor`."""
    return urlsafe_b64encode(orjson.dumps(values, option=orjson.OPT_UTC_Z)).rstrip(b"=").decode()


def page_reply(rows: Sequence[Any], limit: int, next_values: tuple[Any, ...] | None, **beside: Any) -> Response:
    """Answer with `items`, and a Link to the next page when `next_values` (the last row's sort values) are given.

    What is said `beside` the items holds for all of them.
    """
    headers = {}
    if next_values is not None:
        query = request.args.to_dict(flat=False) | {"cursor": [write_cursor(*next_values)], "limit": [str(limit)]}
        headers["Link"] = f'<{request.path}?{urlencode(query, doseq=True)}>; rel="next"'
    return json_reply(beside | {"items": rows}, headers=headers)


def _is_a(value: Any, kind: type | tuple[type, ...]) -> bool:
    # JSON's true is an int to Python, and a cursor is client text.
    return (
        isinstance(value, kind) and not isinstance(value, bool) and (not isinstance(value, str) or "\x00" not in value)
    )
