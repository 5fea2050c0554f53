"""How much of a target's variance each of several correlated drivers accounts for: Johnson's relative weights."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LEAST_VARIANCE = 1e-10  # Of a direction among the drivers; one below it carries nothing but rounding.


def relative_weights(among: Array, with_target: Array) -> Array:
    """Shares of the target's variance, one per driver; they are never negative and add up to R squared.

    Parameters
    ----------
    among : float64, shape (..., n_drivers, n_drivers)
        Correlations of the drivers.
    with_target : float64, shape (..., n_drivers)

    Returns
    -------
    float64, shape of `with_target`

    Notes
    -----
    A weight says what goes with the target, shared out among drivers that go together; it knows no direction and no
    cause, and drivers measured with more error get less.

    References
    ----------
    Johnson (2000), Multivariate Behavioral Research 35(1), 1-19, doi:10.1207/S15327906MBR3501_1.
    """
    values, vectors = np.linalg.eigh(among)
    root = np.sqrt(np.maximum(values, 0.0))
    inverse = np.where(values > LEAST_VARIANCE, 1 / np.maximum(root, LEAST_VARIANCE), 0.0)
    # The orthogonal variables nearest to the drivers, and what each driver shares with each of them.
    loadings = np.einsum("...ik,...k,...jk->...ij", vectors, root, vectors)
    slopes = np.einsum("...ik,...k,...jk,...j->...i", vectors, inverse, vectors, with_target)
    return np.asarray(np.einsum("...ij,...j->...i", loadings**2, slopes**2))
