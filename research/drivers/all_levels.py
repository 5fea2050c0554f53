"""The drivers of a target on both levels, each with the usual methods beside it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from research.answers import Answers
from research.constructs import Constructs
from research.drivers.agreement import Agreement, compare, logit_importance, weight_importance
from research.drivers.among_constructs import PathEffects, construct_effects
from research.drivers.among_items import item_effects, upwards
from research.drivers.hidden_causes import hidden_causes
from research.drivers.intervals import estimate
from research.drivers.levels import LevelEffects
from research.drivers.summary import Driver, summarise
from research.drivers.target import Target
from research.learning.families import parents_of
from research.learning.replicates import Learned
from research.learning.resampling import resampled_correlations
from research.progress import Progress, silent
from research.scales import Estimate

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Drivers:
    """What was found out about the target.

    Attributes
    ----------
    constructs, items : LevelEffects or None
        Effects in every replicate; None where a level has no driver.
    drivers : tuple of Driver
        Constructs first, in each level the strongest interventional effect first.
    agreement : tuple of Agreement, one per level
    explained : Estimate or None
        Share of the target's variance that its parents explain in the path model.
    """

    target: Target
    constructs: LevelEffects | None
    items: LevelEffects | None
    drivers: tuple[Driver, ...]
    agreement: tuple[Agreement, ...]
    explained: Estimate | None

    @property
    def levels(self) -> tuple[LevelEffects, ...]:
        return tuple(level for level in (self.constructs, self.items) if level is not None)


@dataclass(frozen=True, eq=False)
class _Beside:
    """What the usual methods need: completed answers, and correlations of all items in every replicate."""

    answers: Answers
    completed: Codes
    correlations: Floats
    target: Target
    seed: int

    def methods(self, effects: LevelEffects) -> dict[str, Floats]:
        """Importances (n_replicates, n_drivers) of ordered logit and relative weights."""
        share = self.completed / (self.answers.n_states - 1)
        scores = np.stack([share[:, list(columns)].mean(axis=1) for columns in effects.columns], axis=1)
        goal = list(self.target.columns)
        steps = round(float(self.answers.n_states[goal].mean())) - 1
        states = np.floor(share[:, goal].mean(axis=1) * steps + 0.5).astype(np.int8)
        composites = np.zeros((self.completed.shape[1], len(effects.names) + 1))
        for place, columns in enumerate((*effects.columns, self.target.columns)):
            composites[list(columns), place] = 1.0
        replicates = len(self.correlations)
        return {
            "relative_weights": weight_importance(self.correlations, composites),
            "ordered_logit": logit_importance(
                scores, states, self.answers.scaled_weights, replicates=replicates, seed=self.seed
            ),
        }


def find_drivers(
    answers: Answers,
    completed: tuple[Codes, ...],
    learned: Learned,
    constructs: Constructs | None,
    target: Target,
    *,
    seed: int,
    progress: Progress = silent,
) -> Drivers:
    """Effects on both levels; all arguments as the fit has them."""
    upward = [upwards(answers, codes) for codes in completed]
    replicates = len(learned.parents)
    correlations = resampled_correlations(
        upwards(answers, answers.codes), answers.n_states, answers.scaled_weights, replicates, seed
    )
    beside = _Beside(answers, upward[0], correlations, target, seed)
    items = item_effects(answers, completed, learned, target, seed=seed, progress=progress)
    found = None if constructs is None else construct_effects(constructs, target)
    drivers: list[Driver] = []
    agreement: list[Agreement] = []
    if constructs is not None and found is not None:
        level, paths = found
        drivers += _construct_rows(constructs, level, paths, target)
        methods = {"do": level.do, "observe": level.observe, "path_model": paths.do, **beside.methods(level)}
        agreement.append(compare("construct", level.names, methods))
    if items is not None:
        names = answers.codebook.names
        hidden = hidden_causes(correlations, items.networks.masks, items.nodes, target.columns, names)
        drivers += summarise(items, hidden, None, target.name)
        methods = {"do": items.do, "observe": items.observe, **beside.methods(items)}
        agreement.append(compare("item", items.names, methods))
    return Drivers(
        target=target,
        constructs=None if found is None else found[0],
        items=items,
        drivers=tuple(drivers),
        agreement=tuple(agreement),
        explained=None if constructs is None or found is None else _explained(constructs, found[0].outcome.nodes[0]),
    )


def _construct_rows(
    constructs: Constructs, level: LevelEffects, paths: PathEffects, target: Target
) -> tuple[Driver, ...]:
    replicates = constructs.path_model.replicates
    hidden = hidden_causes(
        replicates.correlations, replicates.members[:, 0], level.nodes, level.outcome.nodes, constructs.nodes.names
    )
    return summarise(level, hidden, paths, target.name)


def _explained(constructs: Constructs, goal: int) -> Estimate:
    """R squared of the target's node on its parents in every replicate of the path model."""
    replicates = constructs.path_model.replicates
    drawn = np.zeros(len(replicates.correlations))
    for number, matrix in enumerate(replicates.correlations):
        parents = list(parents_of(int(replicates.members[number, 0, goal])))
        drawn[number] = replicates.paths[number, 0, parents, goal] @ matrix[parents, goal]
    return estimate(drawn)
