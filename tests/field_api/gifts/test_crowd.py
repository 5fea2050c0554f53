"""A crowd orders at once, from several processes: what is in stock goes once, and the books of both logs balance."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from field_api.app import CHECKS, create_app
from field_api.gifts.models import operations, stocks
from field_api.points.models import holds
from field_api.settings import read_settings
from field_api.store.base import Base, db
from tests.field_api.gifts.club import make_gift, make_member, make_programme
from tests.field_api.people import make_territory
from tests.field_api.sector import make_customer
from tests.field_api.server import environ_for


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


def test_a_small_crowd_gets_what_there_is_and_no_more(company: Flask, environ: dict[str, str]) -> None:
    held(environ, processes=2, members=6, units=5, rounds=2)


@pytest.mark.slow
def test_a_great_crowd_gets_what_there_is_and_no_more(company: Flask, environ: dict[str, str]) -> None:
    held(environ, processes=6, members=20, units=50, rounds=4)


def held(environ: dict[str, str], processes: int, members: int, units: int, rounds: int) -> None:
    """Every unit goes, each once; who gave up left theirs to others; nobody's points are taken without a gift."""
    programme = make_programme(db.session)
    territory = make_territory(db.session)
    # Two phones of one member order at once too: they share the points of three gifts.
    crowd = [make_member(db.session, programme, make_customer(territory.id), 300) for _ in range(members)] * processes
    gift = make_gift(db.session, programme, units=units, points=100)
    shares = [crowd[number::processes] for number in range(processes)]
    got = [own for one in fire(environ, gift, shares, rounds) for own in one]
    db.session.rollback()
    assert len(set(got)) == len(got)
    stock = db.session.scalar(select(stocks.c.units).where(stocks.c.gift_id == gift))
    assert stock == units - len(got)
    assert len(got) == units or stock > 0
    reserved = db.session.scalar(select(func.coalesce(func.sum(holds.c.points_left), 0)))
    assert reserved == 100 * len(got)
    lowest = db.session.scalar(select(func.min(stocks.c.units)))
    assert lowest >= 0
    assert db.session.scalar(select(func.count()).select_from(operations)) > len(got)
    ours = [one for one in CHECKS if one.name.startswith(("gifts", "points"))]
    assert [fault for one in ours for fault in one.find(db.session)] == []


def fire(environ: dict[str, str], gift: str, shares: list[list[str]], rounds: int) -> list[list[str]]:
    """What each process got."""
    told = {"gift_id": gift, "rounds": rounds, "giving_up": 0.2, "start_at": time.time() + 4}
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.field_api.gifts.crowd"],
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in shares
    ]
    for one, members in zip(started, shares, strict=True):
        assert one.stdin
        one.stdin.write(json.dumps(told | {"members": members}))
        one.stdin.close()
    answers = []
    for one in started:
        assert one.stdout
        answers.append(json.loads(one.stdout.read()))
        assert one.wait(60) == 0
        one.stdout.close()
    return answers
