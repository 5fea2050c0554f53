"""Use case of a round of visits: the caller's customers around a position, each with the best offer that holds there.

The best offer is the one of the highest priority, then the nearest to the customer, then the first by id, among those
whose fence holds where the customer is, and those that hold everywhere.
"""

from collections.abc import Iterator
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import select

from field_api.customers.filters import Criteria
from field_api.customers.models import places
from field_api.customers.nearby import find_near
from field_api.geo import Position, distance_m
from field_api.offers.around import Step, Stored
from field_api.offers.nearby import Document, Search, Spotted, item, those_eligible
from field_api.offers.nearest import Map, everywhere, holding
from field_api.offers.people import people_at
from field_api.offers.reasons import reason_of_place
from field_api.offers.rules_clauses import Person
from field_api.store.among import among
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

# The first offers by priority are mostly the right ones.
AT_ONCE = 20

_PLACES = select(places.c.customer_id, places.c.lat, places.c.lon).where(
    among(places.c.customer_id), places.c.lat.is_not(None)
)


def find_customers(
    session: AnySession, principal: Principal, search: Search, limit: int, cursor: str | None
) -> tuple[list[Document], tuple[Any, ...] | None]:
    """A page of customers, nearest first, as they are listed, each with `offer`; and where the next page begins.

    Raises Invalid for a cursor of another list.
    """
    around = search.spotted.position
    criteria = Criteria(principal.territory_ids, near=around, radius_m=search.radius_m)
    customers, following = find_near(session, criteria, limit, cursor)
    ids = [customer["id"] for customer in customers]
    people = people_at(session, ids, search.at)
    nearest = _nearest_places(session, ids, around)
    for customer in customers:
        person = people.get(customer["id"])
        customer["offer"] = person and _best(session, principal, search, nearest[customer["id"]], person)
    return customers, following


def _nearest_places(session: AnySession, customer_ids: list[str], around: Position) -> dict[str, Position]:
    """Where each customer is met: at the nearest of their places."""
    found: dict[str, Position] = {}
    for customer_id, lat, lon in session.execute(_PLACES, {"ids": customer_ids}):
        there = Position(lat, lon)
        if customer_id not in found or distance_m(around, there) < distance_m(around, found[customer_id]):
            found[customer_id] = there
    return found


def _best(
    session: AnySession, principal: Principal, search: Search, there: Position, person: Person
) -> Document | None:
    search = Search(Spotted(there, 0.0, "phone"), 0.0, search.at, search.past, person)
    steps = _by_priority(Stored(session), search)
    while these := list(islice(steps, AT_ONCE)):
        eligible = those_eligible(session, principal, search, [step.offer_id for step in these])
        for step in these:
            if step.offer_id in eligible:
                place = reason_of_place(session, search.asked, 0.0, [step])[step.offer_id]
                return item(step, eligible[step.offer_id], place)
    return None


def _by_priority(map_: Map, search: Search) -> Iterator[Step]:
    here = sorted(holding(map_, search.asked), key=_rank)
    return merge(here, everywhere(map_, search.asked, AT_ONCE, None), key=_rank)


def _rank(step: Step) -> tuple[int, float, str]:
    return step.less_urgent, step.distance_m, step.offer_id
