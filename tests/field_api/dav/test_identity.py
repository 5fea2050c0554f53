"""Every route below /dav/ wants an e-mail and an app password; nobody sees anything of anybody else."""

import re
from base64 import b64decode
from collections.abc import Iterator

from flask import Flask

from field_api.access import tokens
from field_api.reps.models import User
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.web.identity import THE_SYSTEM
from tests.field_api.dav.phone import Phone, basic, event, make_phone, phone_of
from tests.field_api.people import PASSWORD, as_user, make_user

ANY_XML = b'<D:propertyupdate xmlns:D="DAV:"/>'
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


def routes(app: Flask, phone: Phone, name: str = "a.ics") -> Iterator[tuple[str, str]]:
    """Every method of every route of calendars, on the resources of a phone's owner."""
    told = {"user_id": phone.user.id, "slug": "agenda", "name": name}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in {"dav", "dav_calendars"}:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, PARAMETER.sub(lambda found: told[found[1]], rule.rule)


def test_every_route_wants_an_app_password(app: Flask, phone: Phone) -> None:
    with app.app_context():
        known = make_user(db.session, "rep", email="known@example.org", password=PASSWORD)
        bearer = as_user(db.session, known)
    strangers = ({}, bearer, {"Authorization": "Basic !"}, basic("", ""))
    wrong = []
    for method, path in routes(app, phone):
        for headers in strangers:
            answer = app.test_client().open(path, method=method, headers=headers)
            told = answer.headers.get("WWW-Authenticate", "")
            if answer.status_code != 401 or not told.startswith("Basic realm="):
                wrong.append((method, path, headers, answer.status_code))
    assert len(list(routes(app, phone))) > 20
    assert wrong == []


def test_the_login_password_and_other_tokens_are_no_app_passwords(app: Flask) -> None:
    with app.app_context():
        user = make_user(db.session, "rep", email="rep@example.org", password=PASSWORD)
        with writing(db.session):
            told = {"kind": "personal", "name": "Program", "scopes": ["customers:read"]}
            _, personal = tokens.create_token(db.session, THE_SYSTEM, user.id, told)
    client = app.test_client()
    for secret in (PASSWORD, personal):
        assert client.open("/dav/", method="PROPFIND", headers=basic(user.email, secret)).status_code == 401


def test_an_app_password_opens_nothing_but_calendars(app: Flask, phone: Phone) -> None:
    assert phone.client.get("/v1/me", headers=phone.headers).status_code == 401


def test_typed_groups_and_capitals_make_no_difference(app: Flask, phone: Phone) -> None:
    assert phone.propfind("/dav/", "D:resourcetype").one().found
    with app.app_context():
        secret = phone_secret(phone)
    told = basic(phone.user.email.upper(), secret.replace("-", " ").upper())
    assert phone.client.open("/dav/", method="PROPFIND", headers=told).status_code == 207


def test_a_revoked_password_and_a_locked_user_are_turned_away_at_once(app: Flask, phone: Phone) -> None:
    with app.app_context(), writing(db.session):
        tokens.revoke_all(db.session, THE_SYSTEM.actor, phone.user.id)
    assert phone.call("PROPFIND", "/dav/").status_code == 401


def test_researchers_have_no_agenda(app: Flask) -> None:
    phone = make_phone(app, role="researcher")
    assert {phone.call(method, path).status_code for method, path in routes(app, phone)} == {403}


def test_guesses_are_slowed_down_but_never_keep_the_right_password_out(app: Flask, phone: Phone) -> None:
    client, wrong = app.test_client(), basic(phone.user.email, "0000-0000-0000-0000-0000")
    told = [client.open("/dav/", method="PROPFIND", headers=wrong) for _ in range(7)]
    assert [answer.status_code for answer in told] == [401] * 5 + [429] * 2
    assert int(told[-1].headers["Retry-After"]) > 30
    assert phone.call("PROPFIND", "/dav/").status_code == 207


def test_an_old_phone_does_not_keep_its_owner_from_signing_in(app: Flask) -> None:
    with app.app_context():
        user = make_user(db.session, "rep", email="rep@example.org", password=PASSWORD)
    client = app.test_client()
    for _ in range(7):
        client.open("/dav/", method="PROPFIND", headers=basic(user.email, "0000-0000"))
    told = {"email": user.email, "password": PASSWORD, "device": "Phone"}
    assert client.post("/v1/login", json=told).status_code == 200


def test_what_is_anothers_looks_as_if_it_were_not_there(app: Flask, phone: Phone) -> None:
    other = make_phone(app)
    phone.kept("a.ics", event("a"))
    told = {"Destination": f"http://localhost{other.agenda}b.ics"}
    wrong = []
    for method, path in routes(app, phone):
        if phone.user.id in path:
            bodies = {"PUT": event("a").encode(), "REPORT": ANY_XML, "PROPPATCH": ANY_XML}
            answer = other.call(method, path, bodies.get(method), **told)
            if answer.status_code != 404:
                wrong.append((method, path, answer.status_code))
    assert wrong == []


def test_a_put_or_a_move_to_anothers_calendar_is_refused(app: Flask, phone: Phone) -> None:
    other = make_phone(app)
    assert other.put(f"{phone.agenda}b.ics", event("b")).status_code == 404
    other.kept("a.ics", event("a"))
    for method in ("MOVE", "COPY"):
        answer = other.call(method, f"{other.agenda}a.ics", Destination=f"http://localhost{phone.agenda}a.ics")
        assert answer.status_code == 409
    assert phone.sync(phone.agenda).standing == set()


def test_two_phones_of_one_owner_see_the_same(app: Flask, phone: Phone) -> None:
    with app.app_context():
        second = phone_of(app, db.session.get_one(User, phone.user.id))
    phone.kept("a.ics", event("a"))
    assert second.sync(second.agenda).standing == {"a.ics"}


def phone_secret(phone: Phone) -> str:
    return b64decode(phone.headers["Authorization"].partition(" ")[2]).decode().partition(":")[2]
