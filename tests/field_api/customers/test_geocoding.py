"""Positions looked up after the write, at a server that answers as the Base Adresse Nationale does."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from field_api import clock
from field_api.customers import jobs
from field_api.geo import geocoder
from field_api.store import worker
from field_api.store.base import db
from field_api.store.engine import writing
from tests.field_api.customers.conftest import Caller

ADDRESS = {"street": "8 boulevard du Port", "postcode": "80000", "town": "Amiens"}


@dataclass
class Bureau:
    """A geocoding server; `answers` are given one after the other, a number is a status without an answer."""

    answers: list[Any] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    port: int = 0


def found(score: float = 0.9, kind: str = "housenumber") -> dict[str, Any]:
    properties = {"label": "8 Boulevard du Port 80000 Amiens", "score": score, "type": kind}
    geometry = {"type": "Point", "coordinates": [2.290084, 49.897442]}
    feature = {"type": "Feature", "geometry": geometry, "properties": properties}
    return {"type": "FeatureCollection", "features": [feature]}


@pytest.fixture
def bureau() -> Iterator[Bureau]:
    here = Bureau()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.asked.append(parse_qs(urlsplit(self.path).query)["q"][0])
            answer = here.answers.pop(0)
            self.send_response(answer if isinstance(answer, int) else 200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            if not isinstance(answer, int):
                self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        here.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield here
        server.shutdown()
        thread.join()


@pytest.fixture
def geocoding(app: Flask, bureau: Bureau) -> Iterator[None]:
    """The service with a geocoder set."""
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, geocoder="ban")
    yield
    app.config["SETTINGS"] = settings


def work(app: Flask, bureau: Bureau) -> None:
    """Let the worker do the job that is due."""
    local = geocoder("ban", domain=f"127.0.0.1:{bureau.port}", scheme="http")
    with app.app_context():
        worker.run_one({jobs.KIND: jobs.geocoding(app.config["SETTINGS"], local)})
        db.session.remove()


def place_of(caller: Caller, customer: dict[str, Any]) -> dict[str, Any]:
    (place,) = caller.get(f"/customers/{customer['id']}/places")["items"]
    return dict(place)


def test_an_address_without_position_gets_one_after_the_write(
    app: Flask, geocoding: None, bureau: Bureau, north: Caller
) -> None:
    made = north.create(places=[ADDRESS])
    assert bureau.asked == []
    bureau.answers = [found()]
    work(app, bureau)
    position = {"lat": 49.897442, "lon": 2.290084, "origin": "geocoder", "accuracy_m": 20}
    assert place_of(north, made)["position"] == position
    assert bureau.asked == ["8 boulevard du Port, 80000, Amiens, FR"]
    assert north.get(f"/customers/{made['id']}")["etag"] != made["etag"]
    assert north.found(near="49.897,2.290") == ["Durand"]


def test_a_failing_service_is_asked_again_later(app: Flask, geocoding: None, bureau: Bureau, north: Caller) -> None:
    made = north.create(places=[ADDRESS])
    bureau.answers = [503, found(kind="street")]
    work(app, bureau)
    assert place_of(north, made)["position"] is None
    work(app, bureau)
    assert len(bureau.asked) == 1
    with clock.ahead_by(timedelta(minutes=5)):
        work(app, bureau)
    assert place_of(north, made)["position"]["accuracy_m"] == 300


@pytest.mark.parametrize("answer", [{"type": "FeatureCollection", "features": []}, found(score=0.3)])
def test_an_address_that_is_unknown_or_doubtful_stays_without_position(
    app: Flask, geocoding: None, bureau: Bureau, north: Caller, answer: dict[str, Any]
) -> None:
    made = north.create(places=[ADDRESS])
    bureau.answers = [answer]
    work(app, bureau)
    assert place_of(north, made)["position"] is None
    with clock.ahead_by(timedelta(hours=1)):
        work(app, bureau)
    assert len(bureau.asked) == 1


def test_an_address_changed_in_the_meantime_is_not_given_the_position_of_the_old_one(
    app: Flask, geocoding: None, bureau: Bureau, north: Caller
) -> None:
    made = north.create(places=[ADDRESS])
    place = place_of(north, made)
    path = f"/customers/{made['id']}/places/{place['id']}"
    changed = north.call("PATCH", path, {"street": "1 rue Basse"}, If_Match=made["etag"])
    assert changed.status_code == 200
    bureau.answers = [found(), found()]
    work(app, bureau)
    work(app, bureau)
    assert bureau.asked == ["1 rue Basse, 80000, Amiens, FR"]


def test_what_has_a_position_or_no_street_is_not_looked_up(
    app: Flask, geocoding: None, bureau: Bureau, north: Caller
) -> None:
    here = {"lat": 49.9, "lon": 2.3, "origin": "gps"}
    north.create(places=[ADDRESS | {"position": here}, {"town": "Amiens"}])
    work(app, bureau)
    assert bureau.asked == []


def test_without_a_geocoder_nothing_is_promised(app: Flask, bureau: Bureau, north: Caller) -> None:
    north.create(places=[ADDRESS])
    work(app, bureau)
    assert bureau.asked == []


def test_calls_keep_their_distance_whoever_makes_them(app: Flask) -> None:
    local = geocoder("nominatim", domain="127.0.0.1:9", scheme="http")
    assert local is not None
    turns = []
    with app.app_context():
        for _ in range(3):
            with writing(db.session):
                turns.append(jobs._take_turn(db.session, local))
            db.session.remove()
    gaps = [(later - sooner).total_seconds() for sooner, later in pairwise(turns)]
    assert gaps == [1.0, 1.0]


def test_nobody_waits_for_the_lock_while_a_foreign_server_thinks(
    app: Flask, geocoding: None, bureau: Bureau, north: Caller
) -> None:
    north.create(places=[ADDRESS])
    bureau.answers = [found()]
    local = geocoder("ban", domain=f"127.0.0.1:{bureau.port}", scheme="http")
    assert local is not None
    written = []

    def think(address: str) -> Any:
        written.append(north.create("Meanwhile")["name"])
        return local.find(address)

    with app.app_context():
        worker.run_one({jobs.KIND: jobs.geocoding(app.config["SETTINGS"], replace(local, find=think))})
        db.session.remove()
    assert written == ["Meanwhile"]
    assert north.found(near="49.897,2.290") == ["Durand"]
