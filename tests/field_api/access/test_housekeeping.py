"""What has expired is forgotten, and nothing that still counts."""

from datetime import timedelta

from flask.testing import FlaskClient

from field_api import clock
from field_api.access.jobs import purge
from field_api.access.models import Device, FailedSignIn, RefreshToken, Token
from field_api.store.engine import AnySession, writing
from tests.field_api.people import PASSWORD, make_user, sign_in, token_for


def counts(session: AnySession) -> list[int]:
    with writing(session):
        purge(session, {})
    return [session.query(table).count() for table in (Token, RefreshToken, Device, FailedSignIn)]


def test_sign_ins_are_forgotten_when_their_last_token_has_expired(client: FlaskClient, session: AnySession) -> None:
    user = make_user(session, password=PASSWORD)
    pair = sign_in(client, user)
    token_for(session, user, "shops:read")
    client.post("/v1/login", json={"email": "nobody@example.org", "password": "wrong", "device": "Phone"})
    assert counts(session) == [2, 1, 1, 1]
    with clock.ahead_by(timedelta(days=2)):
        assert counts(session) == [1, 1, 1, 0]
        renewal = {"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]}
        assert client.post("/oauth/token", data=renewal).status_code == 200
    with clock.ahead_by(timedelta(days=61)):
        assert counts(session) == [0, 1, 1, 0]
    with clock.ahead_by(timedelta(days=63)):
        assert counts(session) == [0, 0, 0, 0]
