"""Items that reflect a construct: an ordered logit of each on a few levels of a trait taken as normal.

The levels stand .8 standard deviations apart and carry the normal's shares, so a construct's scale is fixed and
skewed items are met by their thresholds. Two items do not tell their slopes apart; they share one.
"""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from research.learning.ordered_logit_newton import maximise, starting_point

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

LEVELS = (
    np.arange(-3.0, 4.0) * 0.8
)  # Five levels at whole deviations would lose 4 % of the correlations of strong items.
SHARES = np.exp(-0.5 * LEVELS**2) / np.exp(-0.5 * LEVELS**2).sum()

PRIOR_ANSWERS = 0.25  # Spread over the levels in every state, so that a state a replicate lacks is not impossible.
FIRST_SLOPE = 1.5
_TOLERANCE = 1e-6
_SMALL_CHANGE = 1e-4


@dataclass(frozen=True)
class Reflections:
    """The distinct answers to a construct's items, and who gave which.

    Attributes
    ----------
    patterns : int8, shape (n_patterns, n_items)
    of_respondent : int64, shape (n_respondents,)
    n_states : int64, shape (n_items,)
    """

    patterns: NDArray[np.int8]
    of_respondent: Integers
    n_states: Integers


def fold(codes: NDArray[np.int8], n_states: Integers) -> Reflections:
    """Distinct rows of the answers (n_respondents, n_items) to one construct."""
    patterns, index = np.unique(codes, axis=0, return_inverse=True)
    return Reflections(np.ascontiguousarray(patterns), index.reshape(-1).astype(np.int64), n_states.astype(np.int64))


def first_tables(items: Reflections, weights: Array) -> Array:
    """Thresholds at the items' margins and one slope for all; shape as `fit_graded` takes it."""
    tables = np.zeros((len(items.n_states), len(LEVELS), int(items.n_states.max())))
    for item, states in enumerate(items.n_states):
        codes = items.patterns[items.of_respondent, item]
        counts = np.bincount(codes[codes >= 0], weights[codes >= 0], states) + PRIOR_ANSWERS
        thresholds = np.append(_matched(np.outer(SHARES, counts), FIRST_SLOPE), FIRST_SLOPE)
        tables[item, :, :states] = _table(thresholds, int(states))
    return tables


def fit_graded(items: Reflections, weights: Array, tables: Array, rounds: int) -> Array:
    """Marginal maximum likelihood of the items' tables by EM, from the given tables.

    Parameters
    ----------
    items : Reflections of two items or more
    weights : float64, shape (n_respondents,)
    tables : float64, shape (n_items, n_levels, most_states)
        P(state | level) to start from; zero beyond an item's own states.
    rounds : int
        Most EM rounds.

    Returns
    -------
    float64, shape of `tables`

    References
    ----------
    Samejima (1969), Psychometrika Monograph 17, doi:10.1007/BF03372160 (the model, on a continuous trait).
    Bock, Aitkin (1981), Psychometrika 46(4), 443-459, doi:10.1007/BF02293801 (the EM).
    Heinen (1996), Latent Class and Discrete Latent Trait Models, ISBN 0-8039-7370-1 (levels instead of integration).
    """
    per_pattern = np.bincount(items.of_respondent, weights, len(items.patterns)).astype(np.float64)
    fitted = tables.copy()
    _em(items.patterns, per_pattern, items.n_states, fitted, rounds)
    return fitted


def evidence(items: Reflections, tables: Array) -> Array:
    """P(answers | level) of every pattern, shape (n_patterns, n_levels); a gap says nothing."""
    likelihood = np.ones((len(items.patterns), tables.shape[1]))
    for item in range(len(items.n_states)):
        answered = items.patterns[:, item] >= 0
        likelihood[answered] *= tables[item][:, items.patterns[answered, item]].T
    return likelihood


@njit(cache=True, nogil=True)
def _em(patterns: NDArray[np.int8], weights: Array, n_states: Integers, tables: Array, rounds: int) -> None:
    n_items, n_levels, most = tables.shape
    thetas = np.zeros((n_items, most))
    for _ in range(rounds):
        counts = _expected_counts(patterns, weights, n_states, tables)
        slope = 0.0
        for v in range(n_items):
            r = n_states[v]
            own = np.ascontiguousarray(counts[v, :, :r])
            theta = starting_point(own, 1)
            maximise(own, np.zeros((n_levels, 1), np.int64), LEVELS.reshape(-1, 1), theta, _TOLERANCE)
            thetas[v, :r] = theta
            slope += theta[r - 1] / n_items
        change = 0.0
        for v in range(n_items):
            r = n_states[v]
            if n_items == 2:
                thetas[v, : r - 1] = _matched(counts[v, :, :r], slope)
                thetas[v, r - 1] = slope
            fresh = _table(thetas[v], r)
            change = max(change, np.abs(fresh - tables[v, :, :r]).max())
            tables[v, :, :r] = fresh
        if change < _SMALL_CHANGE:
            break


@njit(cache=True, nogil=True)
def _expected_counts(patterns: NDArray[np.int8], weights: Array, n_states: Integers, tables: Array) -> Array:
    """Expected answers by item, level and state, shape of `tables`."""
    n_items, n_levels, _ = tables.shape
    counts = np.zeros(tables.shape)
    for v in range(n_items):
        for k in range(n_levels):
            counts[v, k, : n_states[v]] = PRIOR_ANSWERS * SHARES[k]
    p = np.zeros(n_levels)
    for i in range(len(patterns)):
        p[:] = SHARES
        for v in range(n_items):
            x = patterns[i, v]
            if x >= 0:
                for k in range(n_levels):
                    p[k] *= tables[v, k, x]
        scale = weights[i] / p.sum()
        for v in range(n_items):
            x = patterns[i, v]
            if x >= 0:
                for k in range(n_levels):
                    counts[v, k, x] += p[k] * scale
    return counts


@njit(cache=True, nogil=True)
def _matched(counts: Array, slope: float) -> Array:
    """Thresholds under which the cumulative margins of counts (n_levels, n_states) are met exactly, by bisection."""
    n_levels, n_states = counts.shape
    thresholds = np.zeros(n_states - 1)
    per_level, below = counts.sum(axis=1), 0.0
    for j in range(n_states - 1):
        below += counts[:, j].sum()
        low, high = -40.0, 40.0
        for _ in range(45):
            middle = 0.5 * (low + high)
            met = 0.0
            for k in range(n_levels):
                met += per_level[k] / (1 + math.exp(slope * LEVELS[k] - middle))
            if met < below:
                low = middle
            else:
                high = middle
        thresholds[j] = 0.5 * (low + high)
    return thresholds


@njit(cache=True, nogil=True)
def _table(theta: Array, n_states: int) -> Array:
    """P(state | level), shape (n_levels, n_states), from thresholds and, last, the slope."""
    table = np.zeros((len(LEVELS), n_states))
    for k in range(len(LEVELS)):
        below = 0.0
        for j in range(n_states):
            above = 1.0
            if j < n_states - 1:
                above = 1 / (1 + math.exp(theta[n_states - 1] * LEVELS[k] - theta[j]))
            table[k, j] = max(above - below, 1e-9)
            below = above
        table[k] /= table[k].sum()
    return table
