"""The 20 nearest live offers for somebody, and whose fence holds here: beside PostGIS and Redis GEOSEARCH.

Same offers, same questions, same run, all from Python. PostGIS is asked as its manual advises: geography under GiST,
ST_DWithin and the KNN operator, which orders by the sphere, so that a few of its answers are not the nearest on the
ellipsoid; fences are buffers tested by ST_Covers. Redis finds by distance alone, so what it finds is looked up and
filtered here, twice as much each time until 20 are left.
"""

import statistics
import struct
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import Any

import psycopg
from sqlalchemy import create_engine, insert, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from field_api.geo import Position
from field_api.offers.around import Asked, Stored
from field_api.offers.models import offer_cells, offer_map
from field_api.offers.nearest import Map, holding, nearest
from field_api.offers.places import cell_rows, place_rows, role_bit, roles_of
from field_api.offers.snapshot import remembered
from field_api.store import engine
from field_api.store.base import Base
from tests.benchmarks import offer_towns
from tests.benchmarks.map_servers import Redis, postgis, redis

SIZES = (1_000, 100_000, 1_000_000)
RADII_M = (10_000.0, 25_000.0)
K = 20
QUESTIONS = 200
BATCH = 5_000
ROLE = "client"
ATTRIBUTES = struct.Struct("<ddi")

Question = Callable[[Position, float], list[str]]


def main() -> None:
    """Print medians and 95th percentiles in ms, and how many of the answers are those of PostGIS."""
    print(f"the {K} nearest live eligible offers, and whose fence holds here; {QUESTIONS} questions; ms, median (95 %)")
    print(f"{'offers':>9} {'':22}{'within 10 km':>18}{'within 25 km':>18}{'fences':>18}{'same':>7}")
    with postgis() as url, redis() as connection:
        for name, found in (("PostGIS", url), ("Redis", connection)):
            if found is None:
                print(f"{name} is not installed here and is left out.")
        for size in SIZES:
            _compare(size, url, connection)


def _compare(size: int, url: str | None, connection: Redis | None) -> None:
    with ExitStack() as stack:
        truth = None
        if url is not None:
            truth = _print(size, "PostGIS", *_of_postgis(stack, url, size), None)
        if connection is not None:
            _print(size, "Redis", _of_redis(connection, size), None, truth)
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        session = stack.enter_context(_filled(f"sqlite:///{folder}/furet.sqlite", size))
        _print(size, "SQLite", *_of_map(Stored(session)), truth)
        _print(size, "snapshot of SQLite", *_of_map(remembered(session)), truth)
        if url is not None:
            session = stack.enter_context(_filled(url, size))
            _print(size, "PostgreSQL", *_of_map(Stored(session)), truth)


def _print(size: int, name: str, near: Question, fences: Question | None, truth: list[list[str]] | None) -> Any:
    spots = offer_towns.positions(QUESTIONS)
    cells, answers = [], []
    for radius_m in RADII_M:
        took, answers = _timed(near, spots, radius_m)
        cells.append(took)
    cells.append(_timed(fences, spots, 0.0)[0] if fences else "")
    same = sum(set(one) == set(other) for one, other in zip(answers, truth or answers, strict=True))
    print(f"{size:>9,} {name:22}" + "".join(f"{cell:>18}" for cell in cells) + f"{same / len(spots):>7.0%}", flush=True)
    return truth or answers


def _timed(ask: Question, spots: list[Position], radius_m: float) -> tuple[str, list[list[str]]]:
    for spot in spots[:20]:
        ask(spot, radius_m)
    taken, answers = [], []
    for spot in spots:
        began = time.perf_counter()
        answers.append(ask(spot, radius_m))
        taken.append(1_000 * (time.perf_counter() - began))
    return f"{statistics.median(taken):.2f} ({statistics.quantiles(taken, n=20)[-1]:.2f})", answers


def _of_map(map_: Map) -> tuple[Question, Question]:
    def near(spot: Position, radius_m: float) -> list[str]:
        asked = Asked(spot, offer_towns.AT, role_bit(ROLE))
        return [step.offer_id for step in islice(nearest(map_, asked, radius_m, K, None), K)]

    def fences(spot: Position, _radius_m: float) -> list[str]:
        return [step.offer_id for step in holding(map_, Asked(spot, offer_towns.AT, role_bit(ROLE)))]

    return near, fences


@contextmanager
def _filled(url: str, size: int) -> Iterator[Session]:
    """The tables of the map in a database; they name no offers, which nobody asks for here."""
    made = create_engine(make_url(url).set(drivername=_driver(url)))
    engine.prepare(made)
    Base.metadata.drop_all(made, tables=[offer_cells, offer_map])
    Base.metadata.create_all(made, tables=[offer_cells, offer_map])
    with made.connect().execution_options(writing=True) as connection:
        for batch in _batches(size):
            connection.execute(insert(offer_cells), [cell for one in batch for cell in _cells(one)])
        connection.commit()
    with made.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE offer_cells" if _driver(url) != "sqlite" else "ANALYZE"))
    with Session(made) as session:
        yield session
    made.dispose()


def _driver(url: str) -> str:
    return "sqlite" if url.startswith("sqlite") else "postgresql+psycopg"


def _cells(offer: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for place in place_rows(offer, offer["starts_at"]) for cell in cell_rows(place)]


def _batches(size: int) -> Iterator[list[dict[str, Any]]]:
    made = offer_towns.offers(size)
    while batch := list(islice(made, BATCH)):
        yield batch


def _of_postgis(stack: ExitStack, url: str, size: int) -> tuple[Question, Question]:
    connection = stack.enter_context(psycopg.connect(url, autocommit=True))
    connection.execute("DROP TABLE IF EXISTS spots")
    connection.execute(
        "CREATE TABLE spots (id uuid PRIMARY KEY, starts_at timestamptz NOT NULL, ends_at timestamptz, roles int NOT "
        "NULL, priority int NOT NULL, place geography(Point) NOT NULL, radius_m float8, fence geography(Polygon))"
    )
    with connection.cursor().copy(
        "COPY spots (id, starts_at, ends_at, roles, priority, place, radius_m) FROM STDIN"
    ) as to:
        for one in offer_towns.offers(size):
            (place,), roles = one["places"], roles_of(one["audience"])
            spot = f"SRID=4326;POINT({place['lon']!r} {place['lat']!r})"
            to.write_row((one["id"], one["starts_at"], one["ends_at"], roles, one["priority"], spot, place["radius_m"]))
    connection.execute("UPDATE spots SET fence = ST_Buffer(place, radius_m)")
    connection.execute("CREATE INDEX ON spots USING gist (place)")
    connection.execute("CREATE INDEX ON spots USING gist (fence)")
    connection.execute("VACUUM ANALYZE spots")
    meets = "starts_at <= %(at)s AND (ends_at IS NULL OR ends_at > %(at)s) AND roles & %(role)s <> 0"
    here = "ST_MakePoint(%(lon)s, %(lat)s)::geography"
    near = (
        f"SELECT id, priority, place <-> {here} AS metres FROM spots WHERE ST_DWithin(place, {here}, %(radius)s) AND "
        f"{meets} ORDER BY place <-> {here} LIMIT {K}"
    )
    covers = f"SELECT id, priority, place <-> {here} AS metres FROM spots WHERE ST_Covers(fence, {here}) AND {meets}"

    def asking(query: str) -> Question:
        def ask(spot: Position, radius_m: float) -> list[str]:
            values = {
                "lat": spot.lat,
                "lon": spot.lon,
                "radius": radius_m,
                "at": offer_towns.AT,
                "role": role_bit(ROLE),
            }
            return [str(row[0]) for row in connection.execute(query, values).fetchall()]

        return ask

    return asking(near), asking(covers)


def _of_redis(connection: Redis, size: int) -> Question:
    connection.ask("FLUSHALL")
    for batch in _batches(size):
        spots = [(one["id"], one["places"][0]) for one in batch]
        words = [word for own, place in spots for word in (repr(place["lon"]), repr(place["lat"]), own)]
        told = [word for one in batch for word in (one["id"], _packed(one))]
        connection.tell([("GEOADD", "spots", *words), ("MSET", *told)])
    moment, bit = offer_towns.AT.timestamp(), role_bit(ROLE)

    def meets(packed: bytes) -> bool:
        starts_at, ends_at, roles = ATTRIBUTES.unpack(packed)
        return starts_at <= moment < ends_at and bool(roles & bit)

    def ask(spot: Position, radius_m: float) -> list[str]:
        where = ("GEOSEARCH", "spots", "FROMLONLAT", repr(spot.lon), repr(spot.lat), "BYRADIUS", repr(radius_m), "m")
        count = 4 * K
        while True:
            found = connection.ask(*where, "ASC", "COUNT", str(count), "WITHDIST")
            ids = [one[0] for one in found]
            kept = [
                own for own, told in zip(ids, connection.ask("MGET", *ids) if ids else (), strict=True) if meets(told)
            ]
            if len(kept) >= K or len(found) < count:
                return [own.decode() for own in kept[:K]]
            count *= 2

    return ask


def _packed(one: dict[str, Any]) -> bytes:
    ends_at = one["ends_at"].timestamp() if one["ends_at"] else float("inf")
    return ATTRIBUTES.pack(one["starts_at"].timestamp(), ends_at, roles_of(one["audience"]))
