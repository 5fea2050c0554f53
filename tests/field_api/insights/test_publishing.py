"""An insight is sent as a draft, scored, handed in, published in place of the one before, and withdrawn."""

from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from field_api import clock
from field_api.insights.models import LONGEST_NAME, MOST_REASONS, insights, scores
from field_api.store.audit import AuditEntry
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.jobs import Job
from field_api.surveys.respondents import pseudonym_of
from field_api.web.bodies import MOST_BYTES
from tests.field_api.insights import findings
from tests.field_api.insights.conftest import Desk
from tests.field_api.people import as_user, make_user


def send(desk: Desk, **change: Any) -> Any:
    return desk.post("/v1/insights", findings.insight_like(desk.survey_id, **change), desk.researcher)


def step(desk: Desk, own: str, name: str, headers: dict[str, str] | None = None, **more: Any) -> Any:
    return desk.post(f"/v1/insights/{own}/{name}", headers=headers or desk.sector.admin, **more)


def score(desk: Desk, own: str, *items: dict[str, Any]) -> Any:
    with desk.app.app_context():
        told = items or (findings.score_like(desk.survey_id, desk.sector.customer_id),)
    return desk.sector.client.put(f"/v1/insights/{own}/scores", headers=desk.researcher, json={"items": list(told)})


def state(desk: Desk, own: str) -> str:
    return str(desk.sector.get(f"/v1/insights/{own}", desk.sector.admin).get_json()["state"])


def test_the_whole_way_from_a_draft_to_a_suggestion_that_ends(desk: Desk) -> None:
    own = send(desk).get_json()["id"]
    assert score(desk, own).get_json() == {"stored": 1, "unknown": 0}
    assert desk.sector.get(f"/v1/insights/{own}").status_code == 404
    assert step(desk, own, "publish").status_code == 409
    assert step(desk, own, "submit", desk.researcher).get_json()["state"] == "submitted"
    published = step(desk, own, "publish")
    assert (published.status_code, published.get_json()["progress"]["finished_at"]) == (200, None)
    desk.run()
    assert desk.sector.get(f"/v1/insights/{own}").get_json()["progress"]["suggested"] == 1
    assert len(desk.listed()) == 1
    assert step(desk, own, "withdraw").status_code == 200
    # At once, though the job has not been round.
    assert desk.ends() == [None]
    assert desk.listed() == []
    view = desk.sector.get(f"/v1/customers/{desk.sector.customer_id}/360").get_json()
    assert view["sections"]["insights"] == {"next_gesture": None}
    desk.tidy()
    assert desk.ends() == ["withdrawn"]
    with desk.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(scores)) == 0
        done = set(db.session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == own)))
    assert done == {f"insight.{verb}" for verb in ("create", "score", "submit", "publish", "suggest", "withdraw")}


def test_what_is_carried_is_decided_here_and_the_rest_is_shown_as_not_known(desk: Desk) -> None:
    own = send(desk).get_json()["id"]
    told = desk.sector.get(f"/v1/insights/{own}", desk.researcher).get_json()
    assert [(one["name"], one["carried"]) for one in told["drivers"]] == [("recognition", True), ("trust", False)]
    assert told["drivers"][1]["finding"]["en"].startswith("Not known")
    assert told["target_label"] == {"en": "loyalty", "fr": "loyalty"}


def test_the_same_insight_sent_again_is_the_same_answer_and_another_under_its_id_is_refused(desk: Desk) -> None:
    told = findings.insight_like(desk.survey_id)
    answers = [desk.post("/v1/insights", told, desk.researcher) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 200]
    assert answers[0].get_json() == answers[1].get_json()
    step(desk, told["id"], "submit", desk.researcher)
    assert desk.post("/v1/insights", told, desk.researcher).get_json()["state"] == "submitted"
    other = told | {"drivers": [findings.driver_like(high=0.6)]}
    assert desk.post("/v1/insights", other, desk.researcher).status_code == 409


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"target": "happiness"}, "/target"),
        ({"drivers": [findings.driver_like("taste")]}, "/drivers/0/name"),
        ({"drivers": [findings.driver_like(low=9)]}, "/drivers/0/low"),
        ({"drivers": [findings.driver_like(low="0.3")]}, "/drivers/0/low"),
        ({"drivers": [findings.driver_like(high=1e300)]}, "/drivers/0/high"),
        ({"drivers": [findings.driver_like(open="no")]}, "/drivers/0/open"),
        ({"respondents": 3}, "/made/respondents"),
        ({"respondents": 0}, "/made/respondents"),
        ({"title": {"en": "Only English"}}, "/title/fr"),
        ({"weather": "fine"}, "/weather"),
    ],
)
def test_what_the_survey_does_not_carry_is_refused_with_its_place(
    desk: Desk, change: dict[str, Any], pointer: str
) -> None:
    answer = send(desk, **change)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.get_json()["errors"]] == [pointer]


def test_numbers_that_are_none_are_no_json(desk: Desk) -> None:
    headers = desk.researcher | {"Content-Type": "application/json", "Idempotency-Key": new_id()}
    body = '{"id": "x", "drivers": [{"low": NaN, "high": Infinity}]}'
    assert desk.sector.client.post("/v1/insights", data=body, headers=headers).status_code == 400


@pytest.mark.parametrize("days", [-60, 2])
def test_a_report_from_before_the_first_answer_or_from_tomorrow_is_refused(desk: Desk, days: int) -> None:
    told = findings.insight_like(desk.survey_id)
    told["made"]["fitted_at"] = (clock.now() + timedelta(days=days)).isoformat()
    answer = desk.post("/v1/insights", told, desk.researcher)
    assert [one["pointer"] for one in answer.get_json()["errors"]] == ["/made/fitted_at"]


def test_scores_are_replaced_counted_and_closed_with_the_draft(desk: Desk) -> None:
    own = send(desk).get_json()["id"]
    with desk.app.app_context():
        first, second = (findings.score_like(desk.survey_id, desk.sector.customer_id, risk) for risk in (0.2, 0.7))
        unknown = first | {"respondent": pseudonym_of(desk.survey_id, new_id())}
    assert score(desk, own, first, unknown).get_json() == {"stored": 1, "unknown": 1}
    assert score(desk, own, second).get_json() == {"stored": 1, "unknown": 0}
    with desk.app.app_context():
        assert db.session.scalars(select(scores.c.at_risk)).all() == [0.7]
    step(desk, own, "submit", desk.researcher)
    assert score(desk, own, first).status_code == 409


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"at_risk": 1.2}, "/items/0/at_risk"),
        ({"respondent": "somebody"}, "/items/0/respondent"),
        ({"reasons": [{"driver": "taste", "pull": -1}]}, "/items/0/reasons/0/driver"),
        ({"reasons": [{"driver": "trust", "pull": -1}] * 4}, "/items/0/reasons"),
    ],
)
def test_a_score_that_cannot_be_is_refused_with_its_place(desk: Desk, change: dict[str, Any], pointer: str) -> None:
    own = send(desk).get_json()["id"]
    with desk.app.app_context():
        told = findings.score_like(desk.survey_id, desk.sector.customer_id) | change
    assert [one["pointer"] for one in score(desk, own, told).get_json()["errors"]] == [pointer]
    if "respondent" not in change:
        twice = told | {"reasons": [], "at_risk": 0.5}
        assert [one["pointer"] for one in score(desk, own, twice, twice).get_json()["errors"]] == [
            "/items/1/respondent"
        ]


def test_two_thousand_of_the_longest_scores_fit_into_a_body() -> None:
    reasons = [{"driver": "d" * LONGEST_NAME, "pull": -0.1234}] * MOST_REASONS
    one = {"respondent": "A" * 26, "expected": 3.1234, "at_risk": 0.123456, "reasons": reasons}
    assert len(orjson.dumps({"items": [one] * 2_000})) < MOST_BYTES


def test_a_second_publication_of_a_target_replaces_the_first_and_suggests_anew(desk: Desk) -> None:
    first = desk.publish()
    second = desk.publish()
    assert (state(desk, first), state(desk, second)) == ("superseded", "published")
    assert desk.ends() == ["superseded", None]
    [one] = desk.listed()
    assert one["insight_id"] == second
    other = desk.publish(target="trust", drivers=[findings.driver_like()])
    assert (state(desk, second), state(desk, other)) == ("published", "published")
    assert desk.ends() == ["superseded", None]


def test_a_step_wants_the_version_that_was_read(desk: Desk) -> None:
    own = send(desk).get_json()["id"]
    submitted = step(desk, own, "submit", desk.researcher)
    read = desk.sector.get(f"/v1/insights/{own}", desk.sector.admin | {"If-None-Match": submitted.headers["ETag"]})
    assert (read.status_code, read.headers["ETag"]) == (200, submitted.headers["ETag"])
    held: dict[str, Any] = {"If-Match": submitted.headers["ETag"]}
    stale = step(desk, own, "publish", **held | {"If-Match": '"0-1"'})
    assert (stale.status_code, stale.headers["ETag"]) == (412, submitted.headers["ETag"])
    assert step(desk, own, "publish", **held).status_code == 200


def test_an_admin_turns_a_submitted_insight_down_and_nothing_follows(desk: Desk) -> None:
    own = send(desk).get_json()["id"]
    step(desk, own, "submit", desk.researcher)
    assert step(desk, own, "withdraw").get_json()["state"] == "withdrawn"
    assert [step(desk, own, name).status_code for name in ("publish", "withdraw")] == [409, 409]
    with desk.app.app_context():
        kinds = db.session.scalars(select(Job.kind).where(Job.kind.like("insights.%"))).all()
        assert kinds == ["insights.end"]


def test_reps_see_what_was_published_and_nothing_before(desk: Desk) -> None:
    own, draft = desk.publish(), send(desk, target="trust", drivers=[]).get_json()["id"]

    def seen(headers: dict[str, str]) -> set[str]:
        return {one["id"] for one in desk.sector.get("/v1/insights", headers).get_json()["items"]}

    assert (seen(desk.sector.rep), seen(desk.researcher)) == ({own}, {own, draft})
    with desk.app.app_context():
        narrow = as_user(db.session, make_user(db.session, "researcher"), "surveys:read")
    assert desk.sector.get("/v1/insights", narrow).status_code == 403


def test_one_published_insight_a_target_is_the_law_of_the_table_too(desk: Desk) -> None:
    desk.publish()
    with desk.app.app_context():
        assert db.session.scalar(select(func.count()).where(insights.c.state == "published")) == 1
