"""What nearness is measured against: PostGIS, asked as its manual advises, and Redis, with attributes filtered here.

PostGIS has geography under GiST, ST_DWithin and the KNN operator, which orders by the sphere, so that a few of its
answers are not the nearest on the ellipsoid; fences are buffers tested by ST_Covers. Redis finds by distance alone, so
what it finds is looked up and filtered here, twice as much each time until enough are left.
"""

import struct
from collections.abc import Iterable
from typing import Any

import psycopg

from field_api.geo import Position
from field_api.offers.places import roles_of
from tests.benchmarks.map_servers import Redis

ATTRIBUTES = struct.Struct("<ddi")

# Fences are made and indexed by the server in one go, with as many processes as it likes.
_MAKE = (
    "DROP TABLE IF EXISTS spots, raw_spots",
    """CREATE UNLOGGED TABLE raw_spots (id uuid, starts_at timestamptz, ends_at timestamptz, roles int, priority int,
       place geography(Point), radius_m float8)""",
)
_FINISH = (
    """CREATE TABLE spots AS SELECT *, ST_Buffer(place, radius_m)::geography(Polygon) AS fence FROM raw_spots""",
    "DROP TABLE raw_spots",
    """ALTER TABLE spots ADD PRIMARY KEY (id), ALTER starts_at SET NOT NULL, ALTER roles SET NOT NULL,
       ALTER priority SET NOT NULL, ALTER place SET NOT NULL""",
    "CREATE INDEX ON spots USING gist (place)",
    "CREATE INDEX ON spots USING gist (fence)",
    "VACUUM ANALYZE spots",
)
_MEETS = "starts_at <= %(at)s AND (ends_at IS NULL OR ends_at > %(at)s) AND roles & %(roles)s <> 0"
_HERE = "ST_MakePoint(%(lon)s, %(lat)s)::geography"
_NEAR = f"""SELECT id, priority, place <-> {_HERE} AS metres FROM spots
    WHERE ST_DWithin(place, {_HERE}, %(radius_m)s) AND {_MEETS} ORDER BY place <-> {_HERE} LIMIT %(wanted)s"""
_COVERS = f"SELECT id, priority, place <-> {_HERE} AS metres FROM spots WHERE ST_Covers(fence, {_HERE}) AND {_MEETS}"


class PostGis:
    """Offers as PostGIS keeps them."""

    def __init__(self, url: str, meets: dict[str, Any]) -> None:
        self._connection, self._meets = psycopg.connect(url, autocommit=True), meets
        for statement in _MAKE:
            self._connection.execute(statement)

    def keep(self, offers: Iterable[dict[str, Any]]) -> None:
        """Send offers on."""
        with self._connection.cursor().copy("COPY raw_spots FROM STDIN") as to:
            for one in offers:
                (place,), roles = one["places"], roles_of(one["audience"])
                spot = f"SRID=4326;POINT({place['lon']!r} {place['lat']!r})"
                period = (one["starts_at"], one["ends_at"])
                to.write_row((one["id"], *period, roles, one["priority"], spot, place["radius_m"]))

    def finish(self) -> None:
        """Make the fences and the indexes; takes a while, mostly in the server."""
        for statement in _FINISH:
            self._connection.execute(statement)

    def near(self, spot: Position, radius_m: float, wanted: int) -> list[str]:
        """The ids of the nearest."""
        return self._ask(_NEAR, spot, radius_m=radius_m, wanted=wanted)

    def fences(self, spot: Position) -> list[str]:
        """The ids of those whose fence holds the position."""
        return self._ask(_COVERS, spot)

    def _ask(self, query: Any, spot: Position, **more: Any) -> list[str]:
        values = {"lat": spot.lat, "lon": spot.lon} | self._meets | more
        return [str(row[0]) for row in self._connection.execute(query, values).fetchall()]


class RedisGeo:
    """Offers as Redis keeps them."""

    def __init__(self, connection: Redis, meets: dict[str, Any]) -> None:
        self._connection, self._at, self._roles = connection, meets["at"].timestamp(), meets["roles"]
        connection.ask("FLUSHALL")

    def keep(self, offers: Iterable[dict[str, Any]]) -> None:
        """Send offers on."""
        spots: list[str | bytes] = []
        told: list[str | bytes] = []
        for one in offers:
            (place,) = one["places"]
            spots += (repr(place["lon"]), repr(place["lat"]), one["id"])
            told += (one["id"], _packed(one))
        self._connection.tell([("GEOADD", "spots", *spots), ("MSET", *told)])

    def near(self, spot: Position, radius_m: float, wanted: int) -> list[str]:
        """The ids of the nearest."""
        where = ("GEOSEARCH", "spots", "FROMLONLAT", repr(spot.lon), repr(spot.lat), "BYRADIUS", repr(radius_m), "m")
        count = 4 * wanted
        while True:
            found = [one[0] for one in self._connection.ask(*where, "ASC", "COUNT", str(count), "WITHDIST")]
            attributes = self._connection.ask("MGET", *found) if found else ()
            kept = [own for own, told in zip(found, attributes, strict=True) if self._meets(told)]
            if len(kept) >= wanted or len(found) < count:
                return [own.decode() for own in kept[:wanted]]
            count *= 2

    def _meets(self, packed: bytes) -> bool:
        starts_at, ends_at, roles = ATTRIBUTES.unpack(packed)
        return starts_at <= self._at < ends_at and bool(roles & self._roles)


def _packed(one: dict[str, Any]) -> bytes:
    ends_at = one["ends_at"].timestamp() if one["ends_at"] else float("inf")
    return ATTRIBUTES.pack(one["starts_at"].timestamp(), ends_at, roles_of(one["audience"]))
