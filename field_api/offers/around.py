"""Finds in the database which offers lie around a position, or hold there; who may have them is decided elsewhere.

All of it is walks along one index of cells. The database itself compares distances, as squares of chords, so that it
hands over what is within reach and nothing else.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import inf
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Select, select, tuple_

from field_api.geo import FAR_M, Position, arc_m, boxes_around, cartesian, chord_squared
from field_api.offers import map_queries
from field_api.offers.areas import Area, Circle, area_of
from field_api.offers.cells import above, cell_at, cover, spans
from field_api.offers.models import offer_places
from field_api.offers.places import AREAS, CIRCLES, PAST, POINTS
from field_api.store.engine import AnySession

# A circle of a search is followed by so many cells at most: with more there are more ranges, and fewer rows in vain.
MOST_CELLS = 16
# So many points more than wanted, before and behind a position on the curve of cells, tell how densely they lie.
NEIGHBOURS = 20
# What touches a circle this small is here, whatever coordinates the antimeridian and the poles give it.
HERE_M = 0.1
# As good as no limit.
MOST_ROWS = 2**40
# Shapes kept ready between questions: what a number of an offer's place says never changes.
MOST_READY = 4_096

Shape = Area | Circle
Key = tuple[str, int]

_SHAPES: Select[Any] = select(
    *(offer_places.c[name] for name in ("offer_id", "number", "lat", "lon", "radius_m", "polygon"))
)
# Beyond what any two places are apart, squared.
FARTHEST = 1e15
_FAR_CHORD = chord_squared(FAR_M)
_ready: dict[Key, Shape] = {}


@dataclass(frozen=True)
class Asked:
    """Where, when and for whom: `roles` are bits of `places.role_bit`, `past` tells that `at` is over."""

    centre: Position
    at: datetime
    roles: int
    past: bool = False

    @cached_property
    def xyz(self) -> tuple[float, float, float]:
        """The position in metres from the centre of the Earth."""
        return cartesian(self.centre)

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """The same as statements name it."""
        x, y, z = self.xyz
        return {"at": self.at, "roles": self.roles, "x": x, "y": y, "z": z}


class Spot(NamedTuple):
    """A place of an offer, so far off: 0 inside an area, inf for everywhere. `inside`: its own fence holds there."""

    distance_m: float
    priority: int
    offer_id: str
    number: int
    inside: bool


class Stored:
    """The map of offers as it stands in the database, in one session."""

    def __init__(self, session: AnySession) -> None:
        self._connection = session.connection()

    def guess_m(self, asked: Asked, wanted: int) -> float:
        """How far one must look for so many points, were they to lie all around as they do along the curve of cells."""
        cell = cell_at(asked.centre.lat, asked.centre.lon)
        values = asked.parameters | {"cell": cell, "rows": NEIGHBOURS + wanted, "before_it": wanted - 1}
        chord = self._connection.execute(map_queries.nth_beside(), values).scalar()
        return inf if chord is None else arc_m(chord)

    def within(self, asked: Asked, radius_m: float, most: int) -> list[Spot] | None:
        """Every place within the radius, in no order; None when there are more than `most`."""
        reach = chord_squared(radius_m) if radius_m <= FAR_M else FARTHEST
        rows = self.touching(asked, (POINTS, AREAS), radius_m, most, reach)
        return None if rows is None else [spot for spot in self._spots(asked, rows) if spot.distance_m <= radius_m]

    def covering(self, asked: Asked) -> list[Spot]:
        """Every place whose own fence holds the position, in no order."""
        rows = self.touching(asked, (CIRCLES, AREAS), HERE_M, MOST_ROWS, 0.0)
        return [spot for spot in self._spots(asked, rows or ()) if spot.inside]

    def everywhere(self, asked: Asked, rank: int, after: str, most: int) -> list[Spot]:
        """So many of those that hold everywhere, highest priority first, from after that rank and offer on."""
        values = {"at": asked.at, "roles": asked.roles, "cell": rank, "after": after, "most": most}
        rows = self._connection.execute(map_queries.everywhere(asked.past), values)
        return [Spot(inf, row.priority, row.offer_id, row.number, True) for row in rows]

    def touching(
        self, asked: Asked, layers: tuple[int, int], radius_m: float, most: int, reach: float
    ) -> list[Any] | None:
        """Rows of `map_queries.touching` under the circle: points within reach, and areas that may be."""
        statement = map_queries.touching(self._connection.dialect.name, CIRCLES in layers, asked.past)
        ranges = orjson.dumps(ranges_around(asked, layers, radius_m)).decode()
        values = asked.parameters | {"ranges": ranges, "most": most + 1}
        values |= {} if CIRCLES in layers else {"reach": reach}
        rows = list(self._connection.execute(statement, values).all())
        return None if len(rows) > most else rows

    def _spots(self, asked: Asked, rows: Collection[Any]) -> list[Spot]:
        """Measures also what the chord does not tell: areas, and what is very far or reaches very far."""
        told = {(row[1], row[2]): row for row in rows}
        untold = [key for key, row in told.items() if row[5] is None or row[4] > _FAR_CHORD]
        shapes = self.shapes(untold) if untold else {}
        found = []
        for (offer_id, number), (_, _, _, priority, chord, reach) in told.items():
            if (shape := shapes.get((offer_id, number))) is not None:
                distance = shape.distance_m(asked.centre)
                found.append(Spot(distance, priority, offer_id, number, distance <= shape.radius_m))
            else:
                found.append(Spot(arc_m(chord), priority, offer_id, number, chord <= reach))
        return found

    def shapes(self, keys: Collection[Key]) -> dict[Key, Shape]:
        """Whole places, by offer and number."""
        shapes = {key: _ready[key] for key in keys if key in _ready}
        missing = [key for key in keys if key not in shapes]
        if len(_ready) + len(missing) > MOST_READY:
            _ready.clear()
        for start in range(0, len(missing), 500):
            key = tuple_(offer_places.c.offer_id, offer_places.c.number)
            for row in self._connection.execute(_SHAPES.where(key.in_(missing[start : start + 500]))):
                shapes[row.offer_id, row.number] = _ready[row.offer_id, row.number] = _shape(row)
        return shapes


def _shape(row: Any) -> Shape:
    if row.polygon is not None:
        return area_of(orjson.loads(row.polygon))
    return Circle(Position(row.lat, row.lon), row.radius_m)


def ranges_around(asked: Asked, layers: tuple[int, int], radius_m: float) -> list[tuple[int, int, int]]:
    """Layer, first and last cell of what may touch the circle: cells of fences are larger than the circle's too."""
    cells = cover(boxes_around(asked.centre, radius_m), MOST_CELLS)
    inside = spans(cells)
    ranges = [(layer, *span) for layer in layers for span in inside]
    ranges += [(layer, cell, cell) for layer in layers if layer != POINTS for cell in above(cells)]
    if asked.past:
        ranges += [(layer + PAST, first, last) for layer, first, last in ranges]
    return ranges
