"""A company for bench_sync: one rep for each size of portfolio, of customers with little but their names."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, update

from field_api import clock
from field_api.access.models import Token
from field_api.app import COLLECTIONS, create_app
from field_api.customers.models import Customer, CustomerRole
from field_api.settings import read_settings
from field_api.store import schema
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.sync import feed
from tests.field_api.people import make_territory, make_user, token_for

SIZES = (1_000, 10_000, 100_000)


@dataclass(frozen=True)
class Rep:
    """Who holds a portfolio, and where."""

    token: str
    territory_id: str

    def document(self, doc_id: str, name: str) -> dict[str, Any]:
        """A customer of some 350 bytes, as a phone makes it."""
        made = {"kind": "person", "given_name": "Camille", "role": "prospect", "first_touch_source": "shop"}
        return {"id": doc_id, "name": name, "territory_id": self.territory_id, **made}


def make_company(environ: dict[str, str]) -> dict[int, Rep]:
    """Write the portfolios; the rep of each by its size."""
    with create_app(read_settings(environ)).app_context():
        schema.upgrade(db.engine)
        reps = {size: _rep(size) for size in SIZES}
        with writing(db.session):
            db.session.execute(update(Token).values(expires_at=clock.now().replace(year=clock.now().year + 1)))
            for one in COLLECTIONS:
                feed.fill(db.session, one)
        db.session.remove()
        db.engine.dispose()
    return reps


def _rep(size: int) -> Rep:
    territory = make_territory(db.session, f"Portfolio of {size}")
    rep = Rep(token_for(db.session, make_user(db.session, "rep", [territory])), territory.id)
    for start in range(0, size, 5_000):
        rows = [_row(rep, number) for number in range(start, min(size, start + 5_000))]
        roles = [
            {"customer_id": row["id"], "role": "prospect", "starts_at": row["created_at"], "ends_at": None}
            for row in rows
        ]
        with writing(db.session):
            db.session.execute(insert(Customer), rows)
            db.session.execute(insert(CustomerRole), roles)
    return rep


def _row(rep: Rep, number: int) -> dict[str, Any]:
    moment, name = clock.now(), f"durand {number}"
    none = dict.fromkeys(("retired_at", "firm_id", "job_title", "first_touch_detail"))
    at = {"created_at": moment, "updated_at": moment, "first_touch_at": moment, "version": 1}
    return {**rep.document(new_id(), name.title()), **none, **at, "sort_name": name, "name_words": f" {name} "}
