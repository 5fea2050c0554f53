"""What the tests of surveys start from."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from field_api import clock
from field_api.app import CHECKS, job_handlers
from field_api.mail import KIND as MAIL
from field_api.reps.company import Company, change_company
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.store.jobs import Job
from field_api.surveys import inviting
from field_api.surveys.models import invitations, sheets
from field_api.web.identity import THE_SYSTEM
from tests.field_api.people import as_user, make_user
from tests.field_api.sector import Headers, Sector, make_customer
from tests.field_api.surveys.questions import WAVE, make_survey


@dataclass(frozen=True)
class Poll:
    """A live survey, the people of the sector and a researcher; quiet hours are put aside."""

    app: Flask
    sector: Sector
    researcher: Headers
    survey_id: str

    def customer(self, *, consent: bool = True, address: bool = True, **more: Any) -> str:
        """A customer who agreed to be asked by mail and has shown that their address is theirs, or not."""
        with self.app.app_context():
            own = make_customer(self.sector.territory_id, **more)
        if address:
            point = {"kind": "email", "value": f"{own}@example.org", "verified": True}
            assert self.sector.post(f"/v1/customers/{own}/contact-points", point).status_code == 201
        if consent:
            self.consent(own, granted=True)
        return own

    def consent(self, customer_id: str, *, granted: bool, **change: Any) -> None:
        """Note what a customer said of surveys."""
        said = {"purpose": "surveys", "channel": "email", "granted": granted, "source": "paper"}
        said |= {"wording": "Ask me.", "language": "en"} | change
        assert self.sector.post(f"/v1/customers/{customer_id}/consents", said).status_code == 201

    def invite(self, headers: Headers | None = None, **change: Any) -> TestResponse:
        """Ask by mail as the admin."""
        told = {"wave": WAVE, "most": 100, "seed": 7} | change
        path = f"/v1/surveys/{told.pop('survey_id', self.survey_id)}/invitations"
        return self.sector.post(path, told, headers or self.sector.admin, **{"Idempotency-Key": new_id()})

    def draw(self, **change: Any) -> dict[str, Any]:
        """The same without a sign-in, which would have ended where a test moves the clock."""
        told: dict[str, Any] = {"audience": {}, "wave": WAVE, "most": 100, "seed": 7, "dry_run": False} | change
        with self.app.app_context(), writing(db.session):
            return inviting.invite(db.session, THE_SYSTEM, told.pop("survey_id", self.survey_id), told)

    def hand_over(self, customer_id: str | None = None, headers: Headers | None = None, **change: Any) -> TestResponse:
        """Hand a link over as the rep."""
        told = {"survey_id": self.survey_id, "channel": "visit"} | change
        return self.sector.post(f"/v1/customers/{customer_id or self.sector.customer_id}/survey-links", told, headers)

    def link(self, customer_id: str | None = None, **change: Any) -> str:
        """The path that opens the survey for a customer."""
        made = self.hand_over(customer_id, **change)
        assert made.status_code == 201, made.text
        return str(made.get_json()["url"]).removeprefix("http://127.0.0.1:8000")

    def get(self, path: str, **more: Any) -> TestResponse:
        """Ask as somebody with a browser."""
        return self.app.test_client(use_cookies=False).get(path, **more)

    def send(self, path: str, **ticked: Any) -> TestResponse:
        """Send a page as somebody with a browser."""
        return self.app.test_client(use_cookies=False).post(path, data=ticked)

    def answer(self, link: str, **ticked: Any) -> None:
        """Answer all pages, with fours but where told otherwise."""
        usual = dict.fromkeys(("recognition1", "recognition2", "recognition3"), 4)
        for number in range(1, 5):
            answered = self.send(f"{link}{number}", **usual | {"trust1": 4, "loyalty1": 4} | ticked)
            assert answered.status_code == 303, answered.text

    def mails(self) -> list[dict[str, Any]]:
        """The mails promised so far, oldest first."""
        with self.app.app_context():
            return list(db.session.scalars(select(Job.payload).where(Job.kind == MAIL).order_by(Job.id)))

    def run(self, kind: str = "surveys.write") -> None:
        """Do a job now."""
        with self.app.app_context(), writing(db.session):
            job_handlers(self.app.config["SETTINGS"])[kind](db.session, {})

    def rows(self, table: Any = invitations) -> list[dict[str, Any]]:
        """The rows of a table."""
        with self.app.app_context():
            return [row._asdict() for row in db.session.execute(select(table))]

    def sheet(self) -> dict[str, Any]:
        """The only sheet."""
        (found,) = self.rows(sheets)
        return found

    def faults(self) -> list[str]:
        """What `furet check` finds of surveys, points and the timeline."""
        with self.app.app_context():
            ours = [one for one in CHECKS if one.name.startswith("surveys")]
            assert ours
            return [fault for one in ours for fault in one.find(db.session)]


@pytest.fixture
def poll(app: Flask, sector: Sector) -> Iterator[Poll]:
    """A poll of which every law holds at the end of every test."""
    with app.app_context():
        with writing(db.session):
            quiet = clock.now().strftime("%H:%M")
            change_company(db.session, THE_SYSTEM, Company(locale="en", quiet_from=quiet, quiet_until=quiet))
        researcher = as_user(db.session, make_user(db.session, "researcher"))
        made = Poll(app, sector, researcher, make_survey(db.session))
    yield made
    assert made.faults() == []
