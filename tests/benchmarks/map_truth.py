"""What the answers should be: every offer measured, and those near an edge by the geodesic itself."""

from typing import Any

import numpy as np
from geopy.distance import geodesic
from numpy.typing import NDArray

from field_api.geo import Position, cartesian
from field_api.offers.places import roles_of

# Straight lines are at most so much off the geodesic at the distances asked for here.
OFF = 0.001


class Truth:
    """All offers that are of the moment and the roles, in arrays."""

    def __init__(self, meets: dict[str, Any]) -> None:
        self._at, self._roles = meets["at"], meets["roles"]
        self._ids: list[str] = []
        self._rows: list[tuple[float, ...]] = []

    def keep(self, offers: list[dict[str, Any]]) -> None:
        """Take offers in."""
        for one in filter(self._meets, offers):
            (place,) = one["places"]
            self._ids.append(one["id"])
            there = Position(place["lat"], place["lon"])
            self._rows.append((there.lat, there.lon, place["radius_m"], *cartesian(there)))

    def finish(self) -> None:
        """Make arrays of what was taken in: latitude, longitude, radius and the three metres from the centre."""
        self._columns: NDArray[np.float64] = np.array(self._rows).T.copy()
        self._rows = []

    def near(self, spot: Position, radius_m: float, wanted: int) -> set[str]:
        """The ids of the nearest."""
        metres = self._straight_m(spot)
        edge = min(radius_m, float(np.partition(metres, wanted)[wanted]) if len(metres) > wanted else np.inf)
        near = np.flatnonzero(metres <= edge * (1 + OFF))
        measured = sorted((self._geodesic_m(spot, row), self._ids[row]) for row in near)
        return {own for distance, own in measured[:wanted] if distance <= radius_m}

    def fences(self, spot: Position) -> set[str]:
        """The ids of those whose fence holds the position."""
        metres, radii = self._straight_m(spot), self._columns[2]
        inside = metres <= radii
        for row in np.flatnonzero(abs(metres - radii) <= OFF * radii):
            inside[row] = self._geodesic_m(spot, row) <= radii[row]
        return {self._ids[row] for row in np.flatnonzero(inside)}

    def _meets(self, one: dict[str, Any]) -> bool:
        ends_at = one["ends_at"]
        in_time = one["starts_at"] <= self._at and (ends_at is None or ends_at > self._at)
        return in_time and bool(roles_of(one["audience"]) & self._roles)

    def _straight_m(self, spot: Position) -> NDArray[np.float64]:
        x, y, z = cartesian(spot)
        _, _, _, xs, ys, zs = self._columns
        return np.sqrt((xs - x) ** 2 + (ys - y) ** 2 + (zs - z) ** 2)

    def _geodesic_m(self, spot: Position, row: int) -> float:
        lat, lon = self._columns[:2, row]
        metres: float = geodesic((spot.lat, spot.lon), (lat, lon)).meters
        return metres
