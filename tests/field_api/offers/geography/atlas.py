"""Offers on the map for tests, and looking at every one of them: geopy's geodesic, and nothing of our own geometry."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import asin, cos, inf, radians, sin, sqrt
from typing import Any

from geopy.distance import geodesic

from field_api.geo import Position
from field_api.offers.models import Offer
from field_api.offers.places import settle
from field_api.store.columns import new_id
from field_api.store.engine import AnySession, writing

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
SAMPLES = 24
# How much longer at most a way is on a sphere than another one of the same length on the ellipsoid.
SPHERE = 1.012

Place = dict[str, Any]


def offer_at(*places: Place, **more: Any) -> Offer:
    """A live offer that holds at these places, or everywhere when there are none."""
    given: dict[str, Any] = {
        "id": new_id(),
        "state": "live",
        "kind": "service",
        "title": {"en": "A visit", "fr": "Une visite"},
        "text": {"en": "At home.", "fr": "À domicile."},
        "starts_at": NOW - timedelta(days=30),
        "time_zone": "Europe/Paris",
        "weekly_hours": [],
        "everywhere": not places,
        "places": list(places),
        "audience": {},
        "channels": [],
        "priority": 0,
        "territory_ids": [],
    }
    nothing = (
        *("percent", "amount_minor", "currency", "multiplier_percent", "gift", "picture_url", "ends_at"),
        *("budget_total", "budget_per_customer", "budget_per_day", "stacking_group"),
    )
    return Offer(**dict.fromkeys(nothing) | given | more)


def keep(session: AnySession, *offers: Offer, at: datetime = NOW - timedelta(days=30)) -> None:
    """Store offers, and lay them on the map as of that moment."""
    with writing(session):
        session.add_all(offers)
        session.flush()
        for offer in offers:
            settle(session, offer, at)


def point(lat: float, lon: float, radius_m: float = 500.0) -> Place:
    return {"lat": lat, "lon": lon, "radius_m": radius_m}


def area(*rings: list[tuple[float, float]]) -> Place:
    """A polygon of rings of (lon, lat) that this closes."""
    return {"polygon": {"type": "Polygon", "coordinates": [[list(at) for at in [*ring, ring[0]]] for ring in rings]}}


def box(west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
    return [(west, south), (east, south), (east, north), (west, north)]


def exact_m(here: Position, places: Sequence[Place]) -> float:
    """Metres to the nearest of the places by looking at all of them; 0 inside an area, inf without any place."""
    return min((distance for distance, _ in depths_m(here, places)), default=inf)


def holds(here: Position, places: Sequence[Place], margin: float = 0.0) -> bool:
    """Whether one of the places has the position within its own fence, made larger by that share of its radius."""
    return any(
        distance <= place.get("radius_m", 0.0) * (1 + margin)
        for place, (distance, _) in zip(places, depths_m(here, places), strict=True)
    )


def depths_m(here: Position, places: Sequence[Place]) -> list[tuple[float, float]]:
    """Of each place, metres to its point, or 0 inside an area; and metres to where its fence ends, negative outside."""
    return [_depth_m(here, place) for place in places]


def geodesic_m(one: Position, other: Position) -> float:
    metres: float = geodesic((one.lat, one.lon), (other.lat, other.lon)).meters
    return metres


def _depth_m(here: Position, place: Place) -> tuple[float, float]:
    if "polygon" not in place:
        metres = geodesic_m(here, Position(place["lat"], place["lon"]))
        return metres, place["radius_m"] - metres
    polygon = place["polygon"]
    parts = polygon["coordinates"] if polygon["type"] == "MultiPolygon" else [polygon["coordinates"]]
    spots = [_nearest(here, one, other) for rings in parts for ring in rings for one, other in pairwise(ring)]
    roughly = min(metres for metres, _ in spots)
    border = min(geodesic_m(here, spot) for metres, spot in spots if metres <= roughly * SPHERE + 0.01)
    # At the poles and the antimeridian one place has several coordinates.
    if border <= 0.01 or any(_inside(here, rings) for rings in parts):
        return 0.0, border
    return border, -border


def _inside(here: Position, rings: list[list[list[float]]]) -> bool:
    """Whether a line to the east crosses the borders an odd number of times."""
    crossed = False
    for ring in rings:
        for (lon1, lat1), (lon2, lat2) in pairwise(ring):
            if (lat1 > here.lat) != (lat2 > here.lat):
                crossed ^= here.lon < lon1 + (here.lat - lat1) / (lat2 - lat1) * (lon2 - lon1)
    return crossed


def _nearest(here: Position, one: list[float], other: list[float]) -> tuple[float, Position]:
    """The point nearest to a position on a straight line of the map, and metres to it, as on a sphere.

    Sampled, then narrowed down around each sample that is nearer than those beside it: an edge all the way round the
    Earth comes near twice. On the ellipsoid another point may be nearest, but by 0.002 % of
    its distance only: lengths differ by 0.6 % at most, and about a least distance such errors are squared.
    """

    def spot(share: float) -> Position:
        lon, lat = (a + share * (b - a) for a, b in zip(one, other, strict=True))
        return Position(lat, lon)

    sampled = [_sphere_m(here, spot(step / SAMPLES)) for step in range(SAMPLES + 1)]
    nearer = [step for step, metres in enumerate(sampled) if metres == min(sampled[max(0, step - 1) : step + 2])]
    narrowed = [spot(_narrowed(here, spot, max(0, step - 1), min(SAMPLES, step + 1))) for step in nearer]
    return min(((_sphere_m(here, one), one) for one in narrowed), key=lambda found: found[0])


def _narrowed(here: Position, spot: Callable[[float], Position], first: int, last: int) -> float:
    """The share of an edge, between two samples, at which it comes nearest."""
    low, high = first / SAMPLES, last / SAMPLES
    while high - low > 1e-10:
        third = (high - low) / 3
        if _sphere_m(here, spot(low + third)) <= _sphere_m(here, spot(high - third)):
            high -= third
        else:
            low += third
    return (low + high) / 2


def _sphere_m(one: Position, other: Position) -> float:
    """Metres on a sphere, by the haversine."""
    lat1, lat2 = radians(one.lat), radians(other.lat)
    across = cos(lat1) * cos(lat2) * sin(radians(other.lon - one.lon) / 2) ** 2
    return 2 * 6_371_000 * asin(min(1.0, sqrt(sin((lat2 - lat1) / 2) ** 2 + across)))
