"""Segments and waves side by side: whether they follow the same tables, their scores, and which drivers differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from research.answers import Answers
from research.constructs import Constructs
from research.drivers import Target
from research.drivers.among_constructs import path_effects
from research.drivers.among_items import item_effects, upwards
from research.drivers.intervals import estimate
from research.learning.families import parents_of
from research.learning.path_model import fit_path_model
from research.learning.replicates import Learned
from research.learning.tables import STRENGTHS, fit_table, marginal_loglik, table_counts
from research.notices import Notice
from research.scales import Estimate, Z
from research.validation import fold_numbers

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
Pooling = Literal["pooled", "partly_pooled", "separate"]

FEWEST = 100
SURE = 0.95
FOLDS = 5
RECOMMENDATION_STATES = 11  # Asked from 0 to 10; promoters give 9 or 10, detractors 0 to 6.


@dataclass(frozen=True)
class GroupScores:
    """The usual scores of the target in one group, with 90 % intervals.

    Attributes
    ----------
    mean : Estimate
        In steps from the lowest state.
    top_two : Estimate
        Share of answers in the two best states.
    recommendation : Estimate or None
        Promoters less detractors in points; None unless the target has 11 states.
    """

    group: str
    respondents: int
    mean: Estimate
    top_two: Estimate
    recommendation: Estimate | None
    effects: dict[str, Estimate]


@dataclass(frozen=True)
class Difference:
    """By how much more a driver moves the target in the first group than in the second, in standard deviations.

    `certainty` is the share of replicates that agree on the sign.
    """

    driver: str
    first: str
    second: str
    difference: Estimate
    certainty: float
    sentence: str


@dataclass(frozen=True)
class Groups:
    """What tells the groups apart.

    Attributes
    ----------
    held_out : dict of float by pooling
        Mean log-likelihood per respondent of answers held out, in nats; larger is better.
    pooling : the best of them
    rows : tuple of GroupScores
        `effects` are interventional, for a move of each driver between quartiles, and empty where tables are pooled.
    differences : tuple of Difference
        The surest first.
    refusals : tuple of Notice
    sentence : str
    """

    held_out: dict[str, float]
    pooling: Pooling
    rows: tuple[GroupScores, ...]
    differences: tuple[Difference, ...]
    refusals: tuple[Notice, ...]
    sentence: str


def compare_groups(
    answers: Answers,
    groups: NDArray[np.str_],
    completed: tuple[Codes, ...],
    learned: Learned,
    constructs: Constructs | None,
    target: Target,
    *,
    seed: int,
) -> Groups:
    """Compare the groups of at least 100 respondents.

    Notes
    -----
    Effects are those of the path model on a group's answers, or, without constructs, of the replicates' structures with
    tables of the group alone. Where pooled tables foretell held-out answers best, no difference is claimed.
    """
    names = np.unique(groups[groups != ""]).tolist()
    rows = {name: np.flatnonzero(groups == name) for name in names}
    refusals = tuple(
        Notice(
            "small_group",
            f"Group {name!r} has {len(own)} respondents: too few to be compared; collect at least {FEWEST}.",
            group=name,
            respondents=len(own),
            fewest=FEWEST,
        )
        for name, own in rows.items()
        if len(own) < FEWEST
    )
    rows = {name: own for name, own in rows.items() if len(own) >= FEWEST}
    if len(rows) < 2:
        return Groups({}, "pooled", (), (), refusals, "There are no two groups large enough to be compared.")
    held_out = _held_out(answers, rows, completed[0], learned, seed)
    pooling = max(held_out, key=lambda name: held_out[name])
    effects: dict[str, dict[str, Floats]] = {name: {} for name in rows}
    if pooling != "pooled":
        for name, own in rows.items():
            effects[name] = _effects(answers, own, completed, learned, constructs, target, seed)
    differences = _differences(effects)
    return Groups(
        held_out={str(name): loglik for name, loglik in held_out.items()},
        pooling=pooling,
        rows=tuple(_scores(answers, name, own, target, effects[name]) for name, own in rows.items()),
        differences=differences,
        refusals=refusals,
        sentence=_sentence(pooling, differences),
    )


def _held_out(
    answers: Answers, rows: Mapping[str, NDArray[np.int64]], codes: Codes, learned: Learned, seed: int
) -> dict[Pooling, float]:
    """Mean log-likelihood of held-out answers given their parents under the three kinds of tables."""
    fold_of, weights, n_states = fold_numbers(len(codes), FOLDS, seed), answers.scaled_weights, answers.n_states
    totals: dict[Pooling, float] = {"pooled": 0.0, "partly_pooled": 0.0, "separate": 0.0}
    kept = np.concatenate(list(rows.values()))
    for fold in range(FOLDS):
        known = kept[fold_of[kept] != fold]
        for child, mask in enumerate(learned.consensus.masks.tolist()):
            parents = parents_of(mask)
            pooled = fit_table(codes[known], child, parents, n_states, weights[known])
            for own in rows.values():
                inside, unseen = own[fold_of[own] != fold], own[fold_of[own] == fold]
                held = table_counts(codes[unseen], child, parents, n_states, weights[unseen])
                counts = table_counts(codes[inside], child, parents, n_states, weights[inside])
                separate = fit_table(codes[inside], child, parents, n_states, weights[inside])
                for name, table in (
                    ("pooled", pooled), ("partly_pooled", _towards(counts, pooled)), ("separate", separate),
                ):  # fmt: skip
                    totals[name] += float((held * np.log(table)).sum())  # type: ignore[index] # The three names above.
    return {name: total / float(weights[kept].sum()) for name, total in totals.items()}


def _towards(counts: Floats, pooled: Floats) -> Floats:
    """The group's table drawn towards the pooled one as far as its own counts suggest."""
    found = minimize_scalar(
        lambda log_strength: -marginal_loglik(counts, pooled, float(np.exp(log_strength))),
        bounds=np.log(STRENGTHS),
        method="bounded",
        options={"xatol": 0.01},
    )
    strength = float(np.exp(found.x))
    return np.asarray((counts + strength * pooled) / (counts.sum(axis=1, keepdims=True) + strength))


def _effects(
    answers: Answers, rows: NDArray[np.int64], completed: tuple[Codes, ...], learned: Learned,
    constructs: Constructs | None, target: Target, seed: int,
) -> dict[str, Floats]:  # fmt: skip
    """Interventional effects (n_replicates,) of every driver in one group."""
    own = answers.rows(rows)
    if constructs is None:
        found = item_effects(own, tuple(codes[rows] for codes in completed), learned, target, seed=seed)
        return {} if found is None else dict(zip(found.names, found.do.T, strict=True))
    nodes = constructs.nodes
    model = fit_path_model(
        upwards(own, own.codes), own.n_states, nodes.members, nodes.constraints, own.scaled_weights,
        replicates=len(learned.parents), seed=seed,
    )  # fmt: skip
    drivers, effects = path_effects(nodes, model, target)
    return {nodes.names[driver]: drawn for driver, drawn in zip(drivers, effects.do.T, strict=True)}


def _differences(effects: Mapping[str, Mapping[str, Floats]]) -> tuple[Difference, ...]:
    found = []
    for first, second in combinations(effects, 2):
        for driver, drawn in effects[first].items():
            apart = drawn - effects[second][driver]
            certainty = float(max((apart > 0).mean(), (apart < 0).mean()))
            found.append(_difference(driver, first, second, estimate(apart), certainty))
    return tuple(sorted(found, key=lambda one: (-one.certainty, -abs(one.difference.value))))


def _difference(driver: str, first: str, second: str, apart: Estimate, certainty: float) -> Difference:
    more, less = (first, second) if apart.value >= 0 else (second, first)
    size = f"by {abs(apart.value):.2f} standard deviations"
    if certainty >= SURE:
        sentence = f"{driver} moves the target more in {more} than in {less}, {size} ({certainty:.0%} sure)."
    else:
        sentence = f"Whether {driver} matters more in {more} than in {less} cannot be told ({certainty:.0%} sure)."
    return Difference(driver, first, second, apart, certainty, sentence)


def _scores(
    answers: Answers, name: str, rows: NDArray[np.int64], target: Target, effects: Mapping[str, Floats]
) -> GroupScores:
    columns, weights = list(target.columns), answers.weights[rows]
    states = upwards(answers, answers.codes)[rows][:, columns].astype(np.float64)
    states[states < 0] = np.nan
    top = answers.n_states[columns] - 2
    recommendation = None
    if (answers.n_states[columns] == RECOMMENDATION_STATES).all():
        points = 100.0 * (states >= 9) - 100.0 * (states <= 6)
        recommendation = _mean(np.where(np.isnan(states), np.nan, points), weights)
    return GroupScores(
        group=name,
        respondents=len(rows),
        mean=_mean(states, weights),
        top_two=_mean(np.where(np.isnan(states), np.nan, (states >= top).astype(np.float64)), weights),
        recommendation=recommendation,
        effects={driver: estimate(drawn) for driver, drawn in effects.items()},
    )


def _mean(values: Floats, weights: Floats) -> Estimate:
    """Weighted mean over items and respondents, its error by linearisation over respondents."""
    seen = np.isfinite(values)
    per_item = np.where(seen, values, 0.0)
    total = float((weights[:, None] * seen).sum())
    mean = float((weights[:, None] * per_item).sum() / total)
    pull = weights * (per_item - mean * seen).sum(axis=1) / total
    error = float(np.sqrt((pull**2).sum()))
    return Estimate(mean, mean - Z * error, mean + Z * error)


def _sentence(pooling: Pooling, differences: tuple[Difference, ...]) -> str:
    if pooling == "pooled":
        return "Held-out answers are foretold best by the same tables for all groups: no difference is claimed."
    sure = sum(one.certainty >= SURE for one in differences)
    if sure == 0:
        return "The groups answer differently, but no driver surely matters more in one of them than in another."
    return f"The groups answer differently, and {sure} of {len(differences)} comparisons of a driver are sure."
