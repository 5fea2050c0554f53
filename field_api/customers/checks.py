"""What always holds of customers; `furet check` looks at every row."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, Select, Table, and_, func, not_, or_, select

from field_api.customers import names, reach
from field_api.customers.filters import starts_at
from field_api.customers.models import (
    contact_points,
    customer_facts,
    customer_roles,
    customer_words,
    customers,
    places,
)
from field_api.store.checks import Check
from field_api.store.engine import AnySession

BATCH = 10_000
MOST_TOLD = 100


def _one_open_role(session: AnySession) -> Sequence[str]:
    held = customer_roles.c
    opened = select(held.customer_id, func.count().label("number"), func.min(held.role).label("role"))
    counted = opened.where(held.ends_at.is_(None)).group_by(held.customer_id).subquery()
    query = select(customers.c.id, customers.c.role, counted.c.number, counted.c.role.label("open")).outerjoin(
        counted, counted.c.customer_id == customers.c.id
    )
    wrong = or_(counted.c.number.is_(None), counted.c.number != 1, counted.c.role != customers.c.role)
    return [
        f"customer {row.id} is a {row.role} and has {row.number or 0} open roles ({row.open})."
        for row in session.execute(query.where(wrong).limit(MOST_TOLD))
    ]


def _roles_without_gaps(session: AnySession) -> Sequence[str]:
    held = customer_roles.c
    following = func.lead(held.starts_at).over(partition_by=held.customer_id, order_by=held.starts_at)
    course = select(held.customer_id, held.ends_at, following.label("following")).subquery().c
    wrong = or_(
        course.ends_at != course.following,
        course.ends_at.is_(None) != course.following.is_(None),
    )
    return _told(
        session, select(course.customer_id).where(wrong), "customer {} has a gap or an overlap in the course of roles."
    )


def _folded_names(session: AnySession) -> Sequence[str]:
    columns = ("id", "name", "given_name", "sort_name", "name_words")
    found = []
    for row in _all(session, customers, columns):
        folded = (names.sort_name(row.name, row.given_name), names.name_words(row.name, row.given_name))
        if folded != (row.sort_name, row.name_words):
            found.append(f"customer {row.id} is not filed under the words of the name.")
    return found[:MOST_TOLD]


def _strangers_in_word_index(session: AnySession) -> Sequence[str]:
    word = customer_words.c
    query = select(word.word, word.customer_id).outerjoin(customers, customers.c.id == word.customer_id)
    right = and_(
        customers.c.retired_at.is_(None),
        customers.c.territory_id == word.territory_id,
        customers.c.name_words == word.name_words,
        starts_at(customers.c.name_words, word.word + " ") > 0,
    )
    wrong = or_(customers.c.id.is_(None), not_(right))
    rows = session.execute(query.where(wrong).limit(MOST_TOLD))
    return [f"the word index has {row.customer_id} under a word that is not theirs, or not any more." for row in rows]


def _gaps_in_word_index(session: AnySession) -> Sequence[str]:
    """Together with the check above and the key of the index: exactly the words of each name are there."""
    counts = select(customer_words.c.customer_id, func.count().label("number")).group_by(customer_words.c.customer_id)
    indexed = counts.subquery()
    spaces = func.length(customers.c.name_words) - func.length(func.replace(customers.c.name_words, " ", ""))
    query = select(customers.c.id).outerjoin(indexed, indexed.c.customer_id == customers.c.id)
    wrong = query.where(customers.c.retired_at.is_(None), func.coalesce(indexed.c.number, 0) != spaces - 1)
    return _told(session, wrong, "customer {} is missing from the word index under a word of the name.")


def _normalised(session: AnySession) -> Sequence[str]:
    found = []
    for row in _all(session, contact_points, ("id", "kind", "value")):
        try:
            kept = reach.normalised(row.kind, row.value)
        except ValueError:
            kept = None
        if kept != row.value:
            found.append(f"contact point {row.id} is not in its normal form.")
    return found[:MOST_TOLD]


def _places_in_territory(session: AnySession) -> Sequence[str]:
    apart = select(places.c.id).join(customers, customers.c.id == places.c.customer_id)
    query = apart.where(places.c.territory_id != customers.c.territory_id)
    return _told(session, query, "place {} is filed in another territory than its customer.")


def _folded_towns(session: AnySession) -> Sequence[str]:
    rows = _all(session, places, ("id", "town", "town_folded"))
    wrong = (row.id for row in rows if names.town_key(row.town) != row.town_folded)
    return [f"place {place_id} is not filed under its town." for place_id in wrong][:MOST_TOLD]


def _one_tier(session: AnySession) -> Sequence[str]:
    held = customer_facts.c
    several = select(held.customer_id).where(held.ends_at.is_(None), held.kind != "tag")
    query = several.group_by(held.customer_id, held.kind).having(func.count() > 1)
    return _told(session, query, "customer {} has two tiers or two segments at once.")


def _told(session: AnySession, query: Select[Any], sentence: str) -> list[str]:
    return [sentence.format(row[0]) for row in session.execute(query.limit(MOST_TOLD))]


def _all(session: AnySession, table: Table, columns: tuple[str, ...]) -> Iterator[Row[Any]]:
    """Every row of a table, some at a time, without keeping what was read."""
    query = select(*(table.c[name] for name in columns))
    yield from session.execute(query.execution_options(yield_per=BATCH))


CHECKS = (
    Check("customers: exactly one open role, the one shown", _one_open_role),
    Check("customers: roles follow each other without gap or overlap", _roles_without_gaps),
    Check("customers: names are filed under their folded words", _folded_names),
    Check("customers: the word index holds nobody wrongly", _strangers_in_word_index),
    Check("customers: the word index misses nobody", _gaps_in_word_index),
    Check("customers: phones and e-mails are in their normal form", _normalised),
    Check("customers: places are filed in their customer's territory", _places_in_territory),
    Check("customers: towns are filed under their folded words", _folded_towns),
    Check("customers: one tier and one segment at a time", _one_tier),
)
