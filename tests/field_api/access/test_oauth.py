"""Renewing and revoking by OAuth 2: rotation, reuse, the grace for a phone that retries, and the error documents."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from field_api import clock
from field_api.access import devices
from field_api.access.models import RefreshToken
from field_api.store.engine import AnySession, writing
from tests.field_api.people import PASSWORD, bearer, make_user, sign_in, token_for


@pytest.fixture
def pair(client: FlaskClient, session: AnySession) -> dict[str, Any]:
    return sign_in(client, make_user(session, password=PASSWORD))


def renew(client: FlaskClient, refresh_token: str) -> Any:
    return client.post("/oauth/token", data={"grant_type": "refresh_token", "refresh_token": refresh_token})


def is_in(client: FlaskClient, access_token: str) -> bool:
    return client.get("/v1/me", headers=bearer(access_token)).status_code == 200


def test_a_renewal_gives_another_pair_and_the_chain_goes_on(client: FlaskClient, pair: dict[str, Any]) -> None:
    seen = {pair["refresh_token"]}
    for _ in range(3):
        answer = renew(client, pair["refresh_token"])
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        pair = answer.json
        assert pair["refresh_token"] not in seen
        assert is_in(client, pair["access_token"])
        seen.add(pair["refresh_token"])


def test_a_phone_that_lost_the_answer_gets_the_same_refresh_token_within_the_grace(
    client: FlaskClient, pair: dict[str, Any]
) -> None:
    first = renew(client, pair["refresh_token"]).json
    with clock.ahead_by(timedelta(seconds=29)):
        again = renew(client, pair["refresh_token"])
        assert again.status_code == 200
        assert again.json["refresh_token"] == first["refresh_token"]
        assert is_in(client, again.json["access_token"])
    with clock.ahead_by(timedelta(minutes=20)):
        following = renew(client, again.json["refresh_token"])
        assert following.status_code == 200
        assert is_in(client, following.json["access_token"])


def test_an_old_refresh_token_after_the_grace_revokes_the_family(client: FlaskClient, pair: dict[str, Any]) -> None:
    following = renew(client, pair["refresh_token"]).json
    with clock.ahead_by(timedelta(seconds=31)):
        assert renew(client, pair["refresh_token"]).json["error"] == "invalid_grant"
        assert not is_in(client, following["access_token"])
        assert renew(client, following["refresh_token"]).json["error"] == "invalid_grant"


def test_an_old_refresh_token_whose_successor_was_used_revokes_even_within_the_grace(
    client: FlaskClient, pair: dict[str, Any]
) -> None:
    following = renew(client, renew(client, pair["refresh_token"]).json["refresh_token"]).json
    assert renew(client, pair["refresh_token"]).json["error"] == "invalid_grant"
    assert not is_in(client, following["access_token"])


def test_renewals_of_one_token_at_the_same_moment_all_get_one_usable_pair(
    app: Flask, client: FlaskClient, pair: dict[str, Any], session: AnySession
) -> None:
    start, answers = threading.Barrier(6), []

    def retry() -> None:
        own = app.test_client()
        start.wait()
        answers.append(renew(own, pair["refresh_token"]))

    threads = [threading.Thread(target=retry) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200] * 6
    assert len({answer.json["refresh_token"] for answer in answers}) == 1
    assert all(is_in(client, answer.json["access_token"]) for answer in answers)
    assert session.scalar(select(func.count()).where(RefreshToken.used_at.is_(None))) == 1
    assert renew(client, answers[0].json["refresh_token"]).status_code == 200


def test_a_renewal_that_meets_another_in_the_making_waits_and_gets_the_same_token(
    app: Flask, pair: dict[str, Any], session: AnySession
) -> None:
    answers = []
    late = threading.Thread(target=lambda: answers.append(renew(app.test_client(), pair["refresh_token"])))
    with writing(session):
        first = devices.renew(session, pair["refresh_token"], app.config["SETTINGS"].secret)
        session.flush()
        late.start()
        late.join(timeout=0.5)
        assert late.is_alive()
    late.join()
    assert first is not None
    assert answers[0].status_code == 200
    assert answers[0].json["refresh_token"] == first.refresh_token


def test_a_refresh_token_ends_after_sixty_days_of_silence(client: FlaskClient, pair: dict[str, Any]) -> None:
    with clock.ahead_by(timedelta(days=60, seconds=1)):
        assert renew(client, pair["refresh_token"]).json["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": ""}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": ["a", "b"]}, "invalid_request"),
        ({"grant_type": "password", "username": "a"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "\x00é"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "x", "scope": "admin"}, "invalid_scope"),
    ],
)
def test_refusals_are_error_documents_of_rfc_6749(client: FlaskClient, form: dict[str, Any], error: str) -> None:
    answer = client.post("/oauth/token", data=form)
    assert answer.status_code == 400
    assert answer.mimetype == "application/json"
    assert answer.json["error"] == error
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_json_body_is_refused_as_an_invalid_request(client: FlaskClient) -> None:
    answer = client.post("/oauth/token", json={"grant_type": "refresh_token", "refresh_token": "x"})
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_revoking_either_token_of_a_device_ends_both(client: FlaskClient, pair: dict[str, Any], kind: str) -> None:
    assert client.post("/oauth/revoke", data={"token": pair[kind], "token_type_hint": "nonsense"}).status_code == 200
    assert not is_in(client, pair["access_token"])
    assert renew(client, pair["refresh_token"]).json["error"] == "invalid_grant"


def test_revoking_a_personal_token_ends_it_alone(
    client: FlaskClient, session: AnySession, pair: dict[str, Any]
) -> None:
    token = token_for(session, make_user(session), "customers:read")
    assert client.post("/oauth/revoke", data={"token": token}).status_code == 200
    assert not is_in(client, token)
    assert is_in(client, pair["access_token"])


def test_revoking_an_unknown_token_is_done_already(client: FlaskClient) -> None:
    assert client.post("/oauth/revoke", data={"token": "unknown"}).status_code == 200
    assert client.post("/oauth/revoke", data={}).json["error"] == "invalid_request"


def test_the_metadata_document_names_what_rfc_8414_wants(client: FlaskClient) -> None:
    document = client.get("/.well-known/oauth-authorization-server", base_url="https://crm.example.org").json
    assert document["issuer"] == "https://crm.example.org"
    assert document["token_endpoint"] == "https://crm.example.org/oauth/token"
    assert document["response_types_supported"] == []
    assert "dav" in document["scopes_supported"]
