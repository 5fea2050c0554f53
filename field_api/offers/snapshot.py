"""The map of offers as a copy in memory, for companies whose offers change seldom and are asked for often.

The same cells as in the database, in the same order, so that ranges are slices, and beside each all that is asked of
its place, so that what is looked at lies together in memory: some 120 bytes a place. A copy is read anew when the map's
version in the database is another; whose fence holds somewhere, and what was so at a past moment, is asked of the
database as ever.
"""

from collections.abc import Iterable, Iterator, Sequence
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

# What decides about a place, in a cache line of 64 bytes: the period is in microseconds since 1970.
X, Y, Z, REACH, STARTS_AT, ENDS_AT, ROLES = range(7)
# What is told of a place.
NAME = np.dtype([("offer_id", "S36"), ("number", np.int32), ("priority", np.int32)])

_CELLS = select(
    *(offer_cells.c[name] for name in ("x", "y", "z", "reach", "starts_at", "ends_at", "roles")),
    *(offer_cells.c[name] for name in ("offer_id", "number", "priority", "cell")),
).order_by(offer_cells.c.cell)
_VERSION = select(offer_map.c.version)
_AT_ONCE = 50_000

Rows = NDArray[np.intp]

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
    """The cells of one layer in order, (n,), with what decides about each, (n, 8), and what is told of it, (n,)."""

    def __init__(self, session: AnySession, layer: int) -> None:
        rows = session.execute(_CELLS.where(offer_cells.c.layer == layer).execution_options(yield_per=_AT_ONCE))
        batches = [_packed(batch) for batch in rows.partitions()]
        cells, facts, names = zip((np.empty(0, np.int64), np.empty((0, 8)), np.empty(0, NAME)), *batches, strict=True)
        self.cells: NDArray[np.int64] = np.concatenate(cells)
        self.facts: NDArray[np.float64] = np.concatenate(facts)
        self.names: NDArray[np.void] = np.concatenate(names)

    def meeting(self, asked: Asked, rows: Rows) -> tuple[Rows, NDArray[np.float64]]:
        """Which of these rows are of the moment and the roles, and the squares of their chords (NaN for areas)."""
        facts, moment = self.facts.take(rows, axis=0), _micros(asked.at)
        in_time = (facts[:, STARTS_AT] <= moment) & (facts[:, ENDS_AT] > moment)
        kept = np.flatnonzero(in_time & (facts[:, ROLES].astype(np.int64) & asked.roles != 0))
        away = facts.take(kept, axis=0)[:, : Z + 1] - asked.xyz
        away *= away
        return rows[kept], away[:, X] + away[:, Y] + away[:, Z]

    def beside(self, cell: int, most: int) -> Rows:
        """The rows of so many places before a cell on the curve, and of as many behind."""
        here = int(np.searchsorted(self.cells, cell))
        return np.arange(max(0, here - most), min(len(self.cells), here + most))

    def under(self, ranges: Iterable[tuple[int, int]]) -> Rows:
        """The rows of all cells in these ranges, ends included."""
        bounds = [bound for first, last in ranges for bound in (first, last + 1)]
        ends = self.cells.searchsorted(np.array(bounds, np.int64)).tolist()
        slices = [np.arange(one, other) for one, other in zip(ends[::2], ends[1::2], strict=True) if one < other]
        return np.concatenate(slices) if slices else np.arange(0)

    def told(self, rows: Rows, chords: NDArray[np.float64]) -> Iterator[tuple[Any, ...]]:
        """These rows as `Stored.touching` gives them."""
        names = ((own.decode(), number, priority) for own, number, priority in self.names[rows].tolist())
        reaches = (None if reach != reach else reach for reach in self.facts[rows, REACH].tolist())
        return ((*name, *rest) for name, *rest in zip(names, chords.tolist(), reaches, strict=True))


def _packed(rows: Sequence[Any]) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.void]]:
    """The arrays of a layer for rows of `_CELLS`."""
    facts = [(*row[:4], _micros(row[4]), _micros(row[5]), row[6], 0.0) for row in rows]
    names = [tuple(row[7:10]) for row in rows]
    return np.array([row[10] for row in rows], np.int64), np.array(facts, np.float64), np.array(names, NAME)


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

    def _guess_m(self, asked: Asked, wanted: int) -> float:
        """As `Stored._guess_m`; places that do not meet what is asked are not replaced by others further along."""
        layer, cell = self._layers[POINTS], cell_at(asked.centre.lat, asked.centre.lon)
        _, chords = layer.meeting(asked, layer.beside(cell, 4 * (NEIGHBOURS + wanted)))
        return inf if len(chords) < wanted else arc_m(float(np.partition(chords, wanted - 1)[wanted - 1]))

    def touching(
        self, asked: Asked, layers: tuple[int, int], radius_m: float, most: int, reach: float
    ) -> list[Any] | None:
        """As `Stored.touching`."""
        if asked.past or CIRCLES in layers:
            return super().touching(asked, layers, radius_m, most, reach)
        found: list[Any] = []
        filled = tuple(number for number in layers if len(self._layers[number].cells))
        ranges = ranges_around(asked, filled, radius_m)
        for number in filled:
            layer = self._layers[number]
            rows, chords = layer.meeting(asked, layer.under(one[1:] for one in ranges if one[0] == number))
            if number == POINTS:
                near = chords <= reach
                rows, chords = rows[near], chords[near]
            if len(rows) + len(found) > most:
                return None
            found += layer.told(rows, chords)
        return found


def _micros(at: datetime | None) -> float:
    """Microseconds since 1970, of which a float holds each; the end of time for an end that is none."""
    return inf if at is None else round(at.timestamp() * 1_000_000)
