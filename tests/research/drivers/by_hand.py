"""Small surveys whose truth a test writes down itself, instead of drawing it."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from research.answers import Answers
from research.codebook import Codebook, Item

Floats = NDArray[np.float64]

ITEM_ERROR = 0.6


def reflected(
    constructs: Mapping[str, tuple[int, Floats]], asked: Mapping[str, tuple[int, Floats, int]], seed: int
) -> Answers:
    """Answers to three five-state items of each construct, and to single questions.

    `constructs` holds tier and values (n_respondents,) by name; `asked` holds tier, values and number of states. States
    are cut at equal shares, so that all margins are known.
    """
    rng = np.random.default_rng(seed)
    items, codes = [], []
    for name, (tier, values) in constructs.items():
        for number in range(3):
            items.append(Item(f"{name}{number + 1}", name, tier, (1, 2, 3, 4, 5)))
            codes.append(cut(values / values.std() + ITEM_ERROR * rng.normal(size=len(values)), 5))
    for name, (tier, values, states) in asked.items():
        items.append(Item(name, None, tier, tuple(range(states))))
        codes.append(cut(values, states))
    stacked = np.stack(codes, axis=1)
    book = Codebook({}, (), (), tuple(items))
    return Answers(book, stacked, np.zeros(stacked.shape, bool), np.ones(len(stacked)))


def cut(values: Floats, states: int) -> NDArray[np.int8]:
    """States of equal shares, in the order of the values."""
    return (values.argsort().argsort() * states // len(values)).astype(np.int8)
