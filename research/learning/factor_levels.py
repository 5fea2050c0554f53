"""The levels of constructs in a network: their tables given who stands where, and new levels drawn given the tables."""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from research.learning.ordered_logit_newton import maximise, starting_point

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

PRIOR_ANSWERS = 0.25
LEAST_STRENGTH, MOST_STRENGTH = 1.0, 512.0
_TOLERANCE = 1e-5


@njit(cache=True, nogil=True)
def fit_level_tables(levels: NDArray[np.int8], weights: Array, n_levels: Integers, parents: Integers) -> Array:
    """P(level | parents' levels) of every node, shape (n_nodes, most_rows, most_levels).

    Each row is the mean of a Dirichlet centred on an ordered logit linear in the parents. Its strength comes from
    the spread of the counts around that centre by moments, since a chain fits thousands of tables.

    Parameters
    ----------
    levels : int8, shape (n_respondents, n_nodes)
    weights : float64, shape (n_respondents,)
    n_levels : int64, shape (n_nodes,)
    parents : int64, shape (n_nodes, most_parents), ascending and padded with -1
        Rows of a table run over the parents' levels, the first parent slowest.

    References
    ----------
    Mosimann (1962), Biometrika 49(1-2), 65-82, doi:10.1093/biomet/49.1-2.65 (the moments).
    """
    n_nodes = len(n_levels)
    rows = np.ones(n_nodes, np.int64)
    for v in range(n_nodes):
        for u in parents[v]:
            if u >= 0:
                rows[v] *= n_levels[u]
    tables = np.zeros((n_nodes, rows.max(), n_levels.max()))
    for v in range(n_nodes):
        counts = _counts(levels, weights, n_levels, parents[v], v, rows[v])
        centre = _centre(counts, n_levels, parents[v])
        strength = _strength(counts, centre)
        for c in range(rows[v]):
            total = counts[c].sum() + strength
            for k in range(n_levels[v]):
                tables[v, c, k] = (counts[c, k] + strength * centre[c, k]) / total
    return tables


@njit(cache=True, nogil=True)
def draw_levels(
    levels: NDArray[np.int8],
    likelihoods: Array,
    patterns: Integers,
    n_levels: Integers,
    parents: Integers,
    tables: Array,
    uniforms: Array,
) -> None:
    """One Gibbs sweep: each level in turn from its distribution given all others and the respondent's answers.

    Parameters
    ----------
    levels : int8, shape (n_respondents, n_nodes), replaced in place
    likelihoods : float64, shape (n_nodes, most_patterns, most_levels)
        P(answers to the node's items | level) by pattern of answers.
    patterns : int64, shape (n_respondents, n_nodes)
    n_levels, parents, tables : as in `fit_level_tables`
    uniforms : float64 in [0, 1), shape (n_respondents, n_nodes)

    References
    ----------
    Geman, Geman (1984), IEEE PAMI 6(6), 721-741, doi:10.1109/TPAMI.1984.4767596.
    """
    strides, children, n_children = _neighbours(n_levels, parents)
    most = parents.shape[1]
    p = np.zeros(n_levels.max())
    for i in range(len(levels)):
        own = levels[i]
        for v in range(levels.shape[1]):
            # Rows are added up twice in place: as a function of its own this costs half as much again.
            row = 0
            for a in range(most):
                if parents[v, a] >= 0:
                    row += strides[v, parents[v, a]] * own[parents[v, a]]
            for k in range(n_levels[v]):
                p[k] = tables[v, row, k] * likelihoods[v, patterns[i, v], k]
            for c in children[v, : n_children[v]]:
                row = 0
                for a in range(most):
                    if parents[c, a] >= 0 and parents[c, a] != v:
                        row += strides[c, parents[c, a]] * own[parents[c, a]]
                for k in range(n_levels[v]):
                    p[k] *= tables[c, row + strides[c, v] * k, own[c]]
            for k in range(1, n_levels[v]):
                p[k] += p[k - 1]
            chance = uniforms[i, v] * p[n_levels[v] - 1]
            drawn = 0
            # Counting instead of stopping at the first: a branch nobody can predict costs more than the whole count.
            for k in range(n_levels[v] - 1):
                drawn += chance >= p[k]
            own[v] = drawn


@njit(cache=True, nogil=True)
def _neighbours(n_levels: Integers, parents: Integers) -> tuple[Integers, Integers, Integers]:
    """Row stride of parent u in the table of v, at [v, u] (0: no parent), and the children of every node."""
    n_nodes, most = parents.shape
    strides = np.zeros((n_nodes, n_nodes), np.int64)
    children = np.zeros((n_nodes, n_nodes), np.int64)
    n_children = np.zeros(n_nodes, np.int64)
    for v in range(n_nodes):
        stride = 1
        for a in range(most - 1, -1, -1):
            u = parents[v, a]
            if u >= 0:
                strides[v, u] = stride
                stride *= n_levels[u]
                children[u, n_children[u]] = v
                n_children[u] += 1
    return strides, children, n_children


@njit(cache=True, nogil=True)
def _counts(
    levels: NDArray[np.int8], weights: Array, n_levels: Integers, parents: Integers, child: int, n_rows: int
) -> Array:
    row = np.zeros(len(levels), np.int64)
    for u in parents:
        if u >= 0:
            for i in range(len(levels)):
                row[i] = row[i] * n_levels[u] + levels[i, u]
    counts = np.zeros((n_rows, n_levels[child]))
    for i in range(len(levels)):
        counts[row[i], levels[i, child]] += weights[i]
    return counts


@njit(cache=True, nogil=True)
def _centre(counts: Array, n_levels: Integers, parents: Integers) -> Array:
    """The ordered logit linear in the parents, as a table; without parents, the margin."""
    n_rows, n_states = counts.shape
    margin = (counts.sum(axis=0) + PRIOR_ANSWERS) / (counts.sum() + PRIOR_ANSWERS * n_states)
    n_parents = 0
    for u in parents:
        n_parents += u >= 0
    columns = np.zeros((n_rows, n_parents), np.int64)
    values = np.zeros((n_rows, n_parents))
    for c in range(n_rows):
        rest = c
        for a in range(n_parents - 1, -1, -1):
            columns[c, a] = a
            values[c, a] = rest % n_levels[parents[a]] - (n_levels[parents[a]] - 1) / 2
            rest //= n_levels[parents[a]]
    smoothed = counts.copy()
    for c in range(n_rows):  # A little of the margin in every row, so that no state is without an answer.
        for k in range(n_states):
            smoothed[c, k] += PRIOR_ANSWERS * n_states / n_rows * margin[k]
    theta = starting_point(smoothed, n_parents)
    if n_parents:
        maximise(smoothed, columns, values, theta, _TOLERANCE)
    centre = np.zeros((n_rows, n_states))
    for c in range(n_rows):
        eta, below = 0.0, 0.0
        for a in range(n_parents):
            eta += values[c, a] * theta[n_states - 1 + a]
        for k in range(n_states):
            above = 1 / (1 + math.exp(eta - theta[k])) if k < n_states - 1 else 1.0
            centre[c, k] = max(above - below, 1e-9)
            below = above
        centre[c] /= centre[c].sum()
    return centre


@njit(cache=True, nogil=True)
def _strength(counts: Array, centre: Array) -> float:
    """Dirichlet strength s at which sum (N - nP)^2 meets its mean, n (1 - sum P^2) (n + s) / (1 + s) per row."""
    seen, once, squared = 0.0, 0.0, 0.0
    for c in range(len(counts)):
        n = counts[c].sum()
        concentration = 1.0
        for k in range(counts.shape[1]):
            seen += (counts[c, k] - n * centre[c, k]) ** 2
            concentration -= centre[c, k] ** 2
        once += n * concentration
        squared += n * n * concentration
    if seen <= once:
        return MOST_STRENGTH
    return min(max((squared - seen) / (seen - once), LEAST_STRENGTH), MOST_STRENGTH)
