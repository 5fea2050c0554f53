"""The demo company has an insight that speaks, one that was replaced, suggestions, and what became of others."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from field_api import clock
from field_api.app import CHECKS
from field_api.customers.models import customers
from field_api.demo import company
from field_api.insights import demo
from field_api.insights.models import arms, gestures, insights, next_gestures, scores
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import AnySession, writing
from field_api.surveys.models import sheets
from field_api.surveys.respondents import remember
from tests.field_api.surveys.questions import codebook_like, item, make_survey, survey_like

DAY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def session(app: Flask) -> Iterator[AnySession]:
    """The demo company as of a day, with answers of half a year before where its surveys have none."""
    with app.app_context():
        told: dict[str, Any] = {"new_password": lambda: "quiet-otter-27-lamps", "progress": lambda _done, _total: None}
        company.fill(db.session, customers=400, seed=1, at=DAY, **told)
        if db.session.execute(select(insights.c.id)).first() is None:
            answer(db.session)
        yield db.session


def answer(session: AnySession) -> None:
    names = ("recognition", "service", "product", "trust", "loyalty")
    asked = codebook_like(item=[item(f"{one}1", one, 0) for one in names], construct=[])
    words = survey_like()["words"] | {"scales": []}
    survey_id = make_survey(session, codebook=asked, words=words)
    rng, people = Random(7), session.scalars(select(customers.c.id).where(customers.c.retired_at.is_(None))).all()
    fixed = {"survey_id": survey_id, "wave": "2025-W30", "channel": "visit", "counts": True, "role": "client"}
    fixed |= {"answered_month": (DAY - timedelta(days=220)).date().replace(day=1), "years_known": 1}
    with writing(session):
        for one in people:
            answers = {f"{name}1": rng.randint(1, 5) for name in names}
            row = fixed | {"id": new_id(), "pseudonym": remember(session, survey_id, one), "answers": answers}
            session.execute(insert(sheets), row)
        demo.fill(session, Random("insights"), DAY)


def test_one_insight_speaks_and_says_that_it_is_the_demos(session: AnySession) -> None:
    found = session.execute(select(insights).order_by(insights.c.published_at)).all()
    assert [one.state for one in found] == ["superseded", "published"]
    assert {one.made["software"] for one in found} == {"demo"}
    assert {one.insight_id for one in session.execute(select(scores.c.insight_id))} == {found[1].id}
    assert session.scalar(select(func.count()).select_from(gestures)) == 4


def test_there_are_suggestions_to_follow_and_a_history_of_others(session: AnySession) -> None:
    ends = Counter(session.scalars(select(next_gestures.c.ended_by)))
    assert ends[None] > 20
    assert ends["done"] > ends["declined"] > 0
    assert ends["expired"] > 0
    sides = session.scalars(select(arms.c.held_out)).all()
    assert 0 < sides.count(True) < len(sides) / 2


def test_all_of_it_keeps_the_laws(session: AnySession) -> None:
    ours = [one for one in CHECKS if one.name.startswith("insights")]
    with clock.ahead_by(DAY - clock.now()):
        assert [fault for one in ours for fault in one.find(session)] == []
