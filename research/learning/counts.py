"""Joint counts of item sets under every weight column at once, and what the scores take from them."""

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Array = NDArray[np.float64]
Weights = NDArray[Any]  # float64, or uint16 where they are whole.


def entropy_sums(codes: NDArray[np.int8], weights: Array, n_states: Integers, sets: Integers) -> Array:
    """Sum of n log n over the cells of every set under every column, shape (n_sets, n_columns).

    Parameters
    ----------
    codes : int8, shape (n_items, n_respondents), without gaps
    weights : float64, shape (n_respondents, n_columns)
    n_states : int64, shape (n_items,)
    sets : int64, shape (n_sets, most_items), padded with -1
    """
    most = weights.sum(axis=0).max()
    if most <= np.iinfo(np.uint16).max and (weights == np.floor(weights)).all():
        # Plain bootstrap replicates: small whole numbers are added four times as fast, and n log n is looked up.
        n = np.arange(1, int(most) + 1)
        looked_up = np.concatenate([[0.0], n * np.log(n)])
        return np.asarray(_entropy_sums(codes, weights.astype(np.uint16), n_states, sets, looked_up))
    return np.asarray(_entropy_sums(codes, weights, n_states, sets, np.zeros(0)))


@njit(cache=True, nogil=True)
def _entropy_sums(
    codes: NDArray[np.int8], weights: Weights, n_states: Integers, sets: Integers, looked_up: Array
) -> Array:
    n_columns = weights.shape[1]
    sums = np.zeros((len(sets), n_columns))
    for s in range(len(sets)):
        counts = joint_counts(codes, weights, n_states, sets[s])
        for c in range(len(counts)):
            for b in range(n_columns):
                n = counts[c, b]
                if n > 0:
                    sums[s, b] += looked_up[int(n)] if len(looked_up) else n * math.log(n)
    return sums


@njit(cache=True, nogil=True)
def joint_counts(codes: NDArray[np.int8], weights: Weights, n_states: Integers, items: Integers) -> Weights:
    """Counts (n_cells, n_columns) of the joint states of `items` (padded with -1), the first item slowest.

    The counts have the type of the weights, and the order of the sums is fixed.
    """
    n_rows, n_columns = weights.shape
    n_cells = 1
    cell = np.zeros(n_rows, np.int32)
    for v in items:
        if v >= 0:
            n_cells *= n_states[v]
            stride = np.int32(n_states[v])
            for i in range(n_rows):
                cell[i] = cell[i] * stride + codes[v, i]
    counts = np.zeros((n_cells, n_columns), weights.dtype)
    for i in range(n_rows):
        row, weight = counts[cell[i]], weights[i]
        for b in range(n_columns):
            row[b] += weight[b]
    return counts


@njit(cache=True, nogil=True)
def sum_log_gamma(counts: Array, prior: float, out: Array) -> None:
    """Sum over cells of log gamma(n + prior) - log gamma(prior) per column."""
    out[:] = 0.0
    for c in range(len(counts)):
        for b in range(counts.shape[1]):
            if counts[c, b] > 0:
                out[b] += math.lgamma(counts[c, b] + prior) - math.lgamma(prior)


@njit(cache=True, nogil=True)
def family_table(joint: Array, items: Integers, child: int, n_states: Integers) -> tuple[Array, Integers]:
    """Counts (n_rows, n_states, n_columns) of a family and the parent states (n_rows, n_parents) of its rows.

    Only parent states and child states that occur in column 0 are kept.
    """
    size = 0
    for v in items:
        size += v >= 0
    n_cells, n_columns = joint.shape
    states = np.zeros((n_cells, size), np.int64)
    row_of, seen = np.zeros(n_cells, np.int64), np.zeros(n_cells, np.bool_)
    given = np.zeros(n_states[child], np.bool_)
    place = 0
    for k in range(size):
        if items[k] == child:
            place = k
    for cell in range(n_cells):
        rest, row, stride = cell, 0, 1
        for k in range(size - 1, -1, -1):
            states[cell, k] = rest % n_states[items[k]]
            rest //= n_states[items[k]]
            if k != place:
                row += states[cell, k] * stride
                stride *= n_states[items[k]]
        row_of[cell] = row
        if joint[cell, 0] > 0:
            seen[row] = True
            given[states[cell, place]] = True
    row_number, state_number = np.cumsum(seen) - 1, np.cumsum(given) - 1
    counts = np.zeros((seen.sum(), given.sum(), n_columns))
    levels = np.zeros((seen.sum(), size - 1), np.int64)
    for cell in range(n_cells):
        if seen[row_of[cell]] and given[states[cell, place]]:
            row = row_number[row_of[cell]]
            target = counts[row, state_number[states[cell, place]]]
            for b in range(n_columns):
                target[b] = joint[cell, b]
            for k in range(size):
                if k != place:
                    levels[row, k - (k > place)] = states[cell, k]
    return counts, levels
