"""The drivers that a what-if moves, learned without the rest of a fit: a tenth of the time, the same figures."""

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped] # It ships no types.

from research.answers import Answers
from research.constructs import construct_nodes, learn_constructs
from research.drivers import LevelEffects, find_target
from research.drivers.among_constructs import construct_effects
from research.errors import SettingsError, TooFewAnswers
from research.evidence import ENOUGH, weigh_evidence
from research.fit import FitSettings, item_rules
from research.progress import Progress, silent


def learn_levers(answers: Answers, settings: FitSettings, progress: Progress = silent) -> LevelEffects:
    """The constructs that can precede the target, ready for `research.what_if`.

    Parameters
    ----------
    answers : Answers
        Of a codebook that names constructs.
    settings : FitSettings
        With a target. With the seed and the replicates of a whole fit, the figures are those of that fit.
    progress : Progress

    Raises
    ------
    TooFewAnswers
        Fewer than 300 respondents, or worth fewer: of so few nothing is said of moving a driver.
    SettingsError
        There is no target, it is unknown, or no construct can precede it.
    """
    present = answers.rows(np.flatnonzero((answers.codes >= 0).any(axis=1)))
    if not weigh_evidence(present).directions:
        raise TooFewAnswers(f"So few answers cannot tell what moving a driver would do: collect at least {ENOUGH}.")
    if settings.target is None:
        raise SettingsError("A what-if asks for a target: name one in FitSettings(target=...).")
    target = find_target(present.codebook, item_rules(present.codebook, settings.max_parents), settings.target)
    with threadpool_limits(1):
        constructs = learn_constructs(
            present, construct_nodes(present.codebook), replicates=settings.replicates, seed=settings.seed,
            workers=settings.workers, backend=settings.backend, progress=progress,
        )  # fmt: skip
        found = construct_effects(constructs, target)
    if found is None:
        raise SettingsError(f"No construct of two or more items can precede {target.name!r}: correct the codebook.")
    return found[0]
