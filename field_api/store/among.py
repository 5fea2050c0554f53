"""A list of ids as one parameter of a statement, which costs the same to bind for one id as for a thousand."""

from typing import Any

from sqlalchemy import ColumnElement, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from field_api.store.columns import Json


def among(column: ColumnElement[str] | ColumnElement[int]) -> ColumnElement[bool]:
    """Whether the column's id is one of the list that is given as the parameter `ids` when the statement runs."""
    return _Among(column, bindparam("ids", type_=Json))


class _Among(FunctionElement[bool]):
    """A column of ids, and a JSON array of ids.

    Of no type: a boolean function is compared with 1 on SQLite, which then uses no index.
    """

    inherit_cache = True


@compiles(_Among, "sqlite")
def _on_sqlite(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, ids = (compiler.process(clause, **how) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - compiled SQL, no values


@compiles(_Among, "postgresql")
def _on_postgresql(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    # An array and not a subquery: the planner then looks each id up in the index, however small the table.
    column, ids = (compiler.process(clause, **how) for clause in element.clauses)
    kind = compiler.dialect.type_compiler_instance.process(next(iter(element.clauses)).type)
    return f"{column} = ANY (CAST(ARRAY(SELECT jsonb_array_elements_text({ids})) AS {kind}[]))"
