"""The two checks applied to a fitted survey: learning again without each fold, and drawing from every replicate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

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
    learner: "FoldLearner",
    *,
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
    learner : FoldLearner
        Of the respondents to be held out, see `fold_learner`; drawn surveys have their number.
    """
    sample, scored = learner.answers, None
    if learner.enough:
        scored = held_out(
            sample.codes, sample.n_states, sample.scaled_weights, learner, folds=learner.folds, seed=learner.seed
        )
    drawn = _surveys(answers, completed, learned, round(sample.n_eff), learner.seed, progress)
    seen = [data[learner.rows] for data in completed]
    return Validation(
        scored, predictive_check(answers.codebook.names, answers.n_states, seen, sample.scaled_weights, drawn)
    )


@dataclass(frozen=True, eq=False)
class FoldLearner:
    """Learns one network from some rows, gaps imputed from these rows alone; of each fold once.

    Attributes
    ----------
    answers : Answers
        The respondents to be held out.
    rows : int64, shape (n_held_out,)
        Which of all respondents they are.
    """

    answers: Answers
    rows: npt.NDArray[np.int64]
    constraints: Constraints
    likelihoods: Sequence[Likelihood]
    folds: int
    seed: int
    progress: Progress
    known: dict[int, tuple[TabledNetwork, list[Codes]]] = field(default_factory=dict)

    @property
    def enough(self) -> bool:
        """Whether every item has enough answers to be spread over the folds."""
        return bool((self.answers.codes >= 0).sum(axis=0).min() >= _ANSWERS_PER_FOLD * self.folds)

    def __call__(self, rows: npt.NDArray[np.intp], fold: int) -> tuple[TabledNetwork, list[Codes]]:
        if fold not in self.known:
            self.known[fold] = self._learn(rows, fold)
        return self.known[fold]

    def seed_of(self, fold: int) -> int:
        """A seed of its own for whatever is learned without the fold."""
        return int(stream(self.seed, "fold", fold).integers(2**31))

    def _learn(self, rows: npt.NDArray[np.intp], fold: int) -> tuple[TabledNetwork, list[Codes]]:
        weights, n_states = self.answers.scaled_weights[rows], self.answers.n_states
        completed = impute(
            self.answers.codes[rows], n_states, weights, self.constraints,
            imputations=FOLD_IMPUTATIONS, rounds=FOLD_ROUNDS, likelihoods=self.likelihoods, seed=self.seed_of(fold),
        ).completed  # fmt: skip
        families = list_families(self.constraints)
        masks, tables = best_network(completed, n_states, weights, families, self.constraints, self.likelihoods)
        self.progress("Validating on held-out answers", fold + 1, self.folds)
        return TabledNetwork.of_masks(masks, tables, n_states), list(completed)


def fold_learner(
    answers: Answers,
    constraints: Constraints,
    *,
    likelihoods: Sequence[Likelihood] = LIKELIHOODS,
    folds: int,
    seed: int,
    progress: Progress = silent,
) -> FoldLearner:
    """The learner of folds under the same rules and likelihoods as all answers.

    Notes
    -----
    Of more than 20,000 respondents a random 20,000 are held out.
    """
    rows = stream(seed, "validated").permutation(len(answers.codes))[:MOST_RESPONDENTS]
    return FoldLearner(answers.rows(rows), rows, constraints, likelihoods, folds, seed, progress)


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
