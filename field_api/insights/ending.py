"""How suggestions end by themselves: their time is over, their insight or gesture has ended, or the customer was met.

Each is ended by one conditional UPDATE, so whoever comes second ends nothing, and phones are told where it lay.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, select, update

from field_api import clock
from field_api.insights.gathering import is_contact
from field_api.insights.models import gestures, insights, next_gestures, scores
from field_api.interactions.models import entries
from field_api.store import audit
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.sync.collections import in_territory

AT_ONCE = 500
SCORES_AT_ONCE = 5_000

is_open = next_gestures.c.ended_at.is_(None)


def end(session: AnySession, by: str, *which: ColumnElement[bool]) -> int:
    """End those open suggestions; how many there were."""
    ended = update(next_gestures).where(is_open, *which).values(ended_at=clock.now(), ended_by=by)
    rows = session.execute(ended.returning(next_gestures.c.id, next_gestures.c.territory_id)).all()
    for row in rows:
        audit.record(session, audit.SYSTEM, "next_gesture.end", row.id, after={"ended_by": by})
        feed.touch(session, "next_gestures", row.id, in_territory(row.territory_id))
    return len(rows)


def end_some(session: AnySession) -> bool:
    """End the next few that are over by now, or forget some scores that nothing needs; False when nothing is left."""
    for by, due in _due():
        ids = _held(session, due)
        if ids:
            end(session, by, next_gestures.c.id.in_(ids))
            return True
    return _forget_scores(session)


def _due() -> Iterator[tuple[str, Select[Any]]]:
    """For each reason, the open suggestions that end by it."""
    own, moment = next_gestures.c, clock.now()
    found = select(own.id).where(is_open)
    for state in ("withdrawn", "superseded"):
        ended = select(insights.c.id).where(insights.c.state == state)
        yield state, found.where(own.insight_id.in_(ended))
    yield "gesture_ended", found.where(own.gesture_id.in_(select(gestures.c.id).where(gestures.c.state == "ended")))
    yield "expired", found.where(own.expires_at <= moment)
    # What the timeline got by other ways than `hearing.py` hears of, such as the outcome of an appointment.
    since = entries.c.occurred_at > own.suggested_at
    met = select(entries.c.id).where(entries.c.customer_id == own.customer_id, since, is_contact).exists()
    counted = select(gestures.c.id).where(gestures.c.quiet_days > 0)
    yield "contact", found.where(own.gesture_id.in_(counted), met)


def _held(session: AnySession, due: Select[Any]) -> Sequence[str]:
    """Some of them, held; those that somebody else has in hand come next time."""
    query = due.order_by(next_gestures.c.id).limit(AT_ONCE).with_for_update(of=next_gestures, skip_locked=True)
    return session.scalars(query).all()


def _forget_scores(session: AnySession) -> bool:
    """Forget what was foretold of some customers by insights that have ended; whether there was any."""
    over = select(insights.c.id).where(insights.c.state.in_(("withdrawn", "superseded")))
    first = session.execute(select(scores.c.insight_id).where(scores.c.insight_id.in_(over)).limit(1)).scalar()
    if first is None:
        return False
    mine = scores.c.insight_id == first
    ids = select(scores.c.customer_id).where(mine).order_by(scores.c.customer_id).limit(SCORES_AT_ONCE)
    session.execute(delete(scores).where(mine, scores.c.customer_id.in_(ids)))
    return True
