"""The map of offers as a copy in memory, for companies whose offers change seldom and are asked for often.

The same cells as in the database, in the same order, so that ranges are slices, and beside each all that is asked of
its place, so that what is looked at lies together in memory: some 120 bytes a place. A copy is read anew when the map's
version or the database's epoch is another; whose fence holds somewhere, and what was so at a past moment, is asked of
the database as ever.
"""

from collections.abc import Iterable, Sequence
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
from field_api.offers.around import FAR_CHORD, NEIGHBOURS, Asked, Step, Stored, chord_within, ranges_around
from field_api.offers.cells import cell_at
from field_api.offers.models import offer_cells, offer_map
from field_api.offers.places import AREAS, POINTS
from field_api.store.engine import AnySession
from field_api.sync.models import Epoch

# What decides about a place, in a cache line of 64 bytes: the period is in microseconds since 1970, and the last number
# finds what is told of it.
X, Y, Z, STARTS_AT, ENDS_AT, ROLES, ROW = range(7)
# What is told of a place.
NAME = np.dtype([("offer_id", "S36"), ("number", np.int32), ("priority", np.int32)])

_CELLS = select(
    *(offer_cells.c[name] for name in ("x", "y", "z", "starts_at", "ends_at", "roles")),
    *(offer_cells.c[name] for name in ("offer_id", "number", "priority", "cell")),
).order_by(offer_cells.c.cell)
# A backup that was restored under a running process may have the same version of the map, but not the same epoch.
_STATE = select(select(offer_map.c.version).scalar_subquery(), select(Epoch.epoch).scalar_subquery())
_AT_ONCE = 50_000

# A circle is covered by few cells: places in vain cost less here than ranges do.
MOST_CELLS = 4
# Of so many places one meets what is asked, for want of better knowledge; an error costs another step of the search.
MEETING = 3

# The version of the map, None where it was never written, and the epoch, None where no phone has followed anything.
State = tuple[int | None, str | None]
# What decides about places, a row each.
Facts = NDArray[np.float64]

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
    state = (*session.execute(_STATE).one(),)
    copy = _copies.get(bind.engine)
    if copy is None or copy.state != state:
        with _lock:
            copy = _copies.get(bind.engine)
            if copy is None or copy.state != state:
                copy = _copies[bind.engine] = Copy(session, state)
    return Remembered(session, copy)


class Layer:
    """The cells of one layer in order, (n,), with what decides about each, (n, 8), and what is told of it, (n,)."""

    def __init__(self, session: AnySession, layer: int) -> None:
        rows = session.execute(_CELLS.where(offer_cells.c.layer == layer).execution_options(yield_per=_AT_ONCE))
        batches = [_packed(batch) for batch in rows.partitions()]
        cells, facts, names = zip((np.empty(0, np.int64), np.empty((0, 8)), np.empty(0, NAME)), *batches, strict=True)
        self.cells: NDArray[np.int64] = np.concatenate(cells)
        self.facts: Facts = np.concatenate(facts)
        self.names: NDArray[np.void] = np.concatenate(names)
        self.facts[:, ROW] = np.arange(len(self.cells))

    def beside(self, cell: int, most: int) -> Facts:
        """So many places before a cell on the curve, and as many behind."""
        here = int(self.cells.searchsorted(cell))
        return self.facts[max(0, here - most) : here + most]

    def under(self, ranges: Iterable[tuple[int, int]]) -> Facts:
        """All places in these ranges of cells, ends included."""
        bounds = [bound for first, last in ranges for bound in (first, last + 1)]
        ends = self.cells.searchsorted(np.array(bounds, np.int64)).tolist()
        slices = [self.facts[one:other] for one, other in zip(ends[::2], ends[1::2], strict=True) if one < other]
        return np.concatenate(slices) if slices else self.facts[:0]

    def told(self, facts: Facts) -> list[tuple[bytes, int, int]]:
        """Offer, number and priority of these places."""
        told: list[tuple[bytes, int, int]] = self.names.take(facts[:, ROW].astype(np.intp)).tolist()
        return told


def _chords(asked: Asked, facts: Facts) -> NDArray[np.float64]:
    """The squares of the chords from the position to these places; NaN to areas."""
    away = facts[:, : Z + 1] - asked.xyz
    chords: NDArray[np.float64] = np.einsum("ij,ij->i", away, away)
    return chords


def _packed(rows: Sequence[Any]) -> tuple[NDArray[np.int64], Facts, NDArray[np.void]]:
    """The arrays of a layer for rows of `_CELLS`."""
    facts = [(*row[:3], _micros(row[3]), _micros(row[4]), row[5], 0, 0) for row in rows]
    names = [tuple(row[6:9]) for row in rows]
    return np.array([row[9] for row in rows], np.int64), np.array(facts, np.float64), np.array(names, NAME)


class Copy:
    """The layers that nearness asks for, as of a version of the map in an epoch of the database."""

    def __init__(self, session: AnySession, state: State) -> None:
        self.state = state
        self.layers = {layer: Layer(session, layer) for layer in (POINTS, AREAS)}


class Remembered(Stored):
    """The map of offers out of a copy."""

    def __init__(self, session: AnySession, copy: Copy) -> None:
        super().__init__(session)
        self._layers = copy.layers

    def within(self, asked: Asked, radius_m: float, most: int) -> list[Step] | None:
        """As `Stored.within`."""
        if asked.past:
            return super().within(asked, radius_m, most)
        filled = [number for number in (POINTS, AREAS) if len(self._layers[number].cells)]
        ranges = ranges_around(asked, filled, radius_m, MOST_CELLS)
        steps: list[Step] = []
        for number in filled:
            layer = self._layers[number]
            facts = layer.under(one[1:] for one in ranges if one[0] == number)
            facts, chords = _meeting(asked, facts, chord_within(radius_m))
            if len(facts) + len(steps) > most:
                return None
            steps += self._steps(asked, layer.told(facts), chords.tolist(), radius_m)
        return steps

    def _steps(
        self, asked: Asked, told: Sequence[tuple[bytes, int, int]], chords: Sequence[float], radius_m: float
    ) -> list[Step]:
        steps, untold = [], {}
        for (name, number, priority), chord in zip(told, chords, strict=True):
            # Which the NaN of an area is not either.
            if not chord <= FAR_CHORD:
                untold[name.decode(), number] = priority
            elif (distance := arc_m(chord)) <= radius_m:
                steps.append(Step(round(distance, 1), -priority, name.decode()))
        return [*steps, *self.steps_of(asked, untold, radius_m)]

    def _guess_m(self, asked: Asked, wanted: int) -> float:
        """As `Stored._guess_m`, but as if of some places next to the position one in MEETING met what is asked."""
        cell, nth = cell_at(asked.centre.lat, asked.centre.lon), MEETING * wanted
        chords = _chords(asked, self._layers[POINTS].beside(cell, MEETING * (NEIGHBOURS + wanted)))
        return inf if len(chords) < nth else arc_m(float(np.partition(chords, nth - 1)[nth - 1]))


def _meeting(asked: Asked, facts: Facts, reach: float) -> tuple[Facts, NDArray[np.float64]]:
    """Those of these places that are of the moment and the roles, points within `reach`, and their chords squared."""
    chords = _chords(asked, facts)
    near = np.flatnonzero(~(chords > reach))
    facts, chords, moment = facts.take(near, axis=0), chords.take(near), _micros(asked.at)
    in_time = (facts[:, STARTS_AT] <= moment) & (facts[:, ENDS_AT] > moment)
    kept = np.flatnonzero(in_time & (facts[:, ROLES].astype(np.int64) & asked.roles != 0))
    return facts.take(kept, axis=0), chords.take(kept)


def _micros(at: datetime | None) -> float:
    """Microseconds since 1970, of which a float holds each; the end of time for an end that is none."""
    return inf if at is None else round(at.timestamp() * 1_000_000)
