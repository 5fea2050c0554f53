"""What is at stake: customers dissatisfied with a driver, the turnover they carry, and what a step up is worth."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from research.answers import Answers
from research.drivers import LevelEffects, Target
from research.drivers.intervals import estimate
from research.drivers.target import Level
from research.learning.resampling import BLOCK, resampled_weights
from research.notices import Notice
from research.scales import MIDDLE, Estimate
from research.segments import construct_scores

Floats = NDArray[np.float64]

FEWEST_IN_SEGMENT = 50


@dataclass(frozen=True)
class Stake:
    """What is at stake with one driver; customers are counted by their survey weights.

    Attributes
    ----------
    name, level : the driver's
    segment : str or None
        None for all customers.
    dissatisfied : Estimate
        Customers who answer below the middle of the driver's scale.
    turnover : Estimate
        What they carry, as far as their turnover is known.
    step_up : Estimate
        Turnover gained if each of them stood one step higher on the driver.
    sentence : str
    """

    name: str
    level: Level
    segment: str | None
    dissatisfied: Estimate
    turnover: Estimate
    step_up: Estimate
    sentence: str


@dataclass(frozen=True)
class Stakes:
    """All stakes, and what every one of them rests on.

    Attributes
    ----------
    turnover_per_step : Estimate
        Turnover that goes with one step of the target between customers today.
    turnover_known : float
        Share of the customers whose turnover is known.
    rows : tuple of Stake
        All customers first; there the greatest worth of a step up comes first.
    refusals : tuple of Notice
    sentence : str
    """

    turnover_per_step: Estimate
    turnover_known: float
    rows: tuple[Stake, ...]
    refusals: tuple[Notice, ...]
    sentence: str


@dataclass(frozen=True, eq=False)
class _Case:
    """The dissatisfied with one driver in one group, folded by where they stand on it.

    Attributes
    ----------
    rows : int64, shape (n_dissatisfied,)
    values : float64, shape (n_values,)
        The distinct places on the driver's scale, in steps.
    kind : int64, shape (n_dissatisfied,)
    counts, carried : float64, shape (n_replicates, n_values), filled block by block
        Customers and their turnover.
    """

    level: LevelEffects
    place: int
    segment: str | None
    rows: NDArray[np.int64]
    values: Floats
    kind: NDArray[np.int64]
    counts: Floats
    carried: Floats


def weigh_stakes(answers: Answers, levels: tuple[LevelEffects, ...], target: Target, *, seed: int) -> Stakes | None:
    """Count who is dissatisfied, and value what a step up would change; None without a turnover column.

    Parameters
    ----------
    answers : Answers
    levels : tuple of LevelEffects, see `find_drivers`
    target : Target
    seed : int
        The one of the replicates, so that customers, turnover and effects of a replicate are of the same respondents.

    Notes
    -----
    Worth of a step is the interventional effect in steps of the target times the turnover that goes with a step of the
    target between customers today. Both halves are read off one survey; that turnover would follow the target if it
    were moved is an assumption no survey can prove. Error in the target's answers makes the second half too small.
    """
    if answers.turnover is None:
        return None
    replicates = len(levels[0].networks)
    groups, refusals = _groups(answers)
    cases = [
        _case(answers, level, place, segment, inside)
        for segment, inside in groups.items()
        for level in levels
        for place in range(len(level.names))
    ]
    slopes, goal = np.zeros(replicates), construct_scores(answers, (target.columns,))[:, 0]
    for numbers, weights in _weightings(answers, replicates, seed):
        slopes[numbers] = _turnover_slopes(goal * _steps(answers, target.columns), answers.turnover, weights)
        for case in cases:
            _fill(case, numbers, weights, answers.turnover)
    rows = [_stake(case, slopes) for case in cases]
    segments = list(groups)
    rows.sort(key=lambda row: (segments.index(row.segment), row.level != "construct", -row.step_up.value))
    known = np.isfinite(answers.turnover)
    per_step = estimate(slopes)
    return Stakes(
        turnover_per_step=per_step,
        turnover_known=float(answers.weights[known].sum() / answers.weights.sum()),
        rows=tuple(rows),
        refusals=refusals,
        sentence=_premise(target, per_step),
    )


def _groups(answers: Answers) -> tuple[dict[str | None, NDArray[np.bool_]], tuple[Notice, ...]]:
    """All customers and every segment large enough, and a sentence for every one that is not."""
    groups: dict[str | None, NDArray[np.bool_]] = {None: np.ones(len(answers.codes), bool)}
    refusals = []
    for segment in [] if answers.segments is None else np.unique(answers.segments).tolist():
        inside = answers.segments == segment
        count = int(inside.sum())
        if count >= FEWEST_IN_SEGMENT:
            groups[segment] = inside
        else:
            sentence = (
                f"Segment {segment!r} has {count} respondents: too few to say what is at stake there; collect at least "
                f"{FEWEST_IN_SEGMENT}, or join it with another segment."
            )
            refusals.append(
                Notice("small_segment", sentence, segment=segment, respondents=count, fewest=FEWEST_IN_SEGMENT)
            )
    return groups, tuple(refusals)


def _case(answers: Answers, level: LevelEffects, place: int, segment: str | None, inside: NDArray[np.bool_]) -> _Case:
    score = construct_scores(answers, (level.columns[place],))[:, 0]
    rows = np.flatnonzero(inside & (score < MIDDLE))
    values, kind = np.unique(score[rows] * _steps(answers, level.columns[place]), return_inverse=True)
    counts, carried = np.zeros((2, len(level.networks), len(values)))
    return _Case(level, place, segment, rows, values, kind, counts, carried)


def _fill(case: _Case, numbers: range, weights: Floats, turnover: Floats) -> None:
    known = np.nan_to_num(turnover[case.rows])
    for number, own in zip(numbers, weights[case.rows].T, strict=True):
        case.counts[number] = np.bincount(case.kind, own, len(case.values))
        case.carried[number] = np.bincount(case.kind, own * known, len(case.values))


def _stake(case: _Case, slopes: Floats) -> Stake:
    customers, turnover = estimate(case.counts.sum(axis=1)), estimate(case.carried.sum(axis=1))
    gain = estimate(_gained_steps(case) * slopes)
    name = case.level.names[case.place]
    among = "" if case.segment is None else f" in segment {case.segment}"
    sentence = (
        f"{customers.value:,.0f} customers{among} ({customers.low:,.0f} to {customers.high:,.0f}) are dissatisfied "
        f"with {name}; they carry a turnover of {turnover.value:,.0f} ({turnover.low:,.0f} to {turnover.high:,.0f}). "
        f"One step up for each would be worth {gain.value:,.0f} ({gain.low:,.0f} to {gain.high:,.0f})"
    )
    sentence += ": perhaps nothing." if gain.low <= 0 else "."
    return Stake(name, case.level.level, case.segment, customers, turnover, gain, sentence)


def _gained_steps(case: _Case) -> Floats:
    """Steps of the target that one step up of every dissatisfied customer would bring together, (n_replicates,)."""
    states = int(case.level.responses.n_states[case.place])
    gained = np.zeros(len(case.counts))
    for number, counts in enumerate(case.counts):
        scale = case.level.positions[number, case.place, :states]
        curve = case.level.responses.forced_units[number, case.place, :states]
        gained[number] = counts @ (np.interp(case.values + 1, scale, curve) - np.interp(case.values, scale, curve))
    return gained


def _steps(answers: Answers, columns: tuple[int, ...]) -> float:
    """Steps from the lowest to the highest state, on average over the items."""
    return float(answers.n_states[list(columns)].mean()) - 1


def _weightings(answers: Answers, replicates: int, seed: int) -> Iterator[tuple[range, Floats]]:
    """Weights (n_respondents, n_numbers) of blocks of replicates; every replicate stands for all customers."""
    total = answers.weights.sum()
    for first in range(0, replicates, BLOCK):
        numbers = range(first, min(first + BLOCK, replicates))
        columns = resampled_weights(answers.scaled_weights, seed, numbers)
        yield numbers, columns * (total / columns.sum(axis=0))


def _turnover_slopes(goal: Floats, turnover: Floats, weights: Floats) -> Floats:
    """Least-squares slope of turnover on the target under every weighting, (n_columns,)."""
    seen = np.isfinite(goal) & np.isfinite(turnover)
    x, y, w = goal[seen], turnover[seen], weights[seen]
    total = w.sum(axis=0)
    mean_x, mean_y = x @ w / total, y @ w / total
    return np.asarray(((x * y) @ w / total - mean_x * mean_y) / np.maximum((x**2) @ w / total - mean_x**2, 1e-12))


def _premise(target: Target, per_step: Estimate) -> str:
    return (
        f"Between customers today one step of {target.name} goes with {per_step.value:,.0f} of turnover "
        f"({per_step.low:,.0f} to {per_step.high:,.0f}). What a step up is worth supposes that turnover would follow "
        f"{target.name} just so if it were moved, which no survey can prove."
    )
