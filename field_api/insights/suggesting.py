"""Suggests gestures by a published insight, some customers at a time: each batch is whole, and a killed walk goes on.

Whoever stands on no side of the comparison yet is drawn for one by the first gesture chosen for them, and stays there:
nothing but that draw may tell the two sides apart, or figures could not say what gestures do.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from field_api import clock
from field_api.insights.catalogue import possible_by_driver
from field_api.insights.gathering import Batch, gather
from field_api.insights.models import arms, drivers, insights, next_gestures, scores, walks
from field_api.insights.rules_choice import OPEN_FOR, Choice, choose, is_held_out
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.sync.collections import in_territory

Row = dict[str, Any]

# Some hundredths of a second, in which nobody else writes to SQLite, and nobody moves these customers on PostgreSQL.
AT_ONCE = 200
_BEFORE_ALL = "00000000-0000-0000-0000-000000000000"


def published(session: AnySession) -> Sequence[str]:
    """The insights that speak now, oldest first."""
    query = select(insights.c.id).where(insights.c.state == "published")
    return session.scalars(query.order_by(insights.c.published_at, insights.c.id)).all()


def begin_round(session: AnySession, insight_id: str) -> None:
    """Begin a walk over all scores of an insight, unless one is under way."""
    again = walks.update().where(walks.c.insight_id == insight_id, walks.c.finished_at.is_not(None))
    fresh = {"finished_at": None, "after_id": None, "looked_at": 0, "suggested": 0, "held_out": 0}
    session.execute(again.values(round=walks.c.round + 1, begun_at=clock.now(), **fresh))


def walk_on(session: AnySession, insight_id: str) -> bool:
    """Suggest to the next customers of an insight that is published; False when its walk is at the end.

    Two workers on one insight take turns, each with customers of its own.
    """
    state = select(insights.c.state).where(insights.c.id == insight_id).with_for_update(read=True)
    if session.execute(state).scalar() != "published":
        return False
    walk = session.execute(select(walks).where(walks.c.insight_id == insight_id).with_for_update()).one()
    if walk.finished_at is not None:
        return False
    ahead = (scores.c.insight_id == insight_id, scores.c.customer_id > (walk.after_id or _BEFORE_ALL))
    scored = session.execute(select(scores).where(*ahead).order_by(scores.c.customer_id).limit(AT_ONCE)).all()
    if not scored:
        _note(session, insight_id, finished_at=clock.now())
        return False
    suggested, held_out = _suggest(session, insight_id, scored)
    counts = {"looked_at": len(scored), "suggested": suggested, "held_out": held_out}
    _note(
        session, insight_id, after_id=scored[-1].customer_id, **{name: walks.c[name] + counts[name] for name in counts}
    )
    return True


def _suggest(session: AnySession, insight_id: str, scored: Sequence[Any]) -> tuple[int, int]:
    """How many of these customers got a suggestion, and how many were held out."""
    moment = clock.now()
    batch = gather(session, insight_id, scored, moment)
    carried = select(drivers.c.name).where(drivers.c.insight_id == insight_id, drivers.c.carried)
    names, possible = set(session.scalars(carried)), possible_by_driver(session)
    chosen: dict[str, Choice] = {}
    # In one order, so that two walks never wait for each other in a circle.
    for one, person in sorted(batch.people.items()):
        held_out = batch.assigned.get(one, False)
        if not held_out and (choice := choose(person, names, possible, moment)) is not None:
            chosen[one] = choice
    held = _draw(session, insight_id, batch, chosen, moment)
    rows = [_row(insight_id, batch, one, chosen[one], moment) for one in chosen if one not in held]
    added = _add(session, rows)
    if chosen:
        told = {"suggested": [row["id"] for row in added], "held_out": len(held)}
        audit.record(session, audit.SYSTEM, "insight.suggest", insight_id, after=told)
    return len(added), len(held)


def _draw(session: AnySession, insight_id: str, batch: Batch, chosen: dict[str, Choice], moment: datetime) -> set[str]:
    """Put who is chosen for the first time on a side of the comparison; who is held out of their gesture."""
    secret: bytes = current_app.config["SETTINGS"].secret
    drawn: list[Row] = [
        {
            "insight_id": insight_id,
            "customer_id": one,
            "gesture_id": choice.gesture.id,
            "held_out": is_held_out(secret, choice.gesture.id, one, choice.gesture.hold_out_percent),
            "assigned_at": moment,
        }
        for one, choice in chosen.items()
        if one not in batch.assigned
    ]
    if drawn:
        session.connection().execute(insert(arms), drawn)
    return {row["customer_id"] for row in drawn if row["held_out"]}


def _row(insight_id: str, batch: Batch, customer_id: str, choice: Choice, moment: datetime) -> Row:
    return {
        "id": new_id(),
        "insight_id": insight_id,
        "driver": choice.driver,
        "gesture_id": choice.gesture.id,
        "customer_id": customer_id,
        "territory_id": batch.territory_of[customer_id],
        "worth_minor": choice.worth_minor,
        "currency": batch.people[customer_id].currency,
        "suggested_at": moment,
        "expires_at": moment + OPEN_FOR,
    }


def _add(session: AnySession, rows: list[Row]) -> list[Row]:
    """Those of the rows that were added; the walk of another target may have been first with a customer."""
    if not rows:
        return []
    insert_ = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    statement = insert_(next_gestures).on_conflict_do_nothing().returning(next_gestures.c.id)
    new = set(session.connection().execute(statement, rows).scalars())
    added = [row for row in rows if row["id"] in new]
    for row in added:
        feed.touch(session, "next_gestures", row["id"], in_territory(row["territory_id"]))
    return added


def _note(session: AnySession, insight_id: str, **values: Any) -> None:
    session.execute(update(walks).where(walks.c.insight_id == insight_id).values(**values))
