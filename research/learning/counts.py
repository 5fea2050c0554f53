"""Joint counts of item sets under every weight column at once, and what the scores take from them."""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Array = NDArray[np.float64]


@njit(cache=True, nogil=True)
def joint_counts(codes: NDArray[np.int8], weights: Array, n_states: Integers, items: Integers) -> Array:
    """Counts (n_cells, n_columns) of the joint states of `items` (padded with -1), the first item slowest.

    `codes` is (n_items, n_respondents) without gaps. The order of the sums is fixed.
    """
    n_rows, n_columns = weights.shape
    n_cells = 1
    cell = np.zeros(n_rows, np.int64)
    for v in items:
        if v >= 0:
            n_cells *= n_states[v]
            for i in range(n_rows):
                cell[i] = cell[i] * n_states[v] + codes[v, i]
    counts = np.zeros((n_cells, n_columns))
    for i in range(n_rows):
        row, weight = counts[cell[i]], weights[i]
        for b in range(n_columns):
            row[b] += weight[b]
    return counts


@njit(cache=True, nogil=True)
def sum_n_log_n(counts: Array, out: Array) -> None:
    """Sum over cells of n log n per column."""
    out[:] = 0.0
    for c in range(len(counts)):
        for b in range(counts.shape[1]):
            n = counts[c, b]
            if n > 0:
                out[b] += n * math.log(n)


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
