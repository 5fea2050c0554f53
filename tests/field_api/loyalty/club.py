"""A loyalty club over HTTP: an admin's programme, a shop with its till, and a worker whose clock can be moved."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from field_api import clock
from field_api.access.models import Token
from field_api.loyalty import checks, jobs, programmes
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.store.jobs import Job
from tests.field_api.people import bearer, service_token
from tests.field_api.sector import Headers, Sector, make_customer
from tests.field_api.shops.stall import shop_like

LONG_AGO = "2024-01-01T00:00:00Z"
A_POINT_A_EURO: dict[str, Any] = {"points": 1, "per_minor": 100, "currency": "EUR"}
TIERS = [
    {"code": "silver", "entry_points": 100, "keep_points": 60},
    {"code": "gold", "entry_points": 300, "keep_points": 200},
]


@dataclass(frozen=True)
class Club:
    """A live programme that gives a point a euro."""

    app: Flask
    sector: Sector
    shop_id: str
    till: Headers
    programme_id: str

    def send(self, path: str, told: Any, headers: Headers | None = None, key: str | None = None) -> TestResponse:
        """Send a command by the rep, or by whoever the headers say, with a key of its own."""
        return self.sector.post(path, told, headers=(headers or self.sector.rep) | {"Idempotency-Key": key or new_id()})

    def rule(self, kind: str, starts_at: str = LONG_AGO, **terms: Any) -> str:
        """A rule of the programme, since long ago."""
        told = {"kind": kind, "starts_at": starts_at, "terms": {"name": phrase(kind)} | terms}
        made = self.sector.post(f"/v1/programmes/{self.programme_id}/rules", told, headers=self.sector.admin)
        return str(done(made)["id"])

    def promise(self, **terms: Any) -> dict[str, Any]:
        """New terms from now on."""
        path = f"/v1/programmes/{self.programme_id}/terms"
        told = {"terms": {"tiers": tiers()} | terms}
        return done(self.sector.post(path, told, headers=self.sector.admin | {"If-Match": "*"}))

    def enrol(self, customer_id: str | None = None, headers: Headers | None = None, **told: Any) -> dict[str, Any]:
        """Enrol the sector's customer, or another one; gives the member."""
        enrolled = done(self.enrolment(headers, customer_id=customer_id or self.sector.customer_id, **told))
        return dict(enrolled["member"])

    def enrolment(self, headers: Any = None, **told: Any) -> TestResponse:
        """Ask to enrol somebody."""
        document = {"id": new_id(), "programme_id": self.programme_id} | told
        return self.sector.post("/v1/members", document, headers=headers or self.sector.rep)

    def newcomer(self, name: str = "Robin") -> str:
        """Another customer of the sector."""
        with self.app.app_context():
            return make_customer(self.sector.territory_id, name)

    def buy(self, amount_minor: int, customer_id: str | None = None, **change: Any) -> dict[str, Any]:
        """A purchase of the sector's customer at the till, just now."""
        lines = [{"category": "grocery", "quantity": 1, "amount_minor": amount_minor}]
        sale = {"id": new_id(), "currency": "EUR", "lines": lines, "occurred_at": clock.now().isoformat()}
        sale |= {"customer_id": customer_id or self.sector.customer_id} | change
        return done(self.sector.post("/v1/purchases", sale, headers=self.till))

    def give_back(self, purchase_id: str, amount_minor: int, **change: Any) -> dict[str, Any]:
        """A refund at the till, just now."""
        told = {"id": new_id(), "amount_minor": amount_minor, "currency": "EUR"}
        told |= {"occurred_at": clock.now().isoformat()} | change
        return done(self.sector.post(f"/v1/purchases/{purchase_id}/refunds", told, headers=self.till))

    def balance(self, member_id: str, **query: Any) -> dict[str, Any]:
        """What a member has."""
        return done(self.sector.get(f"/v1/members/{member_id}/balance", self.sector.admin, **query), 200)

    def points(self, member_id: str) -> tuple[int, int, int]:
        """What can be spent, what is pending, and what is owed."""
        found = self.balance(member_id)
        return found["points"], found["pending"], found["debt"]

    def tier(self, member_id: str, **query: Any) -> str | None:
        """The code of the tier, replayed."""
        found = done(self.sector.get(f"/v1/members/{member_id}/tier", self.sector.admin, **query), 200)
        return found["tier"] and str(found["tier"]["code"])

    def history(self, member_id: str) -> list[dict[str, Any]]:
        """All that was done, newest first."""
        path = f"/v1/members/{member_id}/operations"
        return list(done(self.sector.get(path, self.sector.admin, limit=100), 200)["items"])

    def facts(self, customer_id: str | None = None) -> list[str]:
        """The tiers noted on the customer."""
        own = customer_id or self.sector.customer_id
        found = done(self.sector.get(f"/v1/customers/{own}/360", self.sector.admin), 200)
        return [one["value"] for one in found["facts"] if one["kind"] == "tier"]

    def work(self) -> None:
        """What the worker does, each job once."""
        with self.app.app_context():
            for job in (jobs.confirm_due, jobs.birthdays, jobs.tiers_due):
                with writing(db.session):
                    job(db.session, {})
            promised = select(Job.payload).where(Job.kind == programmes.RECOMPUTE, Job.run_at <= clock.now())
            for payload in db.session.scalars(promised).all():
                with writing(db.session):
                    jobs.recompute_all(db.session, payload)

    @contextmanager
    def later(self, **shift: float) -> Iterator[None]:
        """So much later; sign-ins of before are still good."""
        with clock.ahead_by(timedelta(**shift)):
            yield

    def faults(self) -> list[str]:
        """What `furet check` finds wrong with loyalty."""
        with self.app.app_context():
            return [fault for check in checks.CHECKS for fault in check.find(db.session)]


def phrase(text: str) -> dict[str, str]:
    """The same in both languages."""
    return {"en": text, "fr": text}


def tiers() -> list[dict[str, Any]]:
    """Two tiers."""
    return [one | {"name": phrase(str(one["code"])), "privileges": [phrase("A smile")]} for one in TIERS]


def done(answer: TestResponse, status: int = 201) -> dict[str, Any]:
    """The document of an answer that had to come."""
    assert answer.status_code == status, answer.text
    document: dict[str, Any] = answer.get_json()
    return document


def refused(answer: TestResponse, status: int) -> str:
    """What a problem document says."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    document = answer.get_json()
    return " ".join([document["detail"], *(one["detail"] for one in document.get("errors", ()))])


def programme_like(**change: Any) -> dict[str, Any]:
    """A programme whose terms have held for long: points wait for 14 days and live for 24 months."""
    terms = {"pending_days": 14, "expiry_months": 24, "window_months": 12, "tiers": tiers()}
    told = {"name": phrase("Club"), "unit": phrase("points"), "is_main": True, "starts_at": LONG_AGO}
    return told | {"terms": terms | change.pop("terms", {})} | change


def make_programme(sector: Sector, **change: Any) -> str:
    """A live programme."""
    made = done(sector.post("/v1/programmes", programme_like(**change), headers=sector.admin))
    path = f"/v1/programmes/{made['id']}/publish"
    done(sector.client.post(path, headers=sector.admin | {"If-Match": "*"}), 200)
    return str(made["id"])


def make_club(app: Flask, sector: Sector) -> Club:
    """A club in the sector."""
    made = sector.post("/v1/shops", shop_like(sector.territory_id), headers=sector.admin)
    shop_id = done(made)["id"]
    with app.app_context():
        till = bearer(service_token(db.session, shop_id, "loyalty:write purchases:write"))
        _let_sign_ins_last()
    club = Club(app, sector, shop_id, till, make_programme(sector))
    club.rule("purchase", **A_POINT_A_EURO)
    return club


def _let_sign_ins_last() -> None:
    """Past half an hour, since the clock is moved by months."""
    with writing(db.session):
        for token in db.session.scalars(select(Token).where(Token.expires_at.is_not(None))):
            token.expires_at = clock.now() + timedelta(days=3_000)


def instant(text: str) -> datetime:
    """An instant of an answer."""
    return datetime.fromisoformat(text)
