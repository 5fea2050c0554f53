"""Offers and customers around a position, over HTTP."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from field_api import clock
from field_api.offers.models import Offer
from field_api.reps.models import Territory
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.web.pages import write_cursor
from tests.field_api.offers.geography.atlas import area, box, keep, offer_at, point
from tests.field_api.people import as_user, make_territory, make_user
from tests.field_api.sector import Headers, make_customer

LYON = {"lat": 45.76, "lon": 4.84}


@pytest.fixture
def territory(session: AnySession) -> Territory:
    return make_territory(session)


@pytest.fixture
def rep(session: AnySession, territory: Territory) -> Headers:
    return as_user(session, make_user(session, "rep", [territory]))


def live(*places: Any, **more: Any) -> Offer:
    return offer_at(*places, starts_at=clock.now() - timedelta(days=1), **more)


def put(session: AnySession, *offers: Offer) -> list[str]:
    ids = [offer.id for offer in offers]
    keep(session, *offers, at=clock.now() - timedelta(days=1))
    return ids


def near(client: FlaskClient, who: Headers, **asked: Any) -> dict[str, Any]:
    answer = client.get("/v1/offers/nearby", query_string=LYON | asked, headers=who)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.get_json()
    return document


def test_offers_come_by_distance_then_priority_and_those_that_hold_everywhere_last(
    client: FlaskClient, session: AnySession, rep: Headers
) -> None:
    ids = put(
        session,
        live(area(box(4.8, 45.7, 4.9, 45.8)), priority=1),
        live(area(box(4.7, 45.7, 4.9, 45.8)), priority=5),
        live(point(45.765, 4.84, 600.0)),
        live(point(45.79, 4.84, 500.0), point(45.78, 4.84, 300.0), priority=9),
        live(priority=9),
        live(point(45.95, 4.84)),
    )
    items = near(client, rep)["items"]
    assert [item["id"] for item in items] == [ids[1], ids[0], ids[2], ids[3], ids[4]]
    assert [item["distance_m"] for item in items] == [0, 0, pytest.approx(555.8, rel=1e-3), 2222.9, None]
    assert [item["inside"] for item in items] == [True, True, True, False, True]
    assert items[3]["reason"]["place"]["fr"] == "Son lieu le plus proche est à 2223 m ; elle n’est pas valable ici."


def test_pages_go_on_where_the_last_one_ended(client: FlaskClient, session: AnySession, rep: Headers) -> None:
    offers = [live(point(45.76 + step / 1000, 4.84)) for step in range(4)] + [live(priority=p) for p in (1, 3, 3)]
    put(session, *offers)
    found, answer = [], client.get("/v1/offers/nearby", query_string=LYON | {"limit": 2}, headers=rep)
    while True:
        found += [item["id"] for item in answer.get_json()["items"]]
        if "Link" not in answer.headers:
            break
        answer = client.get(answer.headers["Link"].partition(">")[0][1:], headers=rep)
    everywhere = sorted(offers[4:], key=lambda one: (-one.priority, one.id))
    assert found == [one.id for one in (*offers[:4], *everywhere)]


def test_a_customer_is_offered_what_they_may_have_and_told_why(
    client: FlaskClient, session: AnySession, rep: Headers, territory: Territory
) -> None:
    customer = make_customer(territory.id, "Durand")
    for_prospects, _, anybody = put(
        session,
        live(point(45.76, 4.84), audience={"roles": ["prospect", "client"]}),
        live(point(45.76, 4.84), audience={"roles": ["ambassador"]}),
        live(point(45.77, 4.84)),
    )
    items = near(client, rep, customer=customer)["items"]
    assert [item["id"] for item in items] == [for_prospects, anybody]
    (clause,) = items[0]["reason"]["audience"]
    assert (clause["clause"], clause["holds"]) == ("roles", True)


def test_offers_of_other_territories_are_not_shown(client: FlaskClient, session: AnySession, rep: Headers) -> None:
    other = make_territory(session, "Theirs")
    put(session, live(point(45.76, 4.84), territory_ids=[other.id]))
    admin = as_user(session, make_user(session, "admin"))
    session.connection().exec_driver_sql(
        "INSERT INTO offer_territories (offer_id, territory_id) SELECT o.id, t.id FROM offers o, territories t "
        "WHERE t.name = 'Theirs'"
    )
    session.commit()
    assert near(client, rep)["items"] == []
    assert len(near(client, admin)["items"]) == 1


def test_what_was_offered_yesterday_is_what_was_live_then(
    client: FlaskClient, session: AnySession, rep: Headers
) -> None:
    admin = as_user(session, make_user(session, "admin"))
    sent = {"kind": "service", "title": {"en": "A", "fr": "A"}, "text": {"en": "A", "fr": "A"}}
    sent |= {"starts_at": "2026-01-01T00:00:00Z", "places": [point(45.76, 4.84)]}
    made = client.post("/v1/offers", json=sent, headers=admin)
    assert made.status_code == 201, made.text
    path, etag = made.headers["Location"], made.headers["ETag"]
    etag = client.post(f"{path}/publish", headers={**admin, "If-Match": etag}).headers["ETag"]
    then = clock.now().isoformat()
    with clock.ahead_by(timedelta(minutes=5)):
        moved = {"places": [point(45.79, 4.84)], "title": {"en": "B", "fr": "B"}}
        answer = client.patch(path, json=moved, headers={**admin, "If-Match": etag})
        assert answer.status_code == 200, answer.text
        now, before = near(client, rep)["items"], near(client, rep, at=then)["items"]
        assert [(item["title"]["en"], item["distance_m"]) for item in now] == [("B", pytest.approx(3334.3, rel=1e-3))]
        assert [(item["title"]["en"], item["distance_m"]) for item in before] == [("A", 0)]
        client.post(f"{path}/pause", headers={**admin, "If-Match": answer.headers["ETag"]})
        assert near(client, rep)["items"] == []
        assert len(near(client, rep, at=then)["items"]) == 1


@pytest.mark.parametrize("at", ["1000-01-01T00:00:00+14:00", "8999-12-31T23:59:59-14:00"])
@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_what_is_offered_can_be_asked_for_the_first_and_the_last_instant_that_may_be_told(
    client: FlaskClient, session: AnySession, rep: Headers, territory: Territory, at: str, zone: str
) -> None:
    all_day = [{"weekday": day, "opens": "00:00", "closes": "00:00"} for day in range(1, 8)]
    [own] = put(session, offer_at(weekly_hours=all_day, time_zone=zone, starts_at=clock.now() - timedelta(days=2)))
    items = near(client, rep, at=at, customer=make_customer(territory.id))["items"]
    assert [item["id"] for item in items] == ([own] if at.startswith("8999") else [])


def test_only_what_holds_here_is_listed_however_far_its_centre(
    client: FlaskClient, session: AnySession, rep: Headers
) -> None:
    far, _, everywhere = put(session, live(point(46.5, 4.84, 90_000.0)), live(point(45.77, 4.84, 100.0)), live())
    assert [item["id"] for item in near(client, rep, holding="true")["items"]] == [far, everywhere]


def test_what_holds_here_tells_how_far_the_nearest_of_its_places_is(
    client: FlaskClient, session: AnySession, rep: Headers
) -> None:
    put(session, live(point(45.77, 4.84, 100.0), point(46.5, 4.84, 90_000.0)), live(point(45.78, 4.84, 9_000.0)))
    items = near(client, rep, holding="true")["items"]
    assert [item["distance_m"] for item in items] == [pytest.approx(metres, rel=1e-3) for metres in (1111.5, 2222.9)]
    assert [item["inside"] for item in items] == [True, True]


def test_a_position_known_roughly_claims_no_more_than_it_knows(
    client: FlaskClient, session: AnySession, rep: Headers
) -> None:
    put(session, live(point(45.76, 4.84, 100.0)), live(point(45.761, 4.84, 9_000.0)), live(point(45.82, 4.84, 10.0)))
    answer = near(client, rep, accuracy_m=500)
    assert answer["position"] == {"origin": "phone", "accuracy_m": 500}
    assert [item["inside"] for item in answer["items"]] == [None, True, False]


def test_customers_nearby_come_with_the_best_offer_where_they_are(
    client: FlaskClient, session: AnySession, rep: Headers, territory: Territory
) -> None:
    for town, lat in (("Lyon", 45.765), ("Mâcon", 46.3), ("Villefranche", 45.8)):
        customer = make_customer(territory.id, town)
        place = {"town": town, "position": {"lat": lat, "lon": 4.84, "origin": "gps"}}
        assert client.post(f"/v1/customers/{customer}/places", json=place, headers=rep).status_code == 201
    put(
        session,
        live(point(45.765, 4.84, 900.0), priority=4),
        live(point(45.8, 4.84, 90_000.0), priority=2),
        live(point(45.8, 4.84, 90_000.0), priority=9, audience={"roles": ["ambassador"]}),
        live(priority=1),
    )
    answer = client.get("/v1/customers/nearby", query_string=LYON, headers=rep)
    assert answer.status_code == 200, answer.text
    told = [(one["name"], one["offer"]["priority"], one["offer"]["distance_m"]) for one in answer.get_json()["items"]]
    assert told == [("Lyon", 4, 0), ("Villefranche", 2, 0)]


@pytest.mark.parametrize(
    ("asked", "at"),
    [
        ({"lat": "91", "lon": "4"}, "lat"),
        ({"lat": "NaN", "lon": "4"}, "lat"),
        ({"lat": "48,85", "lon": "2,35"}, "lat"),
        ({"lat": "48.85"}, "lon"),
        ({"lat": "2.35", "lon": "248.85"}, "lon"),
        ({}, "lat"),
        ({**LYON, "radius_m": "0"}, "radius_m"),
        ({**LYON, "radius_m": "1e999"}, "radius_m"),
        ({**LYON, "accuracy_m": "-1"}, "accuracy_m"),
        ({**LYON, "cursor": "x"}, "cursor"),
        ({**LYON, "cursor": write_cursor(None, 0, "none of ours")}, "cursor"),
        ({**LYON, "cursor": write_cursor(None, 2**63 - 1, new_id())}, "cursor"),
        ({**LYON, "at": "yesterday"}, "at"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/offers/nearby", "/v1/customers/nearby"])
def test_a_question_that_makes_no_sense_is_told_where(
    client: FlaskClient, rep: Headers, path: str, asked: dict[str, str], at: str
) -> None:
    answer = client.get(path, query_string=asked, headers=rep)
    assert answer.status_code == 422, answer.text
    assert at in {fault["parameter"] for fault in answer.get_json()["errors"]}
