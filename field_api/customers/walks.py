"""Statements that walk customers in an order, built once for each shape of question.

A walk follows one index: a branch for each territory, merged lazily by both databases, or one branch through all.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select, tuple_, union_all

from field_api.customers.documents import columns
from field_api.customers.filters import Filter, filter_named, inside, prefix_range, starts_at
from field_api.customers.models import customer_words, customers

# Past so many territories, one walk through all rows that leaves out other people's is the shorter one.
MOST_BRANCHES = 16
# So many candidates are gathered and sorted; more are met soon enough on a walk in the order asked for.
FEW = 500
# Statements kept; the questions people ask have some dozens of shapes.
MOST_SHAPES = 256


@dataclass(frozen=True)
class Shape:
    """All that decides the text of a statement. `territories` counts them, None for every territory there is."""

    order: str
    territories: int | None
    demands: tuple[str, ...] = ()
    retired: bool = False
    after: bool = False
    bounded: bool = False

    @property
    def everywhere(self) -> bool:
        """Whether no territory is asked for."""
        return self.territories is None

    @property
    def branches(self) -> bool:
        """Whether the walk has a branch for each territory, rather than leaving out the rows of others."""
        return self.territories is not None and self.territories <= MOST_BRANCHES and not self.retired

    @property
    def skips(self) -> bool:
        """Whether the walk meets rows that it leaves out."""
        return bool(self.demands) or not (self.everywhere or self.branches)

    @property
    def plain(self) -> "Shape":
        """The same walk over the same rows, none of them left out."""
        return replace(self, demands=(), territories=self.territories if self.branches else None)

    @property
    def filters(self) -> list[Filter]:
        """The demands as filters."""
        return [filter_named(name, self.everywhere) for name in self.demands]


@dataclass(frozen=True)
class _Line:
    """What a walk goes along: the index's table, its key, and the columns that conditions are put on."""

    table: Any
    key: ColumnElement[Any]
    id: ColumnElement[str]
    descending: bool = False


_LINES = {
    "name": _Line(customers, customers.c.sort_name, customers.c.id),
    "created_at": _Line(customers, customers.c.created_at, customers.c.id, descending=True),
    "updated_at": _Line(customers, customers.c.updated_at, customers.c.id, descending=True),
    # By the word that matches: whole words first, then what they go on with.
    "match": _Line(customer_words, customer_words.c.word, customer_words.c.customer_id),
}


@lru_cache(MOST_SHAPES)
def walk(shape: Shape) -> Any:
    """Rows of `documents.columns`, then `key`: those after the cursor, up to the bound, that meet every demand."""
    branches = [_branch(shape, territory) for territory in _territories(shape)]
    return _merged(branches, shape).limit(bindparam("rows"))


@lru_cache(MOST_SHAPES)
def bound(shape: Shape) -> Any:
    """The key and id of the row where a walk that has looked at `rows` rows must stop; none if the walk ends before."""
    line = _LINES[shape.order]
    steps = [
        select(line.key.label("key"), line.id.label("id")).where(*_stretch(shape, line, territory))
        for territory in _territories(shape)
    ]
    return _merged(steps, shape).limit(1).offset(bindparam("rows"))


@lru_cache(MOST_SHAPES)
def sizes(demands: tuple[str, ...], everywhere: bool) -> Select[Any]:
    """How many candidates each demand has, counted to FEW + 1; one column each."""
    found = [filter_named(name, everywhere).candidates for name in demands]
    counts = [select(func.count()).select_from(one.limit(FEW + 1).subquery()) for one in found if one is not None]
    return select(*(count.scalar_subquery().label(name) for count, name in zip(counts, demands, strict=True)))


@lru_cache(MOST_SHAPES)
def gathered(shape: Shape, by: str) -> Any:
    """As `walk`, but from the few candidates of the demand `by`, sorted."""
    candidates = filter_named(by, shape.everywhere).candidates
    assert candidates is not None, "a demand to gather by has candidates"  # noqa: S101 - a promise to the type checker
    # The limit changes nothing, but keeps both planners from walking a whole index in the order asked for instead.
    few = select(customers).where(customers.c.id.in_(candidates)).limit(FEW + 1).subquery()
    line = _LINES[shape.order]
    key, id_ = few.c[line.key.name], few.c.id
    meets = [one.holds(few.c) for one in shape.filters]
    query = select(*columns(few), key.label("key")).where(*inside(few, shape.everywhere), *meets)
    query = query.where(_standing(few.c.retired_at, shape), *_between(shape, key, id_, line.descending))
    return _merged([query], shape).limit(bindparam("rows"))


def _territories(shape: Shape) -> list[ColumnElement[bool] | None]:
    table = _LINES[shape.order].table
    if shape.territories is None:
        return [None]
    if not shape.branches:
        return list(inside(table, everywhere=False))
    return [table.c.territory_id == bindparam(f"territory{place}") for place in range(shape.territories)]


def _branch(shape: Shape, territory: ColumnElement[bool] | None) -> Select[Any]:
    line = _LINES[shape.order]
    # The id comes from the index walked, so that its order is seen to be the order asked for.
    shown = (line.id.label("id"), *columns(customers)[1:], line.key.label("key"))
    query = select(*shown).where(*_stretch(shape, line, territory))
    if line.table is customer_words:
        query = query.join_from(customer_words, customers, customers.c.id == customer_words.c.customer_id)
    on_customer = [one.holds(customers.c) for one, name in _named(shape) if not name.startswith("word")]
    # The words of the name stand in the word index as well, so that a miss costs no look at the customer.
    on_index = [one.holds(line.table.c) for one, name in _named(shape) if name.startswith("word")]
    return query.where(*on_index, *on_customer)


def _named(shape: Shape) -> list[tuple[Filter, str]]:
    return list(zip(shape.filters, shape.demands, strict=True))


def _stretch(shape: Shape, line: _Line, territory: ColumnElement[bool] | None) -> list[ColumnElement[bool]]:
    """Where on the index a walk begins and ends."""
    ends = [] if territory is None else [territory]
    if line.table is customer_words:
        first, last = prefix_range(line.key, "driver")
        # SQLite takes one condition for each end of a range. Where a cursor or a bound says more than the prefix does,
        # the prefix would only stand in their way.
        ends += [end for end, known in ((first, shape.after), (last, shape.bounded)) if not known]
        ends.append(_first_match())
    else:
        ends.append(_standing(customers.c.retired_at, shape))
    return ends + _between(shape, line.key, line.id, line.descending)


def _first_match() -> ColumnElement[bool]:
    """Of several words of one name that begin alike, the first alone, so that nobody is met twice."""
    words, word = customer_words.c.name_words, customer_words.c.word
    return starts_at(words, bindparam("driver", type_=word.type)) == starts_at(words, word + " ")


def _standing(retired_at: ColumnElement[Any], shape: Shape) -> ColumnElement[bool]:
    return retired_at.is_not(None) if shape.retired else retired_at.is_(None)


def _between(
    shape: Shape, key: ColumnElement[Any], id_: ColumnElement[str], descending: bool
) -> list[ColumnElement[bool]]:
    here = tuple_(key, id_)

    def mark(name: str) -> Any:
        return tuple_(bindparam(f"{name}_key", type_=key.type), bindparam(f"{name}_id", type_=id_.type))

    found: list[ColumnElement[bool]] = []
    if shape.after:
        found.append(here < mark("after") if descending else here > mark("after"))
    if shape.bounded:
        found.append(here >= mark("bound") if descending else here <= mark("bound"))
    return found


def _merged(branches: list[Select[Any]], shape: Shape) -> Any:
    merged: Any = branches[0] if len(branches) == 1 else union_all(*branches)
    columns_ = merged.selected_columns
    key, id_ = columns_["key"], columns_["id"]
    if _LINES[shape.order].descending:
        key, id_ = key.desc(), id_.desc()
    return merged.order_by(key, id_)
