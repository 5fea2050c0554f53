"""The demo company: the same for the same seed and day, whole, and believable."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from field_api.app import CHECKS, CODE_LISTS
from field_api.code_lists.actions import reconcile
from field_api.customers import reach
from field_api.customers.models import contact_points, customer_roles, customers
from field_api.demo import company
from field_api.errors import Refused
from field_api.interactions.models import entries
from field_api.reps.models import Territory, User
from field_api.shops.models import purchases, shops
from field_api.store.base import Base, db
from tests.conftest import empty

DAY = datetime(2026, 3, 2, tzinfo=UTC)
SECRETS = {"passwords"}
NUMBERED_BY_THE_DATABASE = {"sync_lanes", "sync_entries"}


def fill(count: int = 100, seed: int = 7, at: datetime | None = DAY) -> list[dict[str, str]]:
    told: list[tuple[int, int]] = []
    logins = company.fill(
        db.session,
        customers=count,
        seed=seed,
        new_password=lambda: "quiet-otter-27-lamps",
        progress=lambda done, total: told.append((done, total)),
        at=at,
    )
    assert told[-1] == (count, count)
    return logins


def fingerprint() -> dict[str, str]:
    """A hash of all rows of each table, secrets left out."""
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in SECRETS | NUMBERED_BY_THE_DATABASE:
            rows = sorted(repr(tuple(row)) for row in db.session.execute(select(table)))
            found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def test_the_same_seed_and_day_give_the_same_rows_and_another_seed_others(app: Flask) -> None:
    with app.app_context():
        fill()
        first = fingerprint()
        db.session.remove()
        empty(db.engine)
        fill()
        assert fingerprint() == first
        db.session.remove()
        empty(db.engine)
        fill(seed=8)
        other = fingerprint()
    assert {name for name in first if first[name] == other[name]}.isdisjoint({"customers", "purchases", "interactions"})


def test_a_database_in_which_somebody_works_is_refused_and_left_alone(app: Flask) -> None:
    with app.app_context():
        assert company.is_empty(db.session)
        fill(20)
        assert not company.is_empty(db.session)
        before = fingerprint()
        with pytest.raises(Refused, match="empty"):
            fill(20)
        assert fingerprint() == before


def test_a_failure_on_the_way_leaves_an_empty_database(app: Flask) -> None:
    def fail(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with app.app_context():
        with pytest.raises(KeyboardInterrupt):
            company.fill(db.session, customers=20, seed=1, new_password=lambda: "", progress=fail)
        assert company.is_empty(db.session)
        assert db.session.execute(select(func.count()).select_from(shops)).scalar() == 0


def test_every_check_holds(app: Flask) -> None:
    with app.app_context():
        reconcile(db.session, CODE_LISTS)
        # As of today: what was earned two years before another day has expired by now.
        fill(300, at=None)
        assert {check.name: list(check.find(db.session)) for check in CHECKS} == {check.name: [] for check in CHECKS}


def test_the_first_logins_are_a_rep_with_customers_an_admin_and_a_researcher(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        logins = fill(600)
        reps = db.session.execute(select(func.count()).select_from(User).where(User.role == "rep")).scalar()
        deepest = max(path.count("/") for path in db.session.scalars(select(Territory.path)))
    assert [login["role"] for login in logins] == ["rep", "admin", "researcher"]
    assert (reps, deepest) == (12, 4)
    told = client.post(
        "/v1/login", json={name: logins[0][name] for name in ("email", "password")} | {"device": "a test"}
    )
    headers = {"Authorization": f"Bearer {told.get_json()['access_token']}"}
    seen = client.get("/v1/customers", headers=headers).get_json()["items"]
    assert len(seen) == 20
    view = client.get(f"/v1/customers/{seen[0]['id']}/360", headers=headers)
    assert set(view.get_json()["sections"]) >= {"consents", "interactions", "purchases", "offers"}


def column(*asked: Any) -> list[Any]:
    return [tuple(row) for row in db.session.execute(select(*asked))]


def test_life_courses_and_purchases_make_sense(app: Flask) -> None:
    with app.app_context():
        fill(300)
        roles = {role for (role,) in column(customers.c.role)}
        bought = [
            (own, at, came)
            for own, at, came in db.session.execute(
                select(purchases.c.customer_id, purchases.c.occurred_at, customers.c.first_touch_at).join(
                    customers, customers.c.id == purchases.c.customer_id
                )
            )
        ]
        clients = {own for own, role in column(customer_roles.c.customer_id, customer_roles.c.role) if role == "client"}
        last = dict(
            db.session.execute(
                select(customers.c.role, func.max(purchases.c.occurred_at))
                .join(customers, customers.c.id == purchases.c.customer_id)
                .group_by(customers.c.role)
            ).all()
        )
    assert roles == {"visitor", "prospect", "client", "former_client", "ambassador"}
    assert {own for own, _, _ in bought} <= clients
    assert all(came <= at < DAY for _, at, came in bought)
    assert min(at for _, at, _ in bought) < DAY - timedelta(days=600)
    assert last["client"] > DAY - timedelta(days=30)
    assert last["former_client"] <= DAY - timedelta(days=270)


def test_phones_and_emails_are_fiction_and_in_the_one_written_form(app: Flask) -> None:
    with app.app_context():
        fill(300)
        points = column(contact_points.c.kind, contact_points.c.value)
    reserved = ("+3319900", "+3326191", "+3335301", "+3346571", "+3353649", "+3363998")
    assert all(reach.normalised(kind, value) == value for kind, value in points)
    assert all(value.startswith(reserved) for kind, value in points if kind == "phone")
    domains = ("example.fr", "example.com", "example.org", "example.net", ".example")
    assert all(value.endswith(domains) for kind, value in points if kind == "email")


def test_what_is_told_of_purchases_stands_in_the_timeline_with_the_rest(app: Flask) -> None:
    with app.app_context():
        fill()
        kinds = {kind for (kind,) in column(entries.c.about_kind)}
        channels = {channel for (channel,) in column(entries.c.channel)}
        lonely = db.session.execute(text("SELECT COUNT(*) FROM customers WHERE firm_id IS NOT NULL")).scalar()
    assert kinds == {None, "purchase", "refund"}
    assert channels >= {"visit", "call", "email", "shop", "web"}
    assert lonely
