"""A process killed at every step of a redemption, and the till's retry: one effect each, in every book."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Flask
from sqlalchemy import func, select, text

from field_api.app import create_app
from field_api.coupons.models import coupons, meters, operations
from field_api.settings import read_settings
from field_api.store.audit import AuditEntry
from field_api.store.base import Base, db
from field_api.store.columns import new_id
from field_api.store.receipts import receipts
from tests.field_api.coupons import makers
from tests.field_api.coupons.counter import broken
from tests.field_api.coupons.deadly import COMMITTED, HEADER, POINTS
from tests.field_api.people import as_user, make_territory, make_user
from tests.field_api.sector import Headers, make_customer
from tests.field_api.server import CERTIFICATES, environ_for, gunicorn, running

DEADLY = gunicorn("tests.field_api.coupons.deadly:app()")


@pytest.fixture(params=["sqlite", "postgresql"])
def environ(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    url = request.getfixturevalue("bare_postgresql_url") if request.param == "postgresql" else None
    figures = tmp_path / "figures"
    figures.mkdir()
    # Where `furet serve` lets the processes keep their figures.
    return environ_for(tmp_path, url, FURET_PROCESSES="1", PROMETHEUS_MULTIPROC_DIR=str(figures))


@pytest.fixture
def company(environ: dict[str, str]) -> Iterator[Flask]:
    app = create_app(read_settings(environ))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


def test_a_redemption_killed_anywhere_and_retried_has_one_effect(company: Flask, environ: dict[str, str]) -> None:
    territory = make_territory(db.session)
    campaign_id = makers.make_campaign(db.session, kind="personal", budget_total=100)
    points = [*POINTS, COMMITTED]
    customers = [make_customer(territory.id, f"Customer {number}") for number in range(len(points))]
    given = {one["customer_id"]: one["code"] for one in makers.give(db.session, campaign_id, *customers)["coupons"]}
    rep = as_user(db.session, make_user(db.session, "rep", [territory]))
    before = books()
    with running(environ, *DEADLY) as server:
        for point, customer_id in zip(points, customers, strict=True):
            told = makers.use_of(given[customer_id])
            key = {"Idempotency-Key": new_id()}
            with pytest.raises(httpx.TransportError):
                redeem(server.url, told, rep | key | {HEADER: point})
            first, again = (insist(server.url, told, rep | key) for _ in range(2))
            assert (first.status_code, first.content) == (201, again.content), point
    added = {name: count - before[name] for name, count in books().items()}
    assert added == dict.fromkeys(before, len(points))
    assert broken(db.session) == []


def redeem(url: str, told: dict[str, Any], headers: Headers) -> httpx.Response:
    return httpx.post(f"{url}/v1/coupons/redemptions", json=told, headers=headers, timeout=60, verify=CERTIFICATES)


def insist(url: str, told: dict[str, Any], headers: Headers) -> httpx.Response:
    """Send until there is an answer, as a till does while the server starts again."""
    until = time.monotonic() + 60
    while True:
        try:
            return redeem(url, told, headers)
        except httpx.TransportError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def books() -> dict[str, int]:
    """What every redemption adds one to."""
    queries = {
        "operations": select(func.count()).where(operations.c.kind == "redeem"),
        "redeemed": select(func.coalesce(func.sum(coupons.c.redeemed), 0)),
        "budget": select(func.coalesce(func.sum(meters.c.taken), 0)),
        "audit lines": select(func.count()).where(AuditEntry.action == "coupon.redeem"),
        "receipts": select(func.count()).select_from(receipts).where(receipts.c.status == 201),
        "feed": text("SELECT seq FROM sync_lanes WHERE collection = 'coupons'"),
    }
    db.session.rollback()
    return {name: int(db.session.execute(query).scalar_one()) for name, query in queries.items()}
