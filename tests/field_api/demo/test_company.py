"""The demo company is whole and believable."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from field_api import clock
from field_api.app import CHECKS, CODE_LISTS
from field_api.code_lists.actions import reconcile
from field_api.customers import reach
from field_api.customers.models import contact_points, customer_roles, customers
from field_api.interactions.models import entries
from field_api.reps.models import Territory, User
from field_api.shops.models import purchases
from field_api.store.base import db
from tests.conftest import empty
from tests.field_api.demo.filling import DAY, fill

CUSTOMERS = 300

Logins = list[dict[str, str]]


@pytest.fixture(scope="module")
def logins(service: Flask) -> Iterator[Logins]:
    """The first logins of a company that all tests of this file look at; none of them changes it."""
    with service.app_context():
        reconcile(db.session, CODE_LISTS)
        made = fill(CUSTOMERS)
        db.session.remove()
    yield made
    with service.app_context():
        db.session.remove()
        empty(db.engine)


@pytest.fixture(scope="module")
def company(service: Flask, logins: Logins) -> Flask:
    """The service on that company."""
    return service


def test_every_check_holds(company: Flask) -> None:
    # As of its day: what was earned two years before has expired by now.
    with company.app_context(), clock.ahead_by(DAY - clock.now()):
        assert {check.name: list(check.find(db.session)) for check in CHECKS} == {check.name: [] for check in CHECKS}


def test_the_first_logins_are_a_rep_with_customers_an_admin_and_a_researcher(company: Flask, logins: Logins) -> None:
    with company.app_context():
        reps = db.session.execute(select(func.count()).select_from(User).where(User.role == "rep")).scalar()
        deepest = max(path.count("/") for path in db.session.scalars(select(Territory.path)))
    assert [login["role"] for login in logins] == ["rep", "admin", "researcher"]
    assert (reps, deepest) == (12, 4)
    client = company.test_client()
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


def test_life_courses_and_purchases_make_sense(company: Flask) -> None:
    with company.app_context():
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


def test_phones_and_emails_are_fiction_and_in_the_one_written_form(company: Flask) -> None:
    with company.app_context():
        points = column(contact_points.c.kind, contact_points.c.value)
    reserved = ("+3319900", "+3326191", "+3335301", "+3346571", "+3353649", "+3363998")
    assert all(reach.normalised(kind, value) == value for kind, value in points)
    assert all(value.startswith(reserved) for kind, value in points if kind == "phone")
    domains = ("example.fr", "example.com", "example.org", "example.net", ".example")
    assert all(value.endswith(domains) for kind, value in points if kind == "email")


def test_what_is_told_of_purchases_stands_in_the_timeline_with_the_rest(company: Flask) -> None:
    with company.app_context():
        kinds = {kind for (kind,) in column(entries.c.about_kind)}
        channels = {channel for (channel,) in column(entries.c.channel)}
        lonely = db.session.execute(text("SELECT COUNT(*) FROM customers WHERE firm_id IS NOT NULL")).scalar()
    assert kinds == {None, "purchase", "refund", "survey", "gesture"}
    assert channels >= {"visit", "call", "email", "shop", "web"}
    assert lonely
