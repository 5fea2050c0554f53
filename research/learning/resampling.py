"""Which respondents a bootstrap replicate draws: the same ones for every method, so that replicates compare."""

import numpy as np
from numpy.typing import NDArray

from research.learning.randomness import stream


def resampled_weights(weights: NDArray[np.float64], seed: int, numbers: range) -> NDArray[np.float64]:
    """Weight of each respondent times how often a replicate drew it, shape (n_respondents, len(numbers)).

    References
    ----------
    Efron (1979), Annals of Statistics 7(1), 1-26, doi:10.1214/aos/1176344552.
    """
    n = len(weights)
    columns = np.empty((n, len(numbers)))
    for column, number in enumerate(numbers):
        drawn = stream(seed, "resample", number).integers(0, n, n)
        columns[:, column] = weights * np.bincount(drawn, minlength=n)
    return columns
