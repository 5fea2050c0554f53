"""Drivers among constructs, the headline: by the factor network, and by the path model beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from research.constructs import Constructs, Nodes
from research.drivers.levels import LevelEffects, level_effects
from research.drivers.target import Target, predecessors
from research.learning.elimination import joint
from research.learning.factor_chain import FactorReplicate
from research.learning.network_tables import TabledNetworks
from research.learning.path_model import PathModel
from research.learning.responses import QUARTILES, Outcome

Floats = NDArray[np.float64]

NORMAL_MOVE = float(norm.ppf(QUARTILES[1]) - norm.ppf(QUARTILES[0]))  # 1.35 standard deviations.


@dataclass(frozen=True, eq=False)
class PathEffects:
    """The same effects by the path model, linear and normal; float64 arrays of shape (n_replicates, n_drivers)."""

    observe: Floats
    do: Floats
    class_low: Floats
    class_high: Floats


def construct_effects(constructs: Constructs, target: Target) -> tuple[LevelEffects, PathEffects] | None:
    """Effects of every construct that can precede the target, by both methods; None where there is none.

    Notes
    -----
    A target item that reflects a construct is driven by what drives the construct; its effects are the construct's as
    the item shows them, the item's own error included in its standard deviation.
    """
    nodes = constructs.nodes
    goal = _node(nodes, target)
    drivers, paths = path_effects(nodes, constructs.path_model, target)
    if not drivers:
        return None
    replicates = constructs.factor_network.details
    networks = TabledNetworks.of(
        np.stack([each.members[0] for each in replicates]),
        [each.tables for each in replicates],
        constructs.factor_network.chain.n_levels,
    )
    effects = level_effects(
        "construct",
        tuple(nodes.names[node] for node in drivers),
        drivers,
        tuple(nodes.members[node] for node in drivers),
        networks,
        np.stack([each.members for each in replicates]),
        _outcome(networks, replicates, goal, _places(constructs, goal, target)),
        _positions(networks, replicates, drivers),
    )
    return effects, paths


def path_effects(nodes: Nodes, model: PathModel, target: Target) -> tuple[list[int], PathEffects]:
    """The constructs that can precede the target, as nodes, and their effects by the path model alone."""
    goal = _node(nodes, target)
    drivers = [node for node in predecessors(nodes.constraints, (goal,)) if len(nodes.members[node]) > 1]
    found = model.replicates
    scale = np.full((len(found.correlations), 1), NORMAL_MOVE)
    if len(target.columns) < len(nodes.members[goal]):  # One item of a construct shows its loading's share of effects.
        scale = scale * model.measurement.loadings[:, list(target.columns)]
    totals = found.effects[:, :, drivers, goal]
    return drivers, PathEffects(
        observe=found.correlations[:, drivers, goal] * scale,
        do=totals[:, 0] * scale,
        class_low=totals.min(axis=1) * scale,
        class_high=totals.max(axis=1) * scale,
    )


def item_means(tables: Floats) -> Floats:
    """Mean state of each item at each level, (n_items, n_levels), from P(state | level)."""
    return np.asarray(tables @ np.arange(tables.shape[2]))


def _node(nodes: Nodes, target: Target) -> int:
    """The node of the target, or of the construct its item reflects."""
    for node, columns in enumerate(nodes.members):
        if set(target.columns) <= set(columns):
            return node
    raise ValueError(f"The target {target.name!r} is in no node of the constructs.")


def _places(constructs: Constructs, goal: int, target: Target) -> list[int]:
    """Which of the node's items the target is measured by."""
    return [place for place, column in enumerate(constructs.nodes.members[goal]) if column in target.columns]


def _outcome(networks: TabledNetworks, replicates: Sequence[FactorReplicate], goal: int, places: list[int]) -> Outcome:
    """Levels of a construct in their standard deviations, or the state of one of its items in the item's."""
    n_levels = int(networks.n_states[goal])
    units = np.stack([item_means(each.items[goal][places]).mean(axis=0)[:n_levels] for each in replicates])
    shares = np.stack([joint(networks, number, [goal]) for number in range(len(networks))])
    whole = len(places) == len(replicates[0].items[goal])
    if whole:
        values = np.broadcast_to(np.arange(n_levels, dtype=np.float64), units.shape)
        squares = values**2
    else:
        values = units
        states = np.arange(replicates[0].items[goal].shape[2])
        squares = np.stack([each.items[goal][places[0]] @ states**2 for each in replicates])
    variance = (shares * squares).sum(axis=1) - (shares * values).sum(axis=1) ** 2
    deviations = values / np.sqrt(np.maximum(variance, 1e-12))[:, None]
    return Outcome((goal,), deviations[:, None], units[:, None])


def _positions(networks: TabledNetworks, replicates: Sequence[FactorReplicate], drivers: list[int]) -> Floats:
    positions = np.zeros((len(replicates), len(drivers), int(networks.n_states[drivers].max())))
    for number, each in enumerate(replicates):
        for place, driver in enumerate(drivers):
            means = item_means(each.items[driver]).mean(axis=0)
            positions[number, place, : len(means)] = means
    return positions
