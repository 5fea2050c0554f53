"""Which GeoJSON polygons an offer may hold in (RFC 7946), and what is wrong with those it may not."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import shapely

from field_api.errors import Fault
from field_api.offers.areas import shape_of

MOST_VERTICES = 5_000
MOST_PARTS = 100
MOST_FAULTS = 10
MEMBERS = frozenset({"type", "coordinates", "bbox"})

_TYPES = ("Polygon", "MultiPolygon")
_PLACE = re.compile(r"(.*)\[(\S+) (\S+)\]")

ANTIMERIDIAN = (
    "goes more than half round the Earth in longitude. An area over the antimeridian is cut there and sent as a "
    "MultiPolygon with a part on each side (RFC 7946, section 3.1.9)"
)


class _Told(Exception):
    """Carries the fault that makes looking any further pointless."""

    def __init__(self, where: str, detail: str) -> None:
        super().__init__(detail)
        self.fault = Fault(where, detail)


def polygon_faults(document: Any, where: str) -> list[Fault]:
    """What is wrong with a GeoJSON polygon that stands at the JSON pointer `where`; empty when nothing is.

    At most MOST_FAULTS are told, and nothing is looked at before it is known to be of a bearable size.
    """
    try:
        rings = list(_rings(document, where))
    except _Told as told:
        return [told.fault]
    faults = [fault for place, ring in rings for fault in _ring_faults(ring, place)]
    if faults:
        return faults[:MOST_FAULTS]
    return _crossing(document, f"{where}/coordinates")


def _rings(document: Any, where: str) -> Iterator[tuple[str, list[Any]]]:
    """Every ring with its pointer."""
    if not isinstance(document, dict):
        raise _Told(where, "Send a GeoJSON object: type and coordinates.")
    kind = document.get("type")
    if kind not in _TYPES:
        raise _Told(f"{where}/type", f"An area is a GeoJSON Polygon or MultiPolygon, not {str(kind)[:40]!r}.")
    for name in sorted(document.keys() - MEMBERS):
        raise _Told(f"{where}/{name.replace('~', '~0').replace('/', '~1')[:60]}", "This is no member of a polygon.")
    place, coordinates = f"{where}/coordinates", document.get("coordinates")
    parts = [(place, coordinates)]
    if kind == "MultiPolygon":
        parts = [(f"{place}/{at}", part) for at, part in enumerate(_list(coordinates, place, "polygons", MOST_PARTS))]
    yet = MOST_VERTICES
    for part_place, part in parts:
        for at, ring in enumerate(_list(part, part_place, "rings", MOST_VERTICES)):
            ring_place = f"{part_place}/{at}"
            yet -= len(_list(ring, ring_place, "positions", MOST_VERTICES))
            if yet < 0:
                raise _Told(ring_place, f"All rings together have at most {MOST_VERTICES} positions; simplify them.")
            yield ring_place, ring


def _list(value: Any, where: str, of: str, most: int) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise _Told(where, f"Send an array of {of} here.")
    if len(value) > most:
        raise _Told(where, f"There are {len(value)} {of} here; {most} is the most.")
    return value


def _ring_faults(ring: list[Any], where: str) -> Iterator[Fault]:
    faults = [fault for at, place in enumerate(ring) if (fault := _position_fault(place, f"{where}/{at}"))]
    if faults:
        yield from faults
        return
    if len(ring) < 4:
        yield Fault(where, f"A ring has at least four positions, the last equal to the first; here are {len(ring)}.")
    elif ring[0][:2] != ring[-1][:2]:
        yield Fault(f"{where}/{len(ring) - 1}", f"The ring is open: end it where it begins, at {_said(ring[0])}.")
    for at, (one, other) in enumerate(pairwise(ring)):
        # Edges all the way from -180 to 180 are parallels, those of a polar cap for one.
        if 180 < abs(one[0] - other[0]) < 360:
            yield Fault(f"{where}/{at + 1}", f"The edge from {_said(one)} to {_said(other)} {ANTIMERIDIAN}.")


def _position_fault(place: Any, where: str) -> Fault | None:
    if not isinstance(place, list) or len(place) not in {2, 3} or not all(map(_is_number, place)):
        return Fault(where, f"A position is two numbers, longitude and latitude; {str(place)[:60]} is not.")
    lon, lat = place[:2]
    if abs(lon) <= 180 and abs(lat) <= 90:
        return None
    if abs(lon) <= 90 and abs(lat) <= 180:
        told = (
            f"GeoJSON writes longitude first, latitude second: {_said(place)} looks swapped, for latitudes end at 90."
        )
        return Fault(where, told)
    return Fault(where, f"{_said(place)} is nowhere: longitudes end at 180 degrees, latitudes at 90.")


def _is_number(value: Any) -> bool:
    # Comparing also refuses NaN, which a caller other than HTTP might hand over.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 1e9


def _crossing(document: dict[str, Any], where: str) -> list[Fault]:
    reason: str = shapely.is_valid_reason(shape_of(document))
    if reason == "Valid Geometry":
        return []
    found = _PLACE.fullmatch(reason)
    if found is None:
        return [Fault(where, f"This is no area: {reason}.")]
    told, lon, lat = found.groups()
    wrong = {
        "Self-intersection": "The border crosses or overlaps itself",
        "Ring Self-intersection": "A ring touches itself",
        "Too few points in geometry component": "A ring has fewer than three corners that differ, and one of them is",
    }
    return [Fault(where, f"{wrong.get(told, told)} at longitude {float(lon):g}, latitude {float(lat):g}.")]


def _said(place: list[float]) -> str:
    return f"[{place[0]:g}, {place[1]:g}]"
