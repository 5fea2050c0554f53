"""Finds customers around a position, nearest first: boxes that grow until a page is certain, refined exactly.

A customer is as near as the nearest of their places.
"""

from functools import lru_cache
from math import sqrt
from typing import Any

from sqlalchemy import Select, bindparam, select

from field_api.customers.documents import READ, document
from field_api.customers.filters import Criteria, filter_named, inside
from field_api.customers.models import customers, places
from field_api.customers.search import Page
from field_api.customers.walks import MOST_SHAPES
from field_api.geo import Position, boxes_around, distance_m
from field_api.store.engine import AnySession
from field_api.web.pages import read_cursor

FIRST_RADIUS_M = 400.0

_SHOWN = READ.where(customers.c.id.in_(bindparam("ids", expanding=True)))


def find_near(session: AnySession, criteria: Criteria, limit: int, cursor: str | None) -> Page:
    """One page of those within `radius_m` of `near` who meet every demand, each with `distance_m`.

    Raises Invalid for a cursor of another list.
    """
    after = read_cursor(cursor, (float, int), str)
    radius_m = FIRST_RADIUS_M if after is None else max(FIRST_RADIUS_M, 1.5 * after[0])
    while True:
        radius_m = min(radius_m, criteria.radius_m)
        within = _within(session, criteria, radius_m)
        ahead = [one for one in within if after is None or one > after]
        if len(ahead) > limit or radius_m >= criteria.radius_m:
            break
        # As if customers lay evenly: a circle that should hold twice what is still wanted, or four times as wide.
        radius_m *= min(4.0, max(1.5, sqrt(2 * (limit + 1) / len(ahead)))) if ahead else 4.0
    page = ahead[:limit]
    return _documents(session, page), page[-1] if len(ahead) > limit else None


def _within(session: AnySession, criteria: Criteria, radius_m: float) -> list[tuple[float, str]]:
    """(metres, customer id) of all within the radius, in that order."""
    assert criteria.near is not None, "nearness is asked for"  # noqa: S101 - a promise to the type checker
    nearest: dict[str, float] = {}
    query = _in_box(criteria.demands, criteria.territory_ids is None, criteria.retired)
    for box in boxes_around(criteria.near, radius_m):
        edges = {"south": box.south, "north": box.north, "west": box.west, "east": box.east}
        for customer_id, lat, lon in session.execute(query, criteria.parameters | edges):
            distance = distance_m(criteria.near, Position(lat, lon))
            if distance <= radius_m:
                nearest[customer_id] = min(distance, nearest.get(customer_id, distance))
    return sorted((distance, customer_id) for customer_id, distance in nearest.items())


@lru_cache(MOST_SHAPES)
def _in_box(demands: tuple[str, ...], everywhere: bool, retired: bool) -> Select[Any]:
    lat, lon = places.c.lat, places.c.lon
    standing = customers.c.retired_at.is_not(None) if retired else customers.c.retired_at.is_(None)
    return (
        select(places.c.customer_id, lat, lon)
        .join_from(places, customers, customers.c.id == places.c.customer_id)
        .where(*inside(places, everywhere), lat.between(bindparam("south"), bindparam("north")))
        .where(lon.between(bindparam("west"), bindparam("east")), standing)
        .where(*(filter_named(name, everywhere).holds(customers.c) for name in demands))
    )


def _documents(session: AnySession, page: list[tuple[float, str]]) -> list[dict[str, Any]]:
    rows = session.execute(_SHOWN, {"ids": [customer_id for _, customer_id in page]})
    found = {row.id: document(row) for row in rows}
    return [found[customer_id] | {"distance_m": round(distance, 1)} for distance, customer_id in page]
