"""Who is near, against looking at everybody."""

from math import remainder

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from field_api.customers import nearby
from field_api.customers.filters import Criteria
from field_api.geo import Position, distance_m
from field_api.reps.models import Territory
from field_api.store.engine import AnySession
from tests.field_api.customers.makers import everybody, keep, one
from tests.field_api.people import make_territory

centres = st.one_of(
    st.builds(Position, st.floats(-90, 90), st.floats(-180, 180)),
    # At the edges of the map, where boxes are split or go all the way round.
    st.builds(Position, st.sampled_from([-90, 89.9, 90, -89.95]), st.floats(-180, 180)),
    st.builds(Position, st.floats(-80, 80), st.sampled_from([-180, 180, 179.99, -179.99])),
)
offsets = st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), max_size=12)


@pytest.fixture
def territory(session: AnySession) -> Territory:
    return make_territory(session)


@given(centres, offsets, st.floats(100, 100_000), st.integers(1, 4), st.sampled_from([None, "firm"]))
@example(Position(90, 0), [(0.3, 0.9), (0.01, -0.5)], 90_000.0, 1, "firm")
@example(Position(0, 180), [(0.1, 0.4), (0.1, -0.4), (-0.4, 0.0), (0.6, 0.0)], 60_000.0, 1, None)
@example(Position(0, -180), [(0.1, 0.4), (0.1, -0.4), (-0.4, 0.0), (0.6, 0.0)], 60_000.0, 1, None)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_of_nearness_are_those_of_looking_at_everybody(
    session: AnySession,
    monkeypatch: pytest.MonkeyPatch,
    centre: Position,
    offsets: list[tuple[float, float]],
    radius_m: float,
    limit: int,
    kind: str | None,
) -> None:
    # So few are tried for a page that many pages are short.
    monkeypatch.setattr(nearby, "SCANNED", 3)
    own = make_territory(session)
    around = [_beside(centre, north, east) for north, east in offsets]
    kinds = ("person", "firm")
    customers = [one(own.id, lat=there.lat, lon=there.lon, kind=kinds[n % 2]) for n, there in enumerate(around)]
    keep(session, *customers)
    criteria = Criteria(frozenset({own.id}), near=centre, radius_m=radius_m, kind=kind)
    found = [(row["id"], row["distance_m"]) for row in everybody(session, criteria, limit)]
    distances = ((distance_m(centre, there), made) for there, made in zip(around, customers, strict=True))
    wanted = ((metres, made.id) for metres, made in distances if metres <= radius_m and kind in {None, made.kind})
    expected = sorted(wanted)
    assert found == [(own_id, round(metres, 1)) for metres, own_id in expected]


def _beside(centre: Position, north: float, east: float) -> Position:
    lat = max(-90.0, min(90.0, centre.lat + north))
    return Position(lat, remainder(centre.lon + east * (180 if abs(lat) > 89 else 1), 360))


def test_somebody_with_two_places_is_met_once_at_the_nearer_one(session: AnySession, territory: Territory) -> None:
    here = Position(46.2, 5.2)
    twice = one(territory.id, lat=46.3, lon=5.2)
    other = one(territory.id, lat=46.25, lon=5.2)
    keep(session, twice, other)
    session.connection().exec_driver_sql(
        "INSERT INTO places SELECT '00000000-0000-7000-8000-000000000001', customer_id, territory_id, label, street, "
        "postcode, town, town_folded, country, 46.21, lon, position_origin, accuracy_m, created_at FROM places "
        f"WHERE customer_id = '{twice.id}'"
    )
    session.commit()
    found = everybody(session, Criteria(frozenset({territory.id}), near=here, radius_m=20_000), 1)
    assert [row["id"] for row in found] == [twice.id, other.id]
    assert found[0]["distance_m"] < 1_200


def test_far_from_everybody_nobody_is_near(session: AnySession, territory: Territory) -> None:
    keep(session, one(territory.id, lat=46.2, lon=5.2))
    nowhere = Criteria(frozenset({territory.id}), near=Position(-46.2, 5.2), radius_m=100_000)
    assert everybody(session, nowhere) == []
