"""A bank under fire: processes transfer, spend, reverse and are killed; not a point is lost, made or counted twice."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from field_api.app import create_app
from field_api.points.balances import balance
from field_api.points.models import operations
from field_api.settings import read_settings
from field_api.store.base import Base, db
from tests.field_api.people import make_territory
from tests.field_api.points.bank import read
from tests.field_api.points.laws import broken
from tests.field_api.points.makers import days, give, make_account
from tests.field_api.sector import make_customer
from tests.field_api.server import environ_for

ACCOUNTS = 6
LOTS = (300, 400, 500)
# A command that waits longer than this has met a deadlock that nobody cut.
LONGEST_WAIT_S = 30


@pytest.fixture(params=["sqlite", "postgresql"])
def environ(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    url = request.getfixturevalue("bare_postgresql_url") if request.param == "postgresql" else None
    # Few connections a process: PostgreSQL gives out a hundred, and takes a moment to notice that one was killed.
    return environ_for(tmp_path, url, FURET_THREADS="1")


@pytest.fixture
def account_ids(environ: dict[str, str]) -> Iterator[list[str]]:
    app: Flask = create_app(read_settings(environ))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        customer_id = make_customer(make_territory(db.session).id)
        found = [make_account(customer_id) for _ in range(ACCOUNTS)]
        for account_id in found:
            for number, points in enumerate(LOTS):
                give(account_id, points, days(30 + number))
        yield found
        db.session.remove()
        db.engine.dispose()


def test_a_small_bank_stays_exact(account_ids: list[str], environ: dict[str, str], tmp_path: Path) -> None:
    held(account_ids, environ, tmp_path, processes=3, seconds=2, kills_a_second=2)


@pytest.mark.slow
def test_a_bank_under_fire_stays_exact(
    account_ids: list[str], environ: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = held(account_ids, environ, tmp_path, processes=8, seconds=30, kills_a_second=4)
    with capsys.disabled():
        print(f"\n{told}")


def held(account_ids: list[str], environ: dict[str, str], folder: Path, **orders: Any) -> str:
    """Let the bank work, then hold its books against the journals of its processes."""
    journals = folder / "journals"
    journals.mkdir()
    told = orders | {"accounts": account_ids, "folder": str(journals), "seed": 7}
    command = [sys.executable, "-m", "tests.field_api.points.bank"]
    subprocess.run(command, env=environ, input=json.dumps(told), text=True, check=True, timeout=orders["seconds"] + 90)
    lines = [line for journal in journals.iterdir() for line in read(journal)]
    sent = {line["id"]: line for line in lines if "told" in line}
    answers = {line["id"]: line for line in lines if "answer" in line}
    assert sent.keys() == answers.keys(), "somebody never had an answer"
    kept = kept_operations(sent)
    assert kept.keys() == {own for own, one in answers.items() if one["answer"] != "refused"}
    assert all(kept[own] == (sent[own]["kind"], sent[own]["told"]["points"]) for own in kept)
    assert max(one["seconds"] for one in answers.values()) < LONGEST_WAIT_S
    check_totals(account_ids, kept)
    assert kept
    return f"{len(kept)} done, {len(sent) - len(kept)} refused; the longest waited {longest(answers):.1f} s"


def kept_operations(sent: dict[str, Any]) -> dict[str, tuple[str, int]]:
    """What the books say was done since the accounts were filled; nothing but what somebody sent."""
    db.session.rollback()
    rows = db.session.execute(select(operations.c.id, operations.c.kind, operations.c.points))
    found = {own: (kind, points) for own, kind, points in rows if kind != "earn"}
    assert found.keys() <= sent.keys()
    return found


def check_totals(account_ids: list[str], kept: dict[str, tuple[str, int]]) -> None:
    """The points of all accounts are those given, less those spent, and those taken back again."""
    sums = {name: sum(points for kind, points in kept.values() if kind == name) for name in ("spend", "reverse")}
    standing = [balance(db.session, one) for one in account_ids]
    assert sum(one.points for one in standing) == ACCOUNTS * sum(LOTS) - sums["spend"] + sums["reverse"]
    assert all(one.points >= 0 and one.debt == 0 for one in standing)
    assert broken(db.session) == []
    assert db.session.scalar(select(func.count()).select_from(operations)) == len(kept) + ACCOUNTS * len(LOTS)


def longest(answers: dict[str, Any]) -> float:
    found: float = max(one["seconds"] for one in answers.values())
    return found
