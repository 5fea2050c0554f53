"""Use cases of an insight's life: hand it in, publish it in place of the one before, withdraw it."""

from typing import Any

from sqlalchemy import insert, select

from field_api import clock
from field_api.errors import NotFound
from field_api.insights import rules
from field_api.insights.listings import require_insight
from field_api.insights.models import Insight, insights, walks
from field_api.store import audit
from field_api.store.engine import AnySession
from field_api.store.jobs import enqueue
from field_api.web.identity import Principal

# What jobs.py does after a step.
SUGGEST, END = "insights.suggest", "insights.end"


def hold_insight(session: AnySession, insight_id: str) -> Insight:
    """The insight, held until the transaction ends: neither is it scored nor does it take a step meanwhile.

    Raises NotFound.
    """
    held = select(Insight).where(insights.c.id == insight_id).with_for_update(key_share=True)
    insight = session.scalars(held.execution_options(populate_existing=True)).first()
    if insight is None:
        raise NotFound(f"There is no insight {insight_id}.")
    return insight


def hold_with_rivals(session: AnySession, insight_id: str) -> Insight:
    """The same, with all others of its target, in one order: of two published at once one replaces the other."""
    target = session.execute(select(insights.c.target).where(insights.c.id == insight_id)).scalar()
    of_target = select(insights.c.id).where(insights.c.target == target).order_by(insights.c.id)
    session.execute(of_target.with_for_update(key_share=True)).all()
    return hold_insight(session, insight_id)


def submit(session: AnySession, principal: Principal, insight: Insight) -> dict[str, Any]:
    """Hand a held draft in; from now on nothing of it changes. Raises Clash for one that is no draft."""
    insight.submitted_at = clock.now()
    return _step(session, principal, insight, "submitted")


def publish(session: AnySession, principal: Principal, insight: Insight) -> dict[str, Any]:
    """Let an insight, held with its rivals, speak to reps; the one published before for its target speaks no more.

    A job then suggests gestures. Raises Clash for one that was not handed in.
    """
    rules.next_state(insight.state, "published")
    standing = select(Insight).where(insights.c.target == insight.target, insights.c.state == "published")
    for earlier in session.scalars(standing.execution_options(populate_existing=True)).all():
        _end(session, principal, earlier, "superseded")
    insight.published_at = clock.now()
    begun = {"round": 1, "begun_at": insight.published_at, "looked_at": 0, "suggested": 0, "held_out": 0}
    session.execute(insert(walks), begun | {"insight_id": insight.id})
    enqueue(session, SUGGEST, {}, dedup_key=f"{SUGGEST}:{insight.id}")
    return _step(session, principal, insight, "published")


def withdraw(session: AnySession, principal: Principal, insight: Insight) -> dict[str, Any]:
    """Turn a held insight down, or let it speak no more: its suggestions are shown to nobody from now on.

    Raises Clash for one that has ended.
    """
    return _end(session, principal, insight, "withdrawn")


def _end(session: AnySession, principal: Principal, insight: Insight, state: str) -> dict[str, Any]:
    insight.ended_at = clock.now()
    told = _step(session, principal, insight, state)
    # Its suggestions are closed, phone by phone, and its scores forgotten, some at a time.
    enqueue(session, END, {}, dedup_key=f"{END}:{insight.id}")
    return told


def _step(session: AnySession, principal: Principal, insight: Insight, state: str) -> dict[str, Any]:
    before = {"state": insight.state, "version": insight.version}
    insight.state = rules.next_state(insight.state, state)
    insight.touch()
    session.flush()
    after = {"state": insight.state, "version": insight.version}
    verb = {"submitted": "submit", "published": "publish", "superseded": "supersede", "withdrawn": "withdraw"}[state]
    audit.record(session, principal.actor, f"insight.{verb}", insight.id, before, after)
    return require_insight(session, principal, insight.id)
