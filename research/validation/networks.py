"""A network with its tables as plain arrays: drawing respondents from it and scoring answers by it."""

from dataclasses import dataclass
from graphlib import TopologicalSorter

import numpy as np
import numpy.typing as npt

from research.learning.families import parents_of
from research.learning.tables import row_numbers

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]
States = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class TabledNetwork:
    """Parents (ascending) and table of each item; `tables[i]` has shape (product of parent states, states of i)."""

    parents: tuple[tuple[int, ...], ...]
    tables: tuple[Floats, ...]
    n_states: States

    @classmethod
    def of_masks(cls, masks: npt.NDArray[np.int64], tables: tuple[Floats, ...], n_states: States) -> "TabledNetwork":
        """The network whose parents are given as bits, shape (n_items,)."""
        return cls(tuple(parents_of(int(mask)) for mask in masks), tables, n_states)

    def draw(self, respondents: int, rng: np.random.Generator) -> Codes:
        """State numbers of so many respondents, shape (respondents, n_items)."""
        codes = np.zeros((respondents, len(self.parents)), np.int8)
        for item in TopologicalSorter(dict(enumerate(self.parents))).static_order():
            rows = row_numbers(codes, self.parents[item], self.n_states)
            above = rng.random(respondents)[:, None] > self.tables[item].cumsum(axis=1)[rows]
            codes[:, item] = np.minimum(above.sum(axis=1), self.n_states[item] - 1)
        return codes

    def family_logliks(self, codes: Codes) -> Floats:
        """Log-probability of each answer given its parents' answers, (n, n_items); NaN where one of them is missing."""
        logliks = np.full(codes.shape, np.nan)
        for item, (parents, table) in enumerate(zip(self.parents, self.tables, strict=True)):
            known = (codes[:, (item, *parents)] >= 0).all(axis=1)
            rows = row_numbers(codes[known], parents, self.n_states)
            logliks[known, item] = np.log(table[rows, codes[known, item]])
        return logliks
