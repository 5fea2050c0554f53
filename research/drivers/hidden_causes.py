"""What a cause nobody asked about could do to each driver's effect, from the replicates' correlations."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from research.drivers.intervals import estimate
from research.learning.families import parents_of
from research.learning.hidden_causes import known_strength, partial_r2, robustness_value
from research.scales import Estimate

Floats = NDArray[np.float64]

NO_CAUSE = -1
LEAST_ROBUST = 0.01  # Whatever is known: an effect that a cause of one percent undoes may be none.


@dataclass(frozen=True)
class HiddenCause:
    """How far an effect stands off a hidden common cause.

    Attributes
    ----------
    robustness : Estimate
        Share of what is left of driver and target that it would have to explain to undo the effect.
    known : Estimate
        What the strongest common cause that was asked about is worth in these terms; 0 where there is none.
    known_name : str or None
    fragile : bool
        Whether, at the low end of the interval, one no stronger than the strongest known would do.
    sentence : str
    """

    robustness: Estimate
    known: Estimate
    known_name: str | None
    fragile: bool
    sentence: str


def hidden_causes(
    correlations: Floats,
    parents: NDArray[np.int64],
    drivers: tuple[int, ...],
    goals: tuple[int, ...],
    names: tuple[str, ...],
) -> tuple[HiddenCause, ...]:
    """One per driver.

    Parameters
    ----------
    correlations : float64, shape (n_replicates, n_nodes, n_nodes)
    parents : int64, shape (n_replicates, n_nodes)
        Parents of each node as bits: what is adjusted for.
    drivers, goals : tuples of int
        Nodes; of several goals the one that is least easily undone counts.
    names : tuple of str, one per node
    """
    return tuple(_of_driver(correlations, parents, driver, goals, names) for driver in drivers)


def _of_driver(
    correlations: Floats, parents: NDArray[np.int64], driver: int, goals: tuple[int, ...], names: tuple[str, ...]
) -> HiddenCause:
    robust, known = np.zeros((2, len(correlations), len(goals)))
    causes = np.full((len(correlations), len(goals)), NO_CAUSE)
    for mask in np.unique(parents[:, driver]).tolist():
        rows, given = parents[:, driver] == mask, parents_of(mask)
        for place, goal in enumerate(goals):
            if goal in given:  # The target decides the driver here: there is no effect to undo.
                continue
            own = correlations[rows]
            robust[rows, place] = robustness_value(partial_r2(own, driver, goal, given))
            known[rows, place], causes[rows, place] = known_strength(own, driver, goal, given)
    strongest = (np.arange(len(robust)), robust.argmax(axis=1))
    return _told(names, driver, robust[strongest], known[strongest], causes[strongest])


def _told(names: tuple[str, ...], driver: int, robust: Floats, known: Floats, causes: NDArray[np.int64]) -> HiddenCause:
    value, beside = estimate(robust), estimate(known)
    cause = Counter(causes.tolist()).most_common(1)[0][0]
    cause_name = None if cause == NO_CAUSE else names[cause]
    fragile = value.low <= max(beside.value, LEAST_ROBUST)
    sentence = (
        f"A cause nobody asked about would have to explain {value.value:.0%} ({value.low:.0%} to {value.high:.0%}) of "
        f"what is left of {names[driver]} and of the target to undo this effect"
    )
    if cause_name is not None:
        sentence += f"; the strongest one asked about, {cause_name}, is worth {beside.value:.0%}"
    sentence += ". Such a cause is easily imagined." if fragile else "."
    return HiddenCause(value, beside, cause_name, fragile, sentence)
