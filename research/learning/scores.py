"""Scores of every family under every weight column: the best BIC of three likelihoods of the child given its parents.

The three are a saturated table, an ordered logit linear in the parents, and an ordered logit on dummies. All three are
likelihoods of the same discrete answers, so their BICs compare; monotone items are told apart with few parameters,
others keep their table. Larger is better.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numba import njit
from numpy.typing import NDArray

from research.errors import SettingsError
from research.learning.counts import (
    Array,
    Integers,
    entropy_sums,
    family_table,
    joint_counts,
    sum_log_gamma,
)
from research.learning.families import Families
from research.learning.ordered_logit import dummy_design, linear_design
from research.learning.ordered_logit_columns import column_logliks

Likelihood = Literal["table", "linear", "dummies"]
LIKELIHOODS: tuple[Likelihood, ...] = ("table", "linear", "dummies")


@dataclass(frozen=True)
class FamilyScores:
    """Scores of families by weight columns.

    Attributes
    ----------
    scores : float64, shape (n_families, n_columns)
    likelihoods : int8, shape (n_families, n_columns)
        Index in LIKELIHOODS of the one that scored best; the simplest where several are equal.
    """

    scores: Array
    likelihoods: NDArray[np.int8]


def score_families(
    codes: NDArray[np.int8],
    weights: Array,
    n_states: Integers,
    families: Families,
    likelihoods: Sequence[Likelihood] = LIKELIHOODS,
) -> FamilyScores:
    """BIC of every family under every weight column.

    Parameters
    ----------
    codes : int8, shape (n_respondents, n_items)
        State indices without gaps.
    weights : float64, shape (n_respondents, n_columns)
        Column 0 must give weight to every respondent any other column counts (the answers themselves do). The sum of
        a column is its number of answers: scale survey weights to the effective number first.
    n_states : int64, shape (n_items,)
    families : Families
    likelihoods : which of the three compete.

    References
    ----------
    Schwarz (1978), doi:10.1214/aos/1176344136.
    """
    if not likelihoods or not set(likelihoods) <= set(LIKELIHOODS):
        raise SettingsError(f"Likelihoods {tuple(likelihoods)} must be some of {LIKELIHOODS}.")
    table, linear, dummies = _logliks(codes, weights, n_states, families, likelihoods)
    log_n = np.log(weights.sum(axis=0))
    best = np.full(table.shape, -np.inf)
    chosen = np.zeros(table.shape, np.int8)
    for number, (name, loglik) in enumerate(zip(LIKELIHOODS, (table, linear, dummies), strict=True)):
        if name not in likelihoods:
            continue
        score = loglik - 0.5 * free_parameters(families, n_states, name)[:, None] * log_n
        better = score > best
        best[better], chosen[better] = score[better], number
    return FamilyScores(best, chosen)


def score_families_bdeu(
    codes: NDArray[np.int8],
    weights: Array,
    n_states: Integers,
    families: Families,
    equivalent_size: float = 10.0,
) -> Array:
    """BDeu of the saturated table of every family, shape (n_families, n_columns).

    References
    ----------
    Heckerman, Geiger, Chickering (1995), doi:10.1007/BF00994016.
    """
    entropies = np.zeros((len(families.sets), weights.shape[1]))
    turned = np.ascontiguousarray(codes.T)
    for number, items in enumerate(families.sets):
        cells = np.prod(n_states[items[items >= 0]])
        sum_log_gamma(joint_counts(turned, weights, n_states, items), equivalent_size / cells, entropies[number])
    return np.asarray(entropies[families.set_of] - entropies[families.parent_set])


def free_parameters(families: Families, n_states: Integers, likelihood: Likelihood) -> Array:
    """Free parameters per family, counted by the states an item may take."""
    r = n_states[families.child]
    states = np.where(families.parents >= 0, n_states[families.parents], 1)
    if likelihood == "table":
        slopes = (r - 1) * (states.prod(axis=1, dtype=np.float64) - 1)
    elif likelihood == "linear":
        slopes = (families.parents >= 0).sum(axis=1)
    else:
        slopes = (states - 1).sum(axis=1)
    return np.asarray(r - 1 + slopes, dtype=np.float64)


def _logliks(
    codes: NDArray[np.int8],
    weights: Array,
    n_states: Integers,
    families: Families,
    likelihoods: Sequence[Likelihood],
) -> list[Array]:
    """Maximum log-likelihoods (n_families, n_columns), one array per likelihood; -inf where not asked for."""
    turned, n_columns = np.ascontiguousarray(codes.T), weights.shape[1]
    sums = entropy_sums(turned, weights, n_states, families.sets)
    saturated = sums[families.set_of] - sums[families.parent_set]
    alone = families.masks == 0  # Without parents the three likelihoods are one.
    linear, dummies = (
        np.where(alone[:, None], saturated, -np.inf) if name in likelihoods else np.zeros((0, n_columns))
        for name in ("linear", "dummies")
    )
    if len(linear) or len(dummies):
        order = np.argsort(families.set_of, kind="stable")
        order = order[~alone[order]]
        starts = np.searchsorted(families.set_of[order], np.arange(len(families.sets) + 1))
        _fit_logits(
            turned,
            np.ascontiguousarray(weights),
            n_states,
            families.sets,
            order,
            starts,
            families.child,
            linear,
            dummies,
        )
    nothing = np.full_like(saturated, -np.inf)
    return [saturated, linear if len(linear) else nothing, dummies if len(dummies) else nothing]


@njit(cache=True, nogil=True)
def _fit_logits(
    codes: NDArray[np.int8], weights: Array, n_states: Integers, sets: Integers, order: Integers, starts: Integers,
    child: Integers, linear: Array, dummies: Array,
) -> None:  # fmt: skip
    """Count every set once and fit from it all the families that consist of it; an empty array is not wanted."""
    for s in range(len(sets)):
        if starts[s] == starts[s + 1]:
            continue
        joint = joint_counts(codes, weights, n_states, sets[s])
        for f in order[starts[s] : starts[s + 1]]:
            counts, levels = family_table(joint, sets[s], child[f], n_states)
            parents = sets[s][(sets[s] >= 0) & (sets[s] != child[f])]
            if len(linear):
                columns, values = linear_design(levels, n_states[parents])
                column_logliks(counts, columns, values, len(parents), linear[f])
            if len(dummies):
                columns, values = dummy_design(levels, n_states[parents])
                column_logliks(counts, columns, values, (n_states[parents] - 1).sum(), dummies[f])
