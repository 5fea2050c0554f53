"""A list of ids as one parameter of a statement, which costs the same to bind for one id as for a thousand."""

from typing import Any

from sqlalchemy import ColumnElement, bindparam, cast, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from field_api.store.columns import Id, Json


class _EachOf(FunctionElement[Any]):
    """The values of a JSON array, as rows of a table with the column `value`."""

    inherit_cache = True


@compiles(_EachOf, "sqlite")
def _on_sqlite(element: _EachOf, compiler: SQLCompiler, **how: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **how)})"


@compiles(_EachOf, "postgresql")
def _on_postgresql(element: _EachOf, compiler: SQLCompiler, **how: Any) -> str:
    return f"jsonb_array_elements_text({compiler.process(element.clauses, **how)})"


def among(column: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the column's id is one of the list that is given as the parameter `ids` when the statement runs."""
    each = _EachOf(bindparam("ids", type_=Json)).table_valued("value")
    return column.in_(select(cast(each.c.value, Id)))
