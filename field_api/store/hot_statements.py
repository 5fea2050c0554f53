"""Statements straight to the driver, where they are so quick that SQLAlchemy's own part would be half of their time."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Connection, Dialect, Select, UpdateBase
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import DBAPIError

from field_api.store.columns import Instant

_INSTANT = Instant()
_NAME = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")

Row = TypeVar("Row")


def read(connection: Connection, statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows of a statement in which parameters are written as :name, with values as the driver has them.

    Raises what SQLAlchemy raises for the driver's error, without the values, which may be positions.
    """
    dialect, driver = connection.dialect, connection.connection.driver_connection
    errors = dialect.loaded_dbapi.Error
    bound = {name: _bound(value, dialect) if isinstance(value, date) else value for name, value in values.items()}
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


def _bound(value: date, dialect: Dialect) -> Any:
    """An instant, or a day, as columns hold it."""
    return _INSTANT.process_bind_param(value, dialect) if isinstance(value, datetime) else value.isoformat()


class HotStatement(Generic[Row]):
    """A statement of SQLAlchemy that is compiled once and then goes straight to the driver, as `read` sends it.

    For what every request asks: SQLAlchemy takes 20 to 35 us to send a statement of which the database takes 4 to 9,
    and between other work two to three times as long. It is a SELECT, or says RETURNING. Its parameters are texts,
    numbers, bytes, days and instants, all that it has; columns are converted as SQLAlchemy would, and each row is made
    a `Row`, in the order of the statement's columns.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]] | UpdateBase, row: Callable[..., Row]) -> None:
        self._statement, self._row = statement, row
        self._compiled: dict[str, _Compiled] = {}

    def all(self, connection: Connection, values: Mapping[str, Any]) -> list[Row]:
        """Every row."""
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _compile(self._statement, dialect)
        row, converters = self._row, compiled.converters
        found = read(connection, compiled.text, {**compiled.constants, **values})
        if not converters:
            return [row(*one) for one in found]
        return [row(*_converted(one, converters)) for one in found]

    def first(self, connection: Connection, values: Mapping[str, Any]) -> Row | None:
        """The first row, or None; for statements that give one at the most."""
        found = self.all(connection, values)
        return found[0] if found else None


class _Compiled(NamedTuple):
    """A statement as one dialect has it; the converters by the places of the columns that need one."""

    text: str
    constants: Mapping[str, Any]
    converters: Mapping[int, Callable[[Any], Any]]


def _compile(statement: Select[*tuple[Any, ...]] | UpdateBase, dialect: Dialect) -> _Compiled:
    kind: type[DefaultDialect] = type(dialect)  # type: ignore[assignment]  # all of SQLAlchemy's own are
    compiled = statement.compile(dialect=kind(paramstyle="named"))
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    processors = (
        column.type.dialect_impl(dialect).result_processor(dialect, None) for column in statement.exported_columns
    )
    converters = {place: convert for place, convert in enumerate(processors) if convert is not None}
    return _Compiled(str(compiled), constants, converters)


def _converted(row: tuple[Any, ...], converters: Mapping[int, Callable[[Any], Any]]) -> list[Any]:
    values = list(row)
    for place, convert in converters.items():
        values[place] = convert(values[place])
    return values


@lru_cache(maxsize=500)
def _spelt(statement: str, dialect: str) -> str:
    """With the parameters as the driver reads them."""
    return _NAME.sub(r"%(\1)s", statement) if dialect == "postgresql" else statement
