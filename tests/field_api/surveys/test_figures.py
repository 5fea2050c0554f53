"""Admins see how asking goes; the 360 view tells when somebody may be asked again; an answer earns."""

import pytest

from field_api.intervals import Share
from field_api.store.base import db
from field_api.surveys.figures import response
from tests.field_api.cards.conftest import add_rule
from tests.field_api.gifts.club import make_member, make_programme
from tests.field_api.surveys.conftest import Poll


def test_the_response_is_counted_step_by_step_by_channel_and_territory(poll: Poll) -> None:
    people = [poll.customer() for _ in range(3)]
    poll.invite()
    link = poll.link()
    poll.get(link)
    poll.answer(poll.link(poll.customer(consent=False), channel="shop"))
    told = poll.sector.get(f"/v1/surveys/{poll.survey_id}/figures", poll.sector.admin).get_json()
    assert {name: told["total"][name] for name in ("invited", "opened", "started", "answered")} == {
        "invited": len(people) + 2, "opened": 2, "started": 1, "answered": 1,
    }  # fmt: skip
    assert [(one["channel"], one["invited"]) for one in told["channels"]] == [("email", 3), ("shop", 1), ("visit", 1)]
    assert [(one["name"], one["answered"]) for one in told["territories"]] == [("Ours", 1)]
    assert told["total"]["low"] < told["total"]["rate"] == 0.2 < told["total"]["high"]
    assert told["waves"] == ["2026-W47"]
    assert poll.sector.get(f"/v1/surveys/{poll.survey_id}/figures").status_code == 403


def test_the_interval_is_wilsons() -> None:
    told = response([{"invited": 80, "opened": 60, "started": 40, "answered": 30}])
    assert (told["low"], told["high"]) == pytest.approx(Share(30, 80).interval)
    nobody = response([])
    assert (nobody["invited"], nobody["rate"], nobody["low"]) == (0, None, None)


def test_the_360_view_tells_when_one_may_be_asked_again_and_no_answer(poll: Poll) -> None:
    path = f"/v1/customers/{poll.sector.customer_id}/360"
    before = poll.sector.get(path).get_json()["sections"]["surveys"]
    assert before["last_asked_at"] is None
    assert [(one["survey_id"], one["may_be_asked_from"]) for one in before["surveys"]] == [(poll.survey_id, None)]
    poll.answer(poll.link(), recognition1=1)
    shown = poll.sector.get(path).get_json()["sections"]["surveys"]
    assert shown["last_answered_at"] > shown["last_asked_at"]
    assert shown["surveys"][0]["may_be_asked_from"] > shown["last_asked_at"]
    assert "recognition1" not in str(shown)


def test_an_answer_earns_points_once_whatever_was_answered(poll: Poll) -> None:
    with poll.app.app_context():
        programme = make_programme(db.session)
        member = make_member(db.session, programme, poll.sector.customer_id)
        add_rule(db.session, programme, "answer", 50)
    link = poll.link()
    poll.answer(link)
    poll.send(f"{link}4", again=1)
    told = poll.sector.get(f"/v1/members/{member}/balance").get_json()
    assert told["points"] == 50
    (move,) = poll.sector.get(f"/v1/members/{member}/operations").get_json()["items"]
    assert (move["event"], move["kind"]) == ("answer", "earn")
    by_hand = poll.sector.post(
        f"/v1/members/{member}/earnings",
        {"id": member, "kind": "answer"},
        poll.sector.rep | {"Idempotency-Key": "by hand"},
    )
    assert by_hand.status_code == 422
