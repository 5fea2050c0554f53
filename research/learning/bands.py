"""Long scales as a few bands: tables of eleven states by eleven by eleven hold more cells than surveys have answers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Codes = NDArray[np.int8]

MOST_STATES = 7  # Of an item that keeps its own.
BANDS = 5


@dataclass(frozen=True, eq=False)
class Banded:
    """Answers with long scales in bands.

    Attributes
    ----------
    codes : tuple of int8 arrays, shape (n_respondents, n_items)
    n_states : int64, shape (n_items,)
    values : float64, shape (n_items, most_states)
        The mean state, counted from 0 on the item's own scale, of those in a band; the state itself of short scales.
    """

    codes: tuple[Codes, ...]
    n_states: NDArray[np.int64]
    values: Array


def band_long_scales(codes: Sequence[Codes], n_states: NDArray[np.int64], weights: Array) -> Banded:
    """Cut scales of more than seven states into at most five bands of about equal weight.

    Parameters
    ----------
    codes : int8 arrays, shape (n_respondents, n_items)
        Completed data sets, without gaps, all cut at the same places.
    n_states : int64, shape (n_items,)
    weights : float64, shape (n_respondents,)
    """
    lookups, counts = [], np.zeros(len(n_states), np.int64)
    values = np.zeros((len(n_states), max(MOST_STATES, BANDS)))
    for item, states in enumerate(n_states.tolist()):
        lookup = np.arange(states)
        shares = np.sum([np.bincount(own[:, item], weights, states) for own in codes], axis=0)
        if states > MOST_STATES:
            middles = (shares.cumsum() - shares / 2) / shares.sum()
            _, lookup = np.unique(np.minimum((middles * BANDS).astype(int), BANDS - 1), return_inverse=True)
        counts[item] = lookup.max() + 1
        weight = np.bincount(lookup, shares)
        plain = np.bincount(lookup, np.arange(states)) / np.bincount(lookup)
        means = np.bincount(lookup, shares * np.arange(states)) / np.maximum(weight, 1e-300)
        values[item, : counts[item]] = np.where(weight > 0, means, plain)
        lookups.append(lookup.astype(np.int8))
    cut = tuple(
        np.stack([lookup[own[:, item]] for item, lookup in enumerate(lookups)], axis=1).astype(np.int8) for own in codes
    )
    return Banded(cut, counts, values[:, : counts.max()])
