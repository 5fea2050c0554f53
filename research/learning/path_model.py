"""A linear path model among constructs on correlations freed of measurement error, for all replicates at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from research.learning.class_walk import class_members
from research.learning.constraints import Constraints
from research.learning.families import list_families
from research.learning.paths import PathReplicates, gaussian_scores
from research.learning.randomness import stream
from research.learning.reflective import Members, Reflective, disattenuate
from research.learning.resampling import resampled_correlations
from research.learning.search import best_families

Array = NDArray[np.float64]

MEMBERS = 10
LEAST_EVIDENCE = 10.0


@dataclass(frozen=True)
class PathModel:
    """The model of every replicate.

    Attributes
    ----------
    replicates : PathReplicates
    measurement : Reflective
        Loadings, reliabilities and how far the correlations had to be repaired, by replicate.
    evidence : float
        As how many respondents without measurement error the answers weighed in the search.
    """

    replicates: PathReplicates
    measurement: Reflective
    evidence: float


def fit_path_model(
    codes: NDArray[np.int8],
    n_states: NDArray[np.int64],
    members: Members,
    constraints: Constraints,
    weights: Array,
    *,
    replicates: int,
    seed: int,
) -> PathModel:
    """Learn and fit the path model on bootstrap replicates.

    Parameters
    ----------
    codes : int8, shape (n_respondents, n_items), -1 where missing
    n_states : int64, shape (n_items,)
    members : tuple of tuples
        Columns of the items of each construct.
    constraints : Constraints among constructs
    weights : float64, shape (n_respondents,)
        Their sum is taken as the number of respondents.
    replicates, seed : int

    Notes
    -----
    Gaps are filled from a joint normal of all items, which takes them as missing at random. Correcting for
    unreliability makes correlations less certain, and the search counts that: it takes the answers for as many
    error-free respondents as would give the correlations the spread they have over replicates.

    References
    ----------
    Joreskog (1970), Biometrika 57(2), 239-251, doi:10.1093/biomet/57.2.239.
    Dijkstra, Henseler (2015), MIS Quarterly 39(2), 297-316, doi:10.25300/MISQ/2015/39.2.02 (paths on corrected
    correlations are consistent).
    """
    measured = disattenuate(resampled_correlations(codes, n_states, weights, replicates, seed), members)
    evidence = _evidence(measured.correlations, float(weights.sum()))
    families = list_families(constraints)
    scores = gaussian_scores(measured.correlations, np.full(replicates, evidence), families)
    best = families.masks[best_families(scores, families, constraints)]
    walks = [
        class_members(masks, constraints, MEMBERS, stream(seed, "path model", number))
        for number, masks in enumerate(best)
    ]
    return PathModel(PathReplicates(constraints, measured.correlations, np.stack(walks)), measured, evidence)


def _evidence(matrices: Array, respondents: float) -> float:
    """Respondents n at which (1 - r^2)^2 / n, the variance of a plain correlation, is the variance of these."""
    above = np.triu_indices(matrices.shape[1], 1)
    values = matrices[:, above[0], above[1]]
    if values.shape[0] < 2 or values.shape[1] == 0:
        return respondents
    plain = (1 - values.mean(axis=0) ** 2) ** 2
    spread = np.maximum(values.var(axis=0, ddof=1), 1e-12)
    return float(np.clip(np.median(plain / spread), min(LEAST_EVIDENCE, respondents), respondents))
