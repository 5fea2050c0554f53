"""The tree of territories: who sees which, and moves that keep it a tree."""

import threading
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from field_api.errors import Clash
from field_api.reps import territories
from field_api.reps.checks import CHECKS
from field_api.reps.models import Territory
from field_api.reps.rules import DEEPEST_LEVEL, child_path, moved_paths
from field_api.store.engine import AnySession, writing
from field_api.web.identity import THE_SYSTEM
from tests.field_api.people import as_user, make_territory, make_user


def move(client: FlaskClient, territory_id: str, parent_id: str | None, headers: dict[str, str]) -> Any:
    return client.patch(
        f"/v1/territories/{territory_id}", headers=headers | {"If-Match": "*"}, json={"parent_id": parent_id}
    )


def paths_hold(session: AnySession) -> bool:
    session.rollback()
    return all(check.find(session) == [] for check in CHECKS)


def test_a_territory_is_created_below_its_parent_and_read_back(client: FlaskClient, session: AnySession) -> None:
    headers, company = as_user(session, make_user(session, "admin")), make_territory(session, "France")
    made = client.post("/v1/territories", headers=headers, json={"name": "Ouest", "parent_id": company.id})
    assert made.status_code == 201
    assert made.json["level"] == 2
    assert client.get(made.headers["Location"], headers=headers).json == made.json
    again = client.post("/v1/territories", headers=headers, json={"name": "Again", "id": made.json["id"]})
    assert again.status_code == 409


def test_staff_list_the_territories_in_their_sight_parents_first(client: FlaskClient, session: AnySession) -> None:
    company = make_territory(session, "France")
    west, east = (make_territory(session, name, company) for name in ("Ouest", "Est"))
    sector = make_territory(session, "Brest", west)
    for role, own, names in (
        ("rep", [sector], ["Brest"]),
        ("manager", [west], ["Ouest", "Brest"]),
        ("admin", [], ["France", "Ouest", "Brest", "Est"]),
    ):
        headers = as_user(session, make_user(session, role, own))
        listed = client.get("/v1/territories", headers=headers).json["items"]
        assert [row["name"] for row in listed] == names
        assert (client.get(f"/v1/territories/{east.id}", headers=headers).status_code == 200) == (role == "admin")


def test_pages_follow_each_other_without_repeats(client: FlaskClient, session: AnySession) -> None:
    root = make_territory(session)
    ids = {root.id, *(make_territory(session, parent=root).id for _ in range(6))}
    headers, url, seen = as_user(session, make_user(session, "admin")), "/v1/territories?limit=3", []
    while url:
        answer = client.get(url, headers=headers)
        seen += [row["id"] for row in answer.json["items"]]
        url = answer.headers.get("Link", "").partition(">")[0].lstrip("<")
    assert len(seen) == 7
    assert set(seen) == ids


def test_a_move_takes_along_all_that_lies_below(client: FlaskClient, session: AnySession) -> None:
    west, east = make_territory(session, "Ouest"), make_territory(session, "Est")
    sector = make_territory(session, "Brest", west)
    patch = make_territory(session, "Recouvrance", sector)
    manager = as_user(session, make_user(session, "manager", [east]))
    assert client.get(f"/v1/territories/{patch.id}", headers=manager).status_code == 404
    moved = move(client, sector.id, east.id, as_user(session, make_user(session, "admin")))
    assert (moved.status_code, moved.json["parent_id"], moved.json["name"]) == (200, east.id, "Brest")
    assert client.get(f"/v1/territories/{patch.id}", headers=manager).status_code == 200
    assert paths_hold(session)


def test_a_move_to_null_makes_a_root(client: FlaskClient, session: AnySession) -> None:
    sector = make_territory(session, parent=make_territory(session))
    moved = move(client, sector.id, None, as_user(session, make_user(session, "admin")))
    assert (moved.json["parent_id"], moved.json["level"]) == (None, 1)
    assert paths_hold(session)


def test_a_move_below_itself_is_refused(client: FlaskClient, session: AnySession) -> None:
    region = make_territory(session)
    sector = make_territory(session, parent=region)
    headers = as_user(session, make_user(session, "admin"))
    for parent in (region.id, sector.id):
        assert move(client, region.id, parent, headers).status_code == 409
    assert paths_hold(session)


def test_two_moves_at_once_close_no_circle(app: Flask, session: AnySession) -> None:
    one, two = make_territory(session), make_territory(session)
    headers, start = as_user(session, make_user(session, "admin")), threading.Barrier(2)
    statuses = []

    def race(own: str, parent: str) -> None:
        client = app.test_client()
        start.wait()
        statuses.append(move(client, own, parent, headers).status_code)

    threads = [threading.Thread(target=race, args=pair) for pair in ((one.id, two.id), (two.id, one.id))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 409]
    assert paths_hold(session)
    assert session.query(Territory).filter_by(parent_id=None).count() == 1


def test_a_move_waits_for_one_that_takes_a_part_of_its_subtree_away(app: Flask, session: AnySession) -> None:
    region, part, elsewhere = (make_territory(session) for _ in range(3))
    sector = make_territory(session, parent=region)
    headers, statuses = as_user(session, make_user(session, "admin")), []
    late = threading.Thread(
        target=lambda: statuses.append(move(app.test_client(), region.id, part.id, headers).status_code)
    )
    with writing(session):
        held = territories.hold_territory(session, THE_SYSTEM, sector.id)
        territories.change_territory(session, THE_SYSTEM, held, {"name": "Brest", "parent_id": elsewhere.id})
        late.start()
        late.join(timeout=0.5)
        assert late.is_alive()
    late.join()
    assert statuses == [200]
    assert paths_hold(session)


def test_an_unknown_parent_is_not_found(client: FlaskClient, session: AnySession) -> None:
    headers = as_user(session, make_user(session, "admin"))
    told = {"name": "Ouest", "parent_id": "00000000-0000-4000-8000-000000000000"}
    assert client.post("/v1/territories", headers=headers, json=told).status_code == 404


def test_the_tree_has_a_deepest_level() -> None:
    path = "/"
    for level in range(DEEPEST_LEVEL):
        path = child_path(path, str(level))
    with pytest.raises(Clash):
        child_path(path, "9")
    with pytest.raises(Clash):
        moved_paths({"a": "/a/", "b": "/a/b/"}, "a", path.removesuffix("7/"))
    assert moved_paths({"a": "/a/", "b": "/a/b/"}, "a", "/c/") == {"a": "/c/a/", "b": "/c/a/b/"}
