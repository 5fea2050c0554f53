"""A small company under test: phones, an office, and an oracle that reads the tables and knows nothing of the feed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import delete, func, select, update

from field_api import clock
from field_api.access.models import Token
from field_api.customers.models import customers
from field_api.reps.models import Assignment
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.sync.models import Refusal
from tests.conftest import empty
from tests.field_api.people import as_user, assign, make_territory, make_user
from tests.field_api.sync.phone import Doc, Phone

EDITED = ("name", "job_title")


class World:
    """Two territories; alice has one, bob the other, carol both; alice carries two phones."""

    def __init__(self, app: Flask) -> None:
        self.app, self.client = app, app.test_client()
        with app.app_context():
            empty(db.engine)
            session = db.session
            self.territories = [make_territory(session, name) for name in ("North", "South")]
            north, south = self.territories
            self.users = [make_user(session, "rep", own) for own in ([north], [south], [north, south])]
            self.office = as_user(session, make_user(session, "admin"))
            carried = [self.users[0], self.users[0], self.users[1], self.users[2]]
            self.owners = [user.id for user in carried]
            self.phones = [
                Phone(self.client, as_user(session, user), (south if user is self.users[1] else north).id, page=2)
                for user in carried
            ]
            with writing(session):
                session.execute(update(Token).values(expires_at=clock.now() + timedelta(days=900)))
        self.assigned = {(0, 0), (1, 1), (2, 0), (2, 1)}

    @contextmanager
    def tables(self) -> Iterator[Any]:
        with self.app.app_context():
            yield db.session

    # The office.

    def create(self, territory: int, name: str) -> None:
        told = {"kind": "person", "name": name, "first_touch_source": "shop"}
        answer = self._post("/customers", told | {"territory_id": self.territories[territory].id})
        assert answer.status_code == 201, answer.text

    def change(self, doc_id: str, **changes: Any) -> None:
        path = f"/v1/customers/{doc_id}"
        tag = self.client.get(path, headers=self.office).headers["ETag"]
        answer = self.client.patch(path, json=changes, headers=self.office | {"If-Match": tag})
        assert answer.status_code == 200, answer.text

    def retire(self, doc_id: str) -> None:
        tag = self.client.get(f"/v1/customers/{doc_id}", headers=self.office).headers["ETag"]
        answer = self._post(f"/customers/{doc_id}/retire", None, {"If-Match": tag})
        assert answer.status_code < 300, answer.text

    def _post(self, path: str, body: Any, headers: dict[str, str] | None = None) -> Any:
        return self.client.post(f"/v1{path}", json=body, headers=self.office | (headers or {}))

    def turn_assignment(self, user: int, territory: int) -> None:
        who, where = self.users[user], self.territories[territory]
        mine = (Assignment.user_id == who.id, Assignment.territory_id == where.id)
        with self.tables() as session:
            if (user, territory) in self.assigned:
                with writing(session):
                    session.execute(delete(Assignment).where(*mine))
            else:
                assign(session, who, where)
        self.assigned ^= {(user, territory)}

    # The oracle.

    def standing(self) -> dict[str, Doc]:
        """Every customer by id, as the table has it; `retired` tells whether."""
        names = ("id", "territory_id", *EDITED)
        with self.tables() as session:
            rows = session.execute(select(*(customers.c[name] for name in names), customers.c.retired_at))
            return {row.id: {**row._asdict(), "retired": row.retired_at is not None} for row in rows}

    def sees(self, phone: int, territory_id: str) -> bool:
        user = next(number for number, one in enumerate(self.users) if one.id == self.owners[phone])
        return any((user, number) in self.assigned for number, t in enumerate(self.territories) if t.id == territory_id)

    def view(self, phone: int) -> dict[str, Doc]:
        """What the phone's user sees now."""
        return {
            doc_id: {name: one[name] for name in EDITED}
            for doc_id, one in self.standing().items()
            if not one["retired"] and self.sees(phone, one["territory_id"])
        }

    def refusals(self) -> int:
        with self.tables() as session:
            return int(session.execute(select(func.count()).select_from(Refusal)).scalar_one())
