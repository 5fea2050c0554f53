"""Effects of a driver under every parent set its equivalence class leaves open, all from one and the same distribution.

Members of a class fit the answers equally well, and they disagree on do(driver) only through the driver's parents:
whatever they are, adjusting for them tells its effect. What the members say between them is all the answers know.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from research.learning.elimination import joint
from research.learning.families import parents_of
from research.learning.network_tables import TabledNetworks
from research.learning.responses import Outcome, Responses, mid_quantiles

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ClassRanges:
    """Lowest and highest effect of each driver over the members of its class; float64, (n_networks, n_drivers).

    Attributes
    ----------
    low, high : in standard deviations of the outcome
    low_units, high_units : in steps of its scale, which need not be proportional
    """

    low: Array
    high: Array
    low_units: Array
    high_units: Array


def class_ranges(
    networks: TabledNetworks,
    members: NDArray[np.int64],
    drivers: Sequence[int],
    outcome: Outcome,
    responses: Responses,
    moves: Array,
    moves_units: Array,
) -> ClassRanges:
    """What the members of each class say at least and at most; the same where they agree.

    Parameters
    ----------
    networks : TabledNetworks
        Their structure is the first member of each class.
    members : int64, shape (n_networks, n_members, n_variables)
    drivers, outcome, responses : see `driver_responses`
    moves, moves_units : float64, shape (n_networks, n_drivers)
        Effects in the first member, see `quartile_moves`.

    References
    ----------
    Maathuis, Kalisch, Buhlmann (2009), doi:10.1214/09-AOS685 (effects from the local parents in a class).
    """
    low = np.stack([moves, moves_units])
    high = low.copy()
    for network in range(len(networks)):
        for place, driver in enumerate(drivers):
            others = list(dict.fromkeys(members[network, :, driver].tolist()))[1:]
            quartiles = mid_quantiles(responses.margin[network, place, : responses.n_states[place]])
            for mask in others:
                curves = adjusted_curves(networks, network, driver, parents_of(mask), outcome)
                ends = np.stack([np.interp(quartiles, np.arange(curves.shape[1]), curve) for curve in curves])
                moved = ends[:, 1] - ends[:, 0]
                low[:, network, place] = np.minimum(low[:, network, place], moved)
                high[:, network, place] = np.maximum(high[:, network, place], moved)
    return ClassRanges(low[0], high[0], low[1], high[1])


def adjusted_curves(
    networks: TabledNetworks, network: int, driver: int, parents: tuple[int, ...], outcome: Outcome
) -> Array:
    """Mean outcome if the driver were set to each state and these were its parents.

    Returns
    -------
    float64, shape (2, n_states)
        In standard deviations of the outcome, and in steps of its scale.

    References
    ----------
    Pearl (1995), doi:10.1093/biomet/82.4.669 (the back-door formula).
    """
    curves = np.zeros((2, int(networks.n_states[driver])))
    for place, node in enumerate(outcome.nodes):
        own = int(networks.n_states[node])
        values = np.stack([scale[network, place, :own] for scale in (outcome.deviations, outcome.units)])
        if node in parents:  # Then the target decides the driver, and setting the driver changes nothing.
            curves += (values @ joint(networks, network, [node]))[:, None]
            continue
        cells = joint(networks, network, [driver, node, *parents])
        cells = cells.reshape(curves.shape[1], own, -1)
        seen = cells.sum(axis=1)
        means = np.einsum("stp,kt->ksp", cells, values) / np.maximum(seen, 1e-300)
        curves += means @ seen.sum(axis=0)
    return curves
