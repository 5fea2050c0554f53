"""Operators see what happens; they do not see persons."""

import json
import logging
import secrets

import pytest
from flask.testing import FlaskClient

from field_api.web.measures import JsonLines


def test_the_process_and_the_database_are_told_to_be_well(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
    assert client.get("/readyz").get_json() == {"status": "ready"}


def test_requests_are_counted_by_route_and_not_by_path(client: FlaskClient) -> None:
    client.get("/healthz")
    client.get("/v1/people-named/Zoé")
    told = client.get("/metrics").get_data(as_text=True)
    assert 'furet_requests_total{method="GET",route="/healthz",status="200"}' in told
    assert "Zo" not in told


def test_a_log_line_has_a_request_id_and_neither_query_nor_body(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="furet.access"):
        client.get("/healthz?lat=48.85&lon=2.35&email=zoe@example.fr", headers={"X-Request-Id": "from-the-phone-1"})
    line = JsonLines().format(caplog.records[-1])
    told = json.loads(line)
    assert told["request_id"] == "from-the-phone-1"
    assert (told["route"], told["status"]) == ("/healthz", 200)
    assert "48.85" not in line
    assert "zoe" not in line


@pytest.mark.parametrize("given", ["short", "a" * 65, 'quote"and space', ""])
def test_a_request_id_that_could_disturb_the_log_is_replaced(client: FlaskClient, given: str) -> None:
    told = client.get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"]
    assert told != given
    assert len(told) >= 8


def test_requests_have_ids_of_their_own(client: FlaskClient) -> None:
    assert len({client.get("/healthz").headers["X-Request-Id"] for _ in range(20)}) == 20


def test_an_error_is_logged_with_its_kind(caplog: pytest.LogCaptureFixture) -> None:
    secret = secrets.token_hex(4)
    try:
        raise ValueError(secret)
    except ValueError as error:
        record = logging.LogRecord(
            "furet", logging.ERROR, __file__, 1, "Unexpected error", None, (ValueError, error, error.__traceback__)
        )
    told = json.loads(JsonLines().format(record))
    assert told["message"] == "Unexpected error"
    assert "ValueError" in told["error"]
