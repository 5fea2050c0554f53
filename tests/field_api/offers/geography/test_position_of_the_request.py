"""Where somebody is whose phone does not say; and that no position is kept, whoever told it."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from field_api import geoip
from field_api.errors import Refused
from field_api.settings import read_settings
from field_api.store.base import Base
from field_api.store.engine import AnySession
from field_api.web.measures import JsonLines
from tests.field_api.offers.geography.atlas import point
from tests.field_api.offers.geography.mmdb import write_mmdb
from tests.field_api.offers.geography.test_nearby_api import live, put
from tests.field_api.people import as_user, make_user
from tests.field_api.sector import Headers

LYON = {"location": {"latitude": 45.76, "longitude": 4.84, "accuracy_radius": 20}}
HOME = {"REMOTE_ADDR": "203.0.113.7"}


@pytest.fixture
def admin(session: AnySession) -> Headers:
    return as_user(session, make_user(session, "admin"))


@contextmanager
def knowing(app: Flask, file: Path | None) -> Iterator[None]:
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(before, geoip_path=file)
    yield
    app.config["SETTINGS"] = before


@pytest.fixture
def database(tmp_path: Path) -> Path:
    unknown: dict[str, Any] = {"country": {"iso_code": "FR"}}
    return write_mmdb(tmp_path / "city.mmdb", {"203.0.113.0/24": LYON, "198.51.100.0/24": unknown})


def test_an_address_gives_a_position_with_its_uncertainty_and_claims_no_more(
    app: Flask, client: FlaskClient, session: AnySession, admin: Headers, database: Path
) -> None:
    put(session, live(point(45.76, 4.84, 500.0)), live(point(45.77, 4.84, 90_000.0)))
    with knowing(app, database):
        answer = client.get("/v1/offers/nearby", headers=admin, environ_base=HOME).get_json()
    assert answer["position"] == {"origin": "address", "accuracy_m": 20_000}
    assert [item["inside"] for item in answer["items"]] == [None, True]
    assert "20000 m only" in answer["items"][0]["reason"]["place"]["en"]


def test_what_the_phone_says_goes_before_the_address(
    app: Flask, client: FlaskClient, admin: Headers, database: Path
) -> None:
    with knowing(app, database):
        asked = {"lat": 48.85, "lon": 2.35, "accuracy_m": 12}
        answer = client.get("/v1/offers/nearby", query_string=asked, headers=admin, environ_base=HOME)
    assert answer.get_json()["position"] == {"origin": "phone", "accuracy_m": 12}


@pytest.mark.parametrize("address", ["198.51.100.4", "192.0.2.1", "127.0.0.1"])
def test_an_address_that_nobody_knows_asks_for_the_position(
    app: Flask, client: FlaskClient, admin: Headers, database: Path, address: str
) -> None:
    with knowing(app, database):
        answer = client.get("/v1/offers/nearby", headers=admin, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["parameter"] == "lat"


def test_a_file_that_is_no_database_stops_the_start(tmp_path: Path) -> None:
    secret = {"FURET_SECRET": "0123456789abcdef0123456789abcdef"}
    with pytest.raises(Refused, match="FURET_GEOIP_PATH"):
        read_settings(secret | {"FURET_GEOIP_PATH": str(tmp_path / "missing.mmdb")})
    broken = tmp_path / "broken.mmdb"
    broken.write_bytes(b"nothing")
    assert read_settings(secret | {"FURET_GEOIP_PATH": str(broken)}).geoip_path == broken
    with pytest.raises(Refused, match="no MaxMind database"):
        geoip.check(broken)


def test_a_position_is_neither_stored_nor_logged(
    app: Flask, client: FlaskClient, session: AnySession, admin: Headers
) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    root, level = logging.getLogger(), logging.getLogger("furet").level
    root.addHandler(handler)
    logging.getLogger("furet").setLevel(logging.DEBUG)
    try:
        for path in ("/v1/offers/nearby", "/v1/customers/nearby"):
            for lat in ("47.123457", "97.123457", "47.123457x"):
                client.get(path, query_string={"lat": lat, "lon": "3.765433"}, headers=admin)
    finally:
        root.removeHandler(handler)
        logging.getLogger("furet").setLevel(level)
    session.rollback()
    kept = [str(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table))]
    assert "/v1/offers/nearby" in written.getvalue()
    for text in (written.getvalue(), *kept):
        assert "7.12345" not in text
        assert "3.76543" not in text


def test_an_entry_without_a_radius_is_as_good_as_such_files_are(tmp_path: Path) -> None:
    bare = {"location": {"latitude": 45.76, "longitude": 4.84}}
    file = write_mmdb(tmp_path / "bare.mmdb", {"203.0.113.0/24": bare})
    found = geoip.locate(file, "203.0.113.7")
    assert found is not None
    assert (found.position.lat, found.position.lon, found.accuracy_m) == (45.76, 4.84, 100_000.0)


@pytest.mark.parametrize("location", [{"latitude": 95.0, "longitude": 4.84}, {"latitude": 45.76}, {}])
def test_an_entry_that_is_nowhere_or_says_too_little_is_none(tmp_path: Path, location: dict[str, float]) -> None:
    file = write_mmdb(tmp_path / "odd.mmdb", {"203.0.113.0/24": {"location": location}})
    assert geoip.locate(file, "203.0.113.7") is None


@pytest.mark.parametrize("address", [None, "", "unix:", "2001:db8::1"])
def test_what_is_no_address_of_the_file_is_nowhere(database: Path, address: str | None) -> None:
    assert geoip.locate(database, address) is None
