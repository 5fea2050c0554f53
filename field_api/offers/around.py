"""Finds in the database which offers lie around a position, or hold there; who may have them is decided elsewhere.

All of it is walks along one index of cells. The database itself compares distances, as squares of chords, so that it
hands over what is within reach and nothing else.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import inf
from typing import Any, NamedTuple

from sqlalchemy import bindparam, or_, select

from field_api.geo import FAR_M, Position, arc_m, boxes_around, cartesian, chord_squared
from field_api.offers import map_queries
from field_api.offers.cells import above, cell_at, cover, spans
from field_api.offers.models import offer_places
from field_api.offers.places import AREAS, CIRCLES, PAST, POINTS
from field_api.offers.reaches import known_reach_m, reaches_of, remember_reach
from field_api.offers.shapes import Key, Shape, shapes_of
from field_api.store.among import among
from field_api.store.columns import Instant
from field_api.store.engine import AnySession
from field_api.store.hot_statements import read

# A circle of a search is followed by so many cells at most: with more there are more ranges, and fewer rows in vain.
MOST_CELLS = 16
# So many points more than wanted, before and behind a position on the curve of cells, tell how densely they lie.
NEIGHBOURS = 20
# What touches a circle this small is here, whatever coordinates the antimeridian and the poles give it.
HERE_M = 0.1
# As good as no limit.
MOST_ROWS = 2**40

_STANDING = select(*(offer_places.c[name] for name in ("offer_id", "number", "priority"))).where(
    among(offer_places.c.offer_id)
)
_HELD_NOW = _STANDING.where(offer_places.c.replaced_at.is_(None))
_AT = bindparam("at", type_=Instant)
_HELD_THEN = _STANDING.where(
    offer_places.c.held_at <= _AT, or_(offer_places.c.replaced_at.is_(None), offer_places.c.replaced_at > _AT)
)
# Beyond what any two places are apart, squared.
FARTHEST = 1e15
# Of a chord as long as this, squared, the distance must be measured otherwise.
FAR_CHORD = chord_squared(FAR_M)


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

    @property
    def step(self) -> "Step":
        """Where the offer comes in the order, as far as this place tells."""
        return Step(round(self.distance_m, 1), -self.priority, self.offer_id)


class Step(NamedTuple):
    """Tenths of metres apart are told apart; inf for what holds everywhere. Sorting steps sorts offers."""

    distance_m: float
    less_urgent: int
    offer_id: str


class Stored:
    """The map of offers as it stands in the database, in one session."""

    def __init__(self, session: AnySession) -> None:
        self._connection = session.connection()
        self._reaches = reaches_of(self._connection.engine)

    def guess_m(self, asked: Asked, wanted: int) -> float:
        """About how far one must look for so many points, as seen from hereabouts before or told by their density."""
        reach_m = known_reach_m(self._reaches, asked.roles, wanted, asked.centre)
        return self._guess_m(asked, wanted) if reach_m is None else reach_m

    def was_m(self, asked: Asked, wanted: int, reach_m: float) -> None:
        """Let later searches from hereabouts begin with what this one had to look through."""
        remember_reach(self._reaches, asked.roles, wanted, asked.centre, reach_m)

    def _guess_m(self, asked: Asked, wanted: int) -> float:
        """How far it is to so many points, were they to lie all around as they do along the curve of cells."""
        cell = cell_at(asked.centre.lat, asked.centre.lon)
        values = asked.parameters | {"cell": cell, "before_it": wanted - 1}
        chords = read(self._connection, map_queries.nth_beside(NEIGHBOURS + wanted), values)
        return arc_m(chords[0][0]) if chords else inf

    def within(self, asked: Asked, radius_m: float, most: int) -> list[Step] | None:
        """Every place within the radius, as a step and in no order; None when there are more than `most`."""
        rows = self.touching(asked, (POINTS, AREAS), radius_m, most, chord_within(radius_m))
        if rows is None:
            return None
        steps, untold = [], {}
        for offer_id, number, priority, chord, _reach in rows:
            if chord is None or chord > FAR_CHORD:
                untold[offer_id, number] = priority
            elif (distance := arc_m(chord)) <= radius_m:
                steps.append(Step(round(distance, 1), -priority, offer_id))
        return [*steps, *self.steps_of(asked, untold, radius_m)]

    def steps_of(self, asked: Asked, priorities: Mapping[Key, int], radius_m: float) -> list[Step]:
        """Those of these places that are within the radius, measured by their shapes."""
        spots = self._measure(asked, priorities) if priorities else ()
        return [spot.step for spot in spots if spot.distance_m <= radius_m]

    def covering(self, asked: Asked) -> list[Spot]:
        """Every place whose own fence holds the position, in no order."""
        rows = self.touching(asked, (CIRCLES, AREAS), HERE_M, MOST_ROWS, 0.0)
        return [spot for spot in self._spots(asked, rows or ()) if spot.inside]

    def places_of(self, asked: Asked, offer_ids: Collection[str]) -> list[Spot]:
        """Every place of these offers, in no order."""
        rows = self.standing(asked, offer_ids)
        shapes = shapes_of(self._connection, [row[:2] for row in rows])
        return [_measured(asked, *row, shapes[row[:2]]) for row in rows]

    def standing(self, asked: Asked, offer_ids: Collection[str]) -> list[tuple[str, int, int]]:
        """Offer, number and priority of every place that these offers have at the moment asked for."""
        held = _HELD_THEN if asked.past else _HELD_NOW
        values = {"ids": list(offer_ids), "at": asked.at}
        return [(*row,) for row in self._connection.execute(held, values)] if offer_ids else []

    def everywhere(self, asked: Asked, rank: int, after: str, most: int) -> list[Spot]:
        """So many of those that hold everywhere, highest priority first, from after that rank and offer on."""
        values = {"at": asked.at, "roles": asked.roles, "cell": rank, "after": after}
        rows = self._connection.execute(map_queries.everywhere(asked.past, most), values)
        return [Spot(inf, row.priority, row.offer_id, row.number, True) for row in rows]

    def touching(
        self, asked: Asked, layers: tuple[int, int], radius_m: float, most: int, reach: float
    ) -> list[Any] | None:
        """Rows of `map_queries.touching` under the circle: points within reach, and areas that may be."""
        dialect = self._connection.dialect.name
        statement = map_queries.touching(dialect, CIRCLES in layers, asked.past, most + 1)
        values = asked.parameters | map_queries.ranges_as_bound(dialect, ranges_around(asked, layers, radius_m))
        values |= {} if CIRCLES in layers else {"reach": reach}
        rows = read(self._connection, statement, values)
        return None if len(rows) > most else rows

    def _spots(self, asked: Asked, rows: Collection[Any]) -> list[Spot]:
        """Measures also what the chord does not tell: areas, and what is very far or reaches very far."""
        found, untold = set(), {}
        for offer_id, number, priority, chord, reach in rows:
            if reach is None or chord > FAR_CHORD:
                untold[offer_id, number] = priority
            else:
                found.add(Spot(arc_m(chord), priority, offer_id, number, chord <= reach))
        return [*found, *self._measure(asked, untold)]

    def _measure(self, asked: Asked, priorities: Mapping[Key, int]) -> Iterator[Spot]:
        shapes = shapes_of(self._connection, priorities)
        return (_measured(asked, *key, priority, shapes[key]) for key, priority in priorities.items())


def chord_within(radius_m: float) -> float:
    """The square of the chord that points within the radius are not beyond."""
    return chord_squared(radius_m) if radius_m <= FAR_M else FARTHEST


def _measured(asked: Asked, offer_id: str, number: int, priority: int, shape: Shape) -> Spot:
    distance = shape.distance_m(asked.centre)
    return Spot(distance, priority, offer_id, number, distance <= shape.radius_m)


def ranges_around(
    asked: Asked, layers: Sequence[int], radius_m: float, most: int = MOST_CELLS
) -> list[tuple[int, int, int]]:
    """Layer, first and last cell of what may touch the circle: cells of fences are larger than the circle's too."""
    cells = cover(boxes_around(asked.centre, radius_m), most)
    inside = spans(cells)
    ranges = [(layer, *span) for layer in layers for span in inside]
    ranges += [(layer, cell, cell) for layer in layers if layer != POINTS for cell in above(cells)]
    if asked.past:
        ranges += [(layer + PAST, first, last) for layer, first, last in ranges]
    return ranges
