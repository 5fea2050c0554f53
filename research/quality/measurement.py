"""Whether the items of each construct hold together, and whether one common cause runs through all answers."""

from dataclasses import dataclass

import numpy as np

from research.answers import Answers
from research.scales import Estimate, Reliability, index, pairwise_covariance, reliability

WEAK_RELIABILITY = 0.7
WEAK_ITEM_REST = 0.3
COMMON_METHOD = 0.5


@dataclass(frozen=True)
class ConstructReliability:
    """Reliability of one construct and its index from 0 to 100; `reliability.item_rest` is in the order of `items`."""

    construct: str
    items: tuple[str, ...]
    reliability: Reliability
    index: Estimate


@dataclass(frozen=True)
class CommonMethod:
    """Harman's check: the share of the items' variance that their first principal component carries."""

    first_factor_share: float
    suspicious: bool


def construct_reliability(answers: Answers) -> tuple[ConstructReliability, ...]:
    """Alpha, omega, item-rest correlations and index of every construct of two or more items."""
    scores, names = answers.oriented(), answers.codebook.names
    shares = scores / (answers.n_states - 1)
    return tuple(
        ConstructReliability(
            construct,
            tuple(names[column] for column in columns),
            reliability(scores[:, list(columns)], answers.weights),
            index(shares[:, list(columns)], answers.weights),
        )
        for construct, columns in answers.codebook.constructs.items()
        if len(columns) > 1
    )


def common_method(answers: Answers) -> CommonMethod:
    """Share of the first principal component of the pairwise correlations of all items.

    Notes
    -----
    Over half suggests that the way of asking (one sitting, one scale) makes part of the correlations. Below half proves
    nothing, and a survey about one construct is above half by right.

    References
    ----------
    Podsakoff, MacKenzie, Lee and Podsakoff (2003), Common method biases, doi:10.1037/0021-9010.88.5.879.
    """
    covariance = pairwise_covariance(answers.oriented(), answers.weights)
    sd = np.sqrt(np.maximum(np.diagonal(covariance), 1e-12))
    share = float(np.linalg.eigvalsh(covariance / np.outer(sd, sd))[-1] / len(sd))
    return CommonMethod(share, share > COMMON_METHOD)
