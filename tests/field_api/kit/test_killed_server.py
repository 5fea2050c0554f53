"""A server killed between commit and reply, and the client's retry with the same key: one effect."""

import threading
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from field_api.app import create_app
from field_api.settings import read_settings
from field_api.store.base import db
from tests.field_api.people import make_user, token_for
from tests.field_api.server import CERTIFICATES, Server, environ_for, gunicorn, install, running

STALLING = gunicorn("tests.field_api.kit.stalling:app()")


@pytest.fixture(params=["sqlite", "postgresql"])
def environ(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """An empty installation on each database."""
    url = request.getfixturevalue("bare_postgresql_url") if request.param == "postgresql" else None
    made = environ_for(tmp_path, url)
    install(made)
    return made


def test_a_retry_after_a_kill_between_commit_and_reply_has_one_effect(environ: dict[str, str]) -> None:
    token = admin_token(environ)
    sent = {"content": {"name": "Secteur Vercors"}, "key": "one-intention"}
    with running(environ, *STALLING) as server:
        threading.Thread(target=post_and_hang, args=(server, token, sent), daemon=True).start()
        wait_until_committed(server, token)
        server.kill_at_once()
    with running(environ, *STALLING) as server:
        first, second = (post(server, token, sent) for _ in range(2))
        assert (first.status_code, first.content) == (201, second.content)
        assert names(server, token).count("Secteur Vercors") == 1


def admin_token(environ: dict[str, str]) -> str:
    with create_app(read_settings(environ)).app_context():
        token = token_for(db.session, make_user(db.session, "admin"))
        db.session.remove()
        db.engine.dispose()
    return token


def post(server: Server, token: str, sent: dict[str, object], **more: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(sent["key"])} | more
    return httpx.post(
        f"{server.url}/v1/territories", json=sent["content"], headers=headers, timeout=60, verify=CERTIFICATES
    )


def post_and_hang(server: Server, token: str, sent: dict[str, object]) -> None:
    with suppress(httpx.HTTPError):
        post(server, token, sent, **{"X-Stall": "1"})


def names(server: Server, token: str) -> list[str]:
    headers = {"Authorization": f"Bearer {token}"}
    path = f"{server.url}/v1/territories?limit=100"
    answer = httpx.get(path, headers=headers, timeout=60, verify=CERTIFICATES)
    return [territory["name"] for territory in answer.json()["items"]]


def wait_until_committed(server: Server, token: str) -> None:
    until = time.monotonic() + 60
    while "Secteur Vercors" not in names(server, token):
        assert time.monotonic() < until, "the write never arrived"
        time.sleep(0.05)
