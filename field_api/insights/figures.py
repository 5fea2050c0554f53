"""What became of an insight's gestures: how many were suggested, done and declined, and whether they do good."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from field_api.customers.models import customers
from field_api.insights import comparison, words
from field_api.insights.listings import require_insight
from field_api.insights.models import ENDS, arms, gestures, next_gestures
from field_api.store.engine import AnySession
from field_api.web.identity import Principal


def of_insight(session: AnySession, principal: Principal, insight_id: str, window_days: int) -> dict[str, Any]:
    """The figures of each gesture that an insight has chosen, of the customers in sight. Raises NotFound."""
    insight = require_insight(session, principal, insight_id)
    drawn = _counted(session, principal, _drawn(insight_id), arms.c.customer_id)
    ended = _counted(session, principal, _ended(insight_id), next_gestures.c.customer_id)
    known = select(gestures.c.id, gestures.c.driver, gestures.c.kind, gestures.c.title, gestures.c.hold_out_percent)
    rows = session.execute(known.where(gestures.c.id.in_({*drawn, *ended})).order_by(gestures.c.driver, gestures.c.id))
    return {
        "insight_id": insight["id"],
        "window_days": window_days,
        "confidence_percent": words.CONFIDENCE_PERCENT,
        "gestures": [
            row._asdict()
            | _told(drawn.get(row.id, {}), ended.get(row.id, {}))
            | comparison.compare(session, principal, insight_id, row.id, window_days)
            for row in rows
        ],
    }


def _drawn(insight_id: str) -> Select[Any]:
    query = select(arms.c.gesture_id, arms.c.held_out, func.count()).where(arms.c.insight_id == insight_id)
    return query.group_by(arms.c.gesture_id, arms.c.held_out)


def _ended(insight_id: str) -> Select[Any]:
    own = next_gestures.c
    query = select(own.gesture_id, own.ended_by, func.count()).where(own.insight_id == insight_id)
    return query.group_by(own.gesture_id, own.ended_by)


def _counted(
    session: AnySession, principal: Principal, query: Select[Any], customer_id: ColumnElement[str]
) -> dict[str, dict[Any, int]]:
    """By gesture, how many of each kind."""
    if principal.territory_ids is not None and principal.role != "researcher":
        mine = select(customers.c.id).where(customers.c.territory_id.in_(sorted(principal.territory_ids)))
        query = query.where(customer_id.in_(mine))
    found: dict[str, dict[Any, int]] = {}
    for gesture_id, kind, count in session.execute(query):
        found.setdefault(gesture_id, {})[kind] = count
    return found


def _told(drawn: Mapping[Any, int], ended: Mapping[Any, int]) -> dict[str, Any]:
    return {
        "suggested": sum(ended.values()),
        "open": ended.get(None, 0),
        "ended": {by: ended.get(by, 0) for by in ENDS},
        "drawn_for_it": drawn.get(False, 0),
        "drawn_out_of_it": drawn.get(True, 0),
    }
