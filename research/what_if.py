"""What the target would be if drivers were set, or is among those who answer so; each for sure or by a distribution.

Setting (`act`) cuts a driver off from what decides it today; seeing (`see`) picks the respondents who answer so, with
all that made them answer so. The two differ wherever something stands behind driver and target.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from research.drivers import LevelEffects
from research.drivers.intervals import estimate
from research.errors import SettingsError
from research.learning.elimination import joint
from research.scales import Estimate

Floats = NDArray[np.float64]
How = Literal["act", "see"]


@dataclass(frozen=True)
class WhatIf:
    """The target today and then, over replicates.

    Attributes
    ----------
    how : "act" or "see"
    today, then, change : Estimate
        Mean target in steps of its scale.
    change_in_deviations : Estimate
        The change in standard deviations of the target.
    sentence : str
    """

    how: How
    today: Estimate
    then: Estimate
    change: Estimate
    change_in_deviations: Estimate
    sentence: str


def what_if(level: LevelEffects, settings: Mapping[str, Floats], how: How = "act") -> WhatIf:
    """Set or see one or several drivers.

    Parameters
    ----------
    level : LevelEffects, see `find_drivers`
    settings : distribution over its states, a high state always good, by driver
        Of shape (n_states,); all on one state for hard evidence. When seeing, the drivers are weighted so that each
        has this distribution among those seen if it is the only one, and by likelihoods in these proportions to
        today's shares if there are several.
    how : "act" or "see"

    Raises
    ------
    SettingsError
        A driver is unknown, a distribution has a wrong length, or is none.

    References
    ----------
    Pearl (2009), Causality, ISBN 978-0-521-89560-6, 4.2 (stochastic interventions).
    Jeffrey (1983), The Logic of Decision, ISBN 978-0-226-39582-1, 11 (uncertain evidence).
    """
    chosen = {_place(level, name): _distribution(level, name, shares) for name, shares in settings.items()}
    if not chosen:
        raise SettingsError("Nothing is set: name at least one driver and its state.")
    nodes = [level.nodes[place] for place in chosen]
    replicates = len(level.networks)
    figures = np.zeros((replicates, 2, 2))  # Today and then, in steps and in deviations.
    for number in range(replicates):
        for place, node in enumerate(level.outcome.nodes):
            values = np.stack([scale[number, place] for scale in (level.outcome.units, level.outcome.deviations)])
            values = values[:, : int(level.networks.n_states[node])]
            figures[number, 0] += values @ joint(level.networks, number, [node])
            figures[number, 1] += values @ _then(level, number, node, nodes, list(chosen.values()), how)
    change = figures[:, 1] - figures[:, 0]
    moved = estimate(change[:, 0])
    return WhatIf(
        how=how,
        today=estimate(figures[:, 0, 0]),
        then=estimate(figures[:, 1, 0]),
        change=moved,
        change_in_deviations=estimate(change[:, 1]),
        sentence=_sentence(tuple(settings), how, moved),
    )


def on_state(level: LevelEffects, name: str, state: int) -> Floats:
    """Everybody in one state of a driver, counted from 0, a high one good."""
    states = int(level.responses.n_states[_place(level, name)])
    if not 0 <= state < states:
        raise SettingsError(f"{name!r} has states 0 to {states - 1}, not {state}.")
    return np.asarray(np.eye(states)[state])


def steps_up(level: LevelEffects, name: str, share: float) -> Floats:
    """Today's distribution with a share of those below the top moved one state up."""
    place = _place(level, name)
    if not 0 <= share <= 1:
        raise SettingsError(f"A share of {share} cannot be moved up: take one from 0 to 1.")
    today = level.responses.margin[:, place, : level.responses.n_states[place]].mean(axis=0)
    moved = share * today[:-1]
    shifted = today.copy()
    shifted[:-1] -= moved
    shifted[1:] += moved
    return np.asarray(shifted / shifted.sum())


def each_step_up(level: LevelEffects, share: float) -> dict[str, WhatIf]:
    """What if a share of those below the top of one driver moved one state up, for each driver alone; best first."""
    found = {name: what_if(level, {name: steps_up(level, name, share)}) for name in level.names}
    return dict(sorted(found.items(), key=lambda one: -one[1].change.value))


def together(level: LevelEffects, shares: Mapping[str, float]) -> WhatIf | None:
    """What if on each driver its share of those below the top moved one state up; None where all shares are 0."""
    moved = {name: steps_up(level, name, share) for name, share in shares.items() if share > 0}
    return what_if(level, moved) if moved else None


def _then(
    level: LevelEffects, number: int, node: int, nodes: list[int], distributions: list[Floats], how: How
) -> Floats:
    """P(target node) under the settings in one replicate."""
    whole = reduce(np.multiply.outer, distributions)
    if how == "act":
        by_force = joint(level.networks, number, [*nodes, node], forced=nodes)
        return np.asarray(np.tensordot(whole, by_force, len(nodes)))
    together = joint(level.networks, number, [*nodes, node])
    today = reduce(np.multiply.outer, [joint(level.networks, number, [driver]) for driver in nodes])
    weighted = np.tensordot(whole / np.maximum(today, 1e-300), together, len(nodes))
    return np.asarray(weighted / weighted.sum())


def _place(level: LevelEffects, name: str) -> int:
    if name not in level.names:
        raise SettingsError(f"{name!r} is no driver of the target: choose from {', '.join(level.names)}.")
    return level.names.index(name)


def _distribution(level: LevelEffects, name: str, shares: Floats) -> Floats:
    states = int(level.responses.n_states[_place(level, name)])
    given = np.asarray(shares, dtype=np.float64)
    if given.shape != (states,) or (given < 0).any() or not np.isfinite(given).all() or given.sum() <= 0:
        raise SettingsError(f"{name!r} needs {states} shares, one per state, none below 0 and not all 0; got {shares}.")
    return np.asarray(given / given.sum())


def _sentence(names: tuple[str, ...], how: How, change: Estimate) -> str:
    drivers = " and ".join(names)
    interval = f"{change.value:+.2f} steps ({change.low:+.2f} to {change.high:+.2f})"
    if how == "see":
        return f"Those who answer so on {drivers} stand {interval} from the mean; it need not be {drivers} that did it."
    unsure = " It may change nothing." if change.low <= 0 <= change.high else ""
    return f"Setting {drivers} so would move the target by {interval}.{unsure}"
