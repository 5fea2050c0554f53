"""How a target answers to its drivers in every network: response curves, moves between quartiles, information, paths.

An outcome is a number read off one or several nodes of a network: the state of an item, the mean of a construct's
items, the level of a construct. Everything is linear in it, so several nodes are simply added up.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from research.learning.elimination import driver_joints, joint
from research.learning.families import parents_of
from research.learning.network_tables import TabledNetworks

Array = NDArray[np.float64]

QUARTILES = (0.25, 0.75)
_LEAST = 1e-300


@dataclass(frozen=True, eq=False)
class Outcome:
    """What is read off the target.

    Attributes
    ----------
    nodes : tuple of int
    deviations, units : float64, shape (n_networks, n_nodes, most_states)
        What a state of each node adds to the outcome, in standard deviations of the outcome and in steps of its scale.
    """

    nodes: tuple[int, ...]
    deviations: Array
    units: Array


@dataclass(frozen=True, eq=False)
class Responses:
    """The outcome by state of each driver; arrays (n_networks, n_drivers, most_states), zero beyond a driver's own.

    Attributes
    ----------
    n_states : int64, shape (n_drivers,)
    margin : P(state)
    observed, forced : mean outcome among those seen in a state, and if all were set to it, in standard deviations
    observed_units, forced_units : the same in steps of the target's scale
    information : float64, shape (n_networks, n_drivers)
        Mutual information of driver and target in nats, mean over the nodes of the outcome.
    """

    n_states: NDArray[np.int64]
    margin: Array
    observed: Array
    forced: Array
    observed_units: Array
    forced_units: Array
    information: Array


def driver_responses(networks: TabledNetworks, drivers: Sequence[int], outcome: Outcome) -> Responses:
    """Response of the outcome to each driver in every network; no driver is a node of the outcome."""
    curves, margin, information = np.zeros((4, 0)), np.zeros(0), np.zeros(0)
    for place, node in enumerate(outcome.nodes):
        together = driver_joints(networks, drivers, node, forced=False)
        margin = together.sum(axis=3)
        given = together / np.maximum(margin, _LEAST)[..., None]
        forced = driver_joints(networks, drivers, node, forced=True)
        values = [scale[:, place, : together.shape[3]] for scale in (outcome.deviations, outcome.units)]
        own = np.stack([np.einsum("bdst,bt->bds", table, scale) for scale in values for table in (given, forced)])
        curves = own if place == 0 else curves + own
        told = mutual_information(together) / len(outcome.nodes)
        information = told if place == 0 else information + told
    n_states = networks.n_states[list(drivers)]
    return Responses(n_states, margin, curves[0], curves[1], curves[2], curves[3], information)


def mutual_information(joints: Array) -> Array:
    """In nats, of joint distributions in the last two axes.

    References
    ----------
    Shannon (1948), doi:10.1002/j.1538-7305.1948.tb01338.x.
    """
    apart = joints.sum(axis=-1, keepdims=True) * joints.sum(axis=-2, keepdims=True)
    ratio = np.maximum(joints, _LEAST) / np.maximum(apart, _LEAST)
    return np.asarray((joints * np.log(ratio)).sum(axis=(-2, -1)))


def quartile_moves(responses: Responses, curves: Array) -> Array:
    """What a move of each driver from its first to its third quartile does to the outcome, (n_networks, n_drivers).

    Quartiles of few ordered states are taken from the middles of their steps, and curves are read between states, so
    that neither jumps when one answer more or less falls into a state.

    References
    ----------
    Ma, Genton, Parzen (2011), doi:10.1007/s10463-008-0215-z (quantiles of discrete distributions).
    """
    moves = np.zeros(curves.shape[:2])
    for driver, states in enumerate(responses.n_states):
        for network in range(len(curves)):
            low, high = mid_quantiles(responses.margin[network, driver, :states])
            first, third = np.interp((low, high), np.arange(states), curves[network, driver, :states])
            moves[network, driver] = third - first
    return moves


def mid_quantiles(margin: Array, shares: tuple[float, ...] = QUARTILES) -> Array:
    """States, with fractions, below which the shares of a distribution over ordered states (n_states,) lie."""
    total = margin.sum()
    middles = (margin.cumsum() - margin / 2) / total
    return np.asarray(np.interp(shares, middles, np.arange(len(margin))))


def direct_curves(networks: TabledNetworks, drivers: Sequence[int], outcome: Outcome) -> Array:
    """Mean outcome by state of a driver while the other parents of the target keep their distribution.

    Returns
    -------
    float64, shape (n_networks, n_drivers, most_states)
        In standard deviations; flat where the driver is no parent of the target.
    """
    curves = np.zeros((len(networks), len(drivers), int(networks.n_states[list(drivers)].max())))
    for network in range(len(networks)):
        for place, node in enumerate(outcome.nodes):
            parents = parents_of(int(networks.masks[network, node]))
            if not set(parents) & set(drivers):
                continue
            values = outcome.deviations[network, place, : int(networks.n_states[node])]
            means = (networks.table(network, node) @ values).reshape(networks.n_states[list(parents)])
            for number, driver in enumerate(drivers):
                if driver in parents:
                    others = [parent for parent in parents if parent != driver]
                    shares = joint(networks, network, others)
                    by_state = np.moveaxis(means, parents.index(driver), 0)
                    curves[network, number, : len(by_state)] += (
                        (by_state * shares).reshape(len(by_state), -1).sum(axis=1)
                    )
    return curves


def outcome_of_items(networks: TabledNetworks, nodes: tuple[int, ...], values: Array | None = None) -> Outcome:
    """The mean state of some items, each weighing the same.

    Parameters
    ----------
    values : float64, shape (n_variables, most_states), optional
        What each state counts; by default its number.
    """
    if values is None:
        values = np.tile(np.arange(networks.n_states.max(), dtype=np.float64), (len(networks.n_states), 1))
    own = values[list(nodes), : int(networks.n_states[list(nodes)].max())]
    units = np.broadcast_to(own / len(nodes), (len(networks), *own.shape))
    spread = np.sqrt(np.maximum(_variance(networks, nodes, values), 1e-12))
    return Outcome(nodes, units / spread[:, None, None], np.array(units))


def _variance(networks: TabledNetworks, nodes: tuple[int, ...], values: Array) -> Array:
    """Variance of the mean state of the nodes in every network."""
    total = np.zeros(len(networks))
    for network in range(len(networks)):
        scales = [values[node, : int(networks.n_states[node])] for node in nodes]
        centred = [own - joint(networks, network, [node]) @ own for node, own in zip(nodes, scales, strict=True)]
        for u, own in zip(nodes, centred, strict=True):
            for v, other in zip(nodes, centred, strict=True):
                if u == v:
                    total[network] += joint(networks, network, [u]) @ own**2
                elif u < v:
                    total[network] += 2 * own @ joint(networks, network, [u, v]) @ other
    return total / len(nodes) ** 2
