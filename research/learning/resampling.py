"""Which respondents a bootstrap replicate draws: the same ones for every method, so that replicates compare."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from research.learning.correlations import correlations, normal_scores
from research.learning.normal_gaps import fill_gaps
from research.learning.randomness import stream

BLOCK = 50  # Replicates weighted together: 100,000 respondents by 50 weights take 40 MB.
IMPUTATIONS = 10


def resampled_weights(weights: NDArray[np.float64], seed: int, numbers: Sequence[int]) -> NDArray[np.float64]:
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


def resampled_correlations(
    codes: NDArray[np.int8],
    n_states: NDArray[np.int64],
    weights: NDArray[np.float64],
    replicates: int,
    seed: int,
) -> NDArray[np.float64]:
    """Correlations of the items' normal scores in every replicate, shape (replicates, n_items, n_items).

    Parameters
    ----------
    codes : int8, shape (n_respondents, n_items), -1 where missing
        Gaps are filled from a joint normal several times; replicate r takes filling r modulo their number.
    n_states : int64, shape (n_items,)
    weights : float64, shape (n_respondents,)
    replicates, seed : int
    """
    scores = fill_gaps(normal_scores(codes, n_states, weights), codes >= 0, weights, IMPUTATIONS, seed)
    matrices = np.empty((replicates, len(n_states), len(n_states)))
    for first in range(0, replicates, BLOCK):
        numbers = range(first, min(first + BLOCK, replicates))
        columns = resampled_weights(weights, seed, numbers)
        for imputation, own in enumerate(scores):
            chosen = [number for number in numbers if number % len(scores) == imputation]
            if chosen:
                matrices[chosen] = correlations(own, columns[:, [number - first for number in chosen]])
    return matrices
