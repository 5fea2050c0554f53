"""Makers for the tests of insights: answers to a survey, what research says of them, gestures; all of them commit."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from field_api import clock
from field_api.consents import actions as consents
from field_api.customers import actions as customer_actions
from field_api.insights import catalogue, drafting, jobs, steps
from field_api.insights.schemas import InsightScoresSchema, NewInsightSchema
from field_api.insights.schemas_gestures import NewGestureSchema
from field_api.interactions import actions
from field_api.shops.models import purchases
from field_api.store.columns import new_id
from field_api.store.engine import AnySession, writing
from field_api.surveys.models import sheets
from field_api.surveys.respondents import pseudonym_of, remember
from field_api.web.identity import THE_SYSTEM
from field_api.web.openapi import load
from tests.field_api.surveys.questions import WAVE

SHA = "0123456789abcdef" * 4
# What the drivers of an insight are like that a test does not say otherwise of.
CARRIED = {"effect": 0.41, "low": 0.30, "high": 0.52, "class_low": 0.28, "class_high": 0.53, "open": False}
PULLS = {"recognition": -0.42, "trust": -0.10}


def make_answers(session: AnySession, survey_id: str, customer_ids: Sequence[str]) -> None:
    """A sheet of each, answered this month."""
    fixed = {"survey_id": survey_id, "wave": WAVE, "channel": "visit", "answers": {}, "counts": True}
    fixed |= {"answered_month": clock.today().replace(day=1), "role": "client", "years_known": 1}
    with writing(session):
        named = {one: remember(session, survey_id, one) for one in customer_ids}
        rows = [fixed | {"id": new_id(), "pseudonym": named[one]} for one in customer_ids]
        session.execute(insert(sheets), rows)


def driver_like(name: str = "recognition", rank: int | None = 1, **change: Any) -> dict[str, Any]:
    """The JSON of a driver that the data carry."""
    label = {"en": f"Being {name}", "fr": f"Être {name}"}
    return CARRIED | {"name": name, "label": label, "rank": rank} | change


def insight_like(survey_id: str, respondents: int = 1, **change: Any) -> dict[str, Any]:
    """The JSON of an insight with two drivers, of which one is carried."""
    made = {"report_sha256": SHA, "codebook_sha256": SHA, "fitted_at": clock.now().isoformat()}
    told = {
        "id": new_id(),
        "survey_id": survey_id,
        "title": {"en": "Why they stay", "fr": "Pourquoi ils restent"},
        "target": "loyalty",
        "made": made | {"respondents": respondents, "software": "furet-research 1.0"},
        "drivers": [driver_like(), driver_like("trust", 2, low=-0.05)],
        "warnings": [{"code": "logit_better", "sentence": "A plain model foretells as well."}],
    }
    return told | change


def score_like(survey_id: str, customer_id: str, at_risk: float = 0.4, **pulls: float) -> dict[str, Any]:
    """The JSON of what is foretold of a customer."""
    reasons = [{"driver": name, "pull": pull} for name, pull in (pulls or PULLS).items()]
    told = {"respondent": pseudonym_of(survey_id, customer_id), "expected": 3.2, "at_risk": at_risk}
    return told | {"reasons": reasons}


def make_insight(
    session: AnySession,
    survey_id: str,
    scored: Sequence[Mapping[str, Any]] = (),
    state: str = "published",
    **change: Any,
) -> str:
    """An insight in that state, with these scores; nothing is suggested yet."""
    with writing(session):
        told = load(NewInsightSchema, insight_like(survey_id, **change))
        own: str = drafting.create_insight(session, THE_SYSTEM, told)[0]["id"]
        if scored:
            items = load(InsightScoresSchema, {"items": list(scored)})["items"]
            drafting.put_scores(session, THE_SYSTEM, own, items)
        if state != "draft":
            steps.submit(session, THE_SYSTEM, steps.hold_insight(session, own))
        if state == "published":
            steps.publish(session, THE_SYSTEM, steps.hold_with_rivals(session, own))
    return own


def withdraw(session: AnySession, insight_id: str) -> None:
    """Withdraw an insight."""
    with writing(session):
        steps.withdraw(session, THE_SYSTEM, steps.hold_with_rivals(session, insight_id))


def gesture_like(**change: Any) -> dict[str, Any]:
    """The JSON of a live gesture of which nobody is held out."""
    told = {
        "driver": "recognition",
        "kind": "call",
        "state": "live",
        "title": {"en": "Call by name", "fr": "Appeler par son nom"},
        "how": {"en": "Say what you remember.", "fr": "Dire ce dont on se souvient."},
        "hold_out_percent": 0,
    }
    return told | change


def make_gesture(session: AnySession, **change: Any) -> str:
    """A gesture."""
    with writing(session):
        made = catalogue.create_gesture(session, THE_SYSTEM, load(NewGestureSchema, gesture_like(**change)))
    return str(made["id"])


def buy(
    session: AnySession, customer_ids: Sequence[str], amount: int = 10_000, at: datetime | None = None, **change: Any
) -> None:
    """A purchase of each, last week unless told, without a word in the timeline."""
    moment = at or clock.now() - timedelta(days=7)
    row: dict[str, Any] = {
        "shop_id": None,
        "channel": "web",
        "currency": "EUR",
        "amount_minor": amount,
        "refunded_minor": 0,
    }
    row |= {"occurred_at": moment, "recorded_at": moment, "recorded_by_kind": "system", "recorded_by_id": None}
    rows = [row | {"id": new_id(), "customer_id": one} | change for one in customer_ids]
    with writing(session):
        session.execute(insert(purchases), rows)


def run(session: AnySession) -> None:
    """What the worker does after a publication, and every day."""
    with writing(session):
        jobs.suggest(session, {})


def tidy(session: AnySession) -> None:
    """What it does every hour."""
    with writing(session):
        jobs.end(session, {})


def append(session: AnySession, customer_id: str, told: dict[str, Any]) -> None:
    """An entry of the timeline by another feature, of which nobody hears."""
    with writing(session):
        actions.append(session, THE_SYSTEM, customer_id, {"occurred_at": clock.now()} | told)


def refuse(session: AnySession, customer_id: str) -> None:
    """The customer refuses to be profiled; within a transaction of the caller's."""
    told = {"purpose": "profiling", "channel": "any", "granted": False, "language": "fr", "source": "visit"}
    consents.record(session, THE_SYSTEM, customer_id, told | {"wording": "May we?"})


def move(session: AnySession, customer_id: str, territory_id: str) -> None:
    """The customer moves; within a transaction of the caller's."""
    customer = customer_actions.hold(session, THE_SYSTEM, customer_id)
    before = {name: getattr(customer, name) for name in customer_actions.CHANGEABLE}
    customer_actions.change_customer(session, THE_SYSTEM, customer, before | {"territory_id": territory_id})
