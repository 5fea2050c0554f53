"""Offers that lie as French towns do: many where many people live, most of them within a few kilometres of a centre."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from math import cos, radians, sqrt
from random import Random
from typing import Any
from uuid import UUID

from field_api.customers.models import ROLES
from field_api.demo.communes import Commune, communes
from field_api.geo import Position

AT = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
METRES_A_DEGREE = 111_320
RADII_M = (200.0, 500.0, 1_000.0, 2_000.0)


def offers(size: int) -> Iterator[dict[str, Any]]:
    """So many, the same ones every time: two thirds of them in their period, most for some of the roles alone."""
    rng, towns = Random(size), communes()
    weights = list(accumulate(town.population for town in towns))
    for _ in range(size):
        there = _in_town(rng, rng.choices(towns, cum_weights=weights)[0])
        starts_at = AT + timedelta(days=rng.uniform(-300, 60))
        yield {
            "id": str(UUID(int=rng.getrandbits(128))),
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(days=rng.uniform(60, 600)) if rng.random() < 0.8 else None,
            "priority": rng.randrange(10),
            "audience": {"roles": rng.sample(ROLES, rng.randint(1, 3))} if rng.random() < 0.7 else {},
            "everywhere": False,
            "places": [{"lat": there.lat, "lon": there.lon, "radius_m": rng.choice(RADII_M)}],
        }


def positions(count: int) -> list[Position]:
    """Where people ask: in towns as offers are, and now and then between them."""
    rng, towns = Random(7), communes()
    weights = list(accumulate(town.population for town in towns))
    return [_in_town(rng, rng.choices(towns, cum_weights=weights)[0]) for _ in range(count)]


def _in_town(rng: Random, town: Commune) -> Position:
    """Towns grow with the square root of their people: some 4 km about the centre of one of 200,000."""
    spread = 9.0 * sqrt(town.population) / METRES_A_DEGREE
    return Position(town.lat + rng.gauss(0, spread), town.lon + rng.gauss(0, spread) / cos(radians(town.lat)))
