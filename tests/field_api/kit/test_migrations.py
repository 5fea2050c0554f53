"""The migrations build exactly what the models say, on both databases, and say when they are due."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

from field_api.store import engine, schema
from field_api.store.base import Base


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without a single table."""
    if request.param == "sqlite":
        made = create_engine(f"sqlite:///{tmp_path / 'bare.sqlite'}")
    else:
        url = request.getfixturevalue("bare_postgresql_url")
        made = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    engine.prepare(made)
    yield made
    made.dispose()


def test_the_migrations_build_what_the_models_say(bare: Engine) -> None:
    assert schema.pending(bare)
    schema.upgrade(bare)
    assert not schema.pending(bare)
    with bare.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_check_constraints_and_the_guards_of_the_trail_stand_too(bare: Engine) -> None:
    schema.upgrade(bare)
    standing = {
        (table, constraint["name"])
        for table in Base.metadata.tables
        for constraint in inspect(bare).get_check_constraints(table)
    }
    said = {
        (table.name, str(constraint.name))
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if constraint.__visit_name__ == "check_constraint"
    }
    assert said - standing == set()
    named = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"
    if bare.dialect.name == "postgresql":
        named = "SELECT count(DISTINCT trigger_name) FROM information_schema.triggers"
    with bare.connect() as connection:
        assert connection.execute(text(named)).scalar_one() >= 1


def test_a_second_upgrade_changes_nothing(bare: Engine) -> None:
    schema.upgrade(bare)
    before = inspect(bare).get_table_names()
    schema.upgrade(bare)
    assert inspect(bare).get_table_names() == before


def test_a_database_from_before_is_told_to_be_behind(bare: Engine) -> None:
    schema.upgrade(bare)
    with bare.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    assert schema.pending(bare)
