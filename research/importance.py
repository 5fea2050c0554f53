"""Importance against performance: how much each driver moves the target, how well it does today, and how surely."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from research.answers import Answers
from research.drivers import LevelEffects
from research.drivers.intervals import estimate
from research.drivers.target import Level
from research.learning.resampling import BLOCK, resampled_weights
from research.scales import INTERVAL, Estimate
from research.segments import construct_scores

Floats = NDArray[np.float64]
Quadrant = Literal["concentrate_here", "keep_up", "low_priority", "possible_overkill"]

SURE = 0.9
CORNERS = 36  # A polygon of 36 corners holds 99.5 % of its ellipse.
FEWEST_DRIVERS = 2


@dataclass(frozen=True)
class ImportancePerformance:
    """One driver among those of its level.

    Attributes
    ----------
    performance : Estimate
        Mean answer from 0 (everybody in the worst state) to 100 (everybody in the best).
    importance : Estimate
        The interventional effect in standard deviations of the target.
    average_performance, average_importance : Estimate
        Of the drivers of the level: where the quadrants meet.
    ellipse : tuple of (performance, importance)
        Corners of the region that holds both at once with 90 % probability.
    shares : dict of float by quadrant, or None
        Share of replicates in each, every replicate with its own averages; None for a driver without others.
    quadrant : str or None
        The one that holds more than 90 % of the replicates; None where none does.
    """

    name: str
    level: Level
    performance: Estimate
    importance: Estimate
    average_performance: Estimate
    average_importance: Estimate
    ellipse: tuple[tuple[float, float], ...]
    shares: dict[Quadrant, float] | None
    quadrant: Quadrant | None


def weigh_importance(
    answers: Answers, completed: Sequence[NDArray[np.int8]], levels: Sequence[LevelEffects], *, seed: int
) -> tuple[ImportancePerformance, ...]:
    """Importance and performance of every driver, level by level, the strongest effect first.

    Parameters
    ----------
    answers : Answers
    completed : sequence of int8 arrays, shape (n_respondents, n_items)
        The data sets the networks were learned from; replicate r took number r modulo their count.
    levels : sequence of LevelEffects, see `find_drivers`
    seed : int
        The one of the replicates, so that performance and effect of a replicate are of the same respondents.

    Notes
    -----
    An answer that was filled in while learning counts for performance too, one that did not apply does not. Being
    important is the effect of moving the driver, not its correlation; the averages that cut the plane are those of
    the drivers that were asked about, so a quadrant says how a driver stands among them and no more.

    References
    ----------
    Martilla and James (1977), Importance-performance analysis, doi:10.1177/002224297704100112.
    Ringle and Sarstedt (2016), doi:10.1108/IMDS-10-2015-0449.
    """
    return tuple(
        row
        for level in levels
        for row in _of_level(level, performances(answers, completed, level.columns, len(level.networks), seed=seed))
    )


def performances(
    answers: Answers,
    completed: Sequence[NDArray[np.int8]],
    members: tuple[tuple[int, ...], ...],
    replicates: int,
    *,
    seed: int,
) -> Floats:
    """Weighted mean answers from 0 to 100, a high one good, in every replicate; (replicates, len(members))."""
    applied = [replace(answers, codes=np.where(answers.not_applicable, -1, codes)) for codes in completed]
    scores = [100 * construct_scores(own, members) for own in applied]
    means = np.zeros((replicates, len(members)))
    for first in range(0, replicates, BLOCK):
        numbers = range(first, min(first + BLOCK, replicates))
        for number, weights in zip(numbers, resampled_weights(answers.scaled_weights, seed, numbers).T, strict=True):
            own = scores[number % len(scores)]
            seen = np.isfinite(own)
            means[number] = weights @ np.where(seen, own, 0.0) / np.maximum(weights @ seen, 1e-12)
    return means


def quadrant_shares(performance: Floats, importance: Floats) -> list[dict[Quadrant, float]]:
    """Share of replicates in which each driver lies in each quadrant; arrays (n_replicates, n_drivers)."""
    good = performance >= performance.mean(axis=1, keepdims=True)
    strong = importance >= importance.mean(axis=1, keepdims=True)
    inside: dict[Quadrant, NDArray[np.bool_]] = {
        "concentrate_here": strong & ~good,
        "keep_up": strong & good,
        "low_priority": ~strong & ~good,
        "possible_overkill": ~strong & good,
    }
    return [
        {quadrant: float(own[:, driver].mean()) for quadrant, own in inside.items()}
        for driver in range(performance.shape[1])
    ]


def ellipse(performance: Floats, importance: Floats) -> tuple[tuple[float, float], ...]:
    """Corners of the normal ellipse around the medians that holds 90 % of the replicates (n_replicates,) of both."""
    centre = np.array([np.median(performance), np.median(importance)])
    degrees = min(1, len(performance) - 1)  # One replicate alone has no spread.
    spread, axes = np.linalg.eigh(np.cov(performance, importance, ddof=degrees))
    turn = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    circle = np.stack([np.cos(turn), np.sin(turn)])
    reach = np.sqrt(np.maximum(spread, 0) * chi2.ppf(INTERVAL, 2))
    return tuple((float(x), float(y)) for x, y in centre + (axes @ (reach[:, None] * circle)).T)


def _of_level(level: LevelEffects, performance: Floats) -> list[ImportancePerformance]:
    several = len(level.names) >= FEWEST_DRIVERS
    shares = quadrant_shares(performance, level.do) if several else [None]
    average_performance, average_importance = estimate(performance.mean(axis=1)), estimate(level.do.mean(axis=1))
    rows = [
        ImportancePerformance(
            name=name,
            level=level.level,
            performance=estimate(performance[:, place]),
            importance=estimate(level.do[:, place]),
            average_performance=average_performance,
            average_importance=average_importance,
            ellipse=ellipse(performance[:, place], level.do[:, place]),
            shares=shares[place],
            quadrant=_claimed(shares[place]),
        )
        for place, name in enumerate(level.names)
    ]
    return sorted(rows, key=lambda row: -abs(row.importance.value))


def _claimed(shares: dict[Quadrant, float] | None) -> Quadrant | None:
    return next((quadrant for quadrant, share in (shares or {}).items() if share > SURE), None)
