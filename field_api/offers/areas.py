"""Areas on the map: what a polygon holds, and how far a position is from it.

Edges are straight lines of the map, of longitudes and latitudes (RFC 7946, section 3.1.1), not the shortest ways over
the ground. Longitudes do not wrap: an area over the antimeridian has two parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from field_api.geo import ECCENTRICITY_SQUARED, SEMI_MAJOR_M, Box, Position, cartesian, distance_m

# An edge is taken for its chord through the Earth once the two are this close, or this close for so far a distance;
# else it is cut in PIECES.
CLOSE_M = 0.02
CLOSE_SHARE = 1e-4
PIECES = 16
# Nearer than this is touching: at the poles and the antimeridian one place has several coordinates.
TOUCHING_M = 0.01

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Circle:
    """A point that reaches so far."""

    centre: Position
    radius_m: float

    def distance_m(self, position: Position) -> float:
        """Metres to the point."""
        return distance_m(self.centre, position)

    def depth_m(self, position: Position) -> float:
        """Metres from the position to where the circle ends; negative outside of it."""
        return self.radius_m - self.distance_m(position)


@dataclass(frozen=True)
class Area:
    """A polygon or several; `starts` and `ends` are the (n, 2) longitudes and latitudes of all edges, in degrees."""

    geometry: Any
    starts: Floats
    ends: Floats
    # It reaches no further than it goes.
    radius_m: float = 0.0

    def distance_m(self, position: Position) -> float:
        """Metres to the nearest point of the area; 0 inside."""
        if shapely.intersects_xy(self.geometry, position.lon, position.lat):
            return 0.0
        distance = distance_m(position, _nearest(position, self.starts, self.ends))
        return distance if distance > TOUCHING_M else 0.0

    def depth_m(self, position: Position) -> float:
        """Metres from the position to the border; negative outside."""
        outside = self.distance_m(position)
        return -outside if outside else distance_m(position, _nearest(position, self.starts, self.ends))

    @property
    def boxes(self) -> tuple[Box, ...]:
        """One box a part."""
        bounds = shapely.bounds(shapely.get_parts(self.geometry))
        return tuple(Box(south, north, west, east) for west, south, east, north in bounds.tolist())


def area_of(document: dict[str, Any]) -> Area:
    """The area of a valid GeoJSON Polygon or MultiPolygon."""
    geometry = shape_of(document)
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(geometry))]
    shapely.prepare(geometry)
    return Area(geometry, np.concatenate([ring[:-1] for ring in rings]), np.concatenate([ring[1:] for ring in rings]))


def shape_of(document: dict[str, Any]) -> Any:
    """The same as a geometry of shapely, without heights."""
    parts = document["coordinates"] if document["type"] == "MultiPolygon" else [document["coordinates"]]
    polygons = [shapely.Polygon(_flat(rings[0]), [_flat(hole) for hole in rings[1:]]) for rings in parts]
    return shapely.MultiPolygon(polygons) if document["type"] == "MultiPolygon" else polygons[0]


def _flat(ring: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    return [(place[0], place[1]) for place in ring]


def _nearest(position: Position, starts: Floats, ends: Floats) -> Position:
    """The point of the edges nearest to the position.

    Each edge differs from its chord by a known bound; edges that may hold the nearest point are cut until the bound is
    small.
    """
    here = np.array(cartesian(position))
    while True:
        along, distances = _to_chords(here, _cartesians(starts), _cartesians(ends))
        bounds = _bends_m(starts, ends)
        best = int(np.argmin(distances))
        possible = distances - bounds <= np.min(distances + bounds)
        if np.max(bounds[possible]) <= max(CLOSE_M, CLOSE_SHARE * distances[best]):
            lon, lat = (starts[best] + along[best] * (ends[best] - starts[best])).tolist()
            return Position(lat, lon)
        starts, ends = _cut(starts[possible], ends[possible])


def _cartesians(points: Floats) -> Floats:
    """As `geo.cartesian`, (n, 3) from (n, 2) longitudes and latitudes."""
    lon, lat = np.radians(points).T
    normal = SEMI_MAJOR_M / np.sqrt(1 - ECCENTRICITY_SQUARED * np.sin(lat) ** 2)
    across = normal * np.cos(lat)
    return np.stack((across * np.cos(lon), across * np.sin(lon), normal * (1 - ECCENTRICITY_SQUARED) * np.sin(lat)), 1)


def _to_chords(here: Floats, starts: Floats, ends: Floats) -> tuple[Floats, Floats]:
    """Where on each chord, from 0 to 1, its point nearest to `here` lies, and how many metres off that is."""
    chords = ends - starts
    squares = np.einsum("ij,ij->i", chords, chords)
    products = np.einsum("ij,ij->i", here - starts, chords)
    along = np.clip(np.divide(products, squares, out=np.zeros_like(squares), where=squares > 0), 0.0, 1.0)
    off = starts + along[:, None] * chords - here
    return along, np.sqrt(np.einsum("ij,ij->i", off, off))


def _bends_m(starts: Floats, ends: Floats) -> Floats:
    """At most so far is a point of an edge from the same point of its chord: an eighth of the second derivative."""
    turn, rise = np.abs(np.radians(ends - starts)).T
    lats = np.radians(np.stack((starts[:, 1], ends[:, 1])))
    widest = np.where(lats[0] * lats[1] < 0, 1.0, np.max(np.cos(lats), axis=0))
    bends: Floats = SEMI_MAJOR_M / 8 * (rise**2 + 2 * rise * turn + turn**2 * widest)
    return bends


def _cut(starts: Floats, ends: Floats) -> tuple[Floats, Floats]:
    shares = np.linspace(0.0, 1.0, PIECES + 1)[None, :, None]
    points = starts[:, None, :] + shares * (ends - starts)[:, None, :]
    return points[:, :-1].reshape(-1, 2), points[:, 1:].reshape(-1, 2)
