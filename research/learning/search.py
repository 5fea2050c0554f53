"""The best-scoring network under the constraints: exact by dynamic programming in each tier, tabu search beyond.

Tiers fall apart: parents from lower tiers cannot close a circle, so for every set of parents inside the tier only the
best companions from below matter.

References
----------
Silander, Myllymaki (2006), UAI, arXiv:1206.6875.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from research.learning.constraints import Constraints
from research.learning.families import Families
from research.learning.tabu import best_order_by_tabu

MOST_EXACT = 16  # Items of a tier searched exactly: 2^16 subsets by 16 items take some 10 ms a column.

Integers = NDArray[np.int64]


def best_families(
    scores: NDArray[np.float64], families: Families, constraints: Constraints, most_exact: int = MOST_EXACT
) -> Integers:
    """Number of the family each item has in the best network, one network per column of scores.

    Parameters
    ----------
    scores : float64, shape (n_families, n_columns)
    families : Families
    constraints : Constraints
    most_exact : int
        Larger tiers are searched by tabu search, which may miss the optimum.

    Returns
    -------
    int64, shape (n_columns, n_items)
    """
    columns = np.ascontiguousarray(scores.T)
    found = np.zeros((len(columns), constraints.n_items), dtype=np.int64)
    tiers = np.asarray(constraints.tiers)
    for tier in np.unique(tiers):
        items = np.flatnonzero(tiers == tier)
        search = _search_exactly if len(items) <= most_exact else _search_by_tabu
        search(columns, families.masks, families.starts, items, found)
    return found


@njit(cache=True, nogil=True)
def inner_masks(masks: Integers, starts: Integers, items: Integers) -> Integers:
    """Parent masks of the families of `items` seen from inside the tier: bit b is the b-th of `items`."""
    inner = np.zeros(len(masks), np.int64)
    for v in items:
        for f in range(starts[v], starts[v + 1]):
            for b in range(len(items)):
                if masks[f] >> items[b] & 1:
                    inner[f] |= 1 << b
    return inner


@njit(cache=True, nogil=True)
def _search_exactly(
    columns: NDArray[np.float64], masks: Integers, starts: Integers, items: Integers, found: Integers
) -> None:
    inner = inner_masks(masks, starts, items)
    size = len(items)
    n_subsets = 1 << size
    best = np.empty((size, n_subsets))
    family = np.empty((size, n_subsets), np.int32)
    total, sink = np.empty(n_subsets), np.empty(n_subsets, np.int8)
    for column in range(len(columns)):
        scores = columns[column]
        best[:] = -np.inf
        family[:] = -1
        for a in range(size):
            for f in range(starts[items[a]], starts[items[a] + 1]):
                if scores[f] > best[a, inner[f]]:
                    best[a, inner[f]], family[a, inner[f]] = scores[f], f
            _spread_to_supersets(best[a], family[a], size)
        _best_sinks(best, total, sink)
        rest = n_subsets - 1
        while rest:
            a = sink[rest]
            rest ^= 1 << a
            found[column, items[a]] = family[a, rest]


@njit(cache=True, nogil=True)
def _spread_to_supersets(best: NDArray[np.float64], family: NDArray[np.int32], size: int) -> None:
    """From the best family with exactly these parents to the best with parents among them."""
    for b in range(size):
        bit = 1 << b
        for subset in range(len(best)):
            if subset & bit and best[subset ^ bit] > best[subset]:
                best[subset], family[subset] = best[subset ^ bit], family[subset ^ bit]


@njit(cache=True, nogil=True)
def _best_sinks(best: NDArray[np.float64], total: NDArray[np.float64], sink: NDArray[np.int8]) -> None:
    """For every subset of the tier its best total score and the item without children that ends it."""
    size = len(best)
    total[:] = -np.inf
    total[0] = 0.0
    for subset in range(1, len(total)):
        for a in range(size):
            if subset >> a & 1:
                rest = subset ^ (1 << a)
                if total[rest] + best[a, rest] > total[subset]:
                    total[subset], sink[subset] = total[rest] + best[a, rest], a


@njit(cache=True, nogil=True)
def _search_by_tabu(
    columns: NDArray[np.float64], masks: Integers, starts: Integers, items: Integers, found: Integers
) -> None:
    inner = inner_masks(masks, starts, items)
    for column in range(len(columns)):
        best_order_by_tabu(columns[column], inner, starts, items, found[column])
