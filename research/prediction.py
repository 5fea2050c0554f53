"""How well the network foretells the target of respondents it was not learned from, beside the usual methods."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from research.answers import Answers
from research.baselines import BASELINES, TargetAnswers
from research.construct_network import learn_tables
from research.constructs import Nodes
from research.drivers import Target
from research.drivers.target import Level, own_items, predecessors
from research.errors import TooDense
from research.learning.factor_posteriors import level_posterior
from research.learning.factor_tables import FactorTables
from research.learning.families import as_masks
from research.learning.network_tables import TabledNetworks
from research.learning.posteriors import posterior
from research.scales import Estimate, Z
from research.validation import FoldLearner, TabledNetwork, fold_numbers

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]

BINS = 10


@dataclass(frozen=True)
class CalibrationBin:
    """Respondents for whom much the same was foretold: predicted and observed share of good answers."""

    predicted: float
    observed: float
    low: float
    high: float
    respondents: int


@dataclass(frozen=True)
class Prediction:
    """Log-loss in nats per answer, smaller is better, of answers held out.

    Attributes
    ----------
    predicted_item : str
        The target, or the item that says most of a target construct.
    log_loss : float
        Of the network, told the respondent's answers to everything that can precede the target. Which network answers
        for a fold is chosen by the other folds, so that no fold is both judge and case.
    networks : dict of float or None
        Log-loss of the item network and of the network among constructs; None where there is none, or it is too dense.
    foretold_by : "item" or "construct"
        The one with the smaller loss on all folds, which scoring uses.
    baselines : dict of float
        Of each usual method, told the same, gaps filled with the commonest answer.
    over_baselines : dict of Estimate
        By how much the network is better, with 90 % intervals.
    calibration : tuple of CalibrationBin
        Of the probability of an answer above the middle of the scale, from least to most probable.
    better_than_margin, as_good_as_logit : bool
        Whether anything at all can be foretold; whether an ordered logit is not surely better.
    sentence : str
    """

    predicted_item: str
    log_loss: float
    networks: dict[Level, float | None]
    foretold_by: Level
    baselines: dict[str, float]
    over_baselines: dict[str, Estimate]
    calibration: tuple[CalibrationBin, ...]
    better_than_margin: bool
    as_good_as_logit: bool
    sentence: str


def judge_prediction(learner: FoldLearner, target: Target, nodes: Nodes | None = None) -> Prediction | None:
    """Foretell the target of each fold from the others; None where too few answers can be held out, or items too dense.

    Parameters
    ----------
    learner : FoldLearner
    target : Target
    nodes : Nodes, optional
        Constructs to foretell through as well. Groups that nobody named were found in all answers, folds included.

    References
    ----------
    Good (1952), JRSS B 14(1), 107-114, doi:10.1111/j.2517-6161.1952.tb00104.x (the logarithmic score).
    """
    if not learner.enough:
        return None
    foretold = _Foretold.of(learner, target)
    try:
        for fold in range(learner.folds):
            foretold.by_items(fold)
    except TooDense:
        return None
    if nodes is not None:
        try:
            for fold in range(learner.folds):
                foretold.by_constructs(fold, nodes)
        except TooDense:
            del foretold.probabilities["construct"]
    return _judged(foretold)


@dataclass(frozen=True, eq=False)
class _Foretold:
    """P(state of the target | other answers) of respondents held out, (n_respondents, n_states), by method."""

    learner: FoldLearner
    column: int
    told: list[int]
    fold_of: NDArray[np.int64]
    probabilities: dict[str, Floats]

    @classmethod
    def of(cls, learner: FoldLearner, target: Target) -> "_Foretold":
        answers = learner.answers
        told = sorted(set(predecessors(learner.constraints, target.columns)) - own_items(answers.codebook, target))
        fold_of = fold_numbers(len(answers.codes), learner.folds, learner.seed)
        return cls(learner, _most_telling(answers, target), told, fold_of, {})

    def by_items(self, fold: int) -> None:
        """Foretell one fold by the item network, and by the usual methods."""
        answers = self.learner.answers
        training, testing = np.flatnonzero(self.fold_of != fold), np.flatnonzero(self.fold_of == fold)
        network, completed = self.learner(training, fold)
        self._keep("item", testing, _by_network(network, self._given(testing), self.column))
        found = _by_baselines(answers, completed[0], training, testing, self.told, self.column)
        for name, own in found.items():
            self._keep(name, testing, own)

    def by_constructs(self, fold: int, nodes: Nodes) -> None:
        """Foretell one fold by the network among constructs."""
        training, testing = np.flatnonzero(self.fold_of != fold), np.flatnonzero(self.fold_of == fold)
        tables = learn_tables(self.learner.answers.rows(training), nodes, self.learner.seed_of(fold))
        self._keep("construct", testing, _by_levels(tables, self._given(testing), self.column))

    def _given(self, rows: NDArray[np.intp]) -> Codes:
        codes = self.learner.answers.codes[rows]
        given = np.full_like(codes, -1)
        given[:, self.told] = codes[:, self.told]
        return given

    def _keep(self, name: str, rows: NDArray[np.intp], found: Floats) -> None:
        shape = (len(self.fold_of), int(self.learner.answers.n_states[self.column]))
        self.probabilities.setdefault(name, np.full(shape, np.nan))[rows] = found[:, : shape[1]]


def _most_telling(answers: Answers, target: Target) -> int:
    """The item that goes most with the other items of the target."""
    columns = list(target.columns)
    if len(columns) == 1:
        return columns[0]
    scores = answers.oriented()[:, columns]
    scores = scores[np.isfinite(scores).all(axis=1)]
    varies = len(scores) > 1 and (scores.std(axis=0) > 0).all()
    return columns[int(np.corrcoef(scores.T).sum(axis=0).argmax())] if varies else columns[0]


def _by_network(network: TabledNetwork, given: Codes, column: int) -> Floats:
    tables = TabledNetworks.of(as_masks(network.parents)[None], [network.tables], network.n_states)
    return posterior(tables, 0, given, column, reasons=False).probabilities


def _by_levels(tables: FactorTables, given: Codes, column: int) -> Floats:
    node = int(tables.node_of[column])
    own = tables.n_levels[node]
    found = level_posterior(tables, given, node, np.zeros(own), reasons=False)
    return np.asarray(found.levels @ tables.items[column, :own])


def _by_baselines(
    answers: Answers, completed: Codes, training: NDArray[np.intp], testing: NDArray[np.intp], told: list[int],
    column: int,
) -> dict[str, Floats]:  # fmt: skip
    answered = answers.codes[training, column] >= 0
    known = TargetAnswers(
        codes=completed[answered][:, told],
        target=answers.codes[training, column][answered],
        weights=answers.scaled_weights[training][answered],
        n_states=answers.n_states[told],
        target_states=int(answers.n_states[column]),
    )
    commonest = np.array([np.bincount(own).argmax() for own in known.codes.T], np.int8)
    asked = answers.codes[testing][:, told]
    asked = np.where(asked < 0, commonest, asked)
    return {name: baseline(known, asked) for name, baseline in BASELINES.items()}


def _judged(foretold: _Foretold) -> Prediction:
    answers, column = foretold.learner.answers, foretold.column
    given = answers.codes[:, column]
    seen = np.flatnonzero(given >= 0)
    weights = answers.scaled_weights[seen]
    losses = {name: -np.log(own[seen, given[seen]]) for name, own in foretold.probabilities.items()}
    means = {name: float(weights @ own / weights.sum()) for name, own in losses.items()}
    levels: tuple[Level, ...] = ("item", "construct") if "construct" in losses else ("item",)
    by_level = np.stack([losses[level] for level in levels])
    chosen = chosen_by_other_folds(by_level, weights, foretold.fold_of[seen])
    network = by_level[chosen, np.arange(len(seen))]
    probabilities = np.stack([foretold.probabilities[level][seen] for level in levels])[chosen, np.arange(len(seen))]
    over = {name: _mean(losses[name] - network, weights) for name in BASELINES}
    item = answers.codebook.items[column]
    middle = (len(item.states) - 1) / 2
    good = np.arange(len(item.states)) > middle if item.direction == "up" else np.arange(len(item.states)) < middle
    return Prediction(
        predicted_item=item.name,
        log_loss=float(weights @ network / weights.sum()),
        networks={"item": means["item"], "construct": means.get("construct")},
        foretold_by=min(levels, key=lambda level: means[level]),
        baselines={name: means[name] for name in BASELINES},
        over_baselines=over,
        calibration=_calibration(probabilities @ good, good[given[seen]], weights),
        better_than_margin=over["marginal"].low > 0,
        as_good_as_logit=over["ordered_logit"].high >= 0,
        sentence=_sentence(item.name, over),
    )


def chosen_by_other_folds(losses: Floats, weights: Floats, fold_of: NDArray[np.int64]) -> NDArray[np.intp]:
    """For each respondent the row of `losses` (n_networks, n_respondents) that did best in the other folds."""
    chosen = np.zeros(len(fold_of), np.intp)
    for fold in np.unique(fold_of):
        others = fold_of != fold
        chosen[~others] = (losses[:, others] @ weights[others]).argmin()
    return chosen


def _mean(values: Floats, weights: Floats) -> Estimate:
    mean = float(weights @ values / weights.sum())
    error = float(np.sqrt(((weights * (values - mean)) ** 2).sum()) / weights.sum())
    return Estimate(mean, mean - Z * error, mean + Z * error)


def _calibration(predicted: Floats, observed: NDArray[np.bool_], weights: Floats) -> tuple[CalibrationBin, ...]:
    """Ten bins of as many respondents each, with Wilson's intervals.

    References
    ----------
    Wilson (1927), JASA 22(158), 209-212, doi:10.1080/01621459.1927.10502953.
    """
    bins = []
    for rows in np.array_split(np.argsort(predicted, kind="stable"), BINS):
        if len(rows) == 0:
            continue
        own = weights[rows]
        n = float(own.sum() ** 2 / (own**2).sum())
        share = float(own @ observed[rows] / own.sum())
        centre, half = share + Z**2 / (2 * n), Z * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
        low, high = (centre - half) / (1 + Z**2 / n), (centre + half) / (1 + Z**2 / n)
        bins.append(CalibrationBin(float(own @ predicted[rows] / own.sum()), share, float(low), float(high), len(rows)))
    return tuple(bins)


def _sentence(item: str, over: dict[str, Estimate]) -> str:
    margin, logit = over["marginal"], over["ordered_logit"]
    if margin.low <= 0:
        return (
            f"From the other answers {item} cannot be foretold any better than by its overall shares: whatever drives "
            "it is not in this survey, and the drivers below are no ground to act on."
        )
    gain = f"{margin.value:.2f} nats an answer ({margin.low:.2f} to {margin.high:.2f})"
    told = f"On respondents it has not seen the network foretells {item} better than its overall shares by {gain}"
    if logit.high < 0:
        return (
            f"{told}, but an ordered logit does better by {-logit.value:.3f}: the network leaves something "
            "out, and effects of single items may be told too small."
        )
    return f"{told}, about as well as an ordered logit or better."
