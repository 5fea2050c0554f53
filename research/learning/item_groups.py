"""Which items belong together where nobody says so: groups found in every bootstrap replicate, and how often each held.

A replicate's groups come from average linkage on its correlations, cut where a model of one factor per group, with
all correlations among the factors free, has a BIC that no finer cut clearly beats. Only items of
one tier can share a group.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import cut_tree, linkage
from scipy.spatial.distance import squareform

from research.learning.reflective import disattenuate

Array = NDArray[np.float64]
Groups = tuple[tuple[int, ...], ...]

TOGETHER = 0.5
LEAST_CORRELATION = 0.16  # Of two items with a loading of .4; less than that reflects nothing.
STRONG_EVIDENCE = 5.0  # Logarithm of a Bayes factor of 150: Kass, Raftery (1995), doi:10.1080/01621459.1995.10476572.


@dataclass(frozen=True)
class ItemGroups:
    """Groups that hold under resampling.

    Attributes
    ----------
    groups : tuple of tuples
        Columns of the items of each group of two or more, in order of their first item.
    certainty : float64, shape (n_groups,)
        Mean share of replicates in which two items of the group stood together.
    together : float64, shape (n_items, n_items)
        Share of replicates in which two items stood together.
    """

    groups: Groups
    certainty: Array
    together: Array


def group_items(matrices: Array, tiers: tuple[int, ...], respondents: float) -> ItemGroups:
    """Find groups from the item correlations of bootstrap replicates.

    Parameters
    ----------
    matrices : float64, shape (replicates, n_items, n_items)
    tiers : tuple of int, one per item
    respondents : float
        How many respondents the correlations rest on.

    Notes
    -----
    Items are taken to reflect one construct each. Items that cause a construct need not correlate, and are not found.

    References
    ----------
    Monti, Tamayo, Mesirov, Golub (2003), Machine Learning 52, 91-118, doi:10.1023/A:1023949509487 (consensus).
    Revelle (1979), Multivariate Behavioral Research 14(1), 57-74, doi:10.1207/s15327906mbr1401_4 (clusters of items).
    """
    apart = np.not_equal.outer(np.array(tiers), np.array(tiers))
    together = np.zeros(matrices.shape[1:])
    for matrix in matrices:
        # A resample of a sample strays from the population twice as far: it counts as half as many respondents.
        label = _best_partition(matrix, apart, respondents / 2)
        together += label[:, None] == label[None, :]
    together /= len(matrices)
    label = _linked(1.0 - together, "average", 1.0 - TOGETHER)
    groups = tuple(sorted(group for group in as_groups(label) if len(group) > 1))
    return ItemGroups(groups, np.array([_pairs(together, group).mean() for group in groups]), together)


def as_groups(label: NDArray[np.int64]) -> Groups:
    """Columns that share a label, one tuple per label."""
    return tuple(tuple(np.flatnonzero(label == each).tolist()) for each in np.unique(label))


def grouping_bic(matrix: Array, groups: Groups, respondents: float) -> float:
    """BIC of one factor per group, factors freely correlated, for a correlation matrix (n_items, n_items)."""
    measured = disattenuate(matrix[None], groups)
    pattern = np.zeros((len(matrix), len(groups)))
    for factor, group in enumerate(groups):
        pattern[list(group), factor] = measured.loadings[0, list(group)]
    implied = pattern @ measured.correlations[0] @ pattern.T
    np.fill_diagonal(implied, 1.0)
    _, log_determinant = np.linalg.slogdet(implied)
    misfit = log_determinant + np.trace(np.linalg.solve(implied, matrix))
    free = sum(max(len(group) - 1, 0) if len(group) < 3 else len(group) for group in groups)
    free += len(groups) * (len(groups) - 1) // 2
    return float(-0.5 * respondents * misfit - 0.5 * np.log(respondents) * free)


def _best_partition(matrix: Array, apart: NDArray[np.bool_], respondents: float) -> NDArray[np.int64]:
    """Group number of each item, at the cut of the tree that its BIC calls for."""
    distance = np.where(apart, 2.0, 1.0 - np.abs(matrix))
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform(distance, checks=False), "average")
    least = int((tree[:, 2] > 1.0 - LEAST_CORRELATION).sum()) + 1
    labels = cut_tree(tree, np.arange(least, len(matrix) + 1)).T
    scores = np.array([grouping_bic(matrix, as_groups(label), respondents) for label in labels])
    # The coarsest cut that no finer one clearly beats: the tree is grown on these data, which flatters fine cuts.
    return np.asarray(labels[int(np.argmax(scores >= scores.max() - STRONG_EVIDENCE))])


def _linked(distance: Array, method: str, cut: float) -> NDArray[np.int64]:
    distance = distance.copy()
    np.fill_diagonal(distance, 0.0)
    return np.asarray(cut_tree(linkage(squareform(distance, checks=False), method), height=cut)[:, 0])


def _pairs(together: Array, group: tuple[int, ...]) -> Array:
    above = np.triu_indices(len(group), 1)
    return np.asarray(together[np.ix_(group, group)][above])
