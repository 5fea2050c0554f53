"""What must hold of surveys is found when it does not."""

from collections.abc import Iterator

import pytest
from flask import Flask

from field_api.app import CHECKS
from field_api.store.base import db
from field_api.store.engine import AnySession, writing
from field_api.surveys.respondents import forget
from tests.field_api.sector import Sector
from tests.field_api.surveys.conftest import Poll
from tests.field_api.surveys.questions import make_survey

OF_CODEBOOK = "surveys: every answer is a state of its item"
OF_WORDING = "surveys: what was published is worded as it was"
OF_PSEUDONYMS = "surveys: every pseudonym leads to whose it is"
OF_INVITATIONS = "surveys: no answer is outside of an invitation"
OF_STEPS = "surveys: invitations and sheets tell the same"
OF_COUNTING = "surveys: of each person's answers in a wave one counts"


@pytest.fixture
def session(app: Flask, sector: Sector) -> Iterator[AnySession]:
    """A survey that the sector's customer has answered, and the other one has begun."""
    with app.app_context():
        poll = Poll(app, sector, {}, make_survey(db.session))
        poll.answer(poll.link())
        begun = poll.hand_over(sector.foreign_id, sector.admin).get_json()["url"].removeprefix("http://127.0.0.1:8000")
        poll.send(f"{begun}1", recognition1=2)
        assert broken(db.session) == set()
        yield db.session


def broken(session: AnySession) -> set[str]:
    session.rollback()
    return {one.name for one in CHECKS if one.name.startswith("surveys") and one.find(session)}


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ("UPDATE survey_sheets SET answers = '{\"recognition1\": 9}'", {OF_CODEBOOK}),
        ("UPDATE survey_sheets SET answers = '{\"nothing\": 1}'", {OF_CODEBOOK}),
        ("UPDATE surveys SET words = '{\"scales\": []}'", {OF_WORDING}),
        ("UPDATE survey_respondents SET pseudonym = 'A'", {OF_PSEUDONYMS, OF_INVITATIONS}),
        ("DELETE FROM survey_respondents", {OF_INVITATIONS}),
        ("UPDATE survey_sheets SET invitation_id = NULL", {OF_INVITATIONS, OF_STEPS}),
        ("UPDATE survey_invitations SET answered_at = NULL", {OF_STEPS}),
        ("UPDATE survey_invitations SET wave = '2001-W01'", {OF_STEPS}),
        ("UPDATE survey_sheets SET counts = FALSE", {OF_COUNTING}),
    ],
)
def test_what_does_not_hold_is_found(session: AnySession, planted: str, found: set[str]) -> None:
    with writing(session):
        session.execute(db.text(planted))
    assert broken(session) == found


def test_everything_holds_when_somebody_was_forgotten(session: AnySession, sector: Sector) -> None:
    for customer in (sector.customer_id, sector.foreign_id):
        with writing(session):
            forget(session, customer)
    assert broken(session) == set()
