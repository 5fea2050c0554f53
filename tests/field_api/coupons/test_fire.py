"""A crowd redeems at once, from several processes: a cap of 50 is 50, and one use is one."""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from field_api.app import create_app
from field_api.settings import read_settings
from field_api.store.base import Base, db
from tests.field_api.coupons import makers
from tests.field_api.coupons.counter import broken
from tests.field_api.server import environ_for

CAP = 50


@pytest.fixture(params=["sqlite", "postgresql"])
def environ(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    url = request.getfixturevalue("bare_postgresql_url") if request.param == "postgresql" else None
    # Few connections a process: PostgreSQL gives out a hundred.
    return environ_for(tmp_path, url, FURET_THREADS="4")


@pytest.fixture
def company(environ: dict[str, str]) -> Iterator[Flask]:
    app = create_app(read_settings(environ))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        yield app
        db.session.remove()
        db.engine.dispose()


def test_a_small_crowd_takes_what_there_is_and_no_more(company: Flask, environ: dict[str, str]) -> None:
    held_fire(environ, processes=2, threads=40)


@pytest.mark.slow
def test_a_great_crowd_takes_what_there_is_and_no_more(company: Flask, environ: dict[str, str]) -> None:
    held_fire(environ, processes=8, threads=25)


def held_fire(environ: dict[str, str], processes: int, threads: int) -> None:
    """Exactly the cap of a shared code, of a campaign's total and of its day are taken, and one of a single code."""
    targets = targets_for(processes * threads)
    won = fire(environ, processes, threads, targets)
    assert won == {"shared": CAP, "single": 1, "total": CAP, "day": CAP, "offer": CAP}
    assert broken(db.session) == []


def targets_for(crowd: int) -> dict[str, list[str]]:
    """Codes to fire at, by what limits them."""
    shared = makers.make_campaign(db.session, kind="shared", uses_per_code=CAP)
    single, total = makers.make_campaign(db.session), makers.make_campaign(db.session, budget_total=CAP)
    day = makers.make_campaign(db.session, budget_per_day=CAP)
    # Two campaigns of one offer meet in the offer's budget.
    offer_id = makers.make_offer(db.session, budget_total=CAP)
    halves = [makers.make_campaign(db.session, offer_id) for _ in range(2)]
    return {
        "shared": makers.make_codes(db.session, shared),
        "single": makers.make_codes(db.session, single),
        "total": makers.make_codes(db.session, total, crowd),
        "day": makers.make_codes(db.session, day, crowd),
        "offer": [code for half in halves for code in makers.make_codes(db.session, half, crowd // 2)],
    }


def fire(environ: dict[str, str], processes: int, threads: int, targets: dict[str, list[str]]) -> dict[str, int]:
    """How often each target was redeemed by all processes together."""
    command = [sys.executable, "-m", "tests.field_api.coupons.fire"]
    start_at = time.time() + 1.5 + processes
    running: list[Any] = []
    for number in range(processes):
        one = subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        orders = {"threads": threads, "first": number * threads, "start_at": start_at, "targets": targets}
        assert one.stdin is not None
        one.stdin.write(json.dumps(orders))
        one.stdin.close()
        running.append(one)
    won: Counter[str] = Counter()
    for one in running:
        won.update(json.loads(one.stdout.read()))
        assert one.wait() == 0
        one.stdout.close()
    return dict(won)
