"""The demo company's survey is whole, believable, and hides what research is to find."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from random import Random
from statistics import correlation, fmean
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from field_api.app import CHECKS
from field_api.demo import company
from field_api.store.base import db
from field_api.store.engine import AnySession
from field_api.surveys.demo_minds import answers, traits
from field_api.surveys.demo_survey import CONSTRUCTS, WORDS, codebook
from field_api.surveys.models import invitations, sheets, surveys
from field_api.surveys.schemas import CodebookSchema, WordsSchema
from field_api.web.openapi import load

CUSTOMERS = 400
DAY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def session(app: Flask) -> Iterator[AnySession]:
    with app.app_context():
        told: dict[str, Any] = {"new_password": lambda: "quiet-otter-27-lamps", "progress": lambda _done, _total: None}
        company.fill(db.session, customers=CUSTOMERS, seed=7, at=DAY, **told)
        yield db.session


def test_the_survey_has_a_history_that_the_use_cases_could_have_written(session: AnySession) -> None:
    assert [fault for one in CHECKS if one.name.startswith("surveys") for fault in one.find(session)] == []
    rows = session.execute(select(invitations)).all()
    for row in rows:
        steps = [at for at in (row.invited_at, row.opened_at, row.started_at, row.answered_at) if at is not None]
        assert steps == sorted(steps)
        assert steps[-1] < DAY
        assert row.answered_at is None or row.answered_at < row.expires_at
    waves = Counter(row.wave for row in rows if row.answered_at is not None)
    assert len(waves) == 3
    assert min(waves.values()) >= 10
    assert any(row.answered_at is None and row.expires_at > DAY for row in rows)
    assert {row.channel for row in rows} == {"email", "visit", "shop", "link"}
    assert session.scalars(select(surveys.c.state)).all() == ["live"]


def test_nobody_was_asked_again_within_the_quiet_days(session: AnySession) -> None:
    quiet = session.scalars(select(surveys.c.quiet_days)).one()
    asked: dict[str, list[datetime]] = {}
    for row in session.execute(select(invitations).order_by(invitations.c.invited_at)):
        asked.setdefault(row.customer_id, []).append(row.invited_at)
    gaps = [(later - earlier).days for times in asked.values() for earlier, later in pairwise(times)]
    assert gaps
    assert min(gaps) >= quiet


def test_respondents_differ_by_what_is_known_of_them(session: AnySession) -> None:
    counting = session.execute(select(sheets).where(sheets.c.counts)).all()
    assert {row.segment for row in counting} >= {"regular", "occasional", "silent"}
    assert any(row.turnover_minor for row in counting)
    assert all(row.territory_id for row in counting)


def test_the_demo_survey_is_one_that_the_use_case_would_let_in() -> None:
    assert load(CodebookSchema, codebook()) == codebook()
    assert load(WordsSchema, WORDS) == WORDS


def test_recognition_and_trust_make_people_stay_and_the_rest_hardly_does() -> None:
    rng, asked = Random(1), codebook()
    people = [
        answers(rng, traits(rng, rng.choice(("regular", "occasional", "silent")), 20_000), asked) for _ in range(4_000)
    ]
    scores = {name: [_score(one, asked, name) for one in people] for name, *_ in CONSTRUCTS}
    found = {name: correlation(scores[name], scores["loyalty"]) for name in scores if name != "loyalty"}
    assert min(found["recognition"], found["trust"]) > max(found["service"], found["product"]) + 0.1


def _score(ticked: dict[str, int], asked: dict[str, Any], name: str) -> float:
    mine = [item for item in asked["item"] if item["construct"] == name and item["name"] in ticked]
    states = [ticked[item["name"]] if item["direction"] == "up" else 6 - ticked[item["name"]] for item in mine]
    return fmean(states) if states else 3.0
