"""Linear paths on correlations: each family's Gaussian score, path coefficients, and the effects they add up to."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numba import njit
from numpy.typing import NDArray

from research.learning.consensus import Consensus, consensus_network, direction_share, edge_strength
from research.learning.constraints import Constraints
from research.learning.families import Families

Array = NDArray[np.float64]

LEAST_VARIANCE = 1e-6


@dataclass(frozen=True)
class PathReplicates:
    """Networks among constructs with linear paths, one per replicate; effects are in standard deviations.

    Attributes
    ----------
    constraints : Constraints
    correlations : float64, shape (replicates, n_constructs, n_constructs)
        Among the constructs, free of measurement error: what one SD more of u, observed, says of v.
    members : int64, shape (replicates, members, n_constructs)
        Parents as bits, in networks drawn uniformly from the equivalence class of the replicate's best.
    """

    constraints: Constraints
    correlations: Array
    members: NDArray[np.int64]

    @cached_property
    def paths(self) -> Array:
        """Direct effects (replicates, members, n_constructs, n_constructs): [..., u, v] is the path from u to v."""
        replicates, members, n_constructs = self.members.shape
        every = np.repeat(self.correlations, members, axis=0)
        paths = path_coefficients(every, self.members.reshape(-1, n_constructs))
        return paths.reshape(replicates, members, n_constructs, n_constructs)

    @cached_property
    def effects(self) -> Array:
        """Total effects, shape of `paths`: what one SD more of u, set by force, adds to v."""
        return total_effects(self.paths.reshape(-1, *self.paths.shape[2:])).reshape(self.paths.shape)

    @cached_property
    def strength(self) -> Array:
        """Share of replicates in which two constructs are adjacent, symmetric."""
        return edge_strength(self.members[:, 0])

    @cached_property
    def consensus(self) -> Consensus:
        """Edges above a threshold found from the replicates, directed where the class allows."""
        direction = direction_share(self.members.reshape(-1, self.members.shape[-1]))
        return consensus_network(self.strength, direction, self.constraints)


def gaussian_scores(correlations: Array, respondents: Array, families: Families) -> Array:
    """BIC of each family as a linear regression of the child on its parents.

    Parameters
    ----------
    correlations : float64, shape (n_weightings, n_variables, n_variables)
    respondents : float64, shape (n_weightings,)
        How many respondents' worth of evidence each matrix carries.
    families : Families

    Returns
    -------
    float64, shape (n_families, n_weightings)
        Log-likelihood less half log(respondents) per parent; constants that all families share are left out.

    References
    ----------
    Geiger, Heckerman (1994), UAI, doi:10.1016/B978-1-55860-332-5.50035-3.
    """
    _, variances = _regressions(np.ascontiguousarray(correlations), families.child, families.parents)
    sizes = (families.parents >= 0).sum(axis=1)
    n = np.asarray(respondents, dtype=np.float64)
    return np.asarray(-0.5 * n * np.log(variances).T - 0.5 * np.log(n) * sizes[:, None])


def path_coefficients(correlations: Array, masks: NDArray[np.int64]) -> Array:
    """Standardised regression of every variable on its parents.

    Parameters
    ----------
    correlations : float64, shape (n_weightings, n_variables, n_variables)
    masks : int64, shape (n_weightings, n_variables)
        Parents of each variable as bits.

    Returns
    -------
    float64, shape (n_weightings, n_variables, n_variables)
        [b, u, v] is the path from u to v, 0 where u is no parent of v.
    """
    n_weightings, n_variables = masks.shape
    paths = np.zeros((n_weightings, n_variables, n_variables))
    bits = masks[:, None, :] >> np.arange(n_variables)[None, :, None] & 1
    most = max(int(bits.sum(axis=1).max()), 1)
    # Parents first, ascending, then -1: the sort is stable.
    order = np.argsort(1 - bits, axis=1, kind="stable")[:, :most]
    parents = np.where(np.take_along_axis(bits, order, axis=1) == 1, order, -1).transpose(0, 2, 1)
    child = np.arange(n_variables)
    for b in range(n_weightings):
        slopes, _ = _regressions(correlations[b : b + 1], child, np.ascontiguousarray(parents[b]))
        for v in range(n_variables):
            chosen = parents[b, v] >= 0
            paths[b, parents[b, v][chosen], v] = slopes[0, v, chosen]
    return paths


def total_effects(paths: Array) -> Array:
    """Sum over all directed routes: what one SD more of u, set by force, adds to v, in SD of v.

    Parameters
    ----------
    paths : float64, shape (n_weightings, n_variables, n_variables), acyclic

    Returns
    -------
    float64, same shape; the diagonal is 1.

    References
    ----------
    Bollen (1987), Sociological Methodology 17, 37-69, doi:10.2307/271028.
    """
    effects = np.broadcast_to(np.eye(paths.shape[-1]), paths.shape).copy()
    route = effects
    for _ in range(paths.shape[-1] - 1):
        route = np.einsum("bij,bjk->bik", route, paths)
        effects = effects + route
    return np.asarray(effects)


@njit(cache=True, nogil=True)
def _regressions(correlations: Array, child: NDArray[np.int64], parents: NDArray[np.int64]) -> tuple[Array, Array]:
    """Slopes (n_weightings, n_families, most_parents) and residual variances (n_weightings, n_families)."""
    n_weightings = len(correlations)
    n_families, most = parents.shape
    slopes = np.zeros((n_weightings, n_families, most))
    variances = np.ones((n_weightings, n_families))
    factor, half = np.zeros((most, most)), np.zeros(most)
    for b in range(n_weightings):
        matrix = correlations[b]
        for f in range(n_families):
            left, size = 1.0, 0
            for i in range(most):
                if parents[f, i] < 0:
                    break
                size += 1
                for j in range(i + 1):
                    rest = matrix[parents[f, i], parents[f, j]]
                    for k in range(j):
                        rest -= factor[i, k] * factor[j, k]
                    factor[i, j] = rest / factor[j, j] if j < i else np.sqrt(max(rest, LEAST_VARIANCE))
                rest = matrix[parents[f, i], child[f]]
                for k in range(i):
                    rest -= factor[i, k] * half[k]
                half[i] = rest / factor[i, i]
                left -= half[i] * half[i]
            variances[b, f] = max(left, LEAST_VARIANCE)
            for i in range(size - 1, -1, -1):
                rest = half[i]
                for k in range(i + 1, size):
                    rest -= factor[k, i] * slopes[b, f, k]
                slopes[b, f, i] = rest / factor[i, i]
    return slopes, variances
