"""What is known of customers when a gesture is chosen for each: as of that moment, for a batch by a few queries."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, cast, func, or_, select

from field_api.consents import rules as consent_rules
from field_api.consents.models import events
from field_api.customers.models import customers
from field_api.insights.models import arms, next_gestures
from field_api.insights.rules_choice import TURNOVER_OF, Person, Pull
from field_api.interactions.models import entries
from field_api.shops.models import purchases
from field_api.store.among import among
from field_api.store.columns import Instant
from field_api.store.engine import AnySession
from field_api.web.instants import MOST_AHEAD

# What the customer's rep, or somebody else of us, had with them; a purchase or an answer to a survey is none.
OF_CONTACTS = ("appointment", "gesture")

_AT = bindparam("at", type_=Instant)
# As a change of the customer is kept out: who moves, retires or refuses meanwhile is waited for, and waits.
_STANDING = (
    select(customers.c.id, customers.c.territory_id)
    .where(among(customers.c.id), customers.c.retired_at.is_(None))
    .order_by(customers.c.id)
    .with_for_update(read=True)
)
# A sum of large numbers is a decimal on PostgreSQL.
_NET = cast(func.sum(purchases.c.amount_minor - purchases.c.refunded_minor), BigInteger)
_TURNOVER = (
    select(purchases.c.customer_id, purchases.c.currency, _NET)
    .where(among(purchases.c.customer_id), purchases.c.occurred_at > bindparam("since", type_=Instant))
    .where(purchases.c.occurred_at <= _AT)
    .group_by(purchases.c.customer_id, purchases.c.currency)
)
_corrections = entries.alias("corrections")
is_contact = and_(
    or_(entries.c.about_kind.is_(None), entries.c.about_kind.in_(OF_CONTACTS)),
    ~select(_corrections.c.id).where(_corrections.c.corrects_id == entries.c.id).exists(),
)
_CONTACTS = (
    select(entries.c.customer_id, func.max(entries.c.occurred_at))
    .where(among(entries.c.customer_id), is_contact, entries.c.occurred_at <= _AT)
    .group_by(entries.c.customer_id)
)
_SAID = select(events.c.customer_id, *(events.c[name] for name in consent_rules.Event.__dataclass_fields__)).where(
    among(events.c.customer_id), events.c.purpose == "profiling", events.c.occurred_at <= _AT
)
_OPEN = select(next_gestures.c.customer_id).where(
    among(next_gestures.c.customer_id), next_gestures.c.ended_at.is_(None)
)
_ARMS = select(arms.c.customer_id, arms.c.held_out).where(
    arms.c.insight_id == bindparam("of_insight"), among(arms.c.customer_id)
)
# A gesture that was turned down is never suggested to that customer again; one that was done, or that its rep left to
# expire, not by the same insight, which knows of nothing that came after it.
_SPENT = select(next_gestures.c.customer_id, next_gestures.c.gesture_id).where(
    among(next_gestures.c.customer_id),
    or_(
        next_gestures.c.ended_by.in_(("declined", "wrong")),
        and_(next_gestures.c.insight_id == bindparam("of_insight"), next_gestures.c.ended_by.in_(("done", "expired"))),
    ),
)


@dataclass(frozen=True)
class Batch:
    """Those of some customers for whom something may be suggested, by id.

    `assigned` has whoever already stands on a side of the insight's comparison, with whether they are held out.
    """

    people: Mapping[str, Person]
    territory_of: Mapping[str, str]
    assigned: Mapping[str, bool]


def gather(session: AnySession, insight_id: str, scored: Iterable[Any], at: datetime) -> Batch:
    """What is known of the customers of these scores; who is retired, or has an open suggestion, is left out.

    They are held until the transaction ends.
    """
    by_id = {row.customer_id: row for row in scored}
    told = {"ids": list(by_id)}
    territory_of = dict(session.connection().execute(_STANDING, told).all())
    having = set(session.connection().execute(_OPEN, told).scalars())
    told = {"ids": [one for one in territory_of if one not in having]}
    turnover = _turnover(session, told, at)
    contacts = dict(session.connection().execute(_CONTACTS, told | {"at": at}).all())
    refusing = those_refusing(session, told["ids"], at)
    spent: dict[str, set[str]] = {}
    for customer_id, gesture_id in session.connection().execute(_SPENT, told | {"of_insight": insight_id}):
        spent.setdefault(customer_id, set()).add(gesture_id)
    people = {}
    for one in told["ids"]:
        pulls = tuple(Pull(**reason) for reason in by_id[one].reasons)
        amount, currency = turnover.get(one, (0, None))
        met_at, gestures = contacts.get(one), spent.get(one, set())
        people[one] = Person(one, by_id[one].at_risk, pulls, amount, currency, met_at, one in refusing, gestures)
    assigned = dict(session.connection().execute(_ARMS, told | {"of_insight": insight_id}).all())
    return Batch(people, territory_of, assigned)


def those_refusing(session: AnySession, customer_ids: Collection[str], at: datetime) -> set[str]:
    """Who has refused to be profiled, by any channel, and has not agreed since."""
    said: dict[str, list[consent_rules.Event]] = {}
    # A phone's clock may run ahead: what was said then has been said.
    told = {"ids": list(customer_ids), "at": at + MOST_AHEAD}
    for customer_id, *event in session.connection().execute(_SAID, told):
        said.setdefault(customer_id, []).append(consent_rules.Event(*event))
    return {one for one, words in said.items() if any(not word.granted for word in consent_rules.standing(words))}


def _turnover(session: AnySession, told: dict[str, Any], at: datetime) -> dict[str, tuple[int, str]]:
    """What each bought in the year before, in the currency in which that was most."""
    found: dict[str, tuple[int, str]] = {}
    rows = session.connection().execute(_TURNOVER, told | {"since": at - TURNOVER_OF, "at": at})
    for customer_id, currency, amount in rows:
        found[customer_id] = max(found.get(customer_id, (0, "")), (amount, currency))
    return {one: told for one, told in found.items() if told[0] > 0}
