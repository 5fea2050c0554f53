"""Two neighbouring sectors, each with its rep and a customer: what one does must not be seen by the other."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from field_api.customers.actions import create_customer
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.web.identity import THE_SYSTEM
from tests.field_api.people import as_user, make_territory, make_user

Headers = dict[str, str]


@dataclass(frozen=True)
class Sector:
    """The rep, their customer and their territory; `foreign_id` is the neighbour's customer."""

    client: FlaskClient
    territory_id: str
    foreign_territory_id: str
    customer_id: str
    foreign_id: str
    rep: Headers
    admin: Headers

    def get(self, path: str, headers: Headers | None = None, **query: Any) -> TestResponse:
        """Ask as the rep, or as whoever the headers say."""
        return self.client.get(path, headers=headers or self.rep, query_string=query or None)

    def post(self, path: str, document: Any, headers: Headers | None = None, **more: str) -> TestResponse:
        """Send as the rep, or as whoever the headers say."""
        return self.client.post(path, headers=(headers or self.rep) | more, json=document)


def make_sector(app: Flask) -> Sector:
    """The two sectors on an empty database."""
    with app.app_context():
        own, foreign = make_territory(db.session, "Ours"), make_territory(db.session, "Theirs")
        return Sector(
            client=app.test_client(),
            territory_id=own.id,
            foreign_territory_id=foreign.id,
            customer_id=make_customer(own.id),
            foreign_id=make_customer(foreign.id),
            rep=as_user(db.session, make_user(db.session, "rep", [own])),
            admin=as_user(db.session, make_user(db.session, "admin")),
        )


def make_customer(territory_id: str, name: str = "Martin", **more: Any) -> str:
    """A customer of the territory; wants an application context."""
    told = {
        "kind": "person",
        "name": name,
        "role": "client",
        "first_touch_source": "shop",
        "territory_id": territory_id,
    }
    with writing(db.session):
        created = create_customer(db.session, THE_SYSTEM, told | more)
    own: str = created["id"]
    return own
