"""A real server with its own database, the office that works on it, and how it is backed up and restored."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
from flask import Flask
from sqlalchemy import delete, make_url

from field_api.app import create_app
from field_api.code_lists.actions import reconcile
from field_api.code_lists.lists import CodeList
from field_api.reps.models import Assignment, Territory, User
from field_api.settings import read_settings
from field_api.store import schema
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.sync import epochs
from tests.field_api.people import as_user, assign, make_territory, make_user, token_for
from tests.field_api.server import environ_for, running

GENEROUS = {"FURET_FLOOD_LIMIT": "1000000/minute", "FURET_PROCESSES": "2", "FURET_STREAMS": "8"}


class Site:
    """The server, and the office: what admins do at their desks, by REST."""

    def __init__(self, home: Path, database_url: str) -> None:
        self.environ = environ_for(home, database_url, **GENEROUS)
        self.url = f"http://127.0.0.1:{self.environ['PORT']}"
        self.app: Flask = create_app(read_settings(self.environ))
        self._running = ExitStack()
        with self.app.app_context():
            schema.upgrade(db.engine)
            self._headers = as_user(db.session, make_user(db.session, "admin"))

    def start(self) -> None:
        self._running.enter_context(running(self.environ))

    def stop(self) -> None:
        self._running.close()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def restart(self) -> None:
        self.stop()
        self.start()

    # People, who are made behind the server's back.

    def territory(self, name: str = "Sector") -> Territory:
        with self.app.app_context():
            return make_territory(db.session, name)

    def open_territory(self, name: str) -> Territory:
        """One that is opened at a desk, and so is in the feed."""
        answer = self.call("POST", "/territories", {"name": name})
        assert answer.status_code == 201, answer.text
        own = answer.json()["id"]
        with self.app.app_context():
            found: Territory = db.session.get_one(Territory, own)
            return found

    def rep(self, *territories: Territory) -> User:
        with self.app.app_context():
            return make_user(db.session, "rep", territories)

    def manager(self, *territories: Territory) -> User:
        with self.app.app_context():
            return make_user(db.session, "manager", territories)

    def bearer(self, user: User) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(user)}"}

    def token(self, user: User) -> str:
        with self.app.app_context():
            return token_for(db.session, user)

    def assign(self, user: User, territory: Territory) -> None:
        with self.app.app_context():
            assign(db.session, user, territory)

    def unassign(self, user: User, territory: Territory) -> None:
        mine = (Assignment.user_id == user.id, Assignment.territory_id == territory.id)
        with self.app.app_context(), writing(db.session):
            db.session.execute(delete(Assignment).where(*mine))

    def declare(self, lists: Sequence[CodeList]) -> None:
        """Let a version start here that declares these code lists."""
        with self.app.app_context():
            reconcile(db.session, lists)

    # What the office does.

    def create(self, territory: Territory, name: str = "Durand", **more: Any) -> str:
        told = {"kind": "person", "name": name, "territory_id": territory.id, "first_touch_source": "shop", **more}
        answer = self.call("POST", "/customers", told)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def change(self, customer_id: str, **changes: Any) -> None:
        answer = self.call("PATCH", f"/customers/{customer_id}", changes, self._version(customer_id))
        assert answer.status_code == 200, answer.text

    def retire(self, customer_id: str) -> None:
        answer = self.call("POST", f"/customers/{customer_id}/retire", None, self._version(customer_id))
        assert answer.status_code < 300, answer.text

    def read(self, customer_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.call("GET", f"/customers/{customer_id}").json()
        return found

    def knows(self, customer_id: str) -> bool:
        return self.call("GET", f"/customers/{customer_id}").status_code == 200

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> httpx.Response:
        return httpx.request(
            method, f"{self.url}/v1{path}", json=body, headers=self._headers | (headers or {}), timeout=60
        )

    def done(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> dict[str, Any]:
        """The document of an answer that had to come."""
        answer = self.call(method, path, body, headers)
        assert answer.status_code < 300, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def _version(self, customer_id: str) -> dict[str, str]:
        return {"If-Match": self.call("GET", f"/customers/{customer_id}").headers["ETag"]}

    # Backups.

    @contextmanager
    def backed_up(self) -> Iterator[None]:
        """Back up now; what happens inside is lost, and afterwards the operator begins a new epoch."""
        self._copy(back=False)
        yield
        self._copy(back=True)
        with self.app.app_context(), writing(db.session):
            epochs.renew(db.session)

    def _copy(self, *, back: bool) -> None:
        self.stop()
        url = make_url(self.environ["DATABASE_URL"])
        names = (f"{url.database}_backup", url.database) if back else (url.database, f"{url.database}_backup")
        if url.get_backend_name() == "sqlite":
            for tail in ("", "-wal", "-shm"):
                Path(f"{names[1]}{tail}").unlink(missing_ok=True)
                if Path(f"{names[0]}{tail}").exists():
                    shutil.copy(f"{names[0]}{tail}", f"{names[1]}{tail}")
        else:
            server = url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {names[1]}")
                connection.execute(f"CREATE DATABASE {names[1]} TEMPLATE {names[0]}")
        self.start()
