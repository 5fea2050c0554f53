"""Assignments are dated, and their end counts from the next request on."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from field_api import clock
from field_api.store.engine import AnySession
from tests.field_api.people import as_user, assign, make_territory, make_user


@pytest.fixture
def admin(session: AnySession) -> dict[str, str]:
    return as_user(session, make_user(session, "admin"))


def test_an_assignment_opens_a_territory_and_its_end_closes_it_at_once(
    client: FlaskClient, session: AnySession, admin: dict[str, str]
) -> None:
    rep, territory = make_user(session), make_territory(session)
    theirs, url = as_user(session, rep), f"/v1/territories/{territory.id}"
    assert client.get(url, headers=theirs).status_code == 404
    made = client.post("/v1/assignments", headers=admin, json={"user_id": rep.id, "territory_id": territory.id})
    assert made.status_code == 201
    assert client.get(url, headers=theirs).status_code == 200
    assert client.get(made.headers["Location"], headers=theirs).json == made.json
    ended = client.post(f"/v1/assignments/{made.json['id']}/end", headers=admin, json={})
    assert ended.json["ends_at"]
    assert client.get(url, headers=theirs).status_code == 404
    assert client.post(f"/v1/assignments/{made.json['id']}/end", headers=admin, json={}).status_code == 409


def test_one_planned_for_later_opens_then_and_can_be_called_off(
    client: FlaskClient, session: AnySession, admin: dict[str, str]
) -> None:
    rep, territory = make_user(session), make_territory(session)
    starts_at = clock.now() + timedelta(minutes=10)
    told = {"user_id": rep.id, "territory_id": territory.id, "starts_at": starts_at.isoformat()}
    own = client.post("/v1/assignments", headers=admin, json=told).json["id"]
    url, theirs = f"/v1/territories/{territory.id}", as_user(session, rep)
    assert client.get(url, headers=theirs).status_code == 404
    with clock.ahead_by(timedelta(minutes=11)):
        assert client.get(url, headers=theirs).status_code == 200
    ended = client.post(f"/v1/assignments/{own}/end", headers=admin, json={}).json
    assert ended["ends_at"] == ended["starts_at"]
    with clock.ahead_by(timedelta(minutes=11)):
        assert client.get(url, headers=theirs).status_code == 404


def test_what_makes_no_sense_clashes(client: FlaskClient, session: AnySession, admin: dict[str, str]) -> None:
    territory = make_territory(session)
    rep, moment = make_user(session, "rep", [territory]), clock.now()
    told = {"user_id": rep.id, "territory_id": territory.id}
    yesterday = (moment - timedelta(days=1)).isoformat()
    researcher, nobody = make_user(session, "researcher").id, "00000000-0000-4000-8000-000000000000"
    for wrong, status in (
        ({}, 409),
        ({"user_id": researcher}, 409),
        ({"user_id": nobody}, 404),
        ({"territory_id": nobody}, 404),
        ({"starts_at": moment.isoformat(), "ends_at": yesterday}, 409),
        ({"starts_at": "yesterday"}, 422),
    ):
        assert client.post("/v1/assignments", headers=admin, json=told | wrong).status_code == status, wrong


def test_a_rep_lists_their_own_and_a_manager_those_of_the_subtree(
    client: FlaskClient, session: AnySession, admin: dict[str, str]
) -> None:
    west, east = make_territory(session), make_territory(session)
    anne, manager = make_user(session), make_user(session, "manager")
    hers = assign(session, anne, make_territory(session, parent=west))
    other = assign(session, make_user(session), east)
    own = assign(session, manager, west)
    for user, expected in ((anne, {hers.id}), (manager, {hers.id, own.id})):
        headers = as_user(session, user)
        assert {row["id"] for row in client.get("/v1/assignments", headers=headers).json["items"]} == expected
        assert client.get(f"/v1/assignments/{other.id}", headers=headers).status_code == 404
    found = client.get(f"/v1/assignments?user_id={anne.id}", headers=admin).json["items"]
    assert [row["id"] for row in found] == [hers.id]
    past = (clock.now() - timedelta(days=400)).isoformat().replace("+", "%2B")
    assert client.get(f"/v1/assignments?at={past}", headers=admin).json["items"] == []
