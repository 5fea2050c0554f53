"""Which offers are near, against looking at every one of them."""

from datetime import timedelta
from math import inf, remainder
from typing import Any

import pytest
from geopy.distance import geodesic
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from field_api.customers.models import ROLES
from field_api.geo import Position
from field_api.offers import nearest as order
from field_api.offers.around import Asked, Step, Stored
from field_api.offers.models import Offer
from field_api.offers.nearest import Map, holding, nearest
from field_api.offers.places import ALL_ROLES, role_bit, tell_change
from field_api.offers.snapshot import remembered
from field_api.store.engine import AnySession
from field_api.sync import epochs
from tests.field_api.offers.geography.atlas import NOW, area, box, exact_m, holds, keep, offer_at, point

centres = st.one_of(
    st.builds(Position, st.floats(-90, 90), st.floats(-180, 180)),
    st.builds(Position, st.sampled_from([-90, 89.9, 90, -89.95]), st.floats(-180, 180)),
    st.builds(Position, st.floats(-80, 80), st.sampled_from([-180, 180, 179.99, -179.99])),
)
shares = st.floats(-1, 1).map(lambda share: round(share, 4))
offsets = st.tuples(shares, shares)
# Where an offer lies from the centre: points, rectangles or, rarely, everywhere.
spread = st.lists(
    st.tuples(st.lists(st.tuples(st.booleans(), offsets), max_size=2), st.integers(0, 2), st.integers(0, 3)), max_size=8
)
times = st.integers(0, 3)


@given(centres, spread, st.floats(100, 200_000), st.integers(1, 3), st.sampled_from(ROLES))
@example(Position(90, 0), [([(False, (0.3, 0.9))], 0, 0), ([(True, (0.01, -0.5))], 1, 0)], 90_000.0, 1, "client")
@example(Position(0, 180), [([(False, (0.1, side))], 0, 0) for side in (0.4, -0.4, 0.0)], 60_000.0, 1, "client")
@example(Position(0, -180), [([(True, (0.1, side))], 0, 0) for side in (0.4, -0.4, 0.0)], 60_000.0, 1, "client")
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_is_that_of_looking_at_every_offer(
    session: AnySession,
    monkeypatch: pytest.MonkeyPatch,
    centre: Position,
    spread: list[Any],
    radius_m: float,
    limit: int,
    role: str,
) -> None:
    # So few that circles are halved.
    monkeypatch.setattr(order, "MOST_SPOTS", 3)
    asked = Asked(centre, NOW + timedelta(days=len(spread)), role_bit(role))
    offers = [_offer(centre, number, *one) for number, one in enumerate(spread)]
    with_map(session, offers)
    found = pages(Stored(session), asked, radius_m, limit)
    assert pages(remembered(session), asked, radius_m, limit) == found == sorted(found)
    here = {step.offer_id for step in holding(Stored(session), asked)}
    for offer in offers:
        steps = [step for step in found if step.offer_id == offer.id]
        metres = exact_m(centre, offer.places)
        if not _is_for(offer, role, asked) or radius_m * 1.001 + 0.1 < metres < inf:
            assert steps == []
        elif metres <= radius_m * 0.999 - 0.1 or metres == inf:
            assert [step.less_urgent for step in steps] == [-offer.priority]
            assert steps[0].distance_m == pytest.approx(metres, rel=1e-3, abs=0.11)
        if offer.places and _is_for(offer, role, asked):
            assert (offer.id in here) in {holds(centre, offer.places, margin) for margin in (-1e-3, 1e-3)}
        else:
            assert offer.id not in here


def _offer(centre: Position, number: int, shapes: list[Any], when: int, priority: int) -> Offer:
    """Some are over, some still to come, some for half of the roles."""
    period = [(-30, None), (-30, 4), (2, None)][when]
    starts_at, ends_at = (None if days is None else NOW + timedelta(days=days) for days in period)
    audience = {"roles": [*ROLES[number % 5 :], "client"]} if number % 2 else {}
    places = [_beside(centre, is_area, *offset) for is_area, offset in shapes]
    return offer_at(*places, starts_at=starts_at, ends_at=ends_at, audience=audience, priority=priority)


def _beside(centre: Position, is_area: bool, north: float, east: float) -> dict[str, Any]:
    lat = max(-90.0, min(90.0, centre.lat + north))
    lon = remainder(centre.lon + east * (180 if abs(lat) > 89 else 1), 360)
    if not is_area:
        return point(lat, lon, 1_000 * (1 + abs(east) * 50))
    south, west = min(lat, 89.5), min(lon, 179.5)
    return area(box(west, south, west + 0.3, south + 0.2))


def _is_for(offer: Offer, role: str, asked: Asked) -> bool:
    in_time = offer.starts_at <= asked.at and (offer.ends_at is None or offer.ends_at > asked.at)
    return in_time and role in offer.audience.get("roles", ROLES)


def with_map(session: AnySession, offers: list[Offer]) -> None:
    session.rollback()
    for table in ("offer_cells", "offer_places", "offers"):
        session.connection().exec_driver_sql(f"DELETE FROM {table}")
    tell_change(session)
    # Databases of tests are emptied, and their maps count from one again.
    epochs.renew(session)
    session.commit()
    keep(session, *offers)


def pages(map_: Map, asked: Asked, radius_m: float, limit: int) -> list[Step]:
    """All steps, so many at a time."""
    found: list[Step] = []
    while True:
        after = found[-1] if found else None
        walk = nearest(map_, asked, radius_m, limit, after)
        these = [step for step, _ in zip(walk, range(limit), strict=False)]
        found += these
        if len(these) < limit:
            return found


@pytest.mark.parametrize(("metres", "inside"), [(2_990_000, True), (3_010_000, False)])
def test_a_fence_of_thousands_of_kilometres_ends_where_it_is_said_to(
    session: AnySession, metres: int, inside: bool
) -> None:
    # The straight line to a point at the end of such an arc is 27 km shorter than the arc.
    there = geodesic(meters=metres).destination((10.0, 20.0), 60)
    with_map(session, [offer_at(point(10.0, 20.0, 3_000_000))])
    asked = Asked(Position(there.latitude, there.longitude), NOW, ALL_ROLES)
    assert bool(holding(Stored(session), asked)) is inside
    for map_ in (Stored(session), remembered(session)):
        assert [step.distance_m for step in map_.within(asked, 4_000_000.0, 10) or ()] == [
            pytest.approx(metres, rel=1e-5)
        ]
