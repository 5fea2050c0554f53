"""How high a construct stands and how reliably its items measure one thing, each figure with its interval.

Alpha, omega and item-rest correlations are functions of one weighted covariance matrix over the pairs of items that
were both answered. Their intervals come from the infinitesimal jackknife: each respondent's pull on the covariances,
carried through the function's gradient. That needs no normal answers, no resampling and no random number.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

Floats = npt.NDArray[np.float64]

INTERVAL = 0.9  # Coverage of every interval of the package.
MIDDLE = 0.5  # Of a scale from 0 to 1; who answers below it is dissatisfied, who may is at risk.
Z = float(norm.ppf(0.5 + INTERVAL / 2))

_EM_ROUNDS = 2_000
_STEP = 1e-4


@dataclass(frozen=True)
class Estimate:
    """A figure with its 90 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Reliability:
    """Alpha and omega of a construct, and the correlation of each item with the sum of the others."""

    alpha: Estimate
    omega: Estimate
    item_rest: tuple[float, ...]


def reliability(scores: Floats, weights: Floats) -> Reliability:
    """Reliability of the sum of the items.

    Parameters
    ----------
    scores : float array, shape (n_respondents, n_items), at least two items
        State numbers, a high number always good; NaN for gaps.
    weights : float array, shape (n_respondents,)

    Returns
    -------
    Reliability
        Omega equals alpha for two items, where a one-factor model needs equal loadings to be identified.

    Notes
    -----
    Neither figure says that the items measure *one* thing: unrelated halves can reach .8 with many items. Look at the
    item-rest correlations too.

    References
    ----------
    Cronbach (1951), doi:10.1007/BF02310555. McDonald (1999), Test Theory, chapter 6. Maydeu-Olivares, Coffman and
    Hartmann (2007), doi:10.1037/1082-989X.12.2.157, for distribution-free intervals of alpha.
    """
    omega_of = omega if scores.shape[1] > 2 else alpha
    return Reliability(
        alpha=_estimate(alpha, scores, weights),
        omega=_estimate(omega_of, scores, weights),
        item_rest=tuple(float(value) for value in item_rest(pairwise_covariance(scores, weights))),
    )


def index(shares: Floats, weights: Floats) -> Estimate:
    """The construct's index from 0 to 100: the weighted means of its items, averaged.

    Parameters
    ----------
    shares : float array, shape (n_respondents, n_items)
        Answers from 0, the worst state of the item, to 1, the best; NaN for gaps.
    weights : float array, shape (n_respondents,)

    Notes
    -----
    Each item speaks for those who answered it. The interval is linearised over respondents, as in Saerndal, Swensson
    and Wretman (1992, ISBN 978-0-387-40620-6), 5.7; it covers sampling, not who stayed silent.
    """
    weighted = weights[:, None] * ~np.isnan(shares)
    totals = weighted.sum(axis=0)
    means = (weighted * np.nan_to_num(shares)).sum(axis=0) / totals
    pulls = (weighted * np.nan_to_num(shares - means) / totals).mean(axis=1)
    value, reach = 100 * float(means.mean()), 100 * Z * float(np.sqrt((pulls**2).sum()))
    return Estimate(value, max(0.0, value - reach), min(100.0, value + reach))


def alpha(covariances: Floats) -> Floats:
    """Cronbach's alpha of covariance matrices, shape (..., k, k) to (...)."""
    k = covariances.shape[-1]
    own = np.trace(covariances, axis1=-2, axis2=-1)
    return np.asarray(k / (k - 1) * (1 - own / covariances.sum((-2, -1))))


def omega(covariances: Floats) -> Floats:
    """McDonald's omega of covariance matrices, shape (..., k, k) to (...): the one factor's share of the sum."""
    loadings, uniqueness = one_factor(covariances)
    common = loadings.sum(-1) ** 2
    return np.asarray(common / (common + uniqueness.sum(-1)))


def one_factor(covariances: Floats) -> tuple[Floats, Floats]:
    """Loadings and unique variances, shape (..., k) each, of the one-factor model by maximum likelihood.

    References
    ----------
    Rubin and Thayer (1982), EM algorithms for ML factor analysis, doi:10.1007/BF02293851.
    """
    variances = np.diagonal(covariances, axis1=-2, axis2=-1)
    largest = np.linalg.eigh(covariances)
    loadings = largest.eigenvectors[..., -1] * np.sqrt(np.maximum(largest.eigenvalues[..., -1:], 1e-12))
    uniqueness = np.maximum(variances - loadings**2, 0.1 * variances)
    for _ in range(_EM_ROUNDS):
        scaled = loadings / uniqueness
        beta = scaled / (1 + (loadings * scaled).sum(-1, keepdims=True))
        cross = np.einsum("...ij,...j->...i", covariances, beta)
        factor_variance = 1 - (beta * loadings).sum(-1) + (beta * cross).sum(-1)
        previous, loadings = loadings, cross / factor_variance[..., None]
        # A unique variance of 0 (a Heywood case) would stop EM for ever; a thousandth of the variance does not.
        uniqueness = np.maximum(variances - loadings * cross, 1e-3 * variances)
        if np.abs(loadings - previous).max() < 1e-10 * np.sqrt(variances.max()):
            break
    return loadings, uniqueness


def item_rest(covariance: Floats) -> Floats:
    """Correlation of each item with the sum of the other items, shape (k, k) to (k,)."""
    own = np.diagonal(covariance)
    with_rest = covariance.sum(axis=1) - own
    rest = covariance.sum() - 2 * with_rest - own
    return np.asarray(with_rest / np.sqrt(np.maximum(own * rest, 1e-12)))


def pairwise_covariance(scores: Floats, weights: Floats) -> Floats:
    """Weighted covariances over the respondents who answered both items, shape (k, k)."""
    return _moments(scores, weights)[1]


def _moments(scores: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Deviations (n, k) with 0 for gaps, weighted pairwise covariances (k, k), and the weight behind each (k, k)."""
    answered = (~np.isnan(scores)).astype(float)
    weighted = weights[:, None] * answered
    means = (np.nan_to_num(scores) * weighted).sum(0) / weighted.sum(0)
    deviations = np.nan_to_num(scores - means)
    totals = np.maximum(weighted.T @ answered, 1e-12)
    return deviations, (weights[:, None] * deviations).T @ deviations / totals, totals


def _estimate(figure: Callable[[Floats], Floats], scores: Floats, weights: Floats) -> Estimate:
    """The figure with an interval that is symmetric for log(1 - figure) and so stays below 1."""
    deviations, covariance, totals = _moments(scores, weights)
    value = float(figure(covariance))
    slope = _gradient(figure, covariance) / totals
    answered = (~np.isnan(scores)).astype(float)
    pulls = ((deviations @ slope) * deviations - (answered @ (slope * covariance)) * answered).sum(1)
    spread = Z * float(np.sqrt(((weights * pulls) ** 2).sum())) / max(1 - value, 1e-12)
    return Estimate(value, 1 - (1 - value) * float(np.exp(spread)), 1 - (1 - value) * float(np.exp(-spread)))


def _gradient(figure: Callable[[Floats], Floats], covariance: Floats) -> Floats:
    """Derivative of the figure by each covariance, shape (k, k), by central differences in one batch."""
    k = len(covariance)
    step = _STEP * float(np.trace(covariance)) / k
    nudges = np.zeros((k * k, k, k))
    for cell, (row, column) in enumerate(np.ndindex(k, k)):
        nudges[cell, row, column] += step / 2
        nudges[cell, column, row] += step / 2
    return ((figure(covariance + nudges) - figure(covariance - nudges)) / (2 * step)).reshape(k, k)
