"""The map of offers alone in a database for a benchmark, filled as quickly as the database takes it."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from field_api.geo import Position
from field_api.offers.around import Asked
from field_api.offers.models import offer_cells, offer_map
from field_api.offers.nearest import Map, nearest
from field_api.offers.places import cell_rows, place_rows
from field_api.store import engine
from field_api.store.base import Base
from field_api.sync.models import Epoch

COLUMNS = [column.name for column in offer_cells.c]
CACHE_MB = 1_024
# What the map is read from, and what tells a copy of it that it is out of date.
TABLES = [offer_cells, offer_map, Epoch.__table__]

Row = tuple[Any, ...]


def cells_of(offers: Iterable[dict[str, Any]]) -> list[Row]:
    """The rows of `offer_cells` for these offers."""
    places = (place for one in offers for place in place_rows(one, one["starts_at"]))
    return [tuple(cell[name] for name in COLUMNS) for place in places for cell in cell_rows(place)]


class Store:
    """A database with the tables of the map; they name no offers, which nobody asks for here."""

    def __init__(self, url: str) -> None:
        self._made = _engine(url)
        engine.prepare(self._made)
        Base.metadata.drop_all(self._made, tables=TABLES)
        Base.metadata.create_all(self._made, tables=TABLES)
        self._filling = self._made.connect().execution_options(writing=True)
        self._filling.begin()
        dialect = self._made.dialect
        processors = (column.type.dialect_impl(dialect).bind_processor(dialect) for column in offer_cells.c)
        self._binds = [processor or _as_it_is for processor in processors]
        if dialect.name == "sqlite":
            self._filling.exec_driver_sql(f"PRAGMA cache_size=-{CACHE_MB * 1024}")

    def keep(self, rows: list[Row]) -> None:
        """Write rows of `offer_cells`."""
        bound = [tuple(bind(value) for bind, value in zip(self._binds, row, strict=True)) for row in rows]
        if self._made.dialect.name == "sqlite":
            marks = ", ".join("?" * len(COLUMNS))
            self._filling.exec_driver_sql(f"INSERT INTO offer_cells VALUES ({marks})", bound)
            return
        driver: Any = self._filling.connection.driver_connection
        with driver.cursor().copy(f"COPY offer_cells ({', '.join(COLUMNS)}) FROM STDIN") as to:
            for row in bound:
                to.write_row(row)

    def finish(self) -> Session:
        """Commit, and what a database does by itself after a while; a session to ask in."""
        self._filling.commit()
        self._filling.close()
        with self._made.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE" if self._made.dialect.name == "sqlite" else "VACUUM ANALYZE offer_cells"))
        return Session(self._made)


class Asker:
    """Asks a map as the API does, from the position to the ids."""

    def __init__(self, map_: Map, meets: dict[str, Any]) -> None:
        self._map, self._meets = map_, meets

    def near(self, spot: Position, radius_m: float, wanted: int) -> list[str]:
        """The ids of the nearest."""
        asked = Asked(spot, **self._meets)
        return [step.offer_id for step in islice(nearest(self._map, asked, radius_m, wanted, None), wanted)]

    def fences(self, spot: Position) -> list[str]:
        """The ids of those whose fence holds the position."""
        return [place.offer_id for place in self._map.covering(Asked(spot, **self._meets))]


def _engine(url: str) -> Engine:
    made = make_url(url)
    return create_engine(made.set(drivername="postgresql+psycopg") if made.get_backend_name() == "postgresql" else made)


def _as_it_is(value: Any) -> Any:
    return value
