"""How answers go missing: at random, or depending on other answers (so that complete rows are a biased sample)."""

from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import expit

Codes = npt.NDArray[np.int8]
Mechanism = Literal["random", "answers"]

ALWAYS_ANSWERED = 2
_SLOPE = 2.0


def remove_answers(codes: Codes, share: float, mechanism: Mechanism, rng: np.random.Generator) -> Codes:
    """A copy of the codes with -1 in about `share` of the cells of each item after the first two.

    With `mechanism="answers"` the chance depends on the first two items, which everybody answers: half of the items
    lose their content customers, the other half (less so) the others. That is missing at random in the sense of Rubin
    (1976, doi:10.1093/biomet/63.3.581), but far from completely at random.
    """
    gapped = codes.copy()
    for item in range(ALWAYS_ANSWERED, codes.shape[1]):
        chance = np.full(len(codes), share) if mechanism == "random" else _chance(codes, share, item)
        gapped[rng.random(len(codes)) < chance, item] = -1
    return gapped


def _chance(codes: Codes, share: float, item: int) -> npt.NDArray[np.float64]:
    mood = codes[:, :ALWAYS_ANSWERED].mean(axis=1)
    slope = -_SLOPE if item % 2 else 0.7 * _SLOPE
    tendency = slope * (mood - mood.mean()) / max(float(mood.std()), 1e-9)
    offset = brentq(lambda shift: expit(tendency + shift).mean() - share, -20, 20) if 0 < share < 1 else 0.0
    return np.asarray(expit(tendency + offset) if 0 < share < 1 else np.full(len(codes), share))
