"""How well networks predict answers they were not learned from, beside saturated tables and independence."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from research.learning.randomness import stream
from research.learning.tables import table_counts
from research.scales import Estimate, Z
from research.validation.networks import Codes, Floats, States, TabledNetwork

_PRIOR_ANSWERS = 10.0

Learner = Callable[[npt.NDArray[np.intp], int], tuple[TabledNetwork, list[Codes]]]
"""From the rows to learn from and the fold's number to a network and the completed answers it was learned from."""


@dataclass(frozen=True)
class HeldOut:
    """Mean log-likelihood per respondent of answers held out, in nats; larger is better.

    `over_saturated` and `over_independence` say by how much the network is better, with 90 % intervals.
    """

    folds: int
    answers_scored: int
    network: float
    saturated: float
    independence: float
    over_saturated: Estimate
    over_independence: Estimate


def held_out(codes: Codes, n_states: States, weights: Floats, learner: Learner, *, folds: int, seed: int) -> HeldOut:
    """Learn from all folds but one, score that one, and so for each.

    Parameters
    ----------
    codes : int8 array, shape (n_respondents, n_items), -1 for gaps
    weights : float array, shape (n_respondents,)
    learner : callable
        Called with the rows of the training folds; it must not look at the others.

    Notes
    -----
    An answer is scored given the answers to its parents in the learned network, where all of these were given; the
    three models are scored on the same answers. "Saturated" is the same network with free tables (BDeu, equivalent
    sample size 10), so the difference is what the ordered-logit centres of the tables are worth.

    References
    ----------
    Stone (1974), Cross-validatory choice and assessment of statistical predictions,
    doi:10.1111/j.2517-6161.1974.tb00994.x.
    """
    fold_of = fold_numbers(len(codes), folds, seed)
    logliks = np.full((3, *codes.shape), np.nan)
    for fold in range(folds):
        training, testing = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
        network, completed = learner(training, fold)
        stacked = np.concatenate(completed)
        shared = np.tile(weights[training] / len(completed), len(completed))
        rivals = (network, _saturated(network, stacked, shared), _independent(network, stacked, shared))
        held = codes[testing]
        for model, rival in enumerate(rivals):
            logliks[model, testing] = rival.family_logliks(held)
    scored = ~np.isnan(logliks[0])
    return _compared(np.where(scored, logliks, 0.0).sum(axis=2), weights, folds, int(scored.sum()))


def fold_numbers(respondents: int, folds: int, seed: int) -> npt.NDArray[np.int64]:
    """The fold each respondent is held out in."""
    return np.asarray(stream(seed, "folds").permutation(respondents) % folds)


def _compared(by_respondent: Floats, weights: Floats, folds: int, answers_scored: int) -> HeldOut:
    network, saturated, independence = (by_respondent @ weights / weights.sum()).tolist()
    return HeldOut(
        folds,
        answers_scored,
        network,
        saturated,
        independence,
        over_saturated=_difference(by_respondent[0] - by_respondent[1], weights),
        over_independence=_difference(by_respondent[0] - by_respondent[2], weights),
    )


def _difference(differences: Floats, weights: Floats) -> Estimate:
    mean = float(weights @ differences / weights.sum())
    error = float(np.sqrt(((weights * (differences - mean)) ** 2).sum()) / weights.sum())
    return Estimate(mean, mean - Z * error, mean + Z * error)


def _saturated(network: TabledNetwork, codes: Codes, weights: Floats) -> TabledNetwork:
    """The same parents with tables of counts, ten prior answers spread over each table."""
    tables = tuple(
        _counted(codes, weights, item, parents, network.n_states) for item, parents in enumerate(network.parents)
    )
    return TabledNetwork(network.parents, tables, network.n_states)


def _independent(network: TabledNetwork, codes: Codes, weights: Floats) -> TabledNetwork:
    """The margins alone, repeated for every parent state so that the same answers are scored."""
    tables = tuple(
        np.repeat(_counted(codes, weights, item, (), network.n_states), len(network.tables[item]), axis=0)
        for item in range(len(network.parents))
    )
    return TabledNetwork(network.parents, tables, network.n_states)


def _counted(codes: Codes, weights: Floats, item: int, parents: tuple[int, ...], n_states: States) -> Floats:
    counts = table_counts(codes, item, parents, n_states, weights)
    shares = counts + _PRIOR_ANSWERS / counts.size
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
