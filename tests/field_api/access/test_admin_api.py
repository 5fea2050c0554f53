"""Service accounts of tills, and the audit trail."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from field_api import clock
from field_api.store.engine import AnySession
from tests.field_api.people import as_user, bearer, make_territory, make_user
from tests.field_api.shops.stall import shop_like

NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def admin(session: AnySession) -> dict[str, str]:
    return as_user(session, make_user(session, "admin"))


@pytest.fixture
def shop_id(client: FlaskClient, session: AnySession, admin: dict[str, str]) -> Any:
    return client.post("/v1/shops", headers=admin, json=shop_like(make_territory(session).id)).get_json()["id"]


@pytest.fixture
def till(client: FlaskClient, admin: dict[str, str], shop_id: str) -> Any:
    told = {"name": "Till 1", "shop_id": shop_id, "scopes": ["purchases:write"]}
    made = client.post("/v1/service-accounts", headers=admin, json=told)
    assert made.status_code == 201
    assert client.get(made.headers["Location"], headers=admin).get_json() == made.get_json()
    return made.get_json()


def token_of(client: FlaskClient, till: dict[str, Any], admin: dict[str, str]) -> dict[str, str]:
    made = client.post(f"/v1/service-accounts/{till['id']}/tokens", headers=admin)
    assert made.status_code == 201
    return bearer(made.get_json()["secret"])


def test_a_tills_token_is_bound_to_its_shop_and_scopes(
    client: FlaskClient, admin: dict[str, str], till: dict[str, Any]
) -> None:
    me = client.get("/v1/me", headers=token_of(client, till, admin)).get_json()
    assert (me["role"], me["shop_id"], me["name"]) == ("service", till["shop_id"], "Till 1")
    assert me["scopes"] == ["me:read", "purchases:write"]


def test_other_scopes_and_a_lock_count_for_tokens_that_are_out_there(
    client: FlaskClient, admin: dict[str, str], till: dict[str, Any]
) -> None:
    headers, url = token_of(client, till, admin), f"/v1/service-accounts/{till['id']}"
    asked = ("/v1/till/look-up", {"email": "nobody@example.org"})
    assert client.post(asked[0], headers=headers, json=asked[1]).status_code != 403
    changed = client.patch(url, headers=admin | {"If-Match": "*"}, json={"scopes": ["loyalty:write"]})
    assert changed.get_json()["scopes"] == ["loyalty:write"]
    assert client.post(asked[0], headers=headers, json=asked[1]).status_code == 403
    assert client.post(f"{url}/lock", headers=admin).get_json()["locked_at"]
    assert client.get("/v1/me", headers=headers).status_code == 401
    assert client.post(f"{url}/unlock", headers=admin).get_json()["locked_at"] is None
    assert client.get("/v1/me", headers=headers).status_code == 200


def test_one_token_of_a_till_is_revoked_without_the_other(
    client: FlaskClient, admin: dict[str, str], till: dict[str, Any]
) -> None:
    first, second = token_of(client, till, admin), token_of(client, till, admin)
    listed = client.get(f"/v1/service-accounts/{till['id']}/tokens", headers=admin).get_json()["items"]
    assert len(listed) == 2
    assert client.delete(f"/v1/tokens/{listed[1]['id']}", headers=admin).status_code == 204
    assert [client.get("/v1/me", headers=headers).status_code for headers in (first, second)] == [401, 200]


def test_a_name_in_use_an_unknown_shop_and_a_foreign_scope_are_refused(
    client: FlaskClient, admin: dict[str, str], till: dict[str, Any]
) -> None:
    told = {"name": "Till 2", "shop_id": till["shop_id"], "scopes": ["purchases:write"]}
    for wrong, status in (
        ({"name": "Till 1"}, 409),
        ({"id": till["id"]}, 409),
        ({"shop_id": NOBODY}, 409),
        ({"scopes": ["customers:read"]}, 422),
        ({"scopes": []}, 422),
    ):
        assert client.post("/v1/service-accounts", headers=admin, json=told | wrong).status_code == status, wrong


def test_the_audit_trail_is_searched_by_who_what_when_and_subject(client: FlaskClient, session: AnySession) -> None:
    one, two = make_user(session, "admin"), make_user(session, "admin")
    rep, by_one, by_two = make_user(session), as_user(session, one), as_user(session, two)
    client.post(f"/v1/users/{rep.id}/lock", headers=by_one | {"X-Request-Id": "request-of-one"})
    client.post(f"/v1/users/{rep.id}/unlock", headers=by_two)
    client.post("/v1/territories", headers=by_two, json={"name": "Ouest"})

    def found(query: str) -> list[str]:
        answer = client.get(f"/v1/audit?{query}", headers=by_one)
        assert answer.status_code == 200, answer.text
        return [entry["action"] for entry in answer.get_json()["items"]]

    assert found("") == ["territory.create", "user.unlock", "user.lock"]
    assert found(f"actor_id={two.id}") == ["territory.create", "user.unlock"]
    assert found(f"subject_id={rep.id}&subject_kind=user") == ["user.unlock", "user.lock"]
    assert found("action=user.lock") == ["user.lock"]
    tomorrow = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert found(f"from_at={tomorrow}") == []
    assert len(found(f"until_at={tomorrow}")) == 3
    first = client.get("/v1/audit?limit=2", headers=by_one)
    rest = client.get(first.headers["Link"].partition(">")[0].lstrip("<"), headers=by_one).get_json()["items"]
    (locked,) = rest
    assert (locked["actor_kind"], locked["actor_id"], locked["request_id"]) == ("user", one.id, "request-of-one")


def test_signing_in_and_cutting_off_leave_their_lines(client: FlaskClient, session: AnySession) -> None:
    user = make_user(session, "admin", password="a long pass phrase")
    typed = {"email": user.email, "password": "a long pass phrase", "device": "Phone"}
    pair = client.post("/v1/login", json=typed).get_json()
    headers = bearer(pair["access_token"])
    other = bearer(client.post("/v1/login", json=typed).get_json()["access_token"])
    assert client.delete(f"/v1/devices/{pair['device_id']}", headers=other).status_code == 204
    assert client.get("/v1/me", headers=headers).status_code == 401
    listed = client.get(f"/v1/audit?subject_id={pair['device_id']}", headers=other).get_json()["items"]
    assert [(entry["action"], entry["actor_id"]) for entry in listed] == [
        ("device.cut_off", user.id),
        ("device.sign_in", user.id),
    ]
