"""Use cases of the timeline: add to it, correct it, read it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, insert, select

from field_api import clock
from field_api.customers import happenings
from field_api.customers.actions import require_customer
from field_api.errors import Clash, NotFound
from field_api.interactions.models import Interaction, entries
from field_api.interactions.rules import Entry, check_correctable
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.web import newest_first
from field_api.web.identity import Principal
from field_api.web.instants import happened

_corrections = entries.alias("corrections")
_TIMELINE = select(*entries.c, _corrections.c.id.label("corrected_by_id")).select_from(
    entries.outerjoin(_corrections, _corrections.c.corrects_id == entries.c.id)
)


def record(session: AnySession, principal: Principal, customer_id: str, told: dict[str, Any]) -> dict[str, Any]:
    """Note what passed with a customer, or correct an entry.

    Raises NotFound out of sight, Clash for an id in use, an instant to come or an entry that cannot be corrected.
    """
    customer = require_customer(session, principal, customer_id)
    if (own := told.get("id")) and session.execute(select(entries.c.id).where(entries.c.id == own)).first():
        raise Clash(f"The id {own} is in use; make a new one for a new entry.")
    if old := told.get("corrects_id"):
        check_correctable(_entry(session, customer.id, old))
    entry = append(session, principal, customer.id, told | {"occurred_at": happened(told.get("occurred_at"))})
    happenings.tell(session, principal, "interaction", entry)
    return entry


def append(session: AnySession, principal: Principal, customer_id: str, told: dict[str, Any]) -> dict[str, Any]:
    """Add an entry to the timeline; for features that have checked their caller's scope.

    `told` has channel, direction and occurred_at, and may have id, content, corrects_id, about_kind and about_id.
    """
    absent = dict.fromkeys(("content", "corrects_id", "about_kind", "about_id"))
    entry = absent | told | {"id": told.get("id") or new_id(), "customer_id": customer_id, "recorded_at": clock.now()}
    entry |= {"recorded_by_kind": principal.actor.kind, "recorded_by_id": principal.actor.id}
    session.execute(insert(Interaction), entry)
    audit.record(session, principal.actor, "interaction.record", entry["id"], after=entry)
    feed.touch(session, "interactions", entry["id"])
    return entry | {"corrected_by_id": None}


def timeline(
    session: AnySession, principal: Principal, customer_id: str, asked: dict[str, Any]
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """A page of the timeline, newest first, and the sort values of its last row when more follows.

    `asked` has limit and cursor, and may have channel, from_at, until_at and standing.
    """
    customer = require_customer(session, principal, customer_id)
    query = _filtered(_TIMELINE.where(entries.c.customer_id == customer.id), asked)
    return newest_first.page(session, query, entries.c.occurred_at, entries.c.id, asked["limit"], asked["cursor"])


def last_contacts(session: AnySession, customer_id: str) -> dict[str, datetime]:
    """When something last passed by each channel; for features that have checked their caller's scope."""
    latest = select(entries.c.channel, func.max(entries.c.occurred_at)).where(entries.c.customer_id == customer_id)
    return dict(session.execute(latest.group_by(entries.c.channel)).all())


def _entry(session: AnySession, customer_id: str, entry_id: str) -> Entry:
    """The entry, held until the transaction ends, so that of two corrections at once one is told of the other."""
    mine = (entries.c.id == entry_id, entries.c.customer_id == customer_id)
    row = session.execute(select(entries.c.id, entries.c.about_kind).where(*mine).with_for_update()).first()
    if row is None:
        raise NotFound(f"This customer's timeline has no entry {entry_id}.")
    correction = session.execute(select(entries.c.id).where(entries.c.corrects_id == entry_id)).scalar()
    return Entry(row.id, row.about_kind, correction)


def _filtered(query: Select[Any], asked: dict[str, Any]) -> Select[Any]:
    if "channel" in asked:
        query = query.where(entries.c.channel == asked["channel"])
    if "from_at" in asked:
        query = query.where(entries.c.occurred_at >= asked["from_at"])
    if "until_at" in asked:
        query = query.where(entries.c.occurred_at < asked["until_at"])
    if asked.get("standing"):
        query = query.where(_corrections.c.id.is_(None))
    return query
