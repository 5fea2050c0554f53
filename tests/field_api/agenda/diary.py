"""A rep with an agenda, their manager, a colleague and a customer, and what they do with appointments."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from field_api.agenda.models import CalendarObject
from field_api.store.base import db
from field_api.store.checks import Check
from tests.field_api.people import as_user, make_territory, make_user
from tests.field_api.sector import Headers, make_customer

IN_MARCH = {"from_at": "2026-03-01T00:00:00Z", "until_at": "2026-04-01T00:00:00Z"}


@dataclass
class Diary:
    """Everything is asked as the rep, unless other headers are given."""

    app: Flask
    client: FlaskClient
    rep: Headers
    rep_id: str
    manager: Headers
    colleague: Headers
    stranger: Headers
    territory_id: str
    customer_id: str
    etags: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, headers: Headers | None = None, **query: Any) -> TestResponse:
        return self.client.get(path, headers=headers or self.rep, query_string=query)

    def post(self, path: str, document: Any, headers: Headers | None = None, **more: str) -> TestResponse:
        answer = self.client.post(path, headers=(headers or self.rep) | more, json=document)
        return self._remember(answer)

    def make(self, title: str = "Visit", starts: str = "2026-03-02T09:00:00", **more: Any) -> dict[str, Any]:
        ends = more.pop("ends", None) or starts.replace("T09", "T10").replace("T14", "T15")
        answer = self.post("/v1/appointments", {"title": title, "starts": starts, "ends": ends, **more})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.get_json()
        return made

    def patch(self, own_id: str, headers: Headers | None = None, **changes: Any) -> TestResponse:
        told = (headers or self.rep) | {"If-Match": self.etags.get(own_id, "*")}
        return self._remember(self.client.patch(f"/v1/appointments/{own_id}", headers=told, json=changes))

    def act(self, own_id: str, what: str, **told: Any) -> TestResponse:
        path = f"/v1/appointments/{own_id}/{what}"
        return self.post(path, told, **{"If-Match": self.etags.get(own_id, "*")})

    def month(self, headers: Headers | None = None, **query: Any) -> list[dict[str, Any]]:
        answer = self.get("/v1/appointments", headers, **(IN_MARCH | query))
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.get_json()["items"]
        return items

    def text(self, own_id: str) -> bytes:
        with self.app.app_context():
            row = db.session.get_one(CalendarObject, own_id)
            return row.text

    def faults(self, checks: tuple[Check, ...]) -> list[str]:
        with self.app.app_context():
            return [fault for check in checks for fault in check.find(db.session)]

    def _remember(self, answer: TestResponse) -> TestResponse:
        if answer.status_code in {200, 201} and "ETag" in answer.headers:
            self.etags[answer.get_json()["id"]] = answer.headers["ETag"]
        return answer


def make_diary(app: Flask) -> Diary:
    """On an empty database."""
    with app.app_context():
        session = db.session
        own, beside = make_territory(session, "Ours"), make_territory(session, "Theirs")
        rep = make_user(session, "rep", [own])
        return Diary(
            app=app,
            client=app.test_client(),
            rep=as_user(session, rep),
            rep_id=rep.id,
            manager=as_user(session, make_user(session, "manager", [own])),
            colleague=as_user(session, make_user(session, "rep", [own])),
            stranger=as_user(session, make_user(session, "manager", [beside])),
            territory_id=own.id,
            customer_id=make_customer(own.id),
        )
