"""An address that floods is slowed down; a counter that is away closes nothing."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from field_api.settings import Settings
from field_api.web import flood_counters, floods, problems
from field_api.web.flood_counters import ProcessStorage
from field_api.web.replies import json_reply


@pytest.fixture
def settings(app: Flask) -> Settings:
    told: Settings = app.config["SETTINGS"]
    return told


def service(settings: Settings) -> FlaskClient:
    app = Flask("flooded")
    problems.install(app)
    app.add_url_rule("/usual", "usual", lambda: json_reply({}))
    app.add_url_rule("/login", "login", lambda: json_reply({}))
    floods.install(app, settings, frozenset({"login"}))
    return app.test_client()


def test_a_flood_is_told_when_to_come_back_and_others_are_not_disturbed(settings: Settings) -> None:
    client = service(replace(settings, flood_limit="5/minute"))
    statuses = [client.get("/usual").status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    refused = client.get("/usual")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert client.get("/usual", environ_overrides={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200


def test_signing_in_is_limited_more_strictly(settings: Settings) -> None:
    client = service(replace(settings, flood_limit="100/minute", login_flood_limit="2/minute"))
    assert [client.get("/login").status_code for _ in range(3)] == [200, 200, 429]
    assert client.get("/usual").status_code == 200


def test_behind_a_trusted_proxy_the_address_is_the_one_it_vouches_for(settings: Settings) -> None:
    client = service(replace(settings, flood_limit="1/minute", trusted_proxies=1))
    assert client.get("/usual", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 200
    assert client.get("/usual", headers={"X-Forwarded-For": "192.0.2.2"}).status_code == 200
    assert client.get("/usual", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 429


def test_without_a_proxy_nobody_chooses_their_own_address(settings: Settings) -> None:
    client = service(replace(settings, flood_limit="1/minute"))
    assert client.get("/usual", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 200
    assert client.get("/usual", headers={"X-Forwarded-For": "192.0.2.2"}).status_code == 429


def test_counters_of_addresses_that_went_away_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flood_counters, "MOST_KEYS", 3)
    counters = ProcessStorage()
    for address in "abc":
        counters.incr(address, expiry=-1)
    counters.incr("d", expiry=60)
    assert counters.reset() == 1
