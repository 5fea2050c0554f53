"""Mail leaves through a real SMTP server, or waits as a file; once, and only with what promised it."""

import email
import email.policy
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from field_api import mail
from field_api.settings import Settings
from field_api.store import worker
from field_api.store.base import db
from field_api.store.engine import writing
from tests.field_api.server import free_port

pytestmark = pytest.mark.usefixtures("session")


class Letterbox:
    """What the SMTP server was handed."""

    def __init__(self) -> None:
        self.letters: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.letters.append(envelope)
        return "250 OK"


@pytest.fixture
def letterbox() -> Iterator[tuple[Letterbox, str]]:
    box = Letterbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, f"smtp://127.0.0.1:{port}"
    controller.stop()


def settings_of(app: Flask, **changes: Any) -> Settings:
    return replace(app.config["SETTINGS"], **changes)


def promise() -> None:
    with writing(db.session):
        mail.send(db.session, to="zoe@example.fr", subject="Rendez-vous à Évry", text="À demain, Zoé.")


def test_mail_goes_through_smtp(app: Flask, letterbox: tuple[Letterbox, str]) -> None:
    box, url = letterbox
    promise()
    assert worker.run_one({mail.KIND: mail.mailer(settings_of(app, smtp_url=url))})
    [envelope] = box.letters
    message = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert envelope.rcpt_tos == ["zoe@example.fr"]
    assert message["Subject"] == "Rendez-vous à Évry"
    assert message.get_body().get_content().strip() == "À demain, Zoé."  # type: ignore[union-attr]


def test_without_a_server_mail_waits_as_a_file(app: Flask, tmp_path: Path) -> None:
    promise()
    assert worker.run_one({mail.KIND: mail.mailer(settings_of(app, home=tmp_path))})
    [file] = (tmp_path / "outbox").iterdir()
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert file.suffix == ".eml"
    assert message["To"] == "zoe@example.fr"
    assert message["Message-ID"]


def test_nobody_waits_for_the_mail_server(
    app: Flask, letterbox: tuple[Letterbox, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, url = letterbox
    promise()
    written = []

    def slow(smtp_url: str, message: Any) -> None:
        def write() -> None:
            with app.app_context(), writing(db.session):
                mail.send(db.session, to="other@example.fr", subject="x", text="x", dedup_key="meanwhile")
                written.append(True)

        other = threading.Thread(target=write)
        other.start()
        other.join(timeout=60)

    monkeypatch.setattr(mail, "_hand_over", slow)
    assert worker.run_one({mail.KIND: mail.mailer(settings_of(app, smtp_url=url))})
    assert written == [True]


def test_a_server_that_is_away_is_tried_again(app: Flask, tmp_path: Path) -> None:
    promise()
    away = mail.mailer(settings_of(app, smtp_url="smtp://127.0.0.1:9"))
    assert worker.run_one({mail.KIND: away})
    db.session.rollback()
    job = db.session.query(worker.Job).one()
    assert (job.done_at, job.attempts) == (None, 1)
