"""One's own profile, password, devices, tokens and app passwords."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from field_api import clock
from field_api.access.look_up import look_up_app_password
from field_api.store.engine import AnySession
from tests.field_api.people import PASSWORD, as_user, bearer, make_territory, make_user, sign_in

OTHER = "quite another pass phrase"


def test_me_tells_profile_territories_and_rights(client: FlaskClient, session: AnySession) -> None:
    territory = make_territory(session, "Brest")
    rep = make_user(session, "rep", [territory], name="Erwan", password=PASSWORD)
    pair = sign_in(client, rep)
    document = client.get("/v1/me", headers=bearer(pair["access_token"])).json
    assert document["territories"] == [{"id": territory.id, "name": "Brest"}]
    assert (document["name"], document["role"], document["scopes"]) == ("Erwan", "rep", None)
    assert document["device_id"] == pair["device_id"]
    personal = client.get("/v1/me", headers=as_user(session, rep, "shops:read")).json
    assert personal["scopes"] == ["me:read", "shops:read"]


def test_another_password_cuts_off_the_other_devices_and_not_this_one(client: FlaskClient, session: AnySession) -> None:
    user = make_user(session, "researcher", password=PASSWORD)
    here, there = (bearer(sign_in(client, user)["access_token"]) for _ in range(2))
    answer = client.post("/v1/me/password", headers=here, json={"present": PASSWORD, "new": OTHER})
    assert answer.status_code == 204
    assert [client.get("/v1/me", headers=headers).status_code for headers in (here, there)] == [200, 401]
    assert sign_in(client, user, OTHER)


def test_a_wrong_present_password_changes_nothing_and_counts_as_a_failure(
    client: FlaskClient, session: AnySession
) -> None:
    user = make_user(session, password=PASSWORD)
    headers = as_user(session, user)
    wrong = {"present": "a wrong pass phrase", "new": OTHER}
    statuses = [client.post("/v1/me/password", headers=headers, json=wrong).status_code for _ in range(6)]
    assert statuses == [403] * 5 + [429]
    with clock.ahead_by(timedelta(minutes=2)):
        assert sign_in(client, user)


def test_a_guessable_or_unchanged_password_is_refused(client: FlaskClient, session: AnySession) -> None:
    user = make_user(session, email="camille.lefevre@example.org", password=PASSWORD)
    headers = as_user(session, user)
    for new in ("Camille.Lefevre@example.org", "abababababab", PASSWORD):
        told = {"present": PASSWORD, "new": new}
        assert client.post("/v1/me/password", headers=headers, json=told).status_code == 409


def test_a_device_is_listed_by_its_name_and_cut_off_by_its_owner(client: FlaskClient, session: AnySession) -> None:
    user = make_user(session, password=PASSWORD)
    phone, tablet = (bearer(sign_in(client, user, device=name)["access_token"]) for name in ("Phone", "Tablet"))
    listed = client.get("/v1/devices", headers=phone).json["items"]
    assert [(row["name"], row["current"]) for row in listed] == [("Tablet", False), ("Phone", True)]
    assert client.delete(f"/v1/devices/{listed[0]['id']}", headers=phone).status_code == 204
    assert client.get("/v1/me", headers=tablet).status_code == 401
    assert [row["name"] for row in client.get("/v1/devices", headers=phone).json["items"]] == ["Phone"]


def test_anothers_devices_and_tokens_are_an_admins_to_see_and_end(client: FlaskClient, session: AnySession) -> None:
    user = make_user(session)
    theirs, personal = as_user(session, user), as_user(session, user, "shops:read")
    admin, stranger = as_user(session, make_user(session, "admin")), as_user(session, make_user(session, "manager"))
    for things in ("devices", "tokens"):
        assert client.get(f"/v1/{things}?user_id={user.id}", headers=stranger).status_code == 404
        (row,) = client.get(f"/v1/{things}?user_id={user.id}", headers=admin).json["items"]
        assert client.delete(f"/v1/{things}/{row['id']}", headers=stranger).status_code == 404
        assert client.delete(f"/v1/{things}/{row['id']}", headers=admin).status_code == 204
    assert [client.get("/v1/me", headers=headers).status_code for headers in (theirs, personal)] == [401, 401]


def test_a_personal_token_is_shown_once_and_opens_what_its_scopes_name(
    client: FlaskClient, session: AnySession
) -> None:
    headers = as_user(session, make_user(session, "admin"))
    wanted = {"name": "Notebook", "scopes": ["people:read"]}
    made = client.post("/v1/tokens", headers=headers, json=wanted)
    assert made.status_code == 201
    with_token = bearer(made.json["secret"])
    assert client.get("/v1/users", headers=with_token).status_code == 200
    assert client.get("/v1/audit", headers=with_token).status_code == 403
    assert client.post("/v1/tokens", headers=with_token, json=wanted).status_code == 403
    (listed,) = client.get("/v1/tokens", headers=headers).json["items"]
    assert "secret" not in listed
    with clock.ahead_by(timedelta(days=91)):
        assert client.get("/v1/users", headers=with_token).status_code == 401
    client.delete(f"/v1/tokens/{listed['id']}", headers=headers)
    assert client.get("/v1/users", headers=with_token).status_code == 401


def test_a_token_without_scopes_or_that_expires_in_the_past_or_after_a_year_is_refused(
    client: FlaskClient, session: AnySession
) -> None:
    headers = as_user(session, make_user(session))
    expiries = [clock.now() - timedelta(seconds=1), clock.now() + timedelta(days=367)]
    wanted = {"name": "Notebook", "scopes": ["shops:read"]}
    for expires_at in expiries:
        told = wanted | {"expires_at": expires_at.isoformat()}
        assert client.post("/v1/tokens", headers=headers, json=told).status_code == 409
    assert client.post("/v1/tokens", headers=headers, json={"name": "Notebook"}).status_code == 409
    assert client.post("/v1/tokens", headers=headers, json=wanted | {"scopes": ["root"]}).status_code == 422


def test_an_app_password_opens_the_calendar_alone_however_it_is_typed(
    app: Flask, client: FlaskClient, session: AnySession
) -> None:
    user = make_user(session, email="calendar@example.org")
    other = make_user(session)
    told = {"kind": "calendar", "name": "Thunderbird"}
    secret = client.post("/v1/tokens", headers=as_user(session, user), json=told).json["secret"]
    for typed in (secret, secret.upper().replace("-", " ")):
        found = look_up_app_password("Calendar@example.org", typed)
        assert found
        assert (found.id, found.scopes) == (user.id, {"dav", "me:read"})
    assert look_up_app_password(other.email, secret) is None
    assert look_up_app_password(user.email, secret[:-1]) is None
    assert look_up_app_password("\x00\udcff", "\x00\udcff") is None
    assert client.get("/v1/me", headers=bearer(secret)).status_code == 401
