"""Many networks over the same variables with their tables in one array, as compiled code wants them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class TabledNetworks:
    """Networks and their tables.

    Attributes
    ----------
    masks : int64, shape (n_networks, n_variables)
        Parents of each variable as bits.
    n_states : int64, shape (n_variables,)
    cells : float64
        All tables, one behind the other; in each the parents ascend, the first varies slowest, the variable itself
        fastest.
    begins : int64, shape (n_networks, n_variables + 1)
        Where each table begins in `cells`, and where the last one ends.
    """

    masks: Integers
    n_states: Integers
    cells: Array
    begins: Integers

    @classmethod
    def of(cls, masks: Integers, tables: Sequence[Sequence[Array]], n_states: Integers) -> "TabledNetworks":
        """From the tables of every network, each of shape (product of the parents' states, states)."""
        sizes = np.array([[table.size for table in own] for own in tables], np.int64)
        ends = sizes.cumsum().reshape(sizes.shape)
        begins = np.column_stack([ends - sizes, ends[:, -1]])
        cells = np.concatenate([table.ravel() for own in tables for table in own])
        return cls(masks.astype(np.int64), np.asarray(n_states, np.int64), cells, begins)

    def __len__(self) -> int:
        return len(self.masks)

    def table(self, network: int, variable: int) -> Array:
        """One table, shape (product of the parents' states, states)."""
        begin, end = self.begins[network, variable : variable + 2]
        return self.cells[begin:end].reshape(-1, int(self.n_states[variable]))
