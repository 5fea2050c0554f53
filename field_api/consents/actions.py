"""Use cases of consents: note what a customer said, and tell what stands, now or at a past date."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from field_api import clock
from field_api.consents import rules
from field_api.consents.models import ConsentEvent, events, events_until
from field_api.customers import happenings
from field_api.customers.actions import require_customer
from field_api.errors import Clash
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.web import newest_first
from field_api.web.identity import Principal
from field_api.web.instants import happened


def record(session: AnySession, principal: Principal, customer_id: str, said: dict[str, Any]) -> dict[str, Any]:
    """Note what a customer said. Raises NotFound out of sight, Clash for an id in use or an instant to come."""
    customer = require_customer(session, principal, customer_id)
    if (own := said.get("id")) and session.execute(select(events.c.id).where(events.c.id == own)).first():
        raise Clash(f"The id {own} is in use; make a new one for a new consent.")
    event = said | {
        "id": own or new_id(),
        "customer_id": customer.id,
        "occurred_at": happened(said.get("occurred_at")),
        "recorded_at": clock.now(),
        "recorded_by_kind": principal.actor.kind,
        "recorded_by_id": principal.actor.id,
    }
    session.execute(insert(ConsentEvent), event)
    audit.record(session, principal.actor, "consent.record", event["id"], after=event)
    feed.touch(session, "consents", event["id"])
    happenings.tell(session, principal, "consent", event)
    return event


def standing(
    session: AnySession, principal: Principal, customer_id: str, at: datetime | None = None
) -> list[dict[str, Any]]:
    """The word that stands for each purpose and channel, now or at a past instant. Raises NotFound out of sight."""
    customer = require_customer(session, principal, customer_id)
    return [_document(word) for word in rules.standing(events_until(session, customer.id, at or clock.now()))]


def log(
    session: AnySession, principal: Principal, customer_id: str, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """A page of the log, newest first, and the sort values of its last row when more follows."""
    customer = require_customer(session, principal, customer_id)
    asked = select(events).where(events.c.customer_id == customer.id)
    return newest_first.page(session, asked, events.c.occurred_at, events.c.id, limit, cursor)


def is_allowed(session: AnySession, customer_id: str, purpose: str, channel: str) -> bool:
    """Whether the customer may be reached now; for features that have checked their caller's scope."""
    return rules.allows(events_until(session, customer_id, clock.now()), purpose, channel)


def _document(word: rules.Event) -> dict[str, Any]:
    told = {"purpose": word.purpose, "channel": word.channel, "granted": word.granted}
    return told | {"since_at": word.occurred_at, "event_id": word.id}
