"""Gaps in normal scores filled from a joint normal distribution fitted by EM, several times over.

Networks of items are sparse, so what they impute weakens correlations among many items of one construct; the joint
normal leaves every correlation free.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from research.learning.randomness import stream

Array = NDArray[np.float64]

MOST_ROWS = 10_000  # Enough to fit a few hundred correlations; all rows are filled.
ROUNDS = 40
SMALL_CHANGE = 1e-4
RIDGE = 1e-6


def fill_gaps(scores: Array, answered: NDArray[np.bool_], weights: Array, imputations: int, seed: int) -> list[Array]:
    """Completed scores, drawn `imputations` times; the scores themselves, once, where nothing is missing.

    Parameters
    ----------
    scores : float64, shape (n_respondents, n_items), 0 where missing
    answered : bool, same shape
    weights : float64, shape (n_respondents,)
    imputations, seed : int

    Notes
    -----
    Right where answers are missing at random given the other answers. The distribution's own uncertainty is left out.

    References
    ----------
    Little, Rubin (2019), Statistical Analysis with Missing Data, 3rd ed., chapter 11, doi:10.1002/9781119482260.
    """
    if answered.all():
        return [scores]
    rng = stream(seed, "rows for the joint normal")
    chosen = np.sort(rng.permutation(len(scores))[:MOST_ROWS])
    mean, covariance = fit_joint_normal(scores[chosen], answered[chosen], weights[chosen])
    filled = np.repeat(scores[None], imputations, axis=0)
    noise = stream(seed, "joint normal").normal(size=filled.shape)
    _draw(filled, answered, mean, covariance, noise)
    return list(filled)


def fit_joint_normal(scores: Array, answered: NDArray[np.bool_], weights: Array) -> tuple[Array, Array]:
    """Mean (n_items,) and covariance (n_items, n_items) of maximum likelihood by EM; arguments as in `fill_gaps`."""
    mean, covariance = np.zeros(scores.shape[1]), np.eye(scores.shape[1])
    for _ in range(ROUNDS):
        first, second = _expected_moments(scores, answered, weights / weights.sum(), mean, covariance)
        fresh = second - np.outer(first, first)
        change = np.abs(fresh - covariance).max()
        mean, covariance = first, fresh
        if change < SMALL_CHANGE:
            break
    return mean, covariance


@njit(cache=True, nogil=True)
def _conditional(
    row: Array, seen: NDArray[np.bool_], mean: Array, covariance: Array
) -> tuple[Array, Array, NDArray[np.int64]]:
    """Mean and covariance of a row's missing items given its answers, and which items they are."""
    known, gaps = np.flatnonzero(seen), np.flatnonzero(~seen)
    expected, spread = np.empty(len(gaps)), np.empty((len(gaps), len(gaps)))
    across = np.empty((len(known), len(gaps) + 1))
    factor = np.empty((len(known), len(known)))
    for i in range(
        len(known)
    ):  # Forward substitution as the factor grows: across = factor^-1 [C_known,gaps, deviation].
        for j in range(i + 1):
            rest = covariance[known[i], known[j]] + (RIDGE if i == j else 0.0)
            for k in range(j):
                rest -= factor[i, k] * factor[j, k]
            factor[i, j] = rest / factor[j, j] if j < i else np.sqrt(max(rest, RIDGE))
        for g in range(len(gaps) + 1):
            value = covariance[known[i], gaps[g]] if g < len(gaps) else row[known[i]] - mean[known[i]]
            for k in range(i):
                value -= factor[i, k] * across[k, g]
            across[i, g] = value / factor[i, i]
    for g in range(len(gaps)):
        expected[g] = mean[gaps[g]]
        for i in range(len(known)):
            expected[g] += across[i, g] * across[i, len(gaps)]
        for h in range(g + 1):
            rest = covariance[gaps[g], gaps[h]]
            for i in range(len(known)):
                rest -= across[i, g] * across[i, h]
            spread[g, h] = spread[h, g] = rest
    return expected, spread, gaps


@njit(cache=True, nogil=True)
def _expected_moments(
    scores: Array, answered: NDArray[np.bool_], weights: Array, mean: Array, covariance: Array
) -> tuple[Array, Array]:
    """Expected weighted mean of the completed rows and of their outer products."""
    size = scores.shape[1]
    first, second = np.zeros(size), np.zeros((size, size))
    for t in range(len(scores)):
        row = scores[t].copy()
        expected, spread, gaps = _conditional(row, answered[t], mean, covariance)
        row[gaps] = expected
        for i in range(size):
            first[i] += weights[t] * row[i]
            for j in range(i + 1):
                second[i, j] += weights[t] * row[i] * row[j]
        for g in range(len(gaps)):
            for h in range(g + 1):
                second[gaps[g], gaps[h]] += weights[t] * spread[g, h]
    for i in range(size):
        for j in range(i):
            second[j, i] = second[i, j]
    return first, second


@njit(cache=True, nogil=True)
def _draw(filled: Array, answered: NDArray[np.bool_], mean: Array, covariance: Array, noise: Array) -> None:
    """Replace the gaps of filled (n_imputations, n_respondents, n_items) by draws given each row's answers."""
    for t in range(filled.shape[1]):
        if answered[t].all():
            continue
        expected, spread, gaps = _conditional(filled[0, t], answered[t], mean, covariance)
        for g in range(len(gaps)):
            for h in range(g + 1):
                rest = spread[g, h] + (RIDGE if g == h else 0.0)
                for k in range(h):
                    rest -= spread[g, k] * spread[h, k]
                spread[g, h] = rest / spread[h, h] if h < g else np.sqrt(max(rest, RIDGE))
        for m in range(len(filled)):
            for g in range(len(gaps)):
                value = expected[g]
                for k in range(g + 1):
                    value += spread[g, k] * noise[m, t, gaps[k]]
                filled[m, t, gaps[g]] = value
