"""Distances and boxes, held against geopy's geodesic."""

import math

import pytest
from geopy.distance import geodesic
from hypothesis import example, given
from hypothesis import strategies as st

from field_api.geo import Position, boxes_around, distance_m

latitudes = st.floats(-90, 90, allow_subnormal=False)
longitudes = st.floats(-180, 180, allow_subnormal=False)
positions = st.builds(Position, latitudes, longitudes)


def away(centre: Position, bearing: float, metres: float) -> Position:
    there = geodesic(meters=metres).destination((centre.lat, centre.lon), bearing)
    return Position(there.latitude, math.remainder(there.longitude, 360))


@given(positions, st.floats(0, 360), st.floats(1, 1_000_000))
@example(Position(90, 0), 0, 50_000)
@example(Position(-89.99, 12), 0, 5_000)
@example(Position(51, 179.99), 90, 20_000)
def test_a_distance_is_within_a_tenth_of_a_per_mille_of_the_geodesic(
    centre: Position, bearing: float, metres: float
) -> None:
    there = away(centre, bearing, metres)
    exact_m = geodesic((centre.lat, centre.lon), (there.lat, there.lon)).meters
    assert distance_m(centre, there) == pytest.approx(exact_m, rel=1e-4, abs=1e-6)


@given(positions, positions)
def test_a_distance_is_the_same_both_ways_and_never_more_than_half_round(one: Position, other: Position) -> None:
    assert distance_m(one, other) == distance_m(other, one)
    assert 0 <= distance_m(one, other) <= 20_040_000


@given(positions, st.floats(0, 360), st.floats(1, 200_000))
@example(Position(90, 0), 123, 400)
@example(Position(89.999, 0), 0, 2_000)
@example(Position(0, 180), 90, 10_000)
@example(Position(0, -180), 270, 10_000)
@example(Position(-90, 77), 0, 100_000)
def test_the_boxes_hold_every_position_within_the_radius(centre: Position, bearing: float, radius_m: float) -> None:
    there = away(centre, bearing, radius_m * 0.999)
    boxes = boxes_around(centre, radius_m)
    assert any(box.south <= there.lat <= box.north and box.west <= there.lon <= box.east for box in boxes)


@given(positions, st.floats(1, 20_000_000))
def test_boxes_stay_on_the_map(centre: Position, radius_m: float) -> None:
    for box in boxes_around(centre, radius_m):
        assert -90 <= box.south <= box.north <= 90
        assert -180 <= box.west <= box.east <= 180


def test_a_box_in_france_is_hardly_larger_than_its_circle() -> None:
    (box,) = boxes_around(Position(46.2, 5.2), 10_000)
    assert distance_m(Position(46.2, 5.2), Position(box.north, 5.2)) < 10_300
    assert distance_m(Position(46.2, 5.2), Position(46.2, box.east)) < 10_300


@pytest.mark.parametrize("lon", [-179.99, 179.99])
def test_boxes_cut_at_the_antimeridian_are_together_as_wide_as_one_elsewhere(lon: float) -> None:
    (whole,) = boxes_around(Position(46.2, 5.2), 10_000)
    parts = boxes_around(Position(46.2, lon), 10_000)
    assert [one.west == -180 or one.east == 180 for one in parts] == [True, True]
    assert sum(one.east - one.west for one in parts) == pytest.approx(whole.east - whole.west)


@pytest.mark.parametrize(("lat", "lon"), [(90, 180), (-90, -180), (0, 180), (0, -180)])
def test_the_edges_of_the_map_are_on_it(lat: float, lon: float) -> None:
    assert Position(lat, lon).lon == lon


@pytest.mark.parametrize(("lat", "lon"), [(90.001, 0), (0, -180.001), (math.nan, 0), (0, math.inf)])
def test_a_position_that_is_nowhere_is_refused(lat: float, lon: float) -> None:
    with pytest.raises(ValueError, match="is nowhere"):
        Position(lat, lon)
