"""How transactions begin and end on each database."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import TimeoutError as TurnTimeout
from sqlalchemy.orm import Session, scoped_session

from field_api.store.flushes import Flushes

AnySession = Session | scoped_session[Any]

BUSY_TIMEOUT_MS = 5_000

# SQLite has one writer, and who waits for it sleeps up to 100 ms between two looks. So the threads of a process queue
# here: with 50 of them twice as many writes pass, and none starves. Other processes are met at the database's own lock.
_turn = threading.Lock()
_mine = threading.local()


def engine_options(url: URL, threads: int) -> dict[str, Any]:
    """Options of `create_engine`: one connection a thread, and no waiting longer than a client would."""
    options: dict[str, Any] = {"pool_size": threads, "max_overflow": 4, "pool_timeout": 5}
    if url.get_backend_name() == "postgresql":
        options |= {"pool_pre_ping": True, "connect_args": {"connect_timeout": 5}}
    return options


def prepare(engine: Engine) -> None:
    """Attach the SQLite pragmas and our own BEGIN to an engine.

    pysqlite begins transactions late and by guesswork, which breaks SAVEPOINT and lets a read-then-write fail with
    "database is locked" whatever the timeout. So the driver is told to stay out, and writers take the lock up front.
    """
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)


def _set_pragmas(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-16000",
        # Sixteen megabytes of log before its pages are copied into the database: those that change all the time are
        # then copied once for some hundred commits, and not for forty.
        "wal_autocheckpoint=4000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def share_flushes(engine: Engine) -> None:
    """Let commits to a SQLite file wait for the disk together: in this process, and in those forked from it later.

    Before the first connection. Elsewhere nothing changes; PostgreSQL does the same by itself.
    """
    if engine.dialect.name != "sqlite":
        return
    flushes = Flushes(str(engine.url.database))

    def count(connection: Connection) -> None:
        if connection.get_execution_options().get("writing", False):
            flushes.commit_comes()

    event.listen(engine, "commit", count)
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=NORMAL"))
    engine.update_execution_options(flushes=flushes)


def settle(session: AnySession) -> None:
    """Return when whatever was read or written so far is on the disk; at once unless commits share their flushes."""
    flushes: Flushes | None = session.get_bind().get_execution_options().get("flushes")
    if flushes is not None:
        flushes.settle()


@contextmanager
def writing(session: AnySession) -> Iterator[None]:
    """One write transaction: everything inside is kept, or nothing is; at its end it is on the disk.

    Whatever the session had read before is forgotten first, so that decisions are made on what stands under the lock.
    """
    session.rollback()
    _begin_writing(session)
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        _end_turn()
    settle(session)


def keep_in_memory(session: AnySession, megabytes: int) -> None:
    """Let this connection hold so much of a SQLite file: a bulk load that outgrows it writes its pages many times."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql(f"PRAGMA cache_size=-{megabytes * 1024}")


@contextmanager
def let_go(session: AnySession) -> Iterator[None]:
    """Inside `writing`: keep what was written so far and hold no lock while the block talks to the outside."""
    session.commit()
    _end_turn()
    settle(session)
    yield
    _begin_writing(session)


def _begin_writing(session: AnySession) -> None:
    if session.get_bind().dialect.name == "sqlite":
        if not _turn.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
            raise TurnTimeout("The writers of this process do not come to an end.")
        _mine.held = True
    try:
        session.connection(execution_options={"writing": True})
    except BaseException:
        session.rollback()
        _end_turn()
        raise


def _end_turn() -> None:
    if getattr(_mine, "held", False):
        _mine.held = False
        _turn.release()


def reachable(engine: Engine) -> bool:
    """Whether the database answers; raises what the driver raises when it does not."""
    with engine.connect() as connection:
        return bool(connection.execute(text("SELECT 1")).scalar_one())
