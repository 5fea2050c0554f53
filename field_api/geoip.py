"""Where an address of the Internet is, roughly, by an optional file in MaxMind's format; a hint, and never more."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import maxminddb

from field_api.errors import Refused
from field_api.geo import Position

# MaxMind tells a radius for most addresses; without one this is what such files are good for.
USUAL_ACCURACY_M = 100_000.0


@dataclass(frozen=True)
class Located:
    """About here; the radius is in metres."""

    position: Position
    accuracy_m: float


def check(path: Path) -> None:
    """Raises Refused for a file that is none of these."""
    try:
        _reader(path)
    except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
        raise Refused(f"FURET_GEOIP_PATH is {str(path)!r}, which is no MaxMind database: {error}") from None


def locate(path: Path | None, address: str | None) -> Located | None:
    """Where the address is; None without a file, without an entry in it, and for what is no address."""
    if path is None or not address:
        return None
    try:
        entry: Any = _reader(path).get(address)
        place = entry["location"]
        radius_km = place.get("accuracy_radius", USUAL_ACCURACY_M / 1_000)
        return Located(Position(place["latitude"], place["longitude"]), 1_000.0 * radius_km)
    except (KeyError, TypeError, ValueError, AttributeError, maxminddb.InvalidDatabaseError):
        return None


@lru_cache(maxsize=1)
def _reader(path: Path) -> maxminddb.Reader:
    return maxminddb.open_database(str(path))
