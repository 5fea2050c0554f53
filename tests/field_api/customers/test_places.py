"""Places: addresses and positions."""

from tests.field_api.customers.conftest import Caller

HERE = {"lat": 46.2, "lon": 5.2, "origin": "gps", "accuracy_m": 8}


def test_a_place_is_added_changed_and_removed_with_the_customers_etag(north: Caller) -> None:
    made = north.create()
    added = north.call("POST", f"/customers/{made['id']}/places", {"town": "Bourg-en-Bresse", "position": HERE})
    path = f"/customers/{made['id']}/places/{added.get_json()['id']}"
    assert north.call("PATCH", path, {"town": "Lyon"}).status_code == 428
    assert north.call("PATCH", path, {"town": "Lyon"}, If_Match=made["etag"]).status_code == 412
    changed = north.call("PATCH", path, {"town": "Lyon", "position": {"accuracy_m": 3}}, If_Match=added.headers["ETag"])
    assert changed.get_json()["position"] == HERE | {"accuracy_m": 3}
    assert north.found(town="lyon") == ["Durand"]
    assert north.found(town="bourg") == []
    gone = north.call("PATCH", path, {"position": None}, If_Match=changed.headers["ETag"])
    assert gone.get_json()["position"] is None
    assert north.call("DELETE", path, If_Match=gone.headers["ETag"]).status_code == 204
    assert north.get(f"/customers/{made['id']}/places")["items"] == []


def test_a_position_that_a_geocoder_found_goes_with_its_address(north: Caller) -> None:
    found = HERE | {"origin": "geocoder"}
    made = north.create(places=[{"street": "1 rue Basse", "town": "Lyon", "position": found}])
    (place,) = north.get(f"/customers/{made['id']}/places")["items"]
    path = f"/customers/{made['id']}/places/{place['id']}"
    labelled = north.call("PATCH", path, {"label": "shop"}, If_Match=made["etag"])
    assert labelled.get_json()["position"] == found
    moved = north.call("PATCH", path, {"street": "9 rue Haute"}, If_Match=labelled.headers["ETag"])
    assert moved.get_json()["position"] is None


def test_the_town_shown_is_that_of_the_first_place(north: Caller) -> None:
    made = north.create(places=[{"town": "Lyon"}])
    north.call("POST", f"/customers/{made['id']}/places", {"town": "Nice"})
    assert north.get(f"/customers/{made['id']}")["town"] == "Lyon"


def test_half_a_position_is_refused(north: Caller) -> None:
    made = north.create()
    answer = north.call("POST", f"/customers/{made['id']}/places", {"town": "Nice", "position": {"lat": 43.7}})
    assert {fault["pointer"] for fault in answer.get_json()["errors"]} == {"/position/lon", "/position/origin"}
