"""What must hold of insights and suggestions, whatever was published, withdrawn or said at the same time."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select

from field_api import clock
from field_api.customers.models import customers
from field_api.insights import rules
from field_api.insights.models import arms, drivers, insights, next_gestures, outcomes, scores
from field_api.interactions.models import entries
from field_api.store.checks import Check
from field_api.store.engine import AnySession

MOST_TOLD = 100
# A job forgets scores at the end of their insight, or with the next hour.
FORGOTTEN_WITHIN = timedelta(hours=6)
_own = next_gestures.c
_OPEN = _own.ended_at.is_(None)


def _told(session: AnySession, query: Select[Any], sentence: str) -> Sequence[str]:
    return [sentence.format(*row) for row in session.execute(query.limit(MOST_TOLD))]


def _two_open(session: AnySession) -> Sequence[str]:
    query = select(_own.customer_id, func.count()).where(_OPEN).group_by(_own.customer_id).having(func.count() > 1)
    return _told(session, query, "Customer {} has {} suggestions that are open.")


def _not_carried(session: AnySession) -> Sequence[str]:
    driver = and_(drivers.c.insight_id == _own.insight_id, drivers.c.name == _own.driver)
    query = select(_own.id, _own.driver).outerjoin(drivers, driver)
    wrong = query.where(or_(drivers.c.carried.is_(None), ~drivers.c.carried))
    return _told(session, wrong, "The suggestion {} names {}, which its insight does not carry.")


def _never_published(session: AnySession) -> Sequence[str]:
    query = select(_own.id, insights.c.state).join(insights, insights.c.id == _own.insight_id)
    early = or_(insights.c.published_at.is_(None), _own.suggested_at < insights.c.published_at)
    late = insights.c.ended_at < _own.suggested_at
    return _told(session, query.where(or_(early, late)), "The suggestion {} was made by an insight that is {}.")


def _held_out(session: AnySession) -> Sequence[str]:
    side = and_(arms.c.insight_id == _own.insight_id, arms.c.customer_id == _own.customer_id)
    query = select(_own.id, _own.customer_id).outerjoin(arms, side)
    wrong = query.where(or_(arms.c.held_out.is_(None), arms.c.held_out))
    return _told(session, wrong, "The suggestion {} is for customer {}, who is held out or was never drawn.")


def _astray(session: AnySession) -> Sequence[str]:
    query = select(_own.id, _own.territory_id).join(customers, customers.c.id == _own.customer_id)
    lying = or_(_own.territory_id != customers.c.territory_id, and_(_OPEN, customers.c.retired_at.is_not(None)))
    return _told(session, query.where(lying), "The suggestion {} lies in {}, and its customer does not.")


def _unlike_outcomes(session: AnySession) -> Sequence[str]:
    last = and_(outcomes.c.next_gesture_id == _own.id, outcomes.c.outcome != "not_now")
    said = or_(_own.ended_by.in_(("done", "declined", "wrong")), outcomes.c.outcome.is_not(None))
    query = select(_own.id, _own.ended_by, outcomes.c.outcome).outerjoin(outcomes, last).where(said)
    wrong = or_(_own.ended_by.is_(None), outcomes.c.outcome.is_(None), _own.ended_by != outcomes.c.outcome)
    return _told(session, query.where(wrong), "The suggestion {} ended by {}; its last word is {}.")


def _done_and_not_told(session: AnySession) -> Sequence[str]:
    entry = and_(entries.c.about_kind == "gesture", entries.c.about_id == outcomes.c.next_gesture_id)
    missing = select(outcomes.c.id).where(outcomes.c.outcome == "done", ~exists().where(entry))
    return _told(session, missing, "The outcome {} was done, and the timeline knows nothing of it.")


def _published_twice(session: AnySession) -> Sequence[str]:
    query = select(insights.c.target, func.count()).where(insights.c.state == "published")
    twice = query.group_by(insights.c.target).having(func.count() > 1)
    return _told(session, twice, "Of the target {}, {} insights are published.")


def _carried_without_reason(session: AnySession) -> Sequence[str]:
    rows = session.execute(select(drivers).where(drivers.c.carried)).all()
    wrong = [row for row in rows if not rules.is_carried(row._asdict())]
    told = [f"The driver {row.name} of {row.insight_id} counts as carried, and is not." for row in wrong]
    return told[:MOST_TOLD]


def _scores_kept_too_long(session: AnySession) -> Sequence[str]:
    query = select(scores.c.insight_id, func.count()).join(insights, insights.c.id == scores.c.insight_id)
    late = insights.c.ended_at < clock.now() - FORGOTTEN_WITHIN
    return _told(
        session, query.where(late).group_by(scores.c.insight_id), "The insight {} has ended; {} scores are kept."
    )


CHECKS = (
    Check("insights: of each target one is published", _published_twice),
    Check("insights: what counts as carried is carried", _carried_without_reason),
    Check("insights: scores go with their insight", _scores_kept_too_long),
    Check("insights: one suggestion is open for a customer", _two_open),
    Check("insights: suggestions are made by published insights alone", _never_published),
    Check("insights: suggestions have a driver that the data carry", _not_carried),
    Check("insights: who is held out is suggested nothing", _held_out),
    Check("insights: suggestions lie where their customers lie", _astray),
    Check("insights: a suggestion ends by its last word", _unlike_outcomes),
    Check("insights: what was done stands in the timeline", _done_and_not_told),
)
