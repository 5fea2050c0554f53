"""Use case of a rep's word on a suggestion: done, declined, wrong, or not now; the last word is said once.

A phone tells of it when it is back, and two phones may tell of one: the first counts, the second is told so.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from field_api import clock
from field_api.customers import happenings
from field_api.customers.scope import require_customer
from field_api.errors import Clash
from field_api.insights import rules
from field_api.insights.models import next_gestures, outcomes
from field_api.insights.rules_choice import HIDDEN_FOR, USUAL_CHANNEL
from field_api.insights.worth_doing import require_next
from field_api.interactions import actions as timeline
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.sync.collections import in_territory
from field_api.web.identity import Principal
from field_api.web.instants import happened

Row = dict[str, Any]


def record(session: AnySession, principal: Principal, own_id: str, told: Row) -> Row:
    """Note what became of a suggestion; the same told again by the same person is the same answer.

    `told` has outcome, and may have note, channel and occurred_at. What is done stands in the customer's timeline.
    Raises NotFound out of sight, and Clash for a suggestion that has had its last word, or that had ended before.
    """
    seen = require_next(session, principal, own_id)
    # The customer before the suggestion, as whoever hears of a contact does.
    require_customer(session, principal, seen.customer_id, lock=True)
    session.execute(select(next_gestures.c.id).where(next_gestures.c.id == own_id).with_for_update())
    row = require_next(session, principal, own_id)
    if (first := _told_before(session, principal, own_id, told)) is not None:
        return first
    at = happened(told.get("occurred_at"))
    _check_open(session, row, at, told["outcome"])
    noted = _note(session, principal, row, told, at)
    if told["outcome"] == "done":
        _tell(session, principal, row, noted)
    return noted


def _told_before(session: AnySession, principal: Principal, own_id: str, told: Row) -> Row | None:
    if told.get("occurred_at") is None:
        return None
    same = {name: told[name] for name in ("outcome", "occurred_at")} | {"recorded_by_id": principal.actor.id}
    query = select(outcomes).where(outcomes.c.next_gesture_id == own_id)
    row = session.execute(query.where(*(outcomes.c[name] == value for name, value in same.items()))).first()
    return None if row is None else row._asdict()


def _check_open(session: AnySession, row: Any, at: datetime, outcome: str) -> None:
    last = select(outcomes.c.outcome, outcomes.c.recorded_at).where(outcomes.c.next_gesture_id == row.id)
    said = session.execute(last.where(outcomes.c.outcome != "not_now")).first()
    if said is not None:
        raise Clash(f"Of this suggestion {said.outcome!r} was said on {said.recorded_at.isoformat()}; it is said once.")
    rules.check_may_be_told(outcome, row.suggested_at, row.ended_at, row.ended_by, at)


def _note(session: AnySession, principal: Principal, row: Any, told: Row, at: datetime) -> Row:
    outcome, moment = told["outcome"], clock.now()
    channel = told.get("channel") or USUAL_CHANNEL.get(row.gesture_kind, "call")
    noted = {
        "id": new_id(),
        "next_gesture_id": row.id,
        "outcome": outcome,
        "channel": channel if outcome == "done" else None,
        "note": told.get("note"),
        "occurred_at": at,
        "recorded_at": moment,
        "recorded_by_kind": principal.actor.kind,
        "recorded_by_id": principal.actor.id,
    }
    session.execute(insert(outcomes), noted)
    hides = {"hidden_until": moment + HIDDEN_FOR}
    ends = {"ended_at": row.ended_at or moment, "ended_by": outcome}
    mine = update(next_gestures).where(next_gestures.c.id == row.id)
    session.execute(mine.values(hides if outcome == "not_now" else ends))
    audit.record(session, principal.actor, f"next_gesture.{outcome}", row.id, after=noted)
    feed.touch(session, "next_gestures", row.id, in_territory(row.territory_id))
    return noted


def _tell(session: AnySession, principal: Principal, row: Any, noted: Row) -> None:
    """Add what was done to the customer's timeline; whoever hears of contacts hears of it."""
    entry = {"channel": noted["channel"], "direction": "outbound", "content": noted["note"]}
    entry |= {"occurred_at": noted["occurred_at"], "about_kind": "gesture", "about_id": row.id}
    written = timeline.append(session, principal, row.customer_id, entry)
    happenings.tell(session, principal, "interaction", written)
