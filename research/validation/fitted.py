"""The two checks applied to a fitted survey: learning again without each fold, and drawing from every replicate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from research.answers import Answers
from research.learning.constraints import Constraints
from research.learning.families import list_families
from research.learning.missing import best_network, impute
from research.learning.randomness import stream
from research.learning.replicates import Learned
from research.learning.resampling import resampled_weights
from research.learning.scores import LIKELIHOODS, Likelihood
from research.learning.tables import fit_tables
from research.progress import Progress, silent
from research.validation.held_out import HeldOut, held_out
from research.validation.networks import Codes, TabledNetwork
from research.validation.predictive import PredictiveCheck, predictive_check

SURVEYS_DRAWN = 50
MOST_RESPONDENTS = 20_000  # More would not move the figures, and take minutes.
# One network with point estimates is judged, so two completed data sets and two rounds serve as well as ten and four.
FOLD_IMPUTATIONS, FOLD_ROUNDS = 2, 2
_ANSWERS_PER_FOLD = 10


@dataclass(frozen=True)
class Validation:
    """Both checks; `held_out` is None where some item has too few answers to be spread over the folds."""

    held_out: HeldOut | None
    predictive: PredictiveCheck


def validate(
    answers: Answers,
    completed: tuple[Codes, ...],
    learned: Learned,
    *,
    likelihoods: Sequence[Likelihood] = LIKELIHOODS,
    folds: int,
    seed: int,
    progress: Progress = silent,
) -> Validation:
    """Check the learned item network.

    Parameters
    ----------
    answers : Answers
        With their gaps: only given answers are scored.
    completed : tuple of int8 arrays, shape (n_respondents, n_items)
        The data sets the networks were learned from; replicate r took number r modulo their count.
    learned : Learned
    likelihoods : those it was learned with
    folds, seed : int

    Notes
    -----
    Of more than 20,000 respondents a random 20,000 are held out, and drawn surveys have that size at most.
    """
    rows = stream(seed, "validated").permutation(len(answers.codes))[:MOST_RESPONDENTS]
    sample = answers.rows(rows)
    scored = None
    if (sample.codes >= 0).sum(axis=0).min() >= _ANSWERS_PER_FOLD * folds:
        learner = _Learner(sample, learned.constraints, likelihoods, folds, seed, progress)
        scored = held_out(sample.codes, sample.n_states, sample.scaled_weights, learner, folds=folds, seed=seed)
    drawn = _surveys(answers, completed, learned, round(sample.n_eff), seed, progress)
    seen = [data[rows] for data in completed]
    return Validation(
        scored, predictive_check(answers.codebook.names, answers.n_states, seen, sample.scaled_weights, drawn)
    )


@dataclass(frozen=True)
class _Learner:
    """Learns one network from some rows, gaps imputed from these rows alone."""

    answers: Answers
    constraints: Constraints
    likelihoods: Sequence[Likelihood]
    folds: int
    seed: int
    progress: Progress

    def __call__(self, rows: npt.NDArray[np.intp], fold: int) -> tuple[TabledNetwork, list[Codes]]:
        weights, n_states = self.answers.scaled_weights[rows], self.answers.n_states
        seed = int(stream(self.seed, "fold", fold).integers(2**31))
        completed = impute(
            self.answers.codes[rows], n_states, weights, self.constraints,
            imputations=FOLD_IMPUTATIONS, rounds=FOLD_ROUNDS, likelihoods=self.likelihoods, seed=seed,
        ).completed  # fmt: skip
        families = list_families(self.constraints)
        masks, tables = best_network(completed, n_states, weights, families, self.constraints, self.likelihoods)
        self.progress("Validating on held-out answers", fold + 1, self.folds)
        return TabledNetwork.of_masks(masks, tables, n_states), list(completed)


def _surveys(
    answers: Answers, completed: tuple[Codes, ...], learned: Learned, respondents: int, seed: int, progress: Progress
) -> Iterator[Codes]:
    """Surveys of so many respondents, each from a replicate's own network, with tables of its own answers."""
    count = min(SURVEYS_DRAWN, len(learned.parents))
    for number in range(count):
        weights = resampled_weights(answers.scaled_weights, seed, range(number, number + 1))[:, 0]
        masks = learned.parents[number].view(np.int64)
        tables = fit_tables(completed[number % len(completed)], masks, answers.n_states, weights)
        network = TabledNetwork.of_masks(masks, tables, answers.n_states)
        yield network.draw(respondents, stream(seed, "drawn survey", number))
        progress("Drawing surveys to compare", number + 1, count)
