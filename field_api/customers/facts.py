"""Dated facts about a customer: tier, segment and tags, each with who said so; written by the features that know."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select

from field_api import clock
from field_api.customers.models import CustomerFact, customer_facts
from field_api.customers.scope import require_customer
from field_api.errors import Clash, NotFound
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.sync.collections import in_territory
from field_api.web.identity import Principal

MOST_TAGS = 100

_COLUMNS = tuple(
    customer_facts.c[name] for name in ("id", "kind", "value", "source", "source_id", "starts_at", "ends_at")
)
_ALL = (
    select(*_COLUMNS)
    .where(customer_facts.c.customer_id == bindparam("customer_id"))
    .order_by(customer_facts.c.kind, customer_facts.c.value, customer_facts.c.starts_at)
)
_OPEN = _ALL.where(customer_facts.c.ends_at.is_(None))
_AT = _ALL.where(
    customer_facts.c.starts_at <= bindparam("at"),
    or_(customer_facts.c.ends_at.is_(None), customer_facts.c.ends_at > bindparam("at")),
)


def facts_of(session: AnySession, customer_id: str, at: datetime | None = None) -> list[dict[str, Any]]:
    """What is known of one customer now, or was at the instant `at`; the caller has seen to the scope."""
    rows = session.execute(_OPEN if at is None else _AT, {"customer_id": customer_id, "at": at})
    return [row._asdict() for row in rows]


def note_fact(
    session: AnySession,
    principal: Principal,
    customer_id: str,
    kind: str,
    value: str,
    *,
    source: str,
    source_id: str | None = None,
) -> dict[str, Any]:
    """Note a tier, a segment or a tag as of now; another tier or segment ends the one before, tags stand side by side.

    `source` names the feature (or "staff"), `source_id` the rule, report or person behind it. What is known already is
    left as it is. Raises NotFound, and Clash for too many tags.
    """
    customer = require_customer(session, principal, customer_id, lock=True)
    moment = clock.now()
    open_facts = _open(session, customer_id, kind)
    known = next((fact for fact in open_facts if fact.value == value), None)
    if known is not None:
        return _document(known)
    if kind != "tag":
        for fact in open_facts:
            fact.ends_at = moment
        session.flush()
    elif len(open_facts) >= MOST_TAGS:
        raise Clash(f"This customer has {MOST_TAGS} tags, which is the most; end one first.")
    fact = CustomerFact(
        id=new_id(),
        customer_id=customer_id,
        kind=kind,
        value=value,
        source=source,
        source_id=source_id,
        starts_at=moment,
        ends_at=None,
    )
    session.add(fact)
    session.flush()
    document = _document(fact)
    audit.record(session, principal.actor, "customer.note", customer_id, after=document)
    feed.touch(session, "customers", customer.id, in_territory(customer.territory_id))
    return document


def end_fact(session: AnySession, principal: Principal, customer_id: str, kind: str, value: str) -> None:
    """Let a fact hold no longer, as of now. Raises NotFound when it does not hold."""
    customer = require_customer(session, principal, customer_id, lock=True)
    fact = next((fact for fact in _open(session, customer_id, kind) if fact.value == value), None)
    if fact is None:
        raise NotFound(f"This customer has no {kind} {value!r}.")
    before = _document(fact)
    fact.ends_at = clock.now()
    session.flush()
    audit.record(session, principal.actor, "customer.unnote", customer_id, before, _document(fact))
    feed.touch(session, "customers", customer.id, in_territory(customer.territory_id))


def end_tag(session: AnySession, principal: Principal, customer_id: str, fact_id: str) -> None:
    """Take a tag off a customer. Raises NotFound; tiers and segments are not the staff's to end."""
    require_customer(session, principal, customer_id)
    held = customer_facts.c
    tag = select(held.value).where(held.id == fact_id, held.customer_id == customer_id, held.kind == "tag")
    value = session.execute(tag.where(held.ends_at.is_(None))).scalar()
    if value is None:
        raise NotFound(f"This customer has no tag {fact_id}.")
    end_fact(session, principal, customer_id, "tag", value)


def _open(session: AnySession, customer_id: str, kind: str) -> list[CustomerFact]:
    held = customer_facts.c
    query = select(CustomerFact).where(held.customer_id == customer_id, held.kind == kind, held.ends_at.is_(None))
    return list(session.scalars(query))


def _document(fact: CustomerFact) -> dict[str, Any]:
    return {column.name: getattr(fact, column.name) for column in _COLUMNS}
