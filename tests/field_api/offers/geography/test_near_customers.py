"""The offer with which a customer nearby is listed: by priority, then by nearness to where they are met, any time."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from field_api import clock
from field_api.geo import Position
from field_api.offers.areas import area_of
from field_api.offers.around import Asked
from field_api.offers.models import Offer
from field_api.offers.near_customers import AT_ONCE
from field_api.offers.nearest import nearest
from field_api.offers.places import ALL_ROLES
from field_api.offers.snapshot import remembered
from field_api.reps.models import Territory
from field_api.store.engine import AnySession
from tests.field_api.offers.geography.atlas import area, box, keep, offer_at, point
from tests.field_api.offers.stand import offer_like
from tests.field_api.people import as_user, make_territory, make_user
from tests.field_api.sector import Headers, make_customer

HERE = {"lat": 45.76, "lon": 4.84}


@pytest.fixture
def territory(session: AnySession) -> Territory:
    return make_territory(session)


@pytest.fixture
def rep(session: AnySession, territory: Territory) -> Headers:
    return as_user(session, make_user(session, "rep", [territory]))


def put(session: AnySession, *offers: Offer) -> list[str]:
    ids = [offer.id for offer in offers]
    keep(session, *offers, at=clock.now() - timedelta(days=1))
    return ids


def live(*places: Any, **more: Any) -> Offer:
    return offer_at(*places, starts_at=clock.now() - timedelta(days=1), **more)


def met_at(client: FlaskClient, rep: Headers, territory: Territory, *lats: float) -> None:
    """A customer with places on one meridian."""
    customer = make_customer(territory.id, "Martin")
    for lat in lats:
        place = {"town": "Lyon", "position": {"lat": lat, "lon": HERE["lon"], "origin": "gps"}}
        assert client.post(f"/v1/customers/{customer}/places", json=place, headers=rep).status_code == 201


def offered(client: FlaskClient, rep: Headers, **asked: Any) -> list[str | None]:
    answer = client.get("/v1/customers/nearby", query_string=HERE | asked, headers=rep)
    assert answer.status_code == 200, answer.text
    return [one["offer"] and one["offer"]["id"] for one in answer.get_json()["items"]]


def test_a_customer_with_two_places_is_met_at_the_nearer_one(
    client: FlaskClient, session: AnySession, rep: Headers, territory: Territory
) -> None:
    met_at(client, rep, territory, 45.80, 45.77, 45.79)
    there, _elsewhere = put(session, live(point(45.77, 4.84, 300.0)), live(point(45.80, 4.84, 300.0), priority=9))
    assert offered(client, rep) == [there]


def test_an_offer_of_higher_priority_goes_before_a_nearer_one_and_of_two_alike_the_nearer(
    client: FlaskClient, session: AnySession, rep: Headers, territory: Territory
) -> None:
    met_at(client, rep, territory, 45.77)
    _near, far, _farther = put(
        session,
        live(point(45.77, 4.84, 5_000.0), priority=1),
        live(point(45.78, 4.84, 5_000.0), priority=2),
        live(point(45.79, 4.84, 5_000.0), priority=2),
    )
    assert offered(client, rep) == [far]


def test_what_holds_everywhere_is_the_best_where_its_priority_says_so(
    client: FlaskClient, session: AnySession, rep: Headers, territory: Territory
) -> None:
    met_at(client, rep, territory, 45.77)
    _here, everywhere = put(session, live(point(45.77, 4.84)), live(priority=1))
    assert offered(client, rep) == [everywhere]


def test_however_many_are_not_for_them_the_one_that_is_gets_found(
    client: FlaskClient, session: AnySession, rep: Headers, territory: Territory
) -> None:
    met_at(client, rep, territory, 45.77)
    nobodys = {"priority": 9, "audience": {"listed": True}}
    others = [live(point(45.77, 4.84), **nobodys) for _ in range(AT_ONCE)] + [live(**nobodys) for _ in range(AT_ONCE)]
    theirs, *_others = put(session, live(point(45.77, 4.84)), *others)
    assert offered(client, rep) == [theirs]


def test_of_a_past_moment_the_offer_of_then_is_told(
    client: FlaskClient, session: AnySession, rep: Headers, territory: Territory
) -> None:
    met_at(client, rep, territory, 45.77)
    admin = as_user(session, make_user(session, "admin"))
    made = client.post("/v1/offers", json=offer_like(places=[point(45.77, 4.84)]), headers=admin)
    path, told = made.headers["Location"], admin | {"If-Match": "*"}
    assert client.post(f"{path}/publish", headers=told).status_code == 200
    before = clock.now().isoformat()
    with clock.ahead_by(timedelta(minutes=5)):
        assert client.post(f"{path}/pause", headers=told).status_code == 200
        assert (offered(client, rep), offered(client, rep, at=before)) == ([None], [made.get_json()["id"]])


def test_a_copy_of_the_map_knows_of_every_step_of_an_offer(client: FlaskClient, session: AnySession) -> None:
    admin = as_user(session, make_user(session, "admin"))
    made = client.post("/v1/offers", json=offer_like(places=[point(45.77, 4.84)]), headers=admin)
    path, told, seen = made.headers["Location"], admin | {"If-Match": "*"}, []
    asked = Asked(Position(45.77, 4.84), clock.now(), ALL_ROLES)
    for step in (None, "publish", "pause", "publish"):
        if step is not None:
            assert client.post(f"{path}/{step}", headers=told).status_code == 200
        session.rollback()
        seen.append(len(list(nearest(remembered(session), asked, 1_000.0, 10, None))))
    assert seen == [0, 1, 0, 1]


def test_what_somebody_elses_customer_may_have_is_not_told(
    client: FlaskClient, session: AnySession, rep: Headers
) -> None:
    foreign = make_customer(make_territory(session).id)
    put(session, live(point(45.76, 4.84)))
    answer = client.get("/v1/offers/nearby", query_string=HERE | {"customer": foreign}, headers=rep)
    assert answer.status_code == 404


def test_the_border_of_an_area_belongs_to_it_also_where_the_map_is_cut() -> None:
    fiji = area_of(area(box(177.0, -19.0, 180.0, -16.0))["polygon"])
    for lon in (180.0, -180.0, 177.0):
        assert (fiji.distance_m(Position(-17.0, lon)), round(fiji.depth_m(Position(-17.0, lon)), 2)) == (0.0, 0.0)


def test_who_stands_on_the_border_is_told_that_it_holds(client: FlaskClient, session: AnySession, rep: Headers) -> None:
    put(session, live(area(box(4.84, 45.0, 5.0, 46.0))))
    asked = HERE | {"accuracy_m": 0}
    [item] = client.get("/v1/offers/nearby", query_string=asked, headers=rep).get_json()["items"]
    assert (item["distance_m"], item["inside"]) == (0, True)
