"""What the tests of insights start from."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from field_api.app import CHECKS
from field_api.insights.models import next_gestures
from field_api.store.base import db
from field_api.store.columns import new_id
from tests.field_api.insights import findings
from tests.field_api.people import as_user, make_user
from tests.field_api.sector import Headers, Sector, make_customer
from tests.field_api.surveys.questions import make_survey


@dataclass(frozen=True)
class Desk:
    """A survey that the rep's customer and the neighbour's have answered, who both bought; a researcher, a gesture."""

    app: Flask
    sector: Sector
    researcher: Headers
    survey_id: str
    gesture_id: str

    def post(self, path: str, document: Any = None, headers: Headers | None = None, **more: Any) -> TestResponse:
        """Send as the rep, or as whoever the headers say, with a key of its own unless told."""
        keyed = {"Idempotency-Key": new_id(), "If-Match": "*"} | more
        return self.sector.post(path, document, headers, **keyed)

    def publish(self, *customer_ids: str, **change: Any) -> str:
        """An insight that speaks of the rep's and the neighbour's customer, or of those named, and its suggestions."""
        about = customer_ids or (self.sector.customer_id, self.sector.foreign_id)
        with self.app.app_context():
            names = {one["name"] for one in change.get("drivers", findings.insight_like("")["drivers"])}
            pulls = {name: pull for name, pull in findings.PULLS.items() if name in names}
            scored = [findings.score_like(self.survey_id, one, **pulls) for one in about]
            own = findings.make_insight(db.session, self.survey_id, scored, **change)
            findings.run(db.session)
        return own

    def crowd(self, count: int, territory_id: str | None = None, amount: int = 10_000) -> list[str]:
        """Customers who have answered and bought."""
        where = territory_id or self.sector.territory_id
        with self.app.app_context():
            people = [make_customer(where, f"Customer {number}") for number in range(count)]
            findings.make_answers(db.session, self.survey_id, people)
            findings.buy(db.session, people, amount)
        return people

    def listed(self, headers: Headers | None = None, **query: Any) -> list[dict[str, Any]]:
        """What the rep, or whoever the headers say, is told to do next."""
        answer = self.sector.get("/v1/next-gestures", headers, **query)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.get_json()["items"]
        return items

    def say(self, own_id: str, outcome: str = "done", headers: Headers | None = None, **told: Any) -> TestResponse:
        """Say what became of a suggestion."""
        return self.post(f"/v1/next-gestures/{own_id}/outcome", {"outcome": outcome} | told, headers)

    def admin_now(self) -> Headers:
        """An admin who has just signed in: sign-ins do not last for days."""
        with self.app.app_context():
            return as_user(db.session, make_user(db.session, "admin"))

    def run(self) -> None:
        """The daily job."""
        with self.app.app_context():
            findings.run(db.session)

    def tidy(self) -> None:
        """The hourly job."""
        with self.app.app_context():
            findings.tidy(db.session)

    def ends(self, customer_id: str | None = None) -> list[str | None]:
        """By what the suggestions of the rep's customer ended, oldest first; None: open."""
        mine = next_gestures.c.customer_id == (customer_id or self.sector.customer_id)
        with self.app.app_context():
            query = select(next_gestures.c.ended_by).where(mine)
            return list(db.session.scalars(query.order_by(next_gestures.c.suggested_at, next_gestures.c.id)))

    def faults(self) -> list[str]:
        """What `furet check` finds of insights, and of suggestions of which no phone is told."""
        with self.app.app_context():
            ours = [one for one in CHECKS if one.name.startswith(("insights", "sync"))]
            assert len(ours) >= 12
            found = [(one.name, fault) for one in ours for fault in one.find(db.session)]
        return [fault for name, fault in found if name.startswith("insights") or "next_gestures" in fault]


@pytest.fixture
def desk(app: Flask, sector: Sector) -> Iterator[Desk]:
    """A desk at which everything must be in order at the end of every test."""
    with app.app_context():
        researcher = as_user(db.session, make_user(db.session, "researcher"))
        survey_id = make_survey(db.session)
        people = [sector.customer_id, sector.foreign_id]
        findings.make_answers(db.session, survey_id, people)
        findings.buy(db.session, people)
        made = Desk(app, sector, researcher, survey_id, findings.make_gesture(db.session))
    yield made
    assert made.faults() == []
