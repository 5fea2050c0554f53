"""Finds customers around a position, nearest first: circles that grow until a page is certain, refined exactly.

A customer is as near as the nearest of their places. A page tries at most SCANNED customers; when these do not fill it,
it is short, even empty, and its link goes on from there. A page far down the list reads the circle up to there again.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from math import sqrt
from typing import Any

from sqlalchemy import Select, bindparam, select

from field_api.customers.documents import READ, document
from field_api.customers.filters import Criteria, filter_named, inside
from field_api.customers.models import customers, places
from field_api.customers.search import SCANNED, Page
from field_api.customers.walks import MOST_SHAPES
from field_api.geo import Position, boxes_around, distance_m
from field_api.store.engine import AnySession
from field_api.web.pages import read_cursor

FIRST_RADIUS_M = 400.0

# Metres, and the customer's id: what this list is sorted by.
Step = tuple[float, str]


def find_near(session: AnySession, criteria: Criteria, limit: int, cursor: str | None) -> Page:
    """One page of those within `radius_m` of `near` who meet every demand, each with `distance_m`.

    Raises Invalid for a cursor of another list.
    """
    after = read_cursor(cursor, (float, int), str)
    # One more than the page holds, to tell whether another follows; many more at once where most are left out.
    steps = _steps(session, criteria, limit + 1, after and (after[0], after[1]))
    found: list[tuple[Step, dict[str, Any]]] = []
    tried: list[Step] = []
    while len(found) <= limit and len(tried) < SCANNED:
        these = list(islice(steps, limit + 1 if not tried else 500))
        if not these:
            break
        tried += these
        shown = _who_meet(session, criteria, [customer_id for _, customer_id in these])
        found += [(step, shown[step[1]]) for step in these if step[1] in shown]
    items = [shown | {"distance_m": round(step[0], 1)} for step, shown in found[:limit]]
    if len(found) > limit:
        return items, found[limit - 1][0]
    return items, tried[-1] if len(tried) >= SCANNED else None


def _steps(session: AnySession, criteria: Criteria, wanted: int, after: Step | None) -> Iterator[Step]:
    """Everybody within `radius_m` who comes after that step, nearest first."""
    radius_m = FIRST_RADIUS_M if after is None else max(FIRST_RADIUS_M, 1.2 * after[0])
    while True:
        radius_m = min(radius_m, criteria.radius_m)
        ahead = [step for step in _within(session, criteria, radius_m) if after is None or step > after]
        yield from ahead
        if radius_m >= criteria.radius_m:
            return
        after = ahead[-1] if ahead else after
        # As if customers lay evenly: a circle that should hold twice what a page wants. Small steps where nobody is,
        # since the next town may be large.
        radius_m *= min(2.0, max(1.3, sqrt(2 * wanted / len(ahead)))) if ahead else 2.0


def _within(session: AnySession, criteria: Criteria, radius_m: float) -> list[Step]:
    """All places within the radius, the nearest of each customer, in order."""
    assert criteria.near is not None, "nearness is asked for"  # noqa: S101 - a promise to the type checker
    nearest: dict[str, float] = {}
    query = _in_box(criteria.territory_ids is None)
    for box in boxes_around(criteria.near, radius_m):
        edges = {"south": box.south, "north": box.north, "west": box.west, "east": box.east}
        for customer_id, lat, lon in session.execute(query, criteria.parameters | edges):
            distance = distance_m(criteria.near, Position(lat, lon))
            if distance <= radius_m:
                nearest[customer_id] = min(distance, nearest.get(customer_id, distance))
    return sorted((distance, customer_id) for customer_id, distance in nearest.items())


def _who_meet(session: AnySession, criteria: Criteria, ids: list[str]) -> dict[str, dict[str, Any]]:
    query = _meeting(criteria.demands, criteria.territory_ids is None, criteria.retired)
    return {row.id: document(row) for row in session.execute(query, criteria.parameters | {"ids": ids})}


@lru_cache
def _in_box(everywhere: bool) -> Select[Any]:
    lat, lon = places.c.lat, places.c.lon
    return (
        select(places.c.customer_id, lat, lon)
        .where(*inside(places, everywhere), lat.between(bindparam("south"), bindparam("north")))
        .where(lon.between(bindparam("west"), bindparam("east")))
    )


@lru_cache(MOST_SHAPES)
def _meeting(demands: tuple[str, ...], everywhere: bool, retired: bool) -> Select[Any]:
    standing = customers.c.retired_at.is_not(None) if retired else customers.c.retired_at.is_(None)
    meets = (filter_named(name, everywhere).holds(customers.c) for name in demands)
    return READ.where(customers.c.id.in_(bindparam("ids", expanding=True)), standing, *meets)
