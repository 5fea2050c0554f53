"""Gaps filled several times over, so that what was not answered stays uncertain: stochastic structural EM.

Latent classes make a first guess. Then rounds: learn one network and its tables from all completed data sets stacked,
and redraw every gap of each data set given the respondent's other answers. Nothing is dropped.

References
----------
Friedman (1998), The Bayesian structural EM algorithm, UAI, arXiv:1301.7373; drawing instead of averaging: Celeux,
Diebolt (1985), Computational Statistics Quarterly 2; several imputations: Rubin (1987), doi:10.1002/9780470316696.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from research.errors import AnswersError
from research.learning.constraints import Constraints
from research.learning.families import Families, list_families, parents_of
from research.learning.latent_class import fit_latent_classes, memberships
from research.learning.randomness import stream
from research.learning.scores import LIKELIHOODS, Likelihood, score_families
from research.learning.search import best_families
from research.learning.tables import fit_tables
from research.progress import Progress, silent

Codes = NDArray[np.int8]
Integers = NDArray[np.int64]
Array = NDArray[np.float64]

FIRST_CLASSES = 12
ANSWERS_PER_CLASS = 50
MOST_CLASSIFIED = 20_000  # Respondents the classes are fitted on: 100,000 take three times as long and guess no better.
SWEEPS = 4


@dataclass(frozen=True)
class Imputations:
    """Completed data sets and what was filled in.

    Attributes
    ----------
    completed : tuple of int8 arrays, each (n_respondents, n_items)
        One alone where nothing was missing.
    imputed : int64, shape (n_items,)
        Answers filled in per item.
    """

    completed: tuple[Codes, ...]
    imputed: Integers


def impute(
    codes: Codes,
    n_states: Integers,
    weights: Array | None,
    constraints: Constraints,
    *,
    imputations: int = 10,
    rounds: int = 4,
    likelihoods: Sequence[Likelihood] = LIKELIHOODS,
    seed: int,
    progress: Progress = silent,
) -> Imputations:
    """Fill the gaps of the answers several times.

    Parameters
    ----------
    codes : int8, shape (n_respondents, n_items)
        State indices, -1 where there is no answer.
    n_states : int64, shape (n_items,)
    weights : float64, shape (n_respondents,), optional
        Scaled so that they sum to the effective number of answers.
    constraints : Constraints
    imputations : int
        Completed data sets.
    rounds : int
        Rounds of learning and redrawing after the first guess.
    likelihoods : which likelihoods compete for each family.
    seed : int
    progress : Progress

    Raises
    ------
    AnswersError
        An item nobody answered.

    Notes
    -----
    Sound where whether an answer is missing depends on answers that were given (missing at random). The classes of the
    first guess are fitted on a random 20,000 respondents where there are more; all that follows takes every one.
    """
    gaps = codes < 0
    if gaps.all(axis=0).any():
        raise AnswersError(f"Nobody answered item {int(np.argmax(gaps.all(axis=0)))}: leave it out.")
    if not gaps.any():
        return Imputations((codes,), np.zeros(codes.shape[1], np.int64))
    families = list_families(constraints)
    completed = _first_guesses(codes, n_states, weights, imputations, seed)
    for turn in range(rounds):
        masks, tables = best_network(completed, n_states, weights, families, constraints, likelihoods)
        for number, data in enumerate(completed):
            rng = stream(seed, "redrawn gaps", turn * imputations + number)
            redraw_gaps(data, gaps, n_states, masks, tables, rng, SWEEPS)
        progress("Filling gaps", turn + 1, rounds)
    return Imputations(tuple(completed), gaps.sum(axis=0))


def _first_guesses(codes: Codes, n_states: Integers, weights: Array | None, imputations: int, seed: int) -> list[Codes]:
    """Every respondent draws a latent class, every gap a state from that class.

    Of more than 20,000 respondents a random 20,000 say what the classes are: they are a start alone, which the rounds
    of learning leave behind.
    """
    n_classes = max(2, min(FIRST_CLASSES, len(codes) // ANSWERS_PER_CLASS))
    asked = stream(seed, "classified").permutation(len(codes))[:MOST_CLASSIFIED]
    few = slice(None) if len(codes) <= MOST_CLASSIFIED else asked
    weighed = None if weights is None else weights[few]
    classes = fit_latent_classes(codes[few], n_states, weighed, n_classes, seed=seed, starts=3)
    cumulated = memberships(classes, codes).cumsum(axis=1)
    guesses = []
    for number in range(imputations):
        rng = stream(seed, "first guess", number)
        drawn = _draw(cumulated, rng.random(len(codes)))
        data = codes.copy()
        for item in range(codes.shape[1]):
            rows = np.flatnonzero(codes[:, item] < 0)
            shares = classes.tables[drawn[rows], item, : n_states[item]].cumsum(axis=1)
            data[rows, item] = _draw(shares, rng.random(len(rows)))
        guesses.append(data)
    return guesses


def _draw(cumulated: Array, uniforms: Array) -> Integers:
    """Index drawn from each row of cumulated shares, whatever they sum to."""
    drawn = (uniforms[:, None] * cumulated[:, -1:] > cumulated).sum(axis=1)
    return np.asarray(np.minimum(drawn, cumulated.shape[1] - 1))


def best_network(
    completed: Sequence[Codes],
    n_states: Integers,
    weights: Array | None,
    families: Families,
    constraints: Constraints,
    likelihoods: Sequence[Likelihood] = LIKELIHOODS,
) -> tuple[Integers, tuple[Array, ...]]:
    """Parent masks and tables learned from all completed data sets, each with its share of the weight."""
    own = np.ones(len(completed[0])) if weights is None else weights
    stacked, shared = np.concatenate(completed), np.tile(own / len(completed), len(completed))
    scores = score_families(stacked, shared[:, None], n_states, families, likelihoods).scores
    masks = families.masks[best_families(scores, families, constraints)[0]]
    return masks, fit_tables(stacked, masks, n_states, shared)


def redraw_gaps(
    data: Codes,
    gaps: NDArray[np.bool_],
    n_states: Integers,
    masks: Integers,
    tables: tuple[Array, ...],
    rng: np.random.Generator,
    sweeps: int,
) -> None:
    """Gibbs sweeps over the gaps of complete `data` in place, each gap drawn given all other answers of its row."""
    parents = [parents_of(int(mask)) for mask in masks]
    strides = np.zeros((len(masks), len(masks)), np.int64)  # [child, parent]: rows of the child's table per state.
    for child, group in enumerate(parents):
        sizes = [int(n_states[parent]) for parent in group]
        for place, parent in enumerate(group):
            strides[child, parent] = np.prod(sizes[place + 1 :], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum([table.size for table in tables])]).astype(np.int64)
    flat = np.concatenate([table.ravel() for table in tables])
    places = np.argwhere(gaps.T)
    for _ in range(sweeps):
        _sweep(data, places, n_states, strides, starts, flat, rng.random(len(places)))


@njit(cache=True, nogil=True)
def _sweep(
    data: Codes, places: Integers, n_states: Integers, strides: Integers, starts: Integers, flat: Array,
    uniforms: Array,
) -> None:  # fmt: skip
    n_items = data.shape[1]
    rows = np.zeros(n_items, np.int64)
    shares = np.zeros(n_states.max())
    for number in range(len(places)):
        v, i = places[number]
        for child in range(n_items):
            if child == v or strides[child, v] > 0:
                rows[child] = 0
                for parent in range(n_items):
                    if parent != v and strides[child, parent] > 0:
                        rows[child] += strides[child, parent] * data[i, parent]
        total = 0.0
        for x in range(n_states[v]):
            share = flat[starts[v] + rows[v] * n_states[v] + x]
            for child in range(n_items):
                if strides[child, v] > 0:
                    row = rows[child] + strides[child, v] * x
                    share *= flat[starts[child] + row * n_states[child] + data[i, child]]
            total += share
            shares[x] = total
        x = 0
        while x < n_states[v] - 1 and uniforms[number] * total > shares[x]:
            x += 1
        data[i, v] = x
