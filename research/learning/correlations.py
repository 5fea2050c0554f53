"""Correlations of ordered answers: normal scores, and the correlation matrices of many weightings at once."""

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import ndtri

Array = NDArray[np.float64]

LEAST_EIGENVALUE = 0.02


def normal_scores(codes: NDArray[np.int8], n_states: NDArray[np.int64], weights: Array) -> Array:
    """Mean of a standard normal inside the slice of it that each state takes up.

    Parameters
    ----------
    codes : int8, shape (n_respondents, n_items), -1 where missing
    n_states : int64, shape (n_items,)
    weights : float64, shape (n_respondents,)

    Returns
    -------
    float64, shape (n_respondents, n_items)
        Weighted mean 0; 0 as well where the answer is missing.

    References
    ----------
    Joreskog, Moustaki (2001), Multivariate Behavioral Research 36(3), 347-387, doi:10.1207/S15327906347-387.
    """
    scores = np.zeros(codes.shape)
    for item, states in enumerate(n_states):
        answered = codes[:, item] >= 0
        share = np.bincount(codes[answered, item], weights[answered], states)
        share = share / share.sum()
        edges = np.concatenate([[0.0], np.cumsum(share)[:-1], [1.0]])
        density = np.exp(-0.5 * ndtri(edges.clip(0.0, 1.0)) ** 2) / np.sqrt(2 * np.pi)
        mean = np.divide(-np.diff(density), share, out=np.zeros(states), where=share > 0)
        scores[answered, item] = mean[codes[answered, item]]
    return scores


def correlations(scores: Array, weights: Array) -> Array:
    """Correlation matrices under every column of weights.

    Parameters
    ----------
    scores : float64, shape (n_respondents, n_variables)
    weights : float64, shape (n_respondents, n_weightings)

    Returns
    -------
    float64, shape (n_weightings, n_variables, n_variables)
        A variable that does not vary under a weighting correlates 0 with all others.
    """
    # Compiled loops, not a matrix product: how BLAS splits a product among its threads may change the last bits.
    moments, means = _moments(np.ascontiguousarray(scores), np.ascontiguousarray(weights))
    total = weights.sum(axis=0)
    means = (means / total).T
    covariance = (moments / total).transpose(2, 0, 1) - means[:, :, None] * means[:, None, :]
    spread = np.sqrt(np.maximum(np.einsum("bii->bi", covariance), 0.0))
    scale = np.where(spread > 1e-9, spread, np.inf)
    result = covariance / (scale[:, :, None] * scale[:, None, :])
    diagonal = np.arange(scores.shape[1])
    result[:, diagonal, diagonal] = 1.0
    return np.asarray(result)


def nearest_correlations(matrices: Array) -> Array:
    """Lift eigenvalues below .02 and rescale the diagonal to 1; shape (..., n, n) in and out.

    Corrected correlations need not belong to any joint distribution; regressions on them need that.
    """
    values, vectors = np.linalg.eigh(matrices)
    lifted = np.einsum("...ij,...j,...kj->...ik", vectors, np.maximum(values, LEAST_EIGENVALUE), vectors)
    spread = np.sqrt(np.einsum("...ii->...i", lifted))
    return np.asarray(lifted / (spread[..., :, None] * spread[..., None, :]))


@njit(cache=True, nogil=True)
def _moments(scores: Array, weights: Array) -> tuple[Array, Array]:
    """Weighted sums of products (n_variables, n_variables, n_weightings) and of values (n_variables, n_weightings)."""
    n_respondents, n_variables = scores.shape
    n_weightings = weights.shape[1]
    moments = np.zeros((n_variables, n_variables, n_weightings))
    sums = np.zeros((n_variables, n_weightings))
    for t in range(n_respondents):
        for i in range(n_variables):
            for b in range(n_weightings):
                sums[i, b] += scores[t, i] * weights[t, b]
            for j in range(i + 1):
                product = scores[t, i] * scores[t, j]
                for b in range(n_weightings):
                    moments[i, j, b] += product * weights[t, b]
    for i in range(n_variables):
        for j in range(i):
            moments[j, i] = moments[i, j]
    return moments, sums
