"""A company for the tests of customers: two territories, a rep for each, a manager of both and an admin."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from field_api.reps.models import Territory
from field_api.store.base import db
from field_api.store.columns import new_id
from tests.field_api.people import make_territory, make_user, token_for


@dataclass
class Caller:
    """Somebody signed in; `territory_id` is where they put new customers."""

    client: FlaskClient
    token: str
    territory_id: str

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        told = {"Authorization": f"Bearer {self.token}"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return self.client.open(f"/v1{path}", method=method, json=body, headers=told)

    def get(self, path: str, **query: Any) -> Any:
        answer = self.client.get(f"/v1{path}", query_string=query, headers={"Authorization": f"Bearer {self.token}"})
        assert answer.status_code == 200, answer.get_json()
        return answer.get_json()

    def create(self, name: str = "Durand", **more: Any) -> dict[str, Any]:
        answer = self.call("POST", "/customers", new(self.territory_id, name, **more))
        assert answer.status_code == 201, answer.get_json()
        made: dict[str, Any] = answer.get_json()
        return made

    def patch(self, customer: dict[str, Any], **changes: Any) -> TestResponse:
        return self.call("PATCH", f"/customers/{customer['id']}", changes, If_Match=customer["etag"])

    def found(self, **query: Any) -> list[str]:
        """Names of all pages of a search, in order."""
        return [one["display_name"] for one in self.walk(**query)]

    def walk(self, **query: Any) -> list[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.client.get("/v1/customers", query_string=query, headers=headers)
        items = []
        while True:
            assert answer.status_code == 200, answer.get_json()
            items += answer.get_json()["items"]
            following = answer.headers.get("Link")
            if following is None:
                return items
            answer = self.client.get(following[1 : following.index(">")], headers=headers)


def new(territory_id: str, name: str = "Durand", **more: Any) -> dict[str, Any]:
    """What a customer is created with."""
    return {"kind": "person", "name": name, "territory_id": territory_id, "first_touch_source": "shop"} | more


@dataclass
class Company:
    """Who there is. `north` and `south` are reps of territories below one that `manager` looks after."""

    north: Caller
    south: Caller
    manager: Caller
    admin: Caller


@pytest.fixture
def company(app: Flask) -> Company:
    # In a context that ends here: requests inside it would share its session, and read what stood at the first of them.
    with app.app_context():
        session = db.session
        root = make_territory(session, "France")
        north, south = (make_territory(session, name, root) for name in ("North", "South"))

        def caller(role: str, territory: Territory, *assigned: Territory) -> Caller:
            return Caller(app.test_client(), token_for(session, make_user(session, role, assigned)), territory.id)

        return Company(
            north=caller("rep", north, north),
            south=caller("rep", south, south),
            manager=caller("manager", north, root),
            admin=caller("admin", root),
        )


@pytest.fixture
def north(company: Company) -> Caller:
    return company.north


@pytest.fixture
def nowhere() -> str:
    return new_id()
