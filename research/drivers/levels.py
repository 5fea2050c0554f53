"""The drivers of one level, items or constructs, with their effects in every replicate."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from research.drivers.target import Level
from research.learning.class_effects import class_ranges
from research.learning.network_tables import TabledNetworks
from research.learning.responses import Outcome, Responses, direct_curves, driver_responses, quartile_moves

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LevelEffects:
    """Effects of a move from the first to the third quartile; float64 arrays of shape (n_replicates, n_drivers).

    Attributes
    ----------
    level : "item" or "construct"
    names : tuple of str, one per driver
    nodes : tuple of int
        Their numbers in the networks.
    columns : tuple of tuples of int
        Items of each driver.
    networks : TabledNetworks
        One per replicate: its own structure, drawn from its class, with its own tables.
    outcome, responses
        The target and how it answers, see `research.learning.responses`.
    positions : float64, shape (n_replicates, n_drivers, most_states)
        Where each state of a driver stands on the scale of its items, in steps from 0.
    observe, do, direct : in standard deviations of the target
    class_low, class_high : least and greatest `do` over the members of the replicate's equivalence class
    observe_units, do_units, class_low_units, class_high_units : the same in steps of the target's scale
    """

    level: Level
    names: tuple[str, ...]
    nodes: tuple[int, ...]
    columns: tuple[tuple[int, ...], ...]
    networks: TabledNetworks
    outcome: Outcome
    responses: Responses
    positions: Floats
    observe: Floats
    do: Floats
    direct: Floats
    class_low: Floats
    class_high: Floats
    observe_units: Floats
    do_units: Floats
    class_low_units: Floats
    class_high_units: Floats


def level_effects(
    level: Level,
    names: tuple[str, ...],
    nodes: Sequence[int],
    columns: tuple[tuple[int, ...], ...],
    networks: TabledNetworks,
    members: NDArray[np.int64],
    outcome: Outcome,
    positions: Floats,
) -> LevelEffects:
    """All effects of the drivers at `nodes`; `members` (n_replicates, n_members, n_nodes) begin with `networks`."""
    responses = driver_responses(networks, nodes, outcome)
    do = quartile_moves(responses, responses.forced)
    do_units = quartile_moves(responses, responses.forced_units)
    ranges = class_ranges(networks, members, nodes, outcome, responses, do, do_units)
    return LevelEffects(
        level=level,
        names=names,
        nodes=tuple(nodes),
        columns=columns,
        networks=networks,
        outcome=outcome,
        responses=responses,
        positions=positions,
        observe=quartile_moves(responses, responses.observed),
        do=do,
        direct=quartile_moves(responses, direct_curves(networks, nodes, outcome)),
        class_low=ranges.low,
        class_high=ranges.high,
        observe_units=quartile_moves(responses, responses.observed_units),
        do_units=do_units,
        class_low_units=ranges.low_units,
        class_high_units=ranges.high_units,
    )
