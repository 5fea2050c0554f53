"""What the tests of cards start from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from field_api.app import CHECKS, job_handlers
from field_api.cards.cards import give_link
from field_api.loyalty import earn_rules
from field_api.loyalty.schemas_programmes import NewRuleSchema
from field_api.mail import KIND as MAIL
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.store.jobs import Job
from field_api.web.identity import THE_SYSTEM
from field_api.web.openapi import load
from tests.field_api.cards.forms import form_like
from tests.field_api.gifts.club import LONG_AGO, make_member, make_programme
from tests.field_api.sector import Headers, Sector

LINK = re.compile(r"http://127\.0\.0\.1:8000(/\S+)")


@dataclass(frozen=True)
class Desk:
    """A programme with its form, a member with 1,000 points, and the link of their card."""

    app: Flask
    sector: Sector
    programme_id: str
    form_id: str
    member_id: str

    @property
    def client(self) -> FlaskClient:
        """Somebody's browser, without any identity."""
        return self.app.test_client(use_cookies=False)

    def link(self, member_id: str | None = None) -> str:
        """The path that opens the card of a member."""
        with self.app.app_context(), writing(db.session):
            url = give_link(db.session, THE_SYSTEM, member_id or self.member_id)
        return url.removeprefix("http://127.0.0.1:8000")

    def get(self, path: str, **more: Any) -> TestResponse:
        """Ask as somebody with a browser."""
        return self.client.get(path, **more)

    def join(self, **change: str) -> TestResponse:
        """Fill in the form."""
        told = {"given_name": "Zoé", "name": "Durand", "email": "zoe@example.fr", "consent": "yes", "language": "fr"}
        return self.client.post(f"/join/{self.form_id}", data=told | change)

    def mails(self) -> list[dict[str, Any]]:
        """The mails promised so far, oldest first."""
        with self.app.app_context():
            return list(db.session.scalars(select(Job.payload).where(Job.kind == MAIL).order_by(Job.id)))

    def mailed_path(self) -> str:
        """The path of the link in the last mail."""
        found = LINK.search(self.mails()[-1]["text"])
        assert found
        return found[1]

    def run(self, kind: str) -> None:
        """Do a recurring job now."""
        with self.app.app_context(), writing(db.session):
            job_handlers(self.app.config["SETTINGS"])[kind](db.session, {})

    def post_as_admin(self, path: str, document: Any, headers: Headers | None = None) -> dict[str, Any]:
        """Send as the admin; the document that comes back."""
        answer = self.sector.post(path, document, headers or self.sector.admin, **{"Idempotency-Key": new_id()})
        assert answer.status_code in {200, 201}, answer.text
        told: dict[str, Any] = answer.get_json()
        return told

    def faults(self) -> list[str]:
        """What `furet check` finds."""
        with self.app.app_context():
            ours = [one for one in CHECKS if one.name.startswith(("cards", "gifts", "points", "loyalty", "consents"))]
            return [fault for one in ours for fault in one.find(db.session)]


@pytest.fixture
def desk(app: Flask, sector: Sector) -> Iterator[Desk]:
    """A desk whose data must be right at the end of every test."""
    with app.app_context():
        programme = make_programme(db.session)
        member = make_member(db.session, programme, sector.customer_id, 1_000)
    made = Desk(app, sector, programme, "", member)
    form = made.post_as_admin("/v1/enrolment-forms", form_like(sector.territory_id, programme))
    yield Desk(app, sector, programme, form["id"], member)
    assert made.faults() == []


def add_rule(session: Any, programme_id: str, kind: str, points: int) -> None:
    """Let every event of a kind earn so many points."""
    name = {"en": kind, "fr": kind}
    told = load(NewRuleSchema, {"kind": kind, "starts_at": LONG_AGO, "terms": {"name": name, "points": points}})
    with writing(session):
        earn_rules.create_rule(session, THE_SYSTEM, programme_id, told)
