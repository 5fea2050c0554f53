"""Marks that would lie on each other are moved apart, no further than it takes, and hang on a line to their place."""

from itertools import combinations
from math import dist

import numpy as np
import pytest

from research import charts
from research.charts.apart import moved_apart
from tests.research.charts.reports import full

SIZE = (314.0, 300.0)


def test_who_has_room_stays() -> None:
    homes = [(20.0, 20.0), (60.0, 20.0), (20.0, 60.0)]
    assert moved_apart(homes, 19, SIZE, 10) == homes
    assert moved_apart([], 19, SIZE, 10) == []


def test_two_that_are_too_close_part_by_half_each() -> None:
    homes = [(100.0, 50.0), (109.0, 50.0)]
    places = moved_apart(homes, 19, SIZE, 10)
    assert 18.9 < dist(*places) < 20
    first, second = (dist(home, place) for home, place in zip(homes, places, strict=True))
    assert first == pytest.approx(second)
    assert 5 < first < 7


@pytest.mark.parametrize("seed", range(5))
def test_thirty_marks_in_a_heap_can_all_be_read(seed: int) -> None:
    rng = np.random.default_rng(seed)
    homes = [(float(x), float(y)) for x, y in rng.normal((150, 290), (60, 6), (30, 2))]
    homes[3] = homes[4] = homes[5]
    places = moved_apart(homes, 19, SIZE, 10)
    assert min(dist(*pair) for pair in combinations(places, 2)) > 18.9
    assert all(10 <= x <= SIZE[0] - 10 and 10 <= y <= SIZE[1] - 10 for x, y in places)
    assert max(dist(home, place) for home, place in zip(homes, places, strict=True)) < 70
    assert moved_apart(homes, 19, SIZE, 10) == places


def test_circles_of_items_make_room_and_hang_on_a_line_to_where_they_belong() -> None:
    plane = charts.draw_quadrants(full(), "en", level="item").to_dict()["vconcat"][0]["layer"]
    circles = [layer["mark"] for layer in plane if layer["mark"].get("size") == 230]
    moved = [mark for mark in circles if (mark["xOffset"], mark["yOffset"]) != (0, 0)]
    assert moved
    lines = [layer["mark"] for layer in plane if "x2Offset" in layer["mark"]]
    told = [(line["x2Offset"], line["y2Offset"]) for line in lines]
    assert told == [(mark["xOffset"], mark["yOffset"]) for mark in moved]
