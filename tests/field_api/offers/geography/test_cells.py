"""Cells of the map, held against counting degrees."""

from hypothesis import given
from hypothesis import strategies as st

from field_api.geo import Box
from field_api.offers.cells import LEVELS, ROOT, above, cell_at, cover, spans

lats, lons = st.floats(-90, 90), st.floats(-180, 180)


@given(lats, lats, lons, lons, st.floats(0, 1), st.floats(0, 1), st.sampled_from([4, 9, 16]))
def test_a_cover_has_few_cells_and_every_position_of_its_box(
    lat1: float, lat2: float, lon1: float, lon2: float, north: float, east: float, most: int
) -> None:
    box = Box(min(lat1, lat2), max(lat1, lat2), min(lon1, lon2), max(lon1, lon2))
    cells = cover([box], most)
    assert 0 < len(cells) <= most
    lat = min(box.south + north * (box.north - box.south), box.north)
    lon = min(box.west + east * (box.east - box.west), box.east)
    here = cell_at(lat, lon)
    assert any(first <= here <= last for first, last in spans(cells))
    assert above([here]) & set(cells) or here in cells


@given(lats, lons)
def test_every_position_has_one_cell_on_each_level(lat: float, lon: float) -> None:
    cell = cell_at(lat, lon)
    larger = above([cell])
    assert len(larger) == LEVELS
    assert ROOT in larger
    for one in larger:
        ((first, last),) = spans([one])
        assert first <= cell <= last


def test_four_cells_make_the_next_larger_one() -> None:
    cells = {cell_at(lat, lon) for lat in (45, 45 + 180 / 2**LEVELS) for lon in (90, 90 + 360 / 2**LEVELS)}
    assert len(cells) == 4
    assert len({frozenset(above([cell])) for cell in cells}) == 1
    assert len(spans(cells)) == 1
