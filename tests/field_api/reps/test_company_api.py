"""The company's settings are data: declared, checked, and each change a further version."""

from datetime import timedelta

from flask.testing import FlaskClient

from field_api import clock
from field_api.reps.company import Company, company
from field_api.store.engine import AnySession
from tests.field_api.people import as_user, make_user


def test_defaults_hold_until_an_admin_changes_them(client: FlaskClient, session: AnySession) -> None:
    admin, rep = as_user(session, make_user(session, "admin")), as_user(session, make_user(session))
    before = clock.now()
    read = client.get("/v1/company", headers=rep)
    assert read.json["quiet_from"] == "20:00"
    told = {"name": "Maison Furet", "quiet_from": "19:30"}
    assert client.patch("/v1/company", headers=rep | {"If-Match": "*"}, json=told).status_code == 403
    changed = client.patch("/v1/company", headers=admin | {"If-Match": read.headers["ETag"]}, json=told)
    assert (changed.status_code, changed.json) == (200, read.json | told)
    assert client.get("/v1/company", headers=rep).json == changed.json
    assert company(session, before) == (Company(), 0)
    assert company(session, clock.now() + timedelta(seconds=1))[1] == 1


def test_null_brings_the_default_back_and_a_stale_change_is_refused(client: FlaskClient, session: AnySession) -> None:
    admin = as_user(session, make_user(session, "admin"))
    first = client.patch("/v1/company", headers=admin | {"If-Match": "*"}, json={"currency": "CHF"})
    second = client.patch("/v1/company", headers=admin | {"If-Match": first.headers["ETag"]}, json={"currency": None})
    assert second.json["currency"] == "EUR"
    stale = client.patch("/v1/company", headers=admin | {"If-Match": first.headers["ETag"]}, json={"name": "X"})
    assert stale.status_code == 412


def test_nonsense_is_refused_by_name(client: FlaskClient, session: AnySession) -> None:
    admin = as_user(session, make_user(session, "admin")) | {"If-Match": "*"}
    for told, status in (
        ({"quiet_from": "25:00"}, 422),
        ({"locale": "de"}, 422),
        ({"unknown": 1}, 422),
        ({"time_zone": "Europe/Atlantis"}, 409),
        ({"time_zone": "Europe"}, 409),
        ({"time_zone": "../etc/passwd"}, 422),
    ):
        assert client.patch("/v1/company", headers=admin, json=told).status_code == status, told
