"""The order in which constructs are summed out of their network around a target, found once for all respondents.

What respondents answer is evidence of some strength for every level of every construct, never a level for sure, so
the same sums are done for all of them and only the numbers differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from research.errors import TooDense
from research.learning.factor_tables import FactorTables

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Scope = tuple[int, ...]
Kept = TypeVar("Kept")
Number = TypeVar("Number", np.float64, np.int64)

MOST_CELLS = 50_000  # Of one table; with more, a hundred thousand respondents would take minutes.


class SummingPlan(NamedTuple):
    """Steps, each summing one construct out of a product; the last one sums the target.

    Attributes
    ----------
    node : int64, shape (n_steps,)
        Which construct.
    begins : int64, shape (n_steps + 1,)
        Where the cells of each step begin; the construct summed out varies slowest.
    cells : float64
        Product of the network's tables used in the step.
    results : int64, shape (n_steps + 1,)
        Where the sums of each step begin.
    taken : int64, shape (n_steps + 1,)
        Where the list of earlier steps whose sums a step takes begins in `sources`.
    sources : int64
    places, place_begins : int64
        For every entry of `sources`, and each cell of the step, which of the earlier sums it takes.
    """

    node: Integers
    begins: Integers
    cells: Array
    results: Integers
    taken: Integers
    sources: Integers
    places: Integers
    place_begins: Integers


def plan_sums(network: FactorTables, target: int) -> SummingPlan:
    """Steps that leave the smallest tables, over the constructs that are connected with the target.

    Raises
    ------
    TooDense
        Some table would have more than 50,000 cells.
    """
    sizes = network.n_levels
    families = [(*own, node) for node, own in enumerate(network.parents)]
    todo = _connected(families, target)
    tables = [(families[node], network.tables[node].reshape(sizes[list(families[node])])) for node in sorted(todo)]
    sums: list[tuple[Scope, int]] = []  # Of earlier steps that no step has taken yet.
    steps: list[_Step] = []
    while todo:
        node = _cheapest(todo - {target} or todo, [scope for scope, _ in (*tables, *sums)], sizes)
        own_tables, tables = _split(tables, node)
        own_sums, sums = _split(sums, node)
        scope = _union([scope for scope, _ in (*own_tables, *own_sums)]) - {node}
        sums.append((tuple(sorted(scope)), len(steps)))
        steps.append(_step((node, *sorted(scope)), own_tables, own_sums, sizes))
        todo -= {node}
    return _packed(steps, sizes)


@dataclass(frozen=True, eq=False)
class _Step:
    """One step: the construct, the product of its tables, and which cells of which earlier sums it takes."""

    node: int
    cells: Array
    taken: tuple[tuple[int, Integers], ...]


def _step(
    axes: Scope, tables: Sequence[tuple[Scope, Array]], sums: Sequence[tuple[Scope, int]], sizes: Integers
) -> _Step:
    shape = sizes[list(axes)]
    if np.prod(shape, dtype=np.float64) > MOST_CELLS:
        raise TooDense("The constructs hang together too densely for exact sums: join some of them in the codebook.")
    product = np.ones(shape)
    for scope, table in tables:
        product *= _along(table, scope, axes)
    taken = []
    for scope, step in sums:
        own = sizes[list(scope)]
        numbers = np.arange(own.prod(), dtype=np.int64).reshape(own)
        taken.append((step, np.broadcast_to(_along(numbers, scope, axes), shape).ravel()))
    return _Step(axes[0], product.ravel(), tuple(taken))


def _packed(steps: Sequence[_Step], sizes: Integers) -> SummingPlan:
    taken = [entry for step in steps for entry in step.taken]
    return SummingPlan(
        node=np.array([step.node for step in steps], np.int64),
        begins=_begins([len(step.cells) for step in steps]),
        cells=np.concatenate([step.cells for step in steps]),
        results=_begins([len(step.cells) // int(sizes[step.node]) for step in steps]),
        taken=_begins([len(step.taken) for step in steps]),
        sources=np.array([source for source, _ in taken], np.int64),
        places=np.concatenate([np.zeros(0, np.int64), *(places for _, places in taken)]),
        place_begins=_begins([len(places) for _, places in taken]),
    )


def _connected(families: Sequence[Scope], target: int) -> set[int]:
    """Nodes in the target's part of the network; the others say nothing of it."""
    reached, grown = {target}, True
    while grown:
        touched = {node for family in families if reached & set(family) for node in family}
        grown = not touched <= reached
        reached |= touched
    return reached


def _cheapest(nodes: set[int], scopes: Sequence[Scope], sizes: Integers) -> int:
    """The node whose summing out needs the smallest table."""
    needed = {node: _union([scope for scope in scopes if node in scope]) for node in sorted(nodes)}
    return min(needed, key=lambda node: (float(np.prod(sizes[list(needed[node])], dtype=np.float64)), node))


def _union(scopes: Sequence[Scope]) -> set[int]:
    return {node for scope in scopes for node in scope}


def _split(factors: list[tuple[Scope, Kept]], node: int) -> tuple[list[tuple[Scope, Kept]], list[tuple[Scope, Kept]]]:
    """Those that touch the node, and the others."""
    return [one for one in factors if node in one[0]], [one for one in factors if node not in one[0]]


def _along(table: NDArray[Number], own: Scope, axes: Scope) -> NDArray[Number]:
    """The table with its axes in the order of `axes`, and of length 1 along those it lacks."""
    order = sorted(range(len(own)), key=lambda place: axes.index(own[place]))
    length = dict(zip(own, table.shape, strict=True))
    return table.transpose(order).reshape([length.get(node, 1) for node in axes])


def _begins(sizes: Sequence[int]) -> Integers:
    return np.cumsum([0, *sizes]).astype(np.int64)
