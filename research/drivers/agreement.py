"""The usual methods beside the network: how important each finds every driver, and how far they rank them alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from research.baselines import fit_ordered_logit
from research.drivers.intervals import estimate
from research.drivers.target import Level
from research.learning.randomness import stream
from research.learning.relative_weights import relative_weights
from research.learning.responses import mid_quantiles
from research.scales import Estimate

Floats = NDArray[np.float64]
Verdict = Literal["alike", "in_part", "unlike"]

MOST_RESPONDENTS = 20_000  # Of the ordered logit; more would take minutes and move nothing.
ALIKE, SURELY_ALIKE, UNLIKE = 0.7, 0.4, 0.3
FEWEST_DRIVERS = 3

_VERDICTS: Mapping[Verdict, str] = {
    "alike": "All methods rank them much alike, so the order does not hang on the method.",
    "unlike": "They disagree: methods that hold all other answers fixed count only what a driver does by itself, "
    "correlations also count what merely goes with it. Trust the order only where they agree.",
    "in_part": "They agree in part: read the first drivers, not the exact order.",
}


@dataclass(frozen=True)
class RankCorrelation:
    """Spearman's correlation of two methods' importances over drivers, with its 90 % interval over replicates."""

    first: str
    second: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Agreement:
    """What each method says of the drivers of one level.

    Attributes
    ----------
    importance : dict of dict of Estimate
        By method and driver; do, observe and path_model in standard deviations of the target, ordered_logit in
        log-odds, all for a move between quartiles, relative_weights as shares of the target's variance.
    rank_correlations : tuple of RankCorrelation
        Of absolute importances; empty for fewer than three drivers.
    verdict : "alike", "in_part", "unlike" or None
        Of the first method against each other one; None where there is nothing to compare.
    sentence : str
    """

    level: Level
    importance: dict[str, dict[str, Estimate]]
    rank_correlations: tuple[RankCorrelation, ...]
    verdict: Verdict | None
    sentence: str


def compare(level: Level, names: tuple[str, ...], methods: Mapping[str, Floats]) -> Agreement:
    """Compare importances (n_replicates, n_drivers) by method; the first method is the one to be agreed with."""
    importance = {
        method: {name: estimate(drawn[:, place]) for place, name in enumerate(names)}
        for method, drawn in methods.items()
    }
    ranks = {method: np.stack([rankdata(row) for row in np.abs(drawn)]) for method, drawn in methods.items()}
    pairs = combinations(methods, 2) if len(names) >= FEWEST_DRIVERS else ()
    correlations = tuple(_correlation(first, second, ranks) for first, second in pairs)
    own = [each for each in correlations if each.first == next(iter(methods))]
    verdict = _verdict(own)
    return Agreement(level, importance, correlations, verdict, _sentence(level, own, verdict))


def logit_importance(
    scores: Floats, target: NDArray[np.int8], weights: Floats, *, replicates: int, seed: int
) -> Floats:
    """Log-odds of a higher target for a move of each driver between its quartiles, the others held.

    Parameters
    ----------
    scores : float64, shape (n_respondents, n_drivers)
        Without gaps.
    target : int8, shape (n_respondents,)
    weights : float64, shape (n_respondents,)

    Returns
    -------
    float64, shape (replicates, n_drivers)
        Drawn from the normal distribution of the estimates: refitting for every replicate would take minutes.
    """
    rows = stream(seed, "ordered logit rows").permutation(len(scores))[:MOST_RESPONDENTS]
    scores, target, weights = scores[rows], target[rows], weights[rows]
    varies = scores[weights > 0].std(axis=0) > 0
    drawn = np.zeros((replicates, scores.shape[1]))
    fitted = fit_ordered_logit(scores[:, varies], target, weights)
    noise = stream(seed, "ordered logit").normal(size=(replicates, int(varies.sum())))
    moves = np.array([_quartile_distance(own, weights) for own in scores[:, varies].T])
    drawn[:, varies] = (fitted.slopes + noise * fitted.errors) * moves
    return drawn


def weight_importance(correlations: Floats, composites: Floats) -> Floats:
    """Relative weights of drivers that are means of standardised items.

    Parameters
    ----------
    correlations : float64, shape (n_replicates, n_items, n_items)
    composites : float64, shape (n_items, n_drivers + 1)
        1 where an item belongs to a driver, the target last.
    """
    among = np.einsum("ia,bij,jc->bac", composites, correlations, composites, optimize=True)
    spread = np.sqrt(np.einsum("baa->ba", among))
    among = among / (spread[:, :, None] * spread[:, None, :])
    return relative_weights(among[:, :-1, :-1], among[:, :-1, -1])


def _quartile_distance(scores: Floats, weights: Floats) -> float:
    values, place = np.unique(scores, return_inverse=True)
    low, high = mid_quantiles(np.bincount(place, weights).astype(np.float64))
    return float(np.interp(high, np.arange(len(values)), values) - np.interp(low, np.arange(len(values)), values))


def _correlation(first: str, second: str, ranks: Mapping[str, Floats]) -> RankCorrelation:
    one, other = (ranks[method] - ranks[method].mean(axis=1, keepdims=True) for method in (first, second))
    spread = np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
    drawn = np.divide((one * other).sum(axis=1), spread, out=np.full(len(one), np.nan), where=spread > 0)
    found = estimate(drawn)
    return RankCorrelation(first, second, found.value, found.low, found.high)


def _verdict(own: Sequence[RankCorrelation]) -> Verdict | None:
    if not own:
        return None
    least = min(each.value for each in own)
    if least >= ALIKE and min(each.low for each in own) >= SURELY_ALIKE:
        return "alike"
    return "unlike" if least <= UNLIKE else "in_part"


def _sentence(level: Level, own: Sequence[RankCorrelation], verdict: Verdict | None) -> str:
    if verdict is None:
        return f"There are too few {level}s to compare how methods rank them."
    words = ", ".join(f"{each.second} {each.value:.2f} ({each.low:.2f} to {each.high:.2f})" for each in own)
    return f"Rank correlation of the {level}s by effect with the other methods: {words}. {_VERDICTS[verdict]}"
