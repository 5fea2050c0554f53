"""What is near, over HTTP, against looking at every offer: holes, hours, moves, audiences, poles, the whole globe."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from math import inf
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from field_api.customers.models import customer_facts
from field_api.geo import Position
from field_api.offers import nearby
from field_api.offers import nearest as order
from field_api.offers.actions import offer_document
from field_api.offers.models import MOST_RADIUS_M, Offer, offer_territories
from field_api.offers.places import settle, tell_change
from field_api.offers.versions import keep_version
from field_api.store.columns import new_id
from field_api.store.engine import AnySession, writing
from tests.field_api.offers.geography.atlas import Place, area, box, offer_at, point
from tests.field_api.offers.geography.worlds import (
    AUDIENCES,
    LAID_AT,
    MOVED_AT,
    OURS,
    TO_COME,
    ZONES,
    Plan,
    World,
    fence,
    radii_m,
    within,
    worlds,
)
from tests.field_api.people import as_user, make_territory, make_user
from tests.field_api.sector import Headers, make_customer

TABLES = ("offer_cells", "offer_places", "offer_versions", "offer_territories", "offers")


# In the holes of two areas, one of them a polar cap, and between two circles of which one is as large as the globe.
_HOLE = box(1.9, 47.9, 2.2, 48.2)


def _plan(*places: Place) -> Plan:
    at = list(places)
    return Plan(at, at, begins=-1, ends=None, hours=[], zone=ZONES[0], audience=0, territory=None, priority=0)


IN_A_HOLE = World(
    Position(48.0, 2.0),
    MOVED_AT,
    [
        _plan(area(box(1.0, 47.0, 3.0, 49.0), _HOLE)),
        _plan(area(box(-180.0, 40.0, 180.0, 90.0), _HOLE), point(48.0, 2.001, 20.0)),
        _plan(point(-47.0, -178.0, float(MOST_RADIUS_M)), point(48.0, 2.3, 500.0)),
        # Nearly as far as can be, where the chord is no measure; and one that has just moved away.
        _plan(point(-47.9, -177.9, 500.0)),
        replace(_plan(point(48.0, 2.0)), moved_to=[point(48.2, 2.0)]),
    ],
)
# On both sides of the antimeridian, and across the pole; asked on one side, and on the other.
_EDGES = [
    _plan(point(0.1, 179.8, 60_000.0)),
    _plan(point(-0.1, -179.8, 60_000.0)),
    _plan(area(box(179.7, -0.1, 180.0, 0.1)), area(box(-180.0, -0.1, -179.9, 0.1))),
    _plan(area(box(-179.6, -0.1, -179.5, 0.1)), area(box(179.5, -0.1, 179.6, 0.1))),
]
_POLES = [_plan(point(89.9, lon, 30_000.0)) for lon in (-170.0, -80.0, 10.0, 100.0)]
AT_THE_EDGES = [
    *(World(Position(0.0, lon), TO_COME, _EDGES) for lon in (-179.95, 179.95)),
    *(World(Position(lat, 95.0), LAID_AT, _POLES) for lat in (89.95, 90.0)),
    # On a border that goes all the way round the Earth, and beside it, near both of its ends.
    *(World(Position(lat, -179.999), LAID_AT, [_plan(area(box(-180.0, 1.0, 180.0, 90.0)))]) for lat in (1.0, 0.999)),
]


@dataclass(frozen=True)
class Scene:
    """Who asks, for whom, and the territories that offers may name."""

    client: FlaskClient
    rep: Headers
    customer: str
    territories: dict[str | None, list[str]]

    def pages(self, **asked: Any) -> list[dict[str, Any]]:
        """All items, page by page."""
        answer = self.client.get("/v1/offers/nearby", query_string=asked, headers=self.rep)
        items: list[dict[str, Any]] = []
        while True:
            assert answer.status_code == 200, answer.text
            items += answer.get_json()["items"]
            if "Link" not in answer.headers:
                return items
            answer = self.client.get(answer.headers["Link"].partition(">")[0][1:], headers=self.rep)


@pytest.fixture
def scene(client: FlaskClient, session: AnySession) -> Scene:
    own, other = make_territory(session, "Ours"), make_territory(session, "Theirs")
    since = LAID_AT - timedelta(days=200)
    customer = make_customer(own.id, first_touch_at=since)
    with writing(session):
        for kind, value in (("tier", "gold"), ("tag", "tea")):
            fact = {"id": new_id(), "customer_id": customer, "kind": kind, "value": value, "source": "staff"}
            session.execute(customer_facts.insert(), fact | {"starts_at": since})
    rep = as_user(session, make_user(session, "rep", [own]))
    return Scene(client, rep, customer, {None: [], OURS: [own.id], "theirs": [other.id]})


def test_every_answer_is_that_of_looking_at_every_offer(
    app: Flask, session: AnySession, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare(app, session, scene, monkeypatch, 15)


@pytest.mark.slow
def test_every_answer_is_that_of_looking_at_every_offer_many_times(
    app: Flask, session: AnySession, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare(app, session, scene, monkeypatch, 500)


def compare(app: Flask, session: AnySession, scene: Scene, monkeypatch: pytest.MonkeyPatch, examples: int) -> None:
    # So few that circles are halved and pages are short.
    monkeypatch.setattr(order, "MOST_SPOTS", 3)
    monkeypatch.setattr(nearby, "SCANNED", 3)

    @example(IN_A_HOLE, 50_000.0, 1, False, None)
    @example(IN_A_HOLE, float(MOST_RADIUS_M), 2, True, 50.0)
    @example(AT_THE_EDGES[0], 80_000.0, 2, False, None)
    @example(AT_THE_EDGES[1], 80_000.0, 3, False, 50.0)
    @example(AT_THE_EDGES[2], 30_000.0, 3, True, None)
    @example(AT_THE_EDGES[3], 12_000.0, 1, False, None)
    @example(AT_THE_EDGES[4], 5_000.0, 1, False, 50.0)
    @example(AT_THE_EDGES[5], 5_000.0, 1, False, 50.0)
    @given(worlds(), radii_m, st.integers(1, 3), st.booleans(), st.sampled_from([None, 50.0, 20_000.0]))
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    def held_against(world: World, radius_m: float, limit: int, for_somebody: bool, accuracy_m: float | None) -> None:
        offers = lay_out(session, scene, world)
        asked = {"lat": repr(world.centre.lat), "lon": repr(world.centre.lon), "at": world.at.isoformat()}
        asked |= {"limit": str(limit)} | ({"customer": scene.customer} if for_somebody else {})
        asked |= {} if accuracy_m is None else {"accuracy_m": repr(accuracy_m)}
        found = scene.pages(**asked, radius_m=repr(radius_m))
        here = scene.pages(**asked, holding="true")
        with copied(app):
            assert scene.pages(**asked, radius_m=repr(radius_m)) == found
            assert scene.pages(**asked, holding="true") == here
        for items in (found, here):
            steps = [
                (inf if one["distance_m"] is None else one["distance_m"], -one["priority"], one["id"]) for one in items
            ]
            assert steps == sorted(set(steps))
        told, holding = ({one["id"]: one for one in items} for items in (found, here))
        assert len(told) == len(found)
        for offer_id, plan in offers.items():
            judged(world, plan, for_somebody, radius_m, accuracy_m or 0.0, told.get(offer_id), holding.get(offer_id))

    held_against()


def judged(
    world: World,
    plan: Plan,
    for_somebody: bool,
    radius_m: float,
    accuracy_m: float,
    told: dict[str, Any] | None,
    holding: dict[str, Any] | None,
) -> None:
    """Hold what was answered of one offer against looking at it."""
    places = plan.where(world.at)
    if not plan.meets(world.at, for_somebody, OURS):
        assert told is None
        assert holding is None
        return
    metres = within(world.centre, places)
    if metres == inf or metres <= radius_m * 0.999 - 0.11:
        assert told is not None
    elif metres > radius_m * 1.001 + 0.11:
        assert told is None
    assert (holding is not None) in fence(world.centre, places, 0.0)
    for answer in (told, holding):
        if answer is not None:
            assert answer["distance_m"] == (None if metres == inf else pytest.approx(metres, rel=1e-3, abs=0.11))
            assert answer["inside"] in fence(world.centre, places, accuracy_m)


def lay_out(session: AnySession, scene: Scene, world: World) -> dict[str, Plan]:
    """Store the offers of a world and none else, moved where they are moved; by id."""
    session.rollback()
    for table in TABLES:
        session.connection().exec_driver_sql(f"DELETE FROM {table}")
    tell_change(session)
    session.commit()
    made = {new_id(): plan for plan in world.plans}
    with writing(session):
        for own, plan in made.items():
            offer = _offer(own, scene, plan, world)
            session.add(offer)
            session.flush()
            named = [{"offer_id": own, "territory_id": one} for one in offer.territory_ids]
            if named:
                session.execute(offer_territories.insert(), named)
            keep_version(session, offer_document(offer))
            settle(session, offer, LAID_AT)
            offer.places, offer.everywhere = plan.moved_to, not plan.moved_to
            offer.version, offer.updated_at = 2, MOVED_AT
            session.flush()
            keep_version(session, offer_document(offer))
            settle(session, offer, MOVED_AT)
    return made


def _offer(own: str, scene: Scene, plan: Plan, world: World) -> Offer:
    return offer_at(
        *plan.places,
        id=own,
        updated_at=LAID_AT,
        starts_at=world.at + timedelta(minutes=plan.begins),
        ends_at=None if plan.ends is None else world.at + timedelta(minutes=plan.ends),
        weekly_hours=plan.hours,
        time_zone=plan.zone,
        audience=AUDIENCES[plan.audience][0],
        priority=plan.priority,
        territory_ids=scene.territories[plan.territory],
    )


@contextmanager
def copied(app: Flask) -> Iterator[None]:
    """With the map in memory."""
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(before, offers_in_memory=True)
    yield
    app.config["SETTINGS"] = before
