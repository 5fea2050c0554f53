"""What is known of people at the moment at which they answer, coarse enough not to name anybody."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from field_api.customers.models import customers
from field_api.offers.people import people_at
from field_api.offers.rules_clauses import Person
from field_api.reps.company import company
from field_api.store.among import among
from field_api.store.engine import AnySession
from field_api.surveys.rules import coarse, whole_years

TURNOVER_WINDOW = timedelta(days=365)
NAMES = ("role", "tier", "segment", "territory_id", "years_known", "turnover_minor", "currency")
_LYING = select(customers.c.id, customers.c.territory_id).where(among(customers.c.id))


def known_of(session: AnySession, customer_ids: Collection[str], at: datetime) -> dict[str, dict[str, Any]]:
    """By customer: role, tier, segment, territory, whole years known, and what they spent in the year before."""
    currency = company(session)[0].currency
    lying = dict(session.execute(_LYING, {"ids": list(customer_ids)}).all())
    return {
        own: {
            "role": person.role,
            "tier": _only(person, "tier"),
            "segment": _only(person, "segment"),
            "territory_id": lying[own],
            "years_known": whole_years(person.first_touch_at, at),
            "turnover_minor": turnover(person, currency, at),
            "currency": currency,
        }
        for own, person in people_at(session, customer_ids, at).items()
    }


def turnover(person: Person, currency: str, at: datetime) -> int | None:
    """Purchases less refunds of the year before, to two figures; None for who spent in other currencies alone."""
    recent = [one for one in person.bought if at - TURNOVER_WINDOW < one.occurred_at <= at]
    ours = [one for one in recent if one.currency == currency]
    if recent and not ours:
        return None
    return coarse(sum(one.amount_minor - one.refunded_minor for one in ours))


def _only(person: Person, kind: str) -> str | None:
    """A tier or a segment, of which one holds at most."""
    return next(iter(person.facts.get(kind, ())), None)
