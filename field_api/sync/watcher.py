"""Noticing commits of any process: NOTIFY on PostgreSQL, the file's own change counter on SQLite."""

import logging
import time
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, select, text
from sqlalchemy.exc import DBAPIError

from field_api.store.engine import engine_options
from field_api.sync.feed import CHANNEL
from field_api.sync.models import Lane

log = logging.getLogger("furet.sync")

# SQLite is asked this often; on PostgreSQL it bounds how long the end of the last stream goes unnoticed.
POLL_S = 0.25
IDLE_S = 1.0
AFTER_FAILURE_S = 2.0

# (collection, bucket) of each lane that moved.
Changes = frozenset[tuple[str, str]]


def watch(engine: Engine) -> Iterator[Changes]:
    """The lanes that moved, again and again, and an empty set when none did for a while; never ends by itself.

    Keeps one connection of its own, outside the pool. A database that goes away is looked for until it is back.
    """
    arguments = engine_options(engine.url, 1).get("connect_args", {})
    own = create_engine(engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=arguments)
    # At first every lane counts as moved: what was committed while the first stream opened is then told too.
    known: dict[tuple[str, str], int] = {}
    while True:
        try:
            with own.connect() as connection:
                for _ in _commits(connection):
                    found = _counts(connection)
                    yield _moved(known, found)
                    known = found
        # Waiting for NOTIFY is asked of the driver itself, whose errors nobody translates.
        except (DBAPIError, own.dialect.loaded_dbapi.Error) as error:
            log.warning("The database did not answer the watcher: %s", type(error).__name__)
            yield frozenset()
            time.sleep(AFTER_FAILURE_S)


def _commits(connection: Connection) -> Iterator[None]:
    """Comes round at once, after commits, and at least every `IDLE_S`."""
    yield None
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LISTEN {CHANNEL}"))
        driver: Any = connection.connection.driver_connection
        while True:
            for _ in driver.notifies(timeout=IDLE_S, stop_after=1):
                pass
            yield None
    else:
        yield from _polled(connection)


def _polled(connection: Connection) -> Iterator[None]:
    version, told_at = None, time.monotonic()
    while True:
        found = connection.execute(text("PRAGMA data_version")).scalar()
        if found != version or time.monotonic() - told_at >= IDLE_S:
            version, told_at = found, time.monotonic()
            yield None
        time.sleep(POLL_S)


def _counts(connection: Connection) -> dict[tuple[str, str], int]:
    rows = connection.execute(select(Lane.collection, Lane.bucket, Lane.seq))
    return {(row.collection, row.bucket): row.seq for row in rows}


def _moved(known: dict[tuple[str, str], int], found: dict[tuple[str, str], int]) -> Changes:
    return frozenset(lane for lane, seq in found.items() if known.get(lane) != seq)
