"""Drivers among single items: every replicate's own network with tables of its own answers."""

import numpy as np
from numpy.typing import NDArray

from research.answers import Answers
from research.drivers.levels import LevelEffects, level_effects
from research.drivers.target import Target, own_items, predecessors
from research.learning.bands import Banded, band_long_scales
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

    Notes
    -----
    Scales of more than seven states are read in five bands (`research.learning.bands`): quartiles and curves then run
    over bands, and effects are told in steps of the items' own scales all the same.
    """
    names = answers.codebook.names
    left = set(predecessors(learned.constraints, target.columns)) - own_items(answers.codebook, target)
    drivers = sorted(left)
    if not drivers:
        return None
    weights = answers.scaled_weights
    banded = band_long_scales([upwards(answers, codes) for codes in completed], answers.n_states, weights)
    networks = replicate_networks(banded, learned, weights, seed=seed, progress=progress)
    positions = banded.values[drivers, : int(networks.n_states[drivers].max())]
    return level_effects(
        "item",
        tuple(names[driver] for driver in drivers),
        drivers,
        tuple((driver,) for driver in drivers),
        networks,
        learned.members.view(np.int64),
        outcome_of_items(networks, target.columns, banded.values),
        np.broadcast_to(positions, (len(networks), *positions.shape)),
    )


def replicate_networks(
    banded: Banded, learned: Learned, weights: NDArray[np.float64], *, seed: int, progress: Progress = silent
) -> TabledNetworks:
    """The drawn member of every replicate's class with its tables; a high state of every item is good."""
    masks = learned.members[:, 0].view(np.int64)
    tables = []
    for first in range(0, len(masks), BLOCK):
        numbers = range(first, min(first + BLOCK, len(masks)))
        columns = resampled_weights(weights, seed, numbers)
        for number in numbers:
            codes = banded.codes[number % len(banded.codes)]
            tables.append(fit_tables(codes, masks[number], banded.n_states, columns[:, number - first]))
        progress("Filling tables", len(tables), len(masks))
    return TabledNetworks.of(masks, tables, banded.n_states)


def upwards(answers: Answers, codes: Codes) -> Codes:
    """State numbers with a high number always good; -1 stays."""
    down = np.array([item.direction == "down" for item in answers.codebook.items])
    turned = (answers.n_states - 1 - codes).astype(np.int8)
    return np.where(down & (codes >= 0), turned, codes)
