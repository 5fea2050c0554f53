"""No byte sequence is read in two ways, and none earns a breakdown."""

import gzip
import json
from contextlib import suppress

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from field_api.errors import Malformed
from field_api.web import problems
from field_api.web.bodies import MOST_BYTES, parse_json, read_json


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "line 1, column 1"),
        (b'{"a": 1,}', "line 1"),
        (b'{"a": NaN}', "NaN is not JSON"),
        (b'{"a": -Infinity}', "-Infinity is not JSON"),
        (b'{"a": 1e999}', "beyond the range"),
        (b'{"a": 1, "a": 2}', "'a' stands twice"),
        (b'{"a": {"b": 1, "b": 1}}', "'b' stands twice"),
        (b'{"a": "\\ud800"}', "surrogate"),
        (b'{"\\ud800": 1}', "surrogate"),
        (b'{"a": "\\u0000"}', "NUL"),
        (b'"\xff"', "not UTF-8"),
        (b"\xef\xbb\xbf{}", "BOM"),
        (b"9223372036854775808", "64 bits"),
        (b"-9223372036854775809", "64 bits"),
        (b"1" * 100_000, "64 bits"),
        (b'{"a": [{}, {"b/~": NaN}], "c": NaN}', "NaN is not JSON, at /a/1/b~1~0."),
        (b'{"points": 9223372036854775808}', "64 bits, at /points."),
        (b'{"\\ud800": NaN}', "surrogate"),
        (b'{"%s": NaN}' % (b"n" * 1000), "at /n{40}[.]$"),
        (b"[" * 33 + b"]" * 33, "deeper"),
        (b"[" * 100_000 + b"]" * 100_000, "deeper"),
    ],
)
def test_ambiguous_or_impossible_json_is_malformed(body: bytes, told: str) -> None:
    with pytest.raises(Malformed, match=told):
        parse_json(body)


def test_ordinary_json_is_read_as_it_stands() -> None:
    document = {"name": "Zoé 🦡", "n": 2**63 - 1, "x": [1.5, None, True, {"deep": ["down"]}]}
    assert parse_json(json.dumps(document, ensure_ascii=True).encode()) == document
    assert parse_json(json.dumps(document, ensure_ascii=False).encode()) == document


def test_a_whole_number_written_with_a_point_is_that_number() -> None:
    assert [type(number) for number in parse_json(b"[3.0, -0.0, 3.5, 1e3, 1e300]")] == [int, int, float, int, float]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with suppress(Malformed):
        parse_json(body)


@pytest.fixture
def echo() -> FlaskClient:
    app = Flask("echo")
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    problems.install(app)
    app.add_url_rule("/", "echo", lambda: {"read": read_json(request)}, methods=["POST"])
    return app.test_client()


def test_a_gzip_body_is_inflated(echo: FlaskClient) -> None:
    answer = echo.post("/", data=gzip.compress(b'{"a": 1}'), headers=_gzipped())
    assert answer.get_json() == {"read": {"a": 1}}


@pytest.mark.parametrize(
    ("data", "headers", "status"),
    [
        (b"{}", {"Content-Type": "text/plain"}, 415),
        (b"{}", {}, 415),
        (b"{}", {"Content-Type": "application/json", "Content-Encoding": "br"}, 415),
        (b"{}", {"Content-Type": "application/json; charset=latin-1"}, 415),
        (b"not gzip", {"Content-Type": "application/json", "Content-Encoding": "gzip"}, 400),
        (gzip.compress(b"{}", mtime=0)[:-4], {"Content-Type": "application/json", "Content-Encoding": "gzip"}, 400),
        (
            gzip.compress(b" " * MOST_BYTES * 2, mtime=0),
            {"Content-Type": "application/json", "Content-Encoding": "gzip"},
            413,
        ),
        (b" " * (MOST_BYTES + 1), {"Content-Type": "application/json"}, 413),
    ],
)
def test_a_body_that_is_not_read_here_is_told_why(
    echo: FlaskClient, data: bytes, headers: dict[str, str], status: int
) -> None:
    answer = echo.post("/", data=data, headers=headers)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json(force=True)["detail"]


def _gzipped() -> dict[str, str]:
    return {"Content-Type": "application/json", "Content-Encoding": "gzip"}
