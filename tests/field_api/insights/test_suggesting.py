"""After a publication the job suggests one gesture to each customer for whom the data carry a reason, to no other."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from field_api import clock
from field_api.insights.models import arms, next_gestures, walks
from field_api.store.base import db
from tests.field_api.insights import findings
from tests.field_api.insights.conftest import Desk


def test_a_rep_is_told_what_is_worth_doing_next_with_its_true_reason(desk: Desk) -> None:
    desk.publish()
    [one] = desk.listed()
    assert one["customer"]["id"] == desk.sector.customer_id
    assert (one["gesture"]["id"], one["gesture"]["kind"]) == (desk.gesture_id, "call")
    assert one["driver"]["name"] == "recognition"
    # 0.4 at risk, of 100.00 EUR, four fifths of the pull.
    assert (one["worth_minor"], one["currency"]) == (round(0.4 * 10_000 * 0.42 / 0.52), "EUR")
    assert "d’après 1 réponses" in one["reason"]["fr"]
    assert "0,30 à 0,52" in one["reason"]["fr"]
    assert "0.30 to 0.52" in one["reason"]["en"]


def test_nothing_of_a_single_person_stands_in_what_is_shown(desk: Desk) -> None:
    desk.publish()
    told = desk.sector.get("/v1/next-gestures").text
    # Instants and ids hold any digits.
    said = re.sub(r'"[^"]*(_at|id)":"[^"]*"', "", told)
    assert not any(word in said for word in ("at_risk", "expected", "pull", "respondent", "0.42", "3.2"))
    assert "0.30 to 0.52" in said


def test_a_driver_that_the_data_do_not_carry_suggests_nothing(desk: Desk) -> None:
    with desk.app.app_context():
        findings.make_gesture(db.session, driver="trust")
        scored = [findings.score_like(desk.survey_id, desk.sector.customer_id, trust=-2.0)]
        findings.make_insight(db.session, desk.survey_id, scored)
        findings.run(db.session)
    assert desk.listed() == []


def test_a_customer_who_did_not_answer_is_suggested_nothing(desk: Desk) -> None:
    desk.publish(desk.sector.foreign_id)
    assert desk.listed() == []
    assert len(desk.listed(desk.sector.admin)) == 1


def test_who_was_met_lately_is_left_in_peace_and_suggested_something_later(desk: Desk) -> None:
    call = {"channel": "call", "direction": "outbound", "content": "Called"}
    assert desk.post(f"/v1/customers/{desk.sector.customer_id}/interactions", call).status_code == 201
    desk.publish()
    assert desk.listed() == []
    with clock.ahead_by(timedelta(days=31)):
        desk.run()
    assert desk.ends() == [None]


def test_a_purchase_is_no_contact(desk: Desk) -> None:
    with desk.app.app_context():
        findings.buy(db.session, [desk.sector.customer_id], at=clock.now() - timedelta(hours=1))
    desk.publish()
    assert len(desk.listed()) == 1


@pytest.mark.parametrize("said", [(False,), (True, False), (False, True, False)])
def test_who_refuses_to_be_profiled_is_suggested_nothing(desk: Desk, said: tuple[bool, ...]) -> None:
    agree(desk, *said)
    desk.publish()
    assert desk.listed() == []


@pytest.mark.parametrize("said", [(), (True,), (False, True)])
def test_who_has_not_refused_or_agrees_again_may_be_suggested_something(desk: Desk, said: tuple[bool, ...]) -> None:
    agree(desk, *said)
    desk.publish()
    assert len(desk.listed()) == 1


def test_a_retired_customer_is_suggested_nothing(desk: Desk) -> None:
    path = f"/v1/customers/{desk.sector.customer_id}/retire"
    assert desk.post(path, headers=desk.sector.admin).status_code == 200
    desk.publish()
    assert desk.ends() == []


def test_some_are_held_out_the_same_ones_however_often_the_job_runs(desk: Desk) -> None:
    with desk.app.app_context():
        findings.make_gesture(db.session, minutes=5, hold_out_percent=50)
    people = desk.crowd(60)
    own = desk.publish(*people)
    with desk.app.app_context():
        held_out = set(db.session.scalars(select(arms.c.customer_id).where(arms.c.held_out)))
        suggested = set(db.session.scalars(select(next_gestures.c.customer_id)))
        walk = db.session.execute(select(walks)).one()
    assert 15 <= len(held_out) <= 45
    assert held_out | suggested == set(people)
    assert held_out & suggested == set()
    assert (walk.insight_id, walk.looked_at, walk.suggested, walk.held_out) == (
        own,
        60,
        len(suggested),
        len(held_out),
    )
    desk.run()
    with desk.app.app_context():
        assert set(db.session.scalars(select(next_gestures.c.customer_id))) == suggested
        assert db.session.execute(select(walks.c.round, walks.c.looked_at, walks.c.suggested)).one() == (2, 60, 0)


def test_what_was_declined_or_wrong_never_comes_again_even_by_another_insight(desk: Desk) -> None:
    desk.publish()
    [one] = desk.listed()
    assert desk.say(one["id"], "wrong").status_code == 201
    desk.run()
    assert desk.listed() == []
    desk.publish()
    assert desk.listed() == []


def test_what_was_done_comes_again_by_new_answers_alone(desk: Desk) -> None:
    desk.publish()
    [one] = desk.listed()
    assert desk.say(one["id"]).status_code == 201
    with clock.ahead_by(timedelta(days=40)):
        desk.run()
        assert desk.ends() == ["done"]
        desk.publish()
        assert desk.ends() == ["done", None]


def agree(desk: Desk, *said: bool) -> None:
    """What the customer said of being profiled, the last word yesterday."""
    told = {"purpose": "profiling", "channel": "any", "language": "fr", "source": "visit", "wording": "May we?"}
    for place, granted in enumerate(said):
        at = (clock.now() - timedelta(days=len(said) - place)).isoformat()
        path = f"/v1/customers/{desk.sector.customer_id}/consents"
        assert desk.post(path, told | {"granted": granted, "occurred_at": at}).status_code == 201
