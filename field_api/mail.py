"""Outgoing mail: promised as a job, then handed to an SMTP server or left as an .eml file in the outbox folder."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from field_api import clock
from field_api.settings import Settings
from field_api.store.columns import new_id
from field_api.store.engine import AnySession, let_go
from field_api.store.jobs import Handler, enqueue

KIND = "mail.send"
SMTP_TIMEOUT_S = 20


def send(session: AnySession, *, to: str, subject: str, text: str, dedup_key: str | None = None) -> None:
    """Promise one mail in the caller's transaction; with a `dedup_key` it leaves once, however often it is promised."""
    enqueue(session, KIND, {"to": to, "subject": subject, "text": text, "id": new_id()}, dedup_key=dedup_key)


def mailer(settings: Settings) -> Handler:
    """The job handler that delivers by what the settings say."""

    def deliver(session: AnySession, payload: dict[str, Any]) -> None:
        message = _message(settings.mail_from, payload)
        with let_go(session):
            if settings.smtp_url:
                _hand_over(settings.smtp_url, message)
            else:
                _leave(settings.outbox, payload["id"], message)

    return deliver


def _message(sender: str, payload: dict[str, Any]) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, payload["to"], payload["subject"]
    message["Date"] = format_datetime(clock.now())
    # The id comes from the job, so that a second delivery after a crash can be recognised as the same mail.
    message["Message-ID"] = f"<{payload['id']}@{sender.rpartition('@')[2]}>"
    message.set_content(payload["text"])
    return message


def _hand_over(smtp_url: str, message: EmailMessage) -> None:
    """Send through smtp://user:password@host:port (STARTTLS where offered) or smtps://."""
    url = urlsplit(smtp_url)
    secure = url.scheme == "smtps"
    kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
    with kind(url.hostname or "localhost", url.port or (465 if secure else 25), timeout=SMTP_TIMEOUT_S) as server:
        if not secure and server.ehlo() and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)


def _leave(outbox: Path, name: str, message: EmailMessage) -> None:
    outbox.mkdir(mode=0o700, parents=True, exist_ok=True)
    whole = outbox / f"{name}.eml"
    half = whole.with_suffix(".part")
    half.write_bytes(message.as_bytes())
    half.replace(whole)
