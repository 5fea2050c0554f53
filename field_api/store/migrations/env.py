"""How Alembic runs and drafts our migrations: on the connection that `store/schema.py` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import inspect

from field_api.store.base import Base
from field_api.store.columns import Id, Instant, Json


def render(kind: str, item: Any, autogen_context: AutogenContext) -> str | Literal[False]:
    """Our own column types by their names, so that a migration reads like the models."""
    for name, ours in (("Id", Id), ("Json", Json)):
        if kind == "type" and item is ours:
            autogen_context.imports.add(f"from field_api.store.columns import {name}")
            return name
    if kind == "type" and isinstance(item, Instant):
        autogen_context.imports.add("from field_api.store.columns import Instant")
        return "Instant()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_item=render,
    # SQLite alters a table by writing it anew; tables that are only created need none of that.
    render_as_batch=connection.dialect.name == "sqlite" and bool(inspect(connection).get_table_names()),
)
with context.begin_transaction():
    context.run_migrations()
