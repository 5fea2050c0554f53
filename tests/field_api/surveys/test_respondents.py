"""Who stands behind a pseudonym, and how that is forgotten."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from field_api import clock
from field_api.app import CHECKS
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import AnySession, writing
from field_api.surveys.models import Survey, SurveyInvitation, SurveySheet, sheets
from field_api.surveys.respondents import customers_of, forget, pseudonym_of, remember
from tests.field_api.sector import Sector


@pytest.fixture
def session(app: Flask) -> Iterator[AnySession]:
    with app.app_context():
        yield db.session


@pytest.fixture
def survey_id(session: AnySession) -> str:
    return make_survey(session)


def make_survey(session: AnySession) -> str:
    own, words = new_id(), {"en": "Why do you stay?", "fr": "Pourquoi restez-vous ?"}
    made: dict[str, Any] = {
        "state": "draft",
        "frozen_sha256": None,
        "starts_at": clock.now(),
        "ends_at": None,
        "quiet_days": 90,
    }
    with writing(session):
        session.add(Survey(id=own, title=words, words={}, codebook={"item": []}, **made))
    return own


def answer(session: AnySession, survey_id: str, customer_id: str) -> str:
    """A sheet that the customer has sent to the end; gives its id."""
    moment, invitation, sheet = clock.now(), new_id(), new_id()
    with writing(session):
        session.add(
            SurveyInvitation(
                id=invitation,
                survey_id=survey_id,
                wave="2026-W47",
                customer_id=customer_id,
                channel="visit",
                language="fr",
                invited_at=moment,
                expires_at=moment + timedelta(days=30),
                mailed_at=None,
                reminded_at=None,
                opened_at=moment,
                started_at=moment,
                answered_at=moment,
                invited_by_kind="system",
                invited_by_id=None,
            )
        )
        session.flush()
        session.add(
            SurveySheet(
                id=sheet,
                survey_id=survey_id,
                wave="2026-W47",
                invitation_id=invitation,
                pseudonym=remember(session, survey_id, customer_id),
                channel="visit",
                answers={"recognition1": 4},
                counts=True,
                answered_month=moment.date().replace(day=1),
                role="client",
            )
        )
    return sheet


def test_a_pseudonym_leads_back_to_whom_it_stands_for(session: AnySession, sector: Sector, survey_id: str) -> None:
    answer(session, survey_id, sector.customer_id)
    own = pseudonym_of(survey_id, sector.customer_id)
    assert re.fullmatch("[A-Z2-7]{26}", own)
    assert customers_of(session, survey_id, [own, own, "A" * 26]) == {own: sector.customer_id}


def test_in_another_survey_one_has_another_pseudonym(session: AnySession, sector: Sector, survey_id: str) -> None:
    other = make_survey(session)
    answer(session, survey_id, sector.customer_id)
    assert pseudonym_of(survey_id, sector.customer_id) != pseudonym_of(other, sector.customer_id)
    assert customers_of(session, other, [pseudonym_of(survey_id, sector.customer_id)]) == {}


def test_pseudonyms_are_looked_up_in_batches(session: AnySession, sector: Sector, survey_id: str) -> None:
    answer(session, survey_id, sector.customer_id)
    own = pseudonym_of(survey_id, sector.customer_id)
    unknown = (f"{number:026}" for number in range(12_000))
    assert customers_of(session, survey_id, [*unknown, own]) == {own: sector.customer_id}


def test_who_is_forgotten_leaves_answers_that_lead_to_nobody(
    session: AnySession, sector: Sector, survey_id: str
) -> None:
    sheet = answer(session, survey_id, sector.customer_id)
    other = answer(session, survey_id, sector.foreign_id)
    own = pseudonym_of(survey_id, sector.customer_id)
    with writing(session):
        forget(session, sector.customer_id)
    kept = {row.id: row for row in session.execute(sheets.select())}
    assert customers_of(session, survey_id, [own]) == {}
    assert kept[sheet].invitation_id is None
    assert kept[sheet].pseudonym != own
    assert kept[sheet].answers == {"recognition1": 4}
    assert kept[other].invitation_id is not None


def test_a_pseudonym_that_leads_to_somebody_else_is_found(session: AnySession, sector: Sector, survey_id: str) -> None:
    answer(session, survey_id, sector.customer_id)
    check = next(one for one in CHECKS if one.name == "surveys: every pseudonym leads to whose it is")
    assert check.find(session) == []
    with writing(session):
        session.execute(db.text("UPDATE survey_respondents SET customer_id = :other"), {"other": sector.foreign_id})
    assert len(check.find(session)) == 1
