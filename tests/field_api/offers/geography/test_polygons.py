"""Which polygons an offer may hold in, and where one is told what is wrong with the others."""

from math import cos, pi, sin
from typing import Any

import pytest

from field_api.offers.polygons import MOST_FAULTS, MOST_PARTS, MOST_VERTICES, polygon_faults

SQUARE = [[2.0, 48.0], [3.0, 48.0], [3.0, 49.0], [2.0, 49.0], [2.0, 48.0]]
HOLE = [[2.4, 48.4], [2.6, 48.4], [2.6, 48.6], [2.4, 48.4]]


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def parts(*rings: Any) -> dict[str, Any]:
    return {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}


def circle(corners: int) -> list[list[float]]:
    ring = [[2 + cos(2 * pi * corner / corners), 48 + sin(2 * pi * corner / corners)] for corner in range(corners)]
    return [*ring, ring[0]]


@pytest.mark.parametrize(
    "document",
    [
        polygon(SQUARE),
        polygon(SQUARE[::-1]),
        polygon(SQUARE, HOLE),
        polygon([[*place, 120.0] for place in SQUARE]),
        polygon(circle(MOST_VERTICES - 1)),
        # Fiji, cut at the antimeridian.
        parts(
            [[177, -19], [180, -19], [180, -16], [177, -16], [177, -19]],
            [[-180, -19], [-179, -19], [-179, -16], [-180, -16], [-180, -19]],
        ),
        # All that lies north of 60 degrees.
        polygon([[-180, 60], [180, 60], [180, 90], [-180, 90], [-180, 60]]),
        {**polygon(SQUARE), "bbox": [2, 48, 3, 49]},
        # A ring ends where it begins, whatever the height.
        polygon([*([*place, 120.0] for place in SQUARE[:-1]), [2.0, 48.0, 90.0]]),
    ],
)
def test_a_polygon_of_the_rfc_is_taken(document: Any) -> None:
    assert polygon_faults(document, "/polygon") == []


@pytest.mark.parametrize(
    ("document", "where", "told"),
    [
        ([2, 48], "", "GeoJSON object"),
        ({"type": "Point", "coordinates": [2, 48]}, "/type", "'Point'"),
        ({"type": "Polygon"}, "/coordinates", "array of rings"),
        ({**polygon(SQUARE), "crs": {}}, "/crs", "no member"),
        (polygon(SQUARE[:-1]), "/coordinates/0/3", "The ring is open: end it where it begins, at [2, 48]"),
        (polygon(SQUARE[:2] + SQUARE[:1]), "/coordinates/0", "at least four positions"),
        (polygon([[2, 48], [3, 49], [3, 48], [2, 49], [2, 48]]), "/coordinates", "overlaps itself at longitude 2.5"),
        (polygon([[48, 102], [49, 102], [49, 103], [48, 102]]), "/coordinates/0/0", "longitude first"),
        (polygon([[2, 91], *SQUARE[1:-1], [2, 91]]), "/coordinates/0/0", "looks swapped"),
        (polygon([[200, 48], *SQUARE[1:-1], [200, 48]]), "/coordinates/0/0", "nowhere"),
        (polygon([["2", 48], *SQUARE[1:]]), "/coordinates/0/0", "two numbers"),
        (polygon([[2], *SQUARE[1:]]), "/coordinates/0/0", "two numbers"),
        (polygon([[True, 48], *SQUARE[1:-1], [True, 48]]), "/coordinates/0/0", "two numbers"),
        (polygon([[float("nan"), 48], *SQUARE[1:]]), "/coordinates/0/0", "two numbers"),
        (polygon(SQUARE, [[9, 9], [9.1, 9], [9.1, 9.1], [9, 9]]), "/coordinates", "outside"),
        (
            polygon([[179, -19], [-179, -19], [-179, -16], [179, -16], [179, -19]]),
            "/coordinates/0/1",
            "RFC 7946, section 3.1.9",
        ),
        (parts(SQUARE, SQUARE), "/coordinates", "overlaps itself"),
        (polygon(circle(MOST_VERTICES)), "/coordinates/0", f"{MOST_VERTICES} is the most"),
        (parts(*[circle(3_000)] * 2), "/coordinates/1/0", "simplify"),
        (parts(*[SQUARE] * (MOST_PARTS + 1)), "/coordinates", f"{MOST_PARTS} is the most"),
        (polygon([[2, 48]] * 1_000_000), "/coordinates/0", "1000000 positions"),
    ],
)
def test_what_is_wrong_with_a_polygon_is_told_with_its_place(document: Any, where: str, told: str) -> None:
    faults = polygon_faults(document, "/polygon")
    assert faults[0].where == f"/polygon{where}"
    assert told.lower() in faults[0].detail.lower()
    assert len(faults) <= 10


def test_so_many_faults_are_told_and_no_more() -> None:
    nowhere = [[200.0, 48.0]] * (2 * MOST_FAULTS)
    assert len(polygon_faults(polygon(nowhere), "/polygon")) == MOST_FAULTS
