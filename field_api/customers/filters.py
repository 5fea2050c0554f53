"""What a search asks of a customer: each demand as a condition, and as a short cut to those it can be true of.

Conditions hold named parameters, not values, so that a statement is built once for all searches of the same shape.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, exists, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from field_api.customers.models import contact_points, customer_words, customers, places
from field_api.geo import Position

# Sorts behind whatever a word may go on with, on both databases.
LAST = "\U0010ffff"


@dataclass(frozen=True)
class Criteria:
    """What is looked for. Words and towns are folded, phones and e-mails normalised; None asks nothing.

    `territory_ids` None means every territory. `order` None takes the order that the question suggests.
    """

    territory_ids: frozenset[str] | None
    words: tuple[str, ...] = ()
    phone: str | None = None
    email: str | None = None
    town: str | None = None
    firm_id: str | None = None
    role: str | None = None
    kind: str | None = None
    near: Position | None = None
    radius_m: float = 0.0
    retired: bool = False
    order: str | None = None

    @property
    def demands(self) -> tuple[str, ...]:
        """The names of the filters asked for: "word0", "word1", ... and the fields that are given."""
        words = tuple(f"word{place}" for place in range(len(self.words)))
        return words + tuple(name for name in FIELDS if getattr(self, name) is not None)

    @property
    def parameters(self) -> dict[str, Any]:
        """The values of what the statements name."""
        values: dict[str, Any] = {name: getattr(self, name) for name in FIELDS if getattr(self, name) is not None}
        if self.territory_ids is not None:
            territory_ids = sorted(self.territory_ids)
            values["territory_ids"] = territory_ids
            values |= {f"territory{place}": one for place, one in enumerate(territory_ids)}
        return values | {f"word{place}": word for place, word in enumerate(self.words)}


@dataclass(frozen=True)
class Filter:
    """One demand: `holds` on the columns of a customer; `candidates` are the ids of all it may hold for, if cheap."""

    holds: Callable[[Any], ColumnElement[bool]]
    candidates: Select[tuple[str]] | None = None


class _Place(GenericFunction[int]):
    """Where, counted from 1, the second text begins inside the first; 0 when it does not occur."""

    name = "strpos"
    inherit_cache = True


@compiles(_Place, "sqlite")
def _on_sqlite(element: _Place, compiler: SQLCompiler, **options: Any) -> str:
    return f"instr{compiler.process(element.clause_expr, **options)}"


def starts_at(name_words: ColumnElement[str], beginning: ColumnElement[str]) -> ColumnElement[int]:
    """Where the first of the sorted words that begins so stands; 0 when none does. A space precedes each word."""
    return func.strpos(name_words, " " + beginning)


def begins_with(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """A prefix, the parameter `name`, as a range, which an index answers on both databases (LIKE does not)."""
    return and_(*prefix_range(column, name))


def prefix_range(column: ColumnElement[str], name: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The two ends of such a range."""
    beginning = bindparam(name, type_=column.type)
    return column >= beginning, column < beginning + LAST


def inside(table: FromClause, everywhere: bool) -> tuple[ColumnElement[bool], ...]:
    """The condition that rows belong to one of the territories looked in."""
    return () if everywhere else (table.c.territory_id.in_(bindparam("territory_ids", expanding=True)),)


@lru_cache
def filter_named(name: str, everywhere: bool) -> Filter:
    """The filter of one demand."""
    if name.startswith("word"):
        word = customer_words.c
        found = select(word.customer_id).where(*inside(customer_words, everywhere), begins_with(word.word, name))
        return Filter(lambda c: starts_at(c.name_words, bindparam(name, type_=word.word.type)) > 0, found)
    if name in {"phone", "email"}:
        held = contact_points.c
        reached = (held.value == bindparam(name), held.kind == name)
        found = select(held.customer_id).where(*reached)
        return Filter(lambda c: exists().where(held.customer_id == c.id, *reached), found)
    if name == "town":
        there = begins_with(places.c.town_folded, name)
        found = select(places.c.customer_id).where(*inside(places, everywhere), there)
        return Filter(lambda c: exists().where(places.c.customer_id == c.id, there), found)
    if name == "firm_id":
        members = select(customers.c.id).where(customers.c.firm_id == bindparam(name))
        return Filter(lambda c: c.firm_id == bindparam(name), members)
    return Filter(lambda c: c[name] == bindparam(name))


# From the most telling to the least.
FIELDS = ("phone", "email", "firm_id", "town", "role", "kind")
