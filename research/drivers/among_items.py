"""Drivers among single items: every replicate's own network with tables of its own answers."""

import numpy as np
from numpy.typing import NDArray

from research.answers import Answers
from research.drivers.levels import LevelEffects, level_effects
from research.drivers.target import Target, own_items, predecessors
from research.learning.network_tables import TabledNetworks
from research.learning.replicates import Learned
from research.learning.resampling import BLOCK, resampled_weights
from research.learning.responses import outcome_of_items
from research.learning.tables import fit_tables
from research.progress import Progress, silent

Codes = NDArray[np.int8]


def item_effects(
    answers: Answers,
    completed: tuple[Codes, ...],
    learned: Learned,
    target: Target,
    *,
    seed: int,
    progress: Progress = silent,
) -> LevelEffects | None:
    """Effects of every item that can precede the target and does not measure it; None where there is none.

    Parameters
    ----------
    answers : Answers
    completed : tuple of int8 arrays, shape (n_respondents, n_items)
        The data sets the networks were learned from; replicate r took number r modulo their count.
    learned : Learned
    target : Target
    seed : int
        The one the networks were learned with: a replicate's tables count the respondents it drew.
    progress : Progress
    """
    names = answers.codebook.names
    left = set(predecessors(learned.constraints, target.columns)) - own_items(answers.codebook, target)
    drivers = sorted(left)
    if not drivers:
        return None
    networks = replicate_networks(answers, completed, learned, seed=seed, progress=progress)
    most = int(networks.n_states[drivers].max())
    return level_effects(
        "item",
        tuple(names[driver] for driver in drivers),
        drivers,
        tuple((driver,) for driver in drivers),
        networks,
        learned.members.view(np.int64),
        outcome_of_items(networks, target.columns),
        np.broadcast_to(np.arange(most, dtype=np.float64), (len(networks), len(drivers), most)),
    )


def replicate_networks(
    answers: Answers, completed: tuple[Codes, ...], learned: Learned, *, seed: int, progress: Progress = silent
) -> TabledNetworks:
    """The drawn member of every replicate's class with its tables; a high state of every item is good."""
    data = [upwards(answers, codes) for codes in completed]
    masks = learned.members[:, 0].view(np.int64)
    tables = []
    for first in range(0, len(masks), BLOCK):
        numbers = range(first, min(first + BLOCK, len(masks)))
        columns = resampled_weights(answers.scaled_weights, seed, numbers)
        for number in numbers:
            weights = columns[:, number - first]
            tables.append(fit_tables(data[number % len(data)], masks[number], answers.n_states, weights))
        progress("Filling tables", len(tables), len(masks))
    return TabledNetworks.of(masks, tables, answers.n_states)


def upwards(answers: Answers, codes: Codes) -> Codes:
    """State numbers with a high number always good; -1 stays."""
    down = np.array([item.direction == "down" for item in answers.codebook.items])
    turned = (answers.n_states - 1 - codes).astype(np.int8)
    return np.where(down & (codes >= 0), turned, codes)
