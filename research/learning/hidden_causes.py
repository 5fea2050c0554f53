"""How strong a cause that nobody asked about would have to be to undo an effect, beside the strongest that was asked.

An effect is the regression of the target on the driver and the driver's parents. A hidden common cause that explains a
share `robustness_value` of what is left of both would bring it to nothing; a weaker one would not.

References
----------
Cinelli, Hazlett (2020), JRSS B 82(1), 39-67, doi:10.1111/rssb.12348.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def robustness_value(partial_r2: Array) -> Array:
    """The share of residual variance, of driver and of target, at which the effect vanishes; in [0, 1]."""
    return _equal_shares(partial_r2 / np.maximum(1 - partial_r2, 1e-12))


def partial_r2(correlations: Array, first: int, second: int, given: Sequence[int]) -> Array:
    """Squared partial correlations of two variables, shape (n_weightings,).

    Parameters
    ----------
    correlations : float64, shape (n_weightings, n_variables, n_variables)
    """
    chosen = [first, second, *given]
    precision = np.linalg.inv(correlations[:, chosen][:, :, chosen])
    return np.asarray(precision[:, 0, 1] ** 2 / (precision[:, 0, 0] * precision[:, 1, 1]))


def known_strength(
    correlations: Array, driver: int, target: int, given: Sequence[int]
) -> tuple[Array, NDArray[np.int64]]:
    """How strong the strongest known common cause is, in the terms of `robustness_value`, and which it is.

    Returns
    -------
    float64, shape (n_weightings,)
        The share of both that a cause would explain to do as much as it does by the unequal shares it explains of
        driver and target, given the other parents; 0 without parents.
    int64, shape (n_weightings,)
        Its number; -1 without parents.
    """
    if not given:
        return np.zeros(len(correlations)), np.full(len(correlations), -1)
    strengths = []
    for cause in given:
        others = [other for other in given if other != cause]
        of_driver = partial_r2(correlations, cause, driver, others)
        of_target = partial_r2(correlations, cause, target, [driver, *others])
        strengths.append(_equal_shares(of_target * of_driver / np.maximum(1 - of_driver, 1e-12)))
    stacked = np.stack(strengths)
    return stacked.max(axis=0), np.asarray(given, np.int64)[stacked.argmax(axis=0)]


def _equal_shares(bias: Array) -> Array:
    """The share s with s^2 / (1 - s) = bias: what a cause as strong on both sides would explain."""
    return np.asarray((np.sqrt(bias**2 + 4 * bias) - bias) / 2)
