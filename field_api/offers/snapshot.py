"""The map of offers as a copy in memory, for companies whose offers change seldom and are asked for often.

The same cells as in the database, in the same order, as columns of numpy in which ranges are slices: some 120 bytes a
place. A copy is read anew when the map's version in the database is another; whose fence holds somewhere, and what was
so at a past moment, is asked of the database as ever.
"""

from collections.abc import Iterable
from datetime import datetime
from math import inf
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from flask import current_app
from numpy.typing import NDArray
from sqlalchemy import Engine, select

from field_api.geo import arc_m
from field_api.offers.around import NEIGHBOURS, Asked, Stored, ranges_around
from field_api.offers.cells import cell_at
from field_api.offers.models import offer_cells, offer_map
from field_api.offers.places import AREAS, CIRCLES, POINTS
from field_api.store.engine import AnySession

_CELLS = select(
    *(offer_cells.c[name] for name in ("offer_id", "cell", "number", "priority", "roles", "starts_at", "ends_at")),
    *(offer_cells.c[name] for name in ("x", "y", "z", "reach")),
).order_by(offer_cells.c.cell)
_VERSION = select(offer_map.c.version)
_AT_ONCE = 50_000
_NEVER = np.iinfo(np.int64).max

_copies: "WeakKeyDictionary[Engine, Copy]" = WeakKeyDictionary()
_lock = Lock()


def map_of(session: AnySession) -> Stored:
    """The map to search: as the database has it or, where the setting says so, a copy that is up to date."""
    if not current_app.config["SETTINGS"].offers_in_memory:
        return Stored(session)
    return remembered(session)


def remembered(session: AnySession) -> "Remembered":
    """The copy, read anew if it is behind; others wait for the one that reads it."""
    bind = session.get_bind()
    version = session.scalar(_VERSION) or 0
    copy = _copies.get(bind.engine)
    if copy is None or copy.version != version:
        with _lock:
            copy = _copies.get(bind.engine)
            if copy is None or copy.version != version:
                copy = _copies[bind.engine] = Copy(session, version)
    return Remembered(session, copy)


class Layer:
    """The cells of one layer in order.

    `numbers` is (6, n): cell, number, priority, roles, start and end; `points` is (4, n): x, y, z and reach.
    """

    def __init__(self, session: AnySession, layer: int) -> None:
        ids, numbers, points = [], [], []
        rows = session.execute(_CELLS.where(offer_cells.c.layer == layer).execution_options(yield_per=_AT_ONCE))
        for batch in rows.partitions():
            ids.append(np.array([row[0] for row in batch], "S36"))
            numbers.append(np.array([(*row[1:5], _micros(row[5]), _micros(row[6])) for row in batch], np.int64))
            points.append(np.array([row[7:] for row in batch], np.float64))
        self.ids = np.concatenate([np.empty(0, "S36"), *ids])
        self.numbers = np.concatenate([np.empty((0, 6), np.int64), *numbers]).T.copy()
        self.points = np.concatenate([np.empty((0, 4)), *points]).T.copy()

    def meeting(self, asked: Asked, rows: Any) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Which of these rows are of the moment and the roles, and the squares of their chords (NaN for areas)."""
        cells, moment = self.numbers, _micros(asked.at)
        kept = rows[(cells[3][rows] & asked.roles != 0) & (cells[4][rows] <= moment) & (cells[5][rows] > moment)]
        chords = sum((self.points[axis][kept] - asked.xyz[axis]) ** 2 for axis in range(3))
        return kept, chords

    def rows_in(self, ranges: Iterable[tuple[int, int]]) -> NDArray[np.int64]:
        """The places of all cells in these ranges, ends included."""
        bounds = [bound for first, last in ranges for bound in (first, last + 1)]
        places = np.searchsorted(self.numbers[0], np.array(bounds, np.int64)).tolist()
        slices = [np.arange(*ends) for ends in zip(places[::2], places[1::2], strict=True) if ends[0] < ends[1]]
        return np.concatenate(slices) if slices else np.empty(0, np.int64)


class Copy:
    """The layers that nearness asks for, as of a version of the map."""

    def __init__(self, session: AnySession, version: int) -> None:
        self.version = version
        self.layers = {layer: Layer(session, layer) for layer in (POINTS, AREAS)}


class Remembered(Stored):
    """The map of offers out of a copy."""

    def __init__(self, session: AnySession, copy: Copy) -> None:
        super().__init__(session)
        self._layers = copy.layers

    def guess_m(self, asked: Asked, wanted: int) -> float:
        """As `Stored.guess_m`; places that do not meet what is asked are not replaced by others further along."""
        layer, beside = self._layers[POINTS], 4 * (NEIGHBOURS + wanted)
        here = int(np.searchsorted(layer.numbers[0], cell_at(asked.centre.lat, asked.centre.lon)))
        rows = np.arange(max(0, here - beside), min(len(layer.ids), here + beside))
        _, chords = layer.meeting(asked, rows)
        return inf if len(chords) < wanted else arc_m(float(np.partition(chords, wanted - 1)[wanted - 1]))

    def touching(
        self, asked: Asked, layers: tuple[int, int], radius_m: float, most: int, reach: float
    ) -> list[Any] | None:
        """As `Stored.touching`."""
        if asked.past or CIRCLES in layers:
            return super().touching(asked, layers, radius_m, most, reach)
        found: list[Any] = []
        filled = tuple(number for number in layers if len(self._layers[number].ids))
        ranges = ranges_around(asked, filled, radius_m)
        for number in filled:
            layer = self._layers[number]
            rows, chords = layer.meeting(asked, layer.rows_in(one[1:] for one in ranges if one[0] == number))
            if number == POINTS:
                near = chords <= reach
                rows, chords = rows[near], chords[near]
            if len(rows) + len(found) > most:
                return None
            found += self._as_rows(layer, rows, chords)
        return found

    def _as_rows(self, layer: Layer, rows: Any, chords: Any) -> list[Any]:
        ids = [own.decode() for own in layer.ids[rows].tolist()]
        columns = (layer.numbers[1][rows].tolist(), layer.numbers[2][rows].tolist(), chords.tolist())
        reaches = [None if reach != reach else reach for reach in layer.points[3][rows].tolist()]
        return list(zip(ids, *columns, reaches, strict=True))


def _micros(at: datetime | None) -> int:
    """Microseconds since 1970; the end of time for an end that is none."""
    return int(_NEVER) if at is None else round(at.timestamp() * 1_000_000)
