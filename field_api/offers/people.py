"""Customers as audiences look at them, as of any moment, in a fixed number of statements for however many."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, func, or_, select

from field_api.customers.models import customer_facts, customer_roles, customers
from field_api.offers.models import offer_listed
from field_api.offers.rules_clauses import Person
from field_api.reps.models import Territory
from field_api.shops.models import purchases, refunds
from field_api.shops.rules import Bought
from field_api.store.engine import AnySession

# As many ids as both databases take in one statement with room to spare.
_AT_ONCE = 5_000


def people_at(session: AnySession, customer_ids: Collection[str], at: datetime) -> dict[str, Person]:
    """What was so of these customers at `at`: role, facts, purchases less refunds, and lists they stood on.

    Only the territory is today's: where customers lay before is not kept. Who was not known by then has no role yet
    and is left out. The caller has seen to the scope.
    """
    ids = list(customer_ids)
    found: dict[str, Person] = {}
    for start in range(0, len(ids), _AT_ONCE):
        found |= _people_at(session, ids[start : start + _AT_ONCE], at)
    return found


def person_at(session: AnySession, customer_id: str, at: datetime) -> Person | None:
    """The same of one; None for who was not known by then."""
    return people_at(session, [customer_id], at).get(customer_id)


def _people_at(session: AnySession, ids: list[str], at: datetime) -> dict[str, Person]:
    own = customers.c
    columns = (own.id, customer_roles.c.role, own.first_touch_source, own.first_touch_at, Territory.path)
    joined = customers.join(customer_roles, customer_roles.c.customer_id == own.id)
    query = select(*columns).select_from(joined.join(Territory, Territory.id == own.territory_id))
    rows = session.execute(query.where(own.id.in_(ids), _held(customer_roles, at))).all()
    facts, bought, lists = _facts(session, ids, at), _bought(session, ids, at), _lists(session, ids, at)
    return {
        row.id: Person(
            row.id,
            row.role,
            row.first_touch_source,
            row.first_touch_at,
            {kind: frozenset(values) for kind, values in facts[row.id].items()},
            frozenset(row.path.strip("/").split("/")),
            tuple(bought[row.id]),
            frozenset(lists[row.id]),
        )
        for row in rows
    }


def _facts(session: AnySession, ids: list[str], at: datetime) -> dict[str, dict[str, list[str]]]:
    fact = customer_facts.c
    query = select(fact.customer_id, fact.kind, fact.value).where(fact.customer_id.in_(ids), _held(customer_facts, at))
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for customer_id, kind, value in session.execute(query):
        found[customer_id][kind].append(value)
    return found


def _lists(session: AnySession, ids: list[str], at: datetime) -> dict[str, list[str]]:
    listed = offer_listed.c
    query = select(listed.customer_id, listed.offer_id).where(listed.customer_id.in_(ids), _held(offer_listed, at))
    return _grouped(session.execute(query))


def _bought(session: AnySession, ids: list[str], at: datetime) -> dict[str, list[Bought]]:
    sale, mine = purchases.c, (purchases.c.customer_id.in_(ids), purchases.c.occurred_at <= at)
    columns = (sale.id, sale.customer_id, sale.occurred_at, sale.currency, sale.amount_minor, sale.refunded_minor)
    rows = session.execute(select(*columns).where(*mine)).all()
    given_back: dict[str, int] = {}
    if any(row.refunded_minor for row in rows):
        by_then = select(refunds.c.purchase_id, func.sum(refunds.c.amount_minor)).join_from(purchases, refunds)
        sums = by_then.where(*mine, refunds.c.occurred_at <= at).group_by(refunds.c.purchase_id)
        given_back = {purchase_id: int(total) for purchase_id, total in session.execute(sums)}
    return _grouped(
        (buyer, Bought(when, currency, amount, given_back.get(own, 0)))
        for own, buyer, when, currency, amount, _ in rows
    )


def _grouped(pairs: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def _held(dated: Table, at: datetime) -> ColumnElement[bool]:
    """The condition that a dated row held at an instant."""
    return (dated.c.starts_at <= at) & or_(dated.c.ends_at.is_(None), dated.c.ends_at > at)
