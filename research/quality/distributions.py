"""How the answers to one item are spread, and the three figures business reports make of it, each with its error.

The share of the two best states, the mean and the recommendation score stand beside the distribution, never instead of
it. The score is the one of Reichheld (2003): the best answers minus the worst, everything between counted as nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from research.answers import Answers
from research.codebook import Item
from research.scales import Estimate, Z

Floats = npt.NDArray[np.float64]

END_SHARE = 0.5
_TOP2_FROM = 3
_PROMOTER = 0.85
_DETRACTOR = 0.6


@dataclass(frozen=True)
class Recommendation:
    """Promoters minus detractors in [-1, 1], and what one such score hides.

    `mean_low` and `mean_high` are the lowest and the highest mean that the very same score allows.
    """

    score: Estimate
    promoters: float
    detractors: float
    mean_low: float
    mean_high: float
    hides: str


@dataclass(frozen=True)
class Distribution:
    """Weighted shares of the states of one item in the codebook's order, and figures beside them.

    `mean` is in the states' own numbers (their positions from 1 where they are texts). `top2` (None below four states)
    and `recommendation` look at the best states whatever the direction; `floor` and `ceiling` are the shares of the
    worst and of the best state.
    """

    item: str
    answered: int
    states: tuple[int | float | str, ...]
    shares: tuple[float, ...]
    top2: Estimate | None
    mean: Estimate
    recommendation: Recommendation
    floor: float
    ceiling: float


def distributions(answers: Answers) -> tuple[Distribution, ...]:
    """The distribution of every item over those who answered it, weighted.

    References
    ----------
    Reichheld (2003), The one number you need to grow, Harvard Business Review 81(12). Keiningham, Cooil, Andreassen and
    Aksoy (2007), A longitudinal examination of net promoter, doi:10.1509/jmkg.71.3.039, on why it should not stand
    alone. Errors are linearised for the weights (Saerndal, Swensson and Wretman 1992, section 5.7).
    """
    return tuple(
        _distribution(item, answers.codes[:, column], answers.weights)
        for column, item in enumerate(answers.codebook.items)
    )


def state_values(item: Item) -> Floats:
    """The numbers the states stand for; their positions from 1 where a state is a text."""
    if all(isinstance(state, int | float) for state in item.states):
        return np.array(item.states, float)
    return np.arange(1.0, len(item.states) + 1)


def _distribution(item: Item, codes: npt.NDArray[np.int8], weights: Floats) -> Distribution:
    held = (codes >= 0) & (weights > 0)
    chosen, weight = codes[held], weights[held]
    last = len(item.states) - 1
    goodness = (last - np.arange(last + 1)) if item.direction == "down" else np.arange(last + 1)
    shares = np.bincount(chosen, weight, last + 1) / weight.sum()
    return Distribution(
        item=item.name,
        answered=len(chosen),
        states=item.states,
        shares=tuple(shares.tolist()),
        top2=_mean((goodness >= last - 1)[chosen].astype(float), weight) if last >= _TOP2_FROM else None,
        mean=_mean(state_values(item)[chosen], weight),
        recommendation=_recommendation(item, goodness, shares, chosen, weight),
        floor=float(shares[goodness == 0][0]),
        ceiling=float(shares[goodness == last][0]),
    )


def _mean(values: Floats, weights: Floats) -> Estimate:
    mean = float(weights @ values / weights.sum())
    error = float(np.sqrt(((weights * (values - mean)) ** 2).sum()) / weights.sum())
    return Estimate(mean, mean - Z * error, mean + Z * error)


def _recommendation(
    item: Item, goodness: npt.NDArray[np.int64], shares: Floats, chosen: npt.NDArray[np.int8], weights: Floats
) -> Recommendation:
    """On 0 to 10: 9 and 10 against 0 to 6. Other scales are cut at the same places of their length."""
    position = goodness / goodness.max()
    vote = (position > _PROMOTER).astype(float) - (position <= _DETRACTOR)
    score = _mean(vote[chosen], weights)
    low, high = _means_of_score(score.value, vote, state_values(item))
    promoters, detractors = float(shares[vote > 0].sum()), float(shares[vote < 0].sum())
    silent = max(0.0, 1 - promoters - detractors)
    hides = (
        f"A score of {score.value:+.0%} (give or take {score.high - score.value:.0%}) counts {silent:.0%} of the "
        f"answers as nothing and treats all detractors alike: means from {low:.1f} to {high:.1f} give the same score."
    )
    return Recommendation(score, promoters, detractors, low, high, hides)


def _means_of_score(score: float, vote: Floats, values: Floats) -> tuple[float, float]:
    """Lowest and highest mean among all distributions with this score.

    With d detractors there are d + score promoters; the mean is linear in d, so its ends are at the ends of d.
    """
    groups: Sequence[Floats] = [values[vote == kind] for kind in (1, 0, -1)]
    means = [
        sum(share * float(pick(group)) for group, share in zip(groups, shares, strict=True) if len(group))
        for detractors in (max(0.0, -score), (1 - score) / 2)
        for shares in [(detractors + score, 1 - 2 * detractors - score, detractors)]
        for pick in (np.min, np.max)
        # A scale of two or three states may have nobody between: then only the far end is possible.
        if all(len(group) or share < 1e-12 for group, share in zip(groups, shares, strict=True))
    ]
    return min(means), max(means)
