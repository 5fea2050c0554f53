"""A company with phones: two territories, a rep in each, an admin at a desk."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from field_api import clock
from field_api.access import credentials
from field_api.access.models import Token
from field_api.reps.models import Assignment, Territory, User
from field_api.store.engine import AnySession, writing
from tests.field_api.people import as_user, make_territory, make_user
from tests.field_api.sync.phone import Phone


@dataclass
class Company:
    """Makers of phones, and what the office does meanwhile."""

    session: AnySession
    client: FlaskClient
    north: Territory
    south: Territory
    alice: User
    bob: User
    admin: dict[str, str]

    def phone(self, user: User, territory: Territory | None = None, **more: Any) -> Phone:
        home = territory or (self.north if user is self.alice else self.south)
        headers = as_user(self.session, user)
        with writing(self.session):
            # Some tests let months pass.
            self.session.execute(update(Token).values(expires_at=clock.now() + timedelta(days=900)))
        return Phone(self.client, headers, home.id, **more)

    def create(self, territory: Territory, name: str = "Durand", **more: Any) -> dict[str, Any]:
        told = {"kind": "person", "name": name, "territory_id": territory.id, "first_touch_source": "shop", **more}
        answer = self.client.post("/v1/customers", json=told, headers=self.admin)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.get_json()
        return made

    def change(self, customer_id: str, **changes: Any) -> None:
        standing = self.client.get(f"/v1/customers/{customer_id}", headers=self.admin)
        headers = self.admin | {"If-Match": standing.headers["ETag"]}
        answer = self.client.patch(f"/v1/customers/{customer_id}", json=changes, headers=headers)
        assert answer.status_code == 200, answer.text

    def read(self, customer_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/v1/customers/{customer_id}", headers=self.admin).get_json()
        return found

    def post(self, path: str, body: Any = None) -> dict[str, Any]:
        versioned = {}
        if path.startswith("/customers/"):
            versioned = {
                "If-Match": self.client.get("/v1/" + "/".join(path.split("/")[1:3]), headers=self.admin).headers["ETag"]
            }
        answer = self.client.post(f"/v1{path}", json=body, headers=self.admin | versioned)
        assert answer.status_code < 300, answer.text
        return answer.get_json() or {}

    def assign(self, user: User, territory: Territory) -> None:
        self.post("/assignments", {"user_id": user.id, "territory_id": territory.id})

    def unassign(self, user: User, territory: Territory) -> None:
        with writing(self.session):
            mine = self.session.query(Assignment).filter_by(user_id=user.id, territory_id=territory.id)
            for one in mine:
                self.session.delete(one)

    def device_of(self, phone: Phone) -> str:
        hash_ = credentials.fingerprint(phone.headers["Authorization"].removeprefix("Bearer "))
        return str(self.session.query(Token).filter_by(hash=hash_).one().device_id)

    def refusals(self, phone: Phone) -> list[dict[str, Any]]:
        return phone.refusals(self.device_of(phone))


@pytest.fixture
def company(session: AnySession, client: FlaskClient) -> Company:
    north, south = make_territory(session, "North"), make_territory(session, "South")
    alice, bob = make_user(session, "rep", [north]), make_user(session, "rep", [south])
    admin = as_user(session, make_user(session, "admin"))
    return Company(session, client, north, south, alice, bob, admin)


@pytest.fixture
def alices(company: Company) -> Phone:
    return company.phone(company.alice)
