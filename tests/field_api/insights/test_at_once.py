"""What happens at the same moment: publications, a withdrawal, two phones, and a job that is killed and runs again."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from field_api.errors import Clash
from field_api.insights import jobs, outcomes, steps, suggesting
from field_api.insights.models import arms, insights, next_gestures, walks
from field_api.interactions.models import entries
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.web.identity import THE_SYSTEM
from tests.field_api.insights import findings
from tests.field_api.insights.conftest import Desk

ROUNDS = 4


class Killed(BaseException):
    """What a killed process would not even see."""


def at_once(app: Flask, *use_cases: Callable[[], Any]) -> list[str]:
    """Run each in a thread and a transaction of its own, all begun together; how each went."""
    gate, told = threading.Barrier(len(use_cases)), [""] * len(use_cases)

    def run(place: int, use_case: Callable[[], Any]) -> None:
        with app.app_context():
            gate.wait()
            try:
                with writing(db.session):
                    use_case()
                told[place] = "done"
            except Clash:
                told[place] = "clash"
            except OperationalError:
                told[place] = "busy"

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(use_cases)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return told


def submitted(desk: Desk) -> str:
    with desk.app.app_context():
        scored = [findings.score_like(desk.survey_id, desk.sector.customer_id)]
        return findings.make_insight(db.session, desk.survey_id, scored, state="submitted")


def publish(own: str) -> Callable[[], Any]:
    return lambda: steps.publish(db.session, THE_SYSTEM, steps.hold_with_rivals(db.session, own))


def withdraw(own: str) -> Callable[[], Any]:
    return lambda: steps.withdraw(db.session, THE_SYSTEM, steps.hold_with_rivals(db.session, own))


def states(desk: Desk) -> list[str]:
    with desk.app.app_context():
        return sorted(db.session.scalars(select(insights.c.state)))


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_two_publications_at_once_one_replaces_the_other(desk: Desk, _round: int) -> None:
    desk.publish()
    one, other = submitted(desk), submitted(desk)
    assert at_once(desk.app, publish(one), publish(other)) == ["done", "done"]
    assert states(desk) == ["published", "superseded", "superseded"]
    desk.run()
    assert desk.ends()[:-1] in (["superseded"], ["superseded", "superseded"])
    assert desk.ends()[-1] is None


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_an_insight_published_twice_at_once_is_published_once(desk: Desk, _round: int) -> None:
    own = submitted(desk)
    assert sorted(at_once(desk.app, publish(own), publish(own))) == ["clash", "done"]
    assert states(desk) == ["published"]


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_withdrawal_while_the_job_suggests_leaves_nothing_open(desk: Desk, _round: int) -> None:
    people = desk.crowd(30)
    with desk.app.app_context():
        scored = [findings.score_like(desk.survey_id, one) for one in people]
        own = findings.make_insight(db.session, desk.survey_id, scored)
    assert at_once(desk.app, lambda: jobs.suggest(db.session, {}), withdraw(own)) == ["done", "done"]
    assert desk.listed() == []
    desk.tidy()
    with desk.app.app_context():
        assert set(db.session.scalars(select(next_gestures.c.ended_by))) <= {"withdrawn"}


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_two_workers_at_once_suggest_each_customer_one_thing(desk: Desk, _round: int) -> None:
    people = desk.crowd(30)
    with desk.app.app_context():
        scored = [findings.score_like(desk.survey_id, one) for one in people]
        findings.make_insight(db.session, desk.survey_id, scored)
    job = lambda: jobs.suggest(db.session, {})  # noqa: E731 - the same thrice
    assert set(at_once(desk.app, job, job, job)) == {"done"}
    with desk.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(next_gestures)) == 30


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_of_two_phones_that_tell_at_once_one_counts(desk: Desk, _round: int) -> None:
    desk.publish()
    [one] = desk.listed()

    def say(outcome: str) -> Callable[[], Any]:
        return lambda: outcomes.record(db.session, THE_SYSTEM, one["id"], {"outcome": outcome})

    assert sorted(at_once(desk.app, say("done"), say("declined"))) == ["clash", "done"]
    with desk.app.app_context():
        noted = db.session.scalar(select(func.count()).where(entries.c.about_kind == "gesture"))
    assert noted == desk.ends().count("done")


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_refusal_while_the_job_suggests_is_never_overheard(desk: Desk, _round: int) -> None:
    with desk.app.app_context():
        scored = [findings.score_like(desk.survey_id, desk.sector.customer_id)]
        findings.make_insight(db.session, desk.survey_id, scored)
    told = at_once(
        desk.app,
        lambda: jobs.suggest(db.session, {}),
        lambda: findings.refuse(db.session, desk.sector.customer_id),
    )
    assert told == ["done", "done"]
    assert desk.ends() in ([], ["refused"])


@pytest.mark.parametrize("_round", range(ROUNDS))
def test_a_move_while_the_job_suggests_takes_the_suggestion_along(desk: Desk, _round: int) -> None:
    with desk.app.app_context():
        scored = [findings.score_like(desk.survey_id, desk.sector.customer_id)]
        findings.make_insight(db.session, desk.survey_id, scored)
    told = at_once(
        desk.app,
        lambda: jobs.suggest(db.session, {}),
        lambda: findings.move(db.session, desk.sector.customer_id, desk.sector.foreign_territory_id),
    )
    assert told == ["done", "done"]
    assert desk.listed() == []
    assert len(desk.listed(desk.sector.admin)) == 1


@pytest.mark.parametrize("step", ["gather", "_draw", "_add", "_note"])
def test_a_job_killed_anywhere_goes_on_where_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    monkeypatch.setattr(suggesting, "AT_ONCE", 10)
    people = desk.crowd(35)
    with desk.app.app_context():
        findings.make_gesture(db.session, minutes=1, hold_out_percent=50)
        scored = [findings.score_like(desk.survey_id, one) for one in people]
        findings.make_insight(db.session, desk.survey_id, scored)
        real, calls = getattr(suggesting, step), []

        def dies(*args: Any, **more: Any) -> Any:
            calls.append(step)
            if len(calls) == 3:
                raise Killed
            return real(*args, **more)

        with monkeypatch.context() as patch:
            patch.setattr(suggesting, step, dies)
            with pytest.raises(Killed):
                findings.run(db.session)
        before = db.session.execute(select(walks.c.round, walks.c.looked_at, walks.c.finished_at)).one()
        findings.run(db.session)
        walk = db.session.execute(select(walks)).one()
        sides = db.session.scalars(select(arms.c.held_out)).all()
        drawn = db.session.scalar(select(func.count()).select_from(next_gestures))
    assert tuple(before) == (1, 20, None)
    assert (walk.round, walk.looked_at, len(sides)) == (1, 35, 35)
    assert (walk.suggested, walk.held_out) == (drawn, sum(sides)) == (sides.count(False), sides.count(True))
