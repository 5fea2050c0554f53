"""What a rep says of a suggestion: the last word once, what is done in the timeline, what is refused to the phone."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from field_api import clock
from field_api.insights.models import outcomes
from field_api.interactions.models import entries
from field_api.store.base import db
from field_api.store.columns import new_id
from tests.field_api.insights import findings
from tests.field_api.insights.conftest import Desk


def suggestion(desk: Desk, **gesture: Any) -> str:
    if gesture:
        with desk.app.app_context():
            findings.make_gesture(db.session, minutes=1, **gesture)
    desk.publish()
    [one] = desk.listed()
    return str(one["id"])


def timeline(desk: Desk) -> list[Any]:
    with desk.app.app_context():
        told = (entries.c.channel, entries.c.content, entries.c.about_kind, entries.c.about_id)
        mine = select(*told).where(entries.c.customer_id == desk.sector.customer_id)
        return list(db.session.execute(mine.order_by(entries.c.id)).all())


def ago(hours: float) -> str:
    return (clock.now() - timedelta(hours=hours)).isoformat()


def refusals(desk: Desk) -> list[dict[str, Any]]:
    [device] = desk.sector.get("/v1/devices").get_json()["items"]
    return list(desk.sector.get(f"/v1/devices/{device['id']}/refusals").get_json()["items"])


def test_what_is_done_stands_in_the_timeline_and_is_said_once(desk: Desk) -> None:
    own = suggestion(desk)
    answer = desk.say(own, note="She liked it")
    assert (answer.status_code, answer.get_json()["channel"]) == (201, "call")
    assert timeline(desk) == [("call", "She liked it", "gesture", own)]
    assert (desk.listed(), desk.ends()) == ([], ["done"])
    again = desk.say(own, "declined")
    assert (again.status_code, "'done' was said" in again.get_json()["detail"]) == (409, True)


@pytest.mark.parametrize(
    ("kind", "told", "channel"),
    [("visit", {}, "visit"), ("gift", {}, "call"), ("thanks", {"channel": "mail"}, "mail")],
)
def test_the_timeline_says_how_it_was_done(desk: Desk, kind: str, told: dict[str, Any], channel: str) -> None:
    desk.say(suggestion(desk, kind=kind), **told)
    assert [one.channel for one in timeline(desk)] == [channel]


@pytest.mark.parametrize("outcome", ["declined", "wrong"])
def test_what_is_declined_or_wrong_leaves_no_trace_in_the_timeline(desk: Desk, outcome: str) -> None:
    own = suggestion(desk)
    assert desk.say(own, outcome, note="Moved away").get_json()["channel"] is None
    assert (timeline(desk), desk.ends()) == ([], [outcome])


def test_not_now_hides_a_suggestion_for_a_fortnight(desk: Desk) -> None:
    own = suggestion(desk)
    assert desk.say(own, "not_now").status_code == 201
    assert desk.listed() == []
    own_territory = {"territory_id": desk.sector.territory_id}
    with clock.ahead_by(timedelta(days=13)):
        assert desk.listed(desk.admin_now(), **own_territory) == []
    with clock.ahead_by(timedelta(days=15)):
        assert [one["id"] for one in desk.listed(desk.admin_now(), **own_territory)] == [own]
    assert desk.say(own).status_code == 201


def test_a_retry_is_the_first_answer_also_when_its_key_is_forgotten(desk: Desk) -> None:
    own, told = suggestion(desk), {"outcome": "done", "occurred_at": ago(0.1)}
    path = f"/v1/next-gestures/{own}/outcome"
    key: dict[str, Any] = {"Idempotency-Key": new_id()}
    answers = [desk.post(path, told, **key), desk.post(path, told, **key), desk.post(path, told)]
    assert {one.status_code for one in answers} == {201}
    assert len({one.get_json()["id"] for one in answers}) == 1
    assert len(timeline(desk)) == 1


def test_of_two_phones_the_first_counts_and_the_second_is_told(desk: Desk) -> None:
    own = suggestion(desk)
    assert desk.say(own, "declined", occurred_at=ago(1)).status_code == 201
    assert desk.say(own, "done", occurred_at=ago(2)).status_code == 409
    [kept] = refusals(desk)
    assert (kept["collection"], kept["doc_id"], kept["document"]["outcome"]) == ("next_gesture_outcomes", own, "done")
    assert timeline(desk) == []


def test_what_was_done_offline_before_the_suggestion_ended_counts(desk: Desk) -> None:
    own = suggestion(desk)
    at = clock.now().isoformat()
    desk.publish()
    assert desk.ends() == ["superseded", None]
    assert desk.say(own, occurred_at=at).status_code == 201
    # The same customer's next one has ended too: they were just met.
    assert desk.ends() == ["done", "contact"]
    assert refusals(desk) == []


def test_what_is_done_after_the_end_is_refused_and_can_be_noted_as_a_contact(desk: Desk) -> None:
    own = suggestion(desk)
    with clock.ahead_by(timedelta(days=61)):
        desk.tidy()
    with clock.ahead_by(timedelta(days=62)):
        answer = desk.say(own, headers=desk.admin_now(), occurred_at=clock.now().isoformat())
    assert (answer.status_code, "note a contact" in answer.get_json()["detail"]) == (409, True)
    assert desk.ends() == ["expired"]


def test_a_visit_noted_first_is_the_gesture_when_its_rep_says_so(desk: Desk) -> None:
    own = suggestion(desk)
    call = {"channel": "call", "direction": "outbound", "content": "Called"}
    desk.post(f"/v1/customers/{desk.sector.customer_id}/interactions", call)
    assert desk.ends() == ["contact"]
    assert desk.say(own).status_code == 201
    assert desk.ends() == ["done"]


def test_what_would_still_be_to_come_or_was_before_is_refused(desk: Desk) -> None:
    own = suggestion(desk)
    for hours in (-30, 30):
        assert desk.say(own, occurred_at=ago(hours)).status_code == 409
    assert desk.ends() == [None]


@pytest.mark.parametrize(
    ("told", "pointer"),
    [({"outcome": "loved"}, "/outcome"), ({"outcome": "done", "channel": "pigeon"}, "/channel")],
)
def test_what_cannot_be_read_is_told_with_its_place(desk: Desk, told: dict[str, Any], pointer: str) -> None:
    answer = desk.post(f"/v1/next-gestures/{suggestion(desk)}/outcome", told)
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, pointer)


def test_another_reps_suggestion_is_as_if_there_were_none(desk: Desk) -> None:
    desk.publish(desk.sector.foreign_id)
    [foreign] = desk.listed(desk.sector.admin)
    answers = [desk.say(own) for own in (foreign["id"], new_id())]
    assert {one.status_code for one in answers} == {404}
    with desk.app.app_context():
        assert db.session.scalars(select(outcomes.c.id)).all() == []
