"""Drivers as rows of the report: each figure with its interval, its rank and how surely it holds it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from research.drivers.among_constructs import PathEffects
from research.drivers.hidden_causes import HiddenCause
from research.drivers.intervals import TAIL, estimate
from research.drivers.levels import LevelEffects
from research.drivers.target import Level

Floats = NDArray[np.float64]

OPEN = 0.02  # Standard deviations between members of a class that nobody would act upon.


@dataclass(frozen=True)
class Effect:
    """A median over replicates with its 90 % interval."""

    effect: float
    low: float
    high: float


@dataclass(frozen=True)
class Intervention:
    """The effect of do(), over replicates that each draw one member of their equivalence class.

    Attributes
    ----------
    effect, low, high : float
    class_low, class_high : float
        90 % interval from the least to the greatest effect any member gives; wider than low to high where the class
        leaves the effect open.
    open : bool
        Whether members of one class differ by more than .02 standard deviations in the median replicate.
    """

    effect: float
    low: float
    high: float
    class_low: float
    class_high: float
    open: bool


@dataclass(frozen=True)
class Rank:
    """Place by absolute interventional effect among the drivers of a level: 1 is the strongest.

    `probability` is the share of replicates in which it holds exactly this place, `first` in which it comes first.
    """

    value: int
    low: int
    high: int
    probability: float
    first: float


@dataclass(frozen=True)
class CurvePoint:
    """The target by one state of the driver, in steps of the target's scale from its lowest.

    Attributes
    ----------
    position : float
        Where the state stands on the scale of the driver's items, in steps from 0.
    share : float
        Of respondents.
    """

    position: float
    share: float
    observe: Effect
    do: Effect


@dataclass(frozen=True)
class Moved:
    """The effect of do() with the range over equivalence classes, see `Intervention`."""

    effect: float
    low: float
    high: float
    class_low: float
    class_high: float


@dataclass(frozen=True)
class InUnits:
    """Effects of the same move in steps of the target's scale."""

    observe: Effect
    do: Moved


@dataclass(frozen=True)
class ByPaths:
    """What the path model says of the same move."""

    observe: Effect
    do: Intervention


@dataclass(frozen=True)
class Driver:
    """One driver; effects are in target standard deviations for a move from its first to its third quartile."""

    name: str
    level: Level
    observe: Effect
    do: Intervention
    rank: Rank
    direct: Effect
    information: Effect
    units: InUnits
    curve: tuple[CurvePoint, ...]
    path_model: ByPaths | None
    hidden_cause: HiddenCause
    sentence: str


def summarise(
    effects: LevelEffects, hidden: tuple[HiddenCause, ...], paths: PathEffects | None, target: str
) -> tuple[Driver, ...]:
    """The drivers of one level, the strongest interventional effect first."""
    medians = np.abs(np.median(effects.do, axis=0))
    order = np.argsort(-medians, kind="stable")
    places = np.stack([rankdata(-row, method="min") for row in np.abs(effects.do)])
    return tuple(
        _driver(effects, place, _rank(places[:, place], value), hidden[place], paths, target)
        for value, place in enumerate(order.tolist(), start=1)
    )


def _driver(
    effects: LevelEffects, place: int, rank: Rank, hidden: HiddenCause, paths: PathEffects | None, target: str
) -> Driver:
    do = _intervention(effects.do, effects.class_low, effects.class_high, place)
    observe = _effect(effects.observe[:, place])
    by_paths = None
    if paths is not None:
        by_paths = ByPaths(
            _effect(paths.observe[:, place]), _intervention(paths.do, paths.class_low, paths.class_high, place)
        )
    return Driver(
        name=effects.names[place],
        level=effects.level,
        observe=observe,
        do=do,
        rank=rank,
        direct=_effect(effects.direct[:, place]),
        information=_effect(effects.responses.information[:, place]),
        units=InUnits(_effect(effects.observe_units[:, place]), _moved_units(effects, place)),
        curve=_curve(effects, place),
        path_model=by_paths,
        hidden_cause=hidden,
        sentence=_sentence(effects.names[place], target, observe, do),
    )


def _curve(effects: LevelEffects, place: int) -> tuple[CurvePoint, ...]:
    own = effects.responses
    return tuple(
        CurvePoint(
            position=float(np.median(effects.positions[:, place, state])),
            share=float(own.margin[:, place, state].mean()),
            observe=_effect(own.observed_units[:, place, state]),
            do=_effect(own.forced_units[:, place, state]),
        )
        for state in range(int(own.n_states[place]))
    )


def _rank(places: Floats, value: int) -> Rank:
    low, high = np.quantile(places, [TAIL, 1 - TAIL], method="nearest")
    return Rank(
        value=value,
        low=min(int(low), value),
        high=max(int(high), value),
        probability=float((places == value).mean()),
        first=float((places == 1).mean()),
    )


def _effect(drawn: Floats) -> Effect:
    found = estimate(drawn)
    return Effect(found.value, found.low, found.high)


def _intervention(do: Floats, lowest: Floats, highest: Floats, place: int) -> Intervention:
    moved = _moved(do[:, place], lowest[:, place], highest[:, place])
    return Intervention(**vars(moved), open=bool(np.median(highest[:, place] - lowest[:, place]) > OPEN))


def _moved_units(effects: LevelEffects, place: int) -> Moved:
    scales = (effects.do_units, effects.class_low_units, effects.class_high_units)
    return _moved(*(drawn[:, place] for drawn in scales))


def _moved(do: Floats, lowest: Floats, highest: Floats) -> Moved:
    found = estimate(do)
    class_low, class_high = float(np.quantile(lowest, TAIL)), float(np.quantile(highest, 1 - TAIL))
    return Moved(found.value, found.low, found.high, class_low, class_high)


def observed_sentence(name: str, target: str, observe: Effect) -> str:
    """What goes with a driver, without a word on what moving it would do."""
    return (
        f"Respondents at the third quartile of {name} stand {observe.effect:.2f} standard deviations "
        f"({observe.low:.2f} to {observe.high:.2f}) higher on {target} than those at the first."
    )


def _sentence(name: str, target: str, observe: Effect, do: Intervention) -> str:
    moved = f"{do.effect:.2f} ({do.low:.2f} to {do.high:.2f})"
    if do.low <= 0 <= do.high:
        second = f"Moving {name} from one to the other would change it by {moved}: perhaps not at all."
    else:
        second = f"Moving {name} from one to the other would change it by {moved}."
    if do.open:
        second += (
            f" Which way some ties point the answers cannot tell, and the effect lies anywhere from {do.class_low:.2f} "
            f"to {do.class_high:.2f}."
        )
    return f"{observed_sentence(name, target, observe)} {second}"
