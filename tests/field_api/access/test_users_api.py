"""Admins manage users by API; managers find the reps of their subtrees; the last admin stays."""

import threading
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from field_api.reps.models import User
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from tests.field_api.people import PASSWORD, as_user, bearer, make_territory, make_user, sign_in

NEW = {"email": "New.Rep@Example.org", "name": "Noé Nouveau", "role": "rep"}


def patch(client: FlaskClient, user_id: str, headers: dict[str, str], **changes: Any) -> Any:
    tag = client.get(f"/v1/users/{user_id}", headers=headers).headers["ETag"]
    return client.patch(f"/v1/users/{user_id}", headers=headers | {"If-Match": tag}, json=changes)


def test_a_new_user_gets_a_generated_password_told_once_that_opens(client: FlaskClient, session: AnySession) -> None:
    headers = as_user(session, make_user(session, "admin"))
    key = {"Idempotency-Key": "first"}
    made = client.post("/v1/users", headers=headers | key, json=NEW)
    assert made.status_code == 201
    assert made.json["email"] == "new.rep@example.org"
    typed = {"email": NEW["email"], "password": made.json["password"], "device": "Phone"}
    assert client.post("/v1/login", json=typed).status_code == 200
    assert "password" not in client.get(made.headers["Location"], headers=headers).json
    assert client.post("/v1/users", headers=headers | key, json=NEW).status_code == 409


def test_a_new_user_may_be_given_id_and_password(client: FlaskClient, session: AnySession) -> None:
    headers, own_id = as_user(session, make_user(session, "admin")), new_id().upper()
    made = client.post("/v1/users", headers=headers, json=NEW | {"id": own_id, "password": PASSWORD})
    assert (made.status_code, made.json["id"], made.json["password"]) == (201, own_id.lower(), PASSWORD)


def test_an_e_mail_or_id_in_use_clashes_and_a_guessable_password_too(client: FlaskClient, session: AnySession) -> None:
    admin = make_user(session, "admin", email="admin@example.org")
    headers = as_user(session, admin)
    for wrong in ({"email": "ADMIN@example.org"}, {"id": admin.id}, {"password": "aaaaaaaaaaaaaa"}):
        assert client.post("/v1/users", headers=headers, json=NEW | wrong).status_code == 409


def test_a_short_password_and_a_strange_e_mail_are_refused_by_name(client: FlaskClient, session: AnySession) -> None:
    headers = as_user(session, make_user(session, "admin"))
    answer = client.post("/v1/users", headers=headers, json=NEW | {"password": "short", "email": "nobody", "x": 1})
    assert answer.status_code == 422
    assert {fault["pointer"] for fault in answer.json["errors"]} == {"/password", "/email", "/x"}


def test_a_role_change_counts_on_the_very_next_request(client: FlaskClient, session: AnySession) -> None:
    headers = as_user(session, make_user(session, "admin"))
    rep = make_user(session, "rep")
    theirs = as_user(session, rep)
    assert client.get("/v1/users", headers=theirs).status_code == 403
    assert patch(client, rep.id, headers, role="admin").status_code == 200
    assert client.get("/v1/users", headers=theirs).status_code == 200


def test_a_change_wants_the_version_that_was_read(client: FlaskClient, session: AnySession) -> None:
    headers, rep = as_user(session, make_user(session, "admin")), make_user(session)
    tag = {"If-Match": client.get(f"/v1/users/{rep.id}", headers=headers).headers["ETag"]}
    url = f"/v1/users/{rep.id}"
    assert client.patch(url, headers=headers, json={"name": "A"}).status_code == 428
    assert client.patch(url, headers=headers | tag, json={"name": "A"}).json["version"] == 2
    stale = client.patch(url, headers=headers | tag, json={"name": "B"})
    assert stale.status_code == 412
    assert (
        client.patch(url, headers=headers | {"If-Match": stale.headers["ETag"]}, json={"name": "B"}).status_code == 200
    )
    assert client.patch(url, headers=headers | {"If-Match": "*"}, json={"name": None}).status_code == 422


def test_a_locked_user_is_out_at_once_and_in_again_after_the_unlock(client: FlaskClient, session: AnySession) -> None:
    headers, rep = as_user(session, make_user(session, "admin")), make_user(session)
    theirs = as_user(session, rep)
    assert client.post(f"/v1/users/{rep.id}/lock", headers=headers).json["locked_at"]
    assert client.get("/v1/me", headers=theirs).status_code == 401
    assert client.post(f"/v1/users/{rep.id}/unlock", headers=headers).json["locked_at"] is None
    assert client.get("/v1/me", headers=theirs).status_code == 200


def test_the_last_admin_can_neither_be_locked_nor_demoted(client: FlaskClient, session: AnySession) -> None:
    admin = make_user(session, "admin")
    headers = as_user(session, admin)
    assert client.post(f"/v1/users/{admin.id}/lock", headers=headers).status_code == 409
    assert patch(client, admin.id, headers, role="rep").status_code == 409
    make_user(session, "admin")
    assert patch(client, admin.id, headers, role="rep").status_code == 200


def test_two_admins_who_lock_each_other_at_once_leave_one(app: Flask, session: AnySession) -> None:
    one, two = make_user(session, "admin"), make_user(session, "admin")
    calls = [(as_user(session, one), two.id), (as_user(session, two), one.id)]
    start = threading.Barrier(2)

    def lock(headers: dict[str, str], victim: str) -> None:
        own = app.test_client()
        start.wait()
        own.post(f"/v1/users/{victim}/lock", headers=headers)

    threads = [threading.Thread(target=lock, args=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.rollback()
    assert session.query(User).filter(User.role == "admin", User.locked_at.is_(None)).count() == 1


def test_a_reset_sets_a_password_and_ends_all_that_let_them_in(client: FlaskClient, session: AnySession) -> None:
    headers, rep = as_user(session, make_user(session, "admin")), make_user(session, password=PASSWORD)
    device, personal = bearer(sign_in(client, rep)["access_token"]), as_user(session, rep, "customers:read")
    answer = client.post(f"/v1/users/{rep.id}/reset-password", headers=headers, json={})
    assert answer.status_code == 200
    assert [client.get("/v1/me", headers=old).status_code for old in (device, personal)] == [401, 401]
    assert sign_in(client, rep, answer.json["password"])


def test_a_manager_finds_the_reps_of_the_subtree_alone(client: FlaskClient, session: AnySession) -> None:
    west, east = make_territory(session, "West"), make_territory(session, "East")
    mine = make_user(session, "rep", [make_territory(session, "Brest", west)], name="Anne")
    other = make_user(session, "rep", [east], name="Benoît")
    headers = as_user(session, make_user(session, "manager", [west]))
    assert [row["id"] for row in client.get("/v1/users", headers=headers).json["items"]] == [mine.id]
    assert client.get(f"/v1/users/{mine.id}", headers=headers).status_code == 200
    assert client.get(f"/v1/users/{other.id}", headers=headers).status_code == 404
    assert client.post("/v1/users", headers=headers, json=NEW).status_code == 403


def test_users_are_found_by_words_role_and_lock_and_paged_without_repeats(
    client: FlaskClient, session: AnySession
) -> None:
    headers = as_user(session, make_user(session, "admin", name="Zoé Admin"))
    names = ["Ana", "Ana", "Bob", "Carl_os", "Dora"]
    for name in names:
        make_user(session, name=name)
    url, seen = "/v1/users?limit=2&role=rep", []
    while url:
        answer = client.get(url, headers=headers)
        seen += answer.json["items"]
        url = answer.headers.get("Link", "").partition(">")[0].lstrip("<")
    assert [row["name"] for row in seen] == names
    assert len({row["id"] for row in seen}) == 5
    found = client.get("/v1/users?q=l_O", headers=headers).json["items"]
    assert [row["name"] for row in found] == ["Carl_os"]
    assert client.get("/v1/users?locked=true", headers=headers).json["items"] == []
