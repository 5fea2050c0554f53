"""Statements straight to the driver, for reads so quick that SQLAlchemy's own part would be half of their time."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from field_api.store.columns import Instant

_INSTANT = Instant()
_NAME = re.compile(r"(?<!:):([a-z_]+)")


def read(connection: Connection, statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of a statement in which parameters are written as :name, with values as the driver has them.

    Raises what SQLAlchemy raises for the driver's error, without the values, which may be positions.
    """
    dialect, driver = connection.dialect, connection.connection.driver_connection
    errors = dialect.loaded_dbapi.Error
    bound = {
        name: _INSTANT.process_bind_param(value, dialect) if isinstance(value, datetime) else value
        for name, value in values.items()
    }
    try:
        # Both drivers have this shortcut, which makes a cursor.
        found: list[tuple[Any, ...]] = driver.execute(_spelt(statement, dialect.name), bound).fetchall()  # type: ignore[union-attr]
    except errors as error:
        lost = dialect.is_disconnect(error, driver, None)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            statement, None, error, errors, hide_parameters=True, connection_invalidated=lost, dialect=dialect
        ) from error
    return found


@lru_cache(maxsize=500)
def _spelt(statement: str, dialect: str) -> str:
    """With the parameters as the driver reads them."""
    return _NAME.sub(r"%(\1)s", statement) if dialect == "postgresql" else statement
