"""A network among constructs with its items as leaves, as arrays to foretell with."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from research.learning.factor_chain import FactorChain, Tables, settled
from research.learning.families import parents_of
from research.learning.reflective import Members

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class FactorTables:
    """One network.

    Attributes
    ----------
    parents : tuple of tuples of int, one per node
    tables : tuple of float64 arrays, one per node
        P(level | parents' levels), shape (product of the parents' levels, own levels), the first parent slowest.
    node_of : int64, shape (n_items,)
        The node each item reflects.
    items : float64, shape (n_items, most_levels, most_states)
        P(state | level of its node), zero beyond an item's own levels and states; the identity for an item that is a
        node itself.
    """

    parents: tuple[tuple[int, ...], ...]
    tables: Tables
    node_of: Integers
    items: Array

    @property
    def n_levels(self) -> Integers:
        return np.array([table.shape[1] for table in self.tables], np.int64)


def fit_factor_tables(chain: FactorChain, members: Members, down: NDArray[np.bool_]) -> FactorTables:
    """The settled network of a chain, states in the order of the scale as it was asked.

    Parameters
    ----------
    chain : FactorChain
        Learned from states turned upwards.
    members : tuple of tuples
        Columns of the items of each construct; every item is in one.
    down : bool, shape (n_items,)
        Items whose states were turned, which are turned back.
    """
    masks, tables = settled(chain)
    parents = tuple(parents_of(int(mask)) for mask in masks)
    n_items = sum(len(columns) for columns in members)
    node_of = np.zeros(n_items, np.int64)
    items = np.zeros((n_items, int(chain.n_levels.max()), max(own.shape[2] for own in chain.items)))
    for node, columns in enumerate(members):
        node_of[list(columns)] = node
        for place, column in enumerate(columns):
            states = int(chain.reflections[node].n_states[place])
            own = chain.items[node][place][:, :states]
            # The levels of an item that is a node itself are its states, and turn with them.
            turned = own if len(columns) == 1 or not down[column] else own[:, ::-1]
            items[column, : len(own), :states] = turned
    alone = np.array([len(columns) == 1 and bool(down[columns[0]]) for columns in members])
    return FactorTables(
        parents,
        tuple(
            _turned(table, own, node, chain.n_levels, alone)
            for node, (own, table) in enumerate(zip(parents, tables, strict=True))
        ),
        node_of,
        items,
    )


def _turned(table: Array, parents: tuple[int, ...], node: int, n_levels: Integers, alone: NDArray[np.bool_]) -> Array:
    family = (*parents, node)
    cells = table.reshape([int(n_levels[each]) for each in family])
    turned = np.flip(cells, tuple(axis for axis, each in enumerate(family) if alone[each]))
    return np.ascontiguousarray(turned).reshape(table.shape)
