"""Constructs reflected by their items: loadings, and correlations among constructs freed of measurement error."""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from research.learning.correlations import nearest_correlations

Array = NDArray[np.float64]
Members = tuple[tuple[int, ...], ...]  # Columns of the items of each construct.

ROUNDS = 200
SMALL_CHANGE = 1e-8
LEAST_LOADING, MOST_LOADING = 0.05, 0.995


@dataclass(frozen=True)
class Reflective:
    """Measurement of every construct under every weighting of the respondents.

    Attributes
    ----------
    loadings : float64, shape (n_weightings, n_items)
        Correlation of an item with its construct; 1 for the one item of a construct, 0 for items of no construct.
    reliabilities : float64, shape (n_weightings, n_constructs)
        Omega of the mean of a construct's standardised items; 1 for a construct of one item, whose error nothing shows.
    correlations : float64, shape (n_weightings, n_constructs, n_constructs)
        Correlations among the constructs themselves, positive definite.
    repaired : float64, shape (n_weightings,)
        Largest change positive definiteness asked for. Above some .05 two constructs are hardly told apart.
    """

    loadings: Array
    reliabilities: Array
    correlations: Array
    repaired: Array


def disattenuate(correlations: Array, members: Members) -> Reflective:
    """One factor per construct, then least-squares correlations among the factors.

    With loadings l_A, l_B and the correlations C_AB between the items of two constructs, the correlation of the
    constructs is l_A' C_AB l_B / (l_A'l_A l_B'l_B): consistent for unequal loadings, where dividing by the root
    of Cronbach's alpha is not.

    Parameters
    ----------
    correlations : float64, shape (n_weightings, n_items, n_items)
    members : tuple of tuples of column numbers, one tuple per construct

    References
    ----------
    Spearman (1904), American Journal of Psychology 15(1), 72-101, doi:10.2307/1412159.
    Harman, Jones (1966), Psychometrika 31(3), 351-368, doi:10.1007/BF02289468 (minimum-residual loadings).
    McDonald (1999), Test Theory, doi:10.4324/9781410601087 (omega).
    """
    n_weightings, n_items, _ = correlations.shape
    pattern = np.zeros((n_weightings, n_items, len(members)))
    for construct, items in enumerate(members):
        block = correlations[:, items][:, :, items]
        pattern[:, list(items), construct] = one_factor_loadings(block)
    squares = (pattern**2).sum(axis=1)
    free = np.einsum("bia,bic->bac", pattern, np.einsum("bij,bjc->bic", correlations, pattern))
    free /= squares[:, :, None] * squares[:, None, :]
    diagonal = np.arange(len(members))
    free[:, diagonal, diagonal] = 1.0
    sound = nearest_correlations(free)
    return Reflective(
        loadings=pattern.sum(axis=2),
        reliabilities=_omega(pattern),
        correlations=sound,
        repaired=np.abs(sound - free).max(axis=(1, 2)),
    )


def one_factor_loadings(block: Array) -> Array:
    """Minimum-residual loadings of one factor on correlations (n_weightings, m, m); shape (n_weightings, m).

    One item loads 1; two items share the root of their correlation, for nothing else is identified. The sign makes
    most items load positively.
    """
    loadings = np.ones(block.shape[:2])
    if block.shape[1] > 1:
        _fit_one_factor(np.ascontiguousarray(block), loadings)
    return loadings


@njit(cache=True, nogil=True)
def _fit_one_factor(block: Array, loadings: Array) -> None:
    """Least squares on the correlations off the diagonal, one loading at a time."""
    n_weightings, size = loadings.shape
    for b in range(n_weightings):
        matrix, own = block[b], loadings[b]
        mean = (matrix.sum() - np.trace(matrix)) / (size * (size - 1))
        own[:] = math.sqrt(min(max(mean, LEAST_LOADING**2), MOST_LOADING**2))
        for _ in range(ROUNDS if size > 2 else 0):
            change, total = 0.0, (own**2).sum()
            for v in range(size):
                product, old = 0.0, own[v]
                for u in range(size):
                    if u != v:
                        product += matrix[v, u] * own[u]
                fresh = product / max(total - old * old, LEAST_LOADING**2)
                own[v] = min(max(fresh, -MOST_LOADING), MOST_LOADING)
                total += own[v] ** 2 - old * old
                change = max(change, abs(own[v] - old))
            if change < SMALL_CHANGE:
                break
        if own.sum() < 0:
            own *= -1.0


def _omega(pattern: Array) -> Array:
    """Reliability of the sum of standardised items, from loadings (n_weightings, n_items, n_constructs)."""
    common = pattern.sum(axis=1) ** 2
    unique = ((1 - pattern**2) * (pattern != 0)).sum(axis=1)
    return np.asarray(common / np.maximum(common + unique, 1e-12))
