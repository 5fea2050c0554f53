"""Whole places of offers as shapes to measure by, kept ready between questions."""

from collections.abc import Collection
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from sqlalchemy import Connection, Engine, Select, select, tuple_

from field_api.geo import Position
from field_api.offers.areas import Area, Circle, area_of
from field_api.offers.models import offer_places

# So many are kept ready of each database: what a number of an offer's place says never changes.
MOST_READY = 4_096
_AT_ONCE = 500

Shape = Area | Circle
Key = tuple[str, int]

_SHAPES: Select[Any] = select(
    *(offer_places.c[name] for name in ("offer_id", "number", "lat", "lon", "radius_m", "polygon"))
)
_KEY = tuple_(offer_places.c.offer_id, offer_places.c.number)

_of_engine: "WeakKeyDictionary[Engine, dict[Key, Shape]]" = WeakKeyDictionary()
_lock = Lock()


def shapes_of(connection: Connection, keys: Collection[Key]) -> dict[Key, Shape]:
    """The shapes of these places, by offer and number."""
    with _lock:
        ready = _of_engine.setdefault(connection.engine, {})
        found = {key: ready[key] for key in keys if key in ready}
    missing = [key for key in keys if key not in found]
    if missing:
        read = _read(connection, missing)
        with _lock:
            if len(ready) + len(read) > MOST_READY:
                ready.clear()
            ready.update(read)
        found |= read
    return found


def _read(connection: Connection, keys: list[Key]) -> dict[Key, Shape]:
    read: dict[Key, Shape] = {}
    for start in range(0, len(keys), _AT_ONCE):
        rows = connection.execute(_SHAPES.where(_KEY.in_(keys[start : start + _AT_ONCE])))
        read.update(((row.offer_id, row.number), _shape(row)) for row in rows)
    return read


def _shape(row: Any) -> Shape:
    if row.polygon is not None:
        return area_of(orjson.loads(row.polygon))
    return Circle(Position(row.lat, row.lon), row.radius_m)
