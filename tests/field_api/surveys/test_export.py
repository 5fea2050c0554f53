"""Research reads answers under pseudonyms; nothing in them names a person, a day or a place."""

import re
from typing import Any

from field_api.store.audit import AuditEntry
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.surveys.export import FEWEST
from field_api.surveys.models import sheets
from field_api.surveys.respondents import pseudonym_of
from tests.field_api.shops.stall import sale
from tests.field_api.surveys.conftest import Poll

FIELDS = {
    "respondent", "wave", "answered_on", "weight", "channel", "role", "tier", "segment", "territory", "years_known",
    "turnover_minor", "currency", "answers",
}  # fmt: skip


def answered(poll: Poll, many: int) -> list[str]:
    """Some customers who have answered."""
    people = [poll.customer(consent=False, address=False) for _ in range(many)]
    for one in people:
        poll.answer(poll.link(one), recognition1=5)
    return people


def export(poll: Poll, **asked: object) -> dict[str, Any]:
    answer = poll.sector.get(f"/v1/surveys/{poll.survey_id}/answers", poll.researcher, **asked)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def test_an_answer_is_told_under_its_pseudonym_and_leads_to_nobody(poll: Poll) -> None:
    (customer,) = answered(poll, 1)
    told = export(poll)
    (one,) = told["items"]
    assert told["next"] is None
    assert set(one) == FIELDS
    with poll.app.app_context():
        assert one["respondent"] == pseudonym_of(poll.survey_id, customer)
    assert re.fullmatch(r"\d{4}-\d\d", one["answered_on"])
    assert (one["weight"], one["channel"], one["role"], one["currency"]) == (1.0, "visit", "client", "EUR")
    assert one["answers"] == {"recognition1": 5, "recognition2": 4, "recognition3": 4, "trust1": 4, "loyalty1": 4}
    assert customer not in str(told)


def test_what_few_share_is_told_of_none_of_them(poll: Poll) -> None:
    answered(poll, FEWEST - 1)
    assert {one["territory"] for one in export(poll)["items"]} == {None}
    answered(poll, 1)
    assert {one["territory"] for one in export(poll)["items"]} == {"Ours"}
    with poll.app.app_context(), writing(db.session):
        rare = db.session.scalars(sheets.select().with_only_columns(sheets.c.id)).first()
        db.session.execute(sheets.update().values(tier="gold", segment="loyal"))
        db.session.execute(sheets.update().where(sheets.c.id == rare).values(tier="platinum"))
    told = export(poll)["items"]
    assert {one["tier"] for one in told} == {None}
    assert {one["segment"] for one in told} == {"loyal"}


def test_pages_follow_each_other_without_a_gap_and_begin_with_a_line_of_the_trail(poll: Poll) -> None:
    answered(poll, 5)
    path, found, pages = f"/v1/surveys/{poll.survey_id}/answers?limit=2", [], 0
    while path:
        answer = poll.sector.get(path, poll.researcher)
        found += [one["respondent"] for one in answer.get_json()["items"]]
        link, pages = answer.headers.get("Link", ""), pages + 1
        assert bool(link) == (answer.get_json()["next"] is not None)
        path = link.partition(">")[0].removeprefix("<")
    assert (len(found), len(set(found)), pages) == (5, 5, 3)
    assert found == sorted(found)
    with poll.app.app_context():
        assert db.session.query(AuditEntry).filter_by(action="survey.export").count() == 1


def test_a_wave_is_asked_for_alone(poll: Poll) -> None:
    answered(poll, 2)
    (wave,) = {one["wave"] for one in export(poll)["items"]}
    assert len(export(poll, wave=wave)["items"]) == 2
    assert export(poll, wave="2001-W01")["items"] == []


def test_only_sheets_that_were_sent_to_the_end_are_told(poll: Poll) -> None:
    poll.send(f"{poll.link()}1", recognition1=3)
    assert export(poll)["items"] == []


def test_what_was_spent_is_told_to_two_figures(poll: Poll) -> None:
    sold = sale() | {"customer_id": poll.sector.customer_id}
    bought = poll.sector.post("/v1/purchases", sold)
    assert bought.status_code == 201, bought.text
    poll.answer(poll.link())
    (one,) = export(poll)["items"]
    amount = bought.get_json()["amount_minor"]
    assert abs(one["turnover_minor"] - amount) <= amount * 0.05
    assert len(str(one["turnover_minor"]).rstrip("0")) <= 2


def test_reps_and_managers_read_no_answers(poll: Poll) -> None:
    path = f"/v1/surveys/{poll.survey_id}/answers"
    assert poll.sector.get(path).status_code == 403
    assert poll.sector.get(path, poll.sector.admin).status_code == 200
    assert poll.sector.get(path, poll.researcher, cursor="bm9uc2Vuc2U").status_code == 422
    assert poll.sector.get(path, poll.researcher, limit=5_001).status_code == 422
