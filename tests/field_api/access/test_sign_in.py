"""Signing in at /v1/login, and how failures in a row slow it down."""

import time
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from field_api import clock
from field_api.access.lockout import wait_after
from field_api.reps.models import User
from field_api.store.engine import AnySession, writing
from tests.field_api.people import PASSWORD, bearer, make_user, sign_in

WRONG = "not the password"


def attempt(client: FlaskClient, email: str, password: str = WRONG) -> tuple[int, str]:
    answer = client.post("/v1/login", json={"email": email, "password": password, "device": "Phone"})
    return answer.status_code, answer.get_json().get("detail", "")


def test_the_right_password_opens_a_device_with_a_pair_of_tokens(client: FlaskClient, session: AnySession) -> None:
    user = make_user(session, email="camille@example.org", password=PASSWORD)
    answer = client.post("/v1/login", json={"email": " Camille@Example.org ", "password": PASSWORD, "device": "Pixel"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["expires_in"] == 1800
    assert answer.json["token_type"] == "Bearer"
    assert client.get("/v1/me", headers=bearer(answer.json["access_token"])).json["id"] == user.id
    assert client.get("/v1/me", headers=bearer(answer.json["refresh_token"])).status_code == 401


def test_a_wrong_password_an_unknown_e_mail_and_a_locked_account_are_answered_alike(
    client: FlaskClient, session: AnySession
) -> None:
    make_user(session, email="known@example.org", password=PASSWORD)
    locked = make_user(session, email="locked@example.org", password=PASSWORD)
    passwordless = make_user(session, email="new@example.org")
    with writing(session):
        session.get_one(User, locked.id).locked_at = clock.now()
    answers = {attempt(client, email) for email in ("known@example.org", "unknown@example.org", passwordless.email)}
    answers.add(attempt(client, locked.email, PASSWORD))
    assert len(answers) == 1
    assert answers.pop()[0] == 401


def test_an_unknown_e_mail_takes_as_long_as_a_wrong_password(client: FlaskClient, session: AnySession) -> None:
    def seconds(kind: str) -> float:
        taken = []
        for number in range(4):
            begun = time.thread_time()
            attempt(client, f"{kind}{number}@example.org")
            taken.append(time.thread_time() - begun)
        return min(taken)

    for number in range(4):
        make_user(session, email=f"known{number}@example.org", password=PASSWORD)
    # Without the stand-in hash, an unknown e-mail would cost some 2 ms and a known one some 20.
    assert seconds("unknown") > 0.5 * seconds("known")


def test_failures_in_a_row_lock_out_with_a_time_to_come_back(client: FlaskClient, session: AnySession) -> None:
    for email in (make_user(session, password=PASSWORD).email, "unknown@example.org"):
        assert [attempt(client, email)[0] for _ in range(5)] == [401] * 5
        answer = client.post("/v1/login", json={"email": email, "password": PASSWORD, "device": "Phone"})
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_after_the_wait_the_right_password_opens_and_forgives(client: FlaskClient, session: AnySession) -> None:
    user = make_user(session, password=PASSWORD)
    for _ in range(5):
        attempt(client, user.email)
    with clock.ahead_by(timedelta(seconds=61)):
        assert attempt(client, user.email, PASSWORD)[0] == 200
        assert [attempt(client, user.email)[0] for _ in range(5)] == [401] * 5


def test_one_more_failure_after_the_wait_doubles_it(client: FlaskClient, session: AnySession) -> None:
    for _ in range(5):
        attempt(client, "nobody@example.org")
    with clock.ahead_by(timedelta(seconds=61)):
        assert attempt(client, "nobody@example.org")[0] == 401
        answer = client.post("/v1/login", json={"email": "nobody@example.org", "password": "x", "device": "Phone"})
        assert 60 < int(answer.headers["Retry-After"]) <= 120


def test_failures_of_yesterday_are_forgotten(client: FlaskClient, session: AnySession) -> None:
    for _ in range(4):
        attempt(client, "nobody@example.org")
    with clock.ahead_by(timedelta(days=1, minutes=1)):
        assert [attempt(client, "nobody@example.org")[0] for _ in range(5)] == [401] * 5


def test_no_typed_e_mail_is_kept(client: FlaskClient, session: AnySession) -> None:
    attempt(client, "secret.person@example.org")
    (row,) = session.execute(text("SELECT * FROM failed_sign_ins")).all()
    assert "secret" not in repr(row)


@pytest.mark.parametrize(("failures", "minutes"), [(0, 0), (4, 0), (5, 1), (6, 2), (10, 32), (11, 60), (10_000, 60)])
def test_the_wait_doubles_from_a_minute_to_an_hour(failures: int, minutes: int) -> None:
    assert wait_after(failures) == timedelta(minutes=minutes)


def test_a_lock_by_an_admin_ends_the_sign_ins_that_stand(client: FlaskClient, session: AnySession) -> None:
    user = make_user(session, password=PASSWORD)
    pair = sign_in(client, user)
    with writing(session):
        session.get_one(User, user.id).locked_at = clock.now()
    assert client.get("/v1/me", headers=bearer(pair["access_token"])).status_code == 401
    renewal = {"grant_type": "refresh_token", "refresh_token": pair["refresh_token"]}
    assert client.post("/oauth/token", data=renewal).status_code == 400
