"""Effects of a driver under every parent set its equivalence class leaves open, all from one and the same distribution.

Members of a class fit the answers equally well, and they disagree on do(driver) only through the driver's parents:
whatever they are, adjusting for them tells its effect. What the members say between them is all the answers know.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from research.learning.elimination import joint
from research.learning.families import parents_of
from research.learning.network_tables import TabledNetworks
from research.learning.responses import Outcome, Responses, mid_quantiles

Array = NDArray[np.float64]


def class_ranges(
    networks: TabledNetworks,
    members: NDArray[np.int64],
    drivers: Sequence[int],
    outcome: Outcome,
    responses: Responses,
    moves: Array,
) -> tuple[Array, Array]:
    """Lowest and highest effect of each driver over the members, in standard deviations of the outcome.

    Parameters
    ----------
    networks : TabledNetworks
        Their structure is the first member of each class.
    members : int64, shape (n_networks, n_members, n_variables)
    drivers, outcome, responses : see `driver_responses`
    moves : float64, shape (n_networks, n_drivers)
        Effects in the first member, see `quartile_moves`.

    Returns
    -------
    two float64 arrays, shape of `moves`; equal where the members agree

    References
    ----------
    Maathuis, Kalisch, Buhlmann (2009), doi:10.1214/09-AOS685 (effects from the local parents in a class).
    """
    low, high = moves.copy(), moves.copy()
    for network in range(len(networks)):
        for place, driver in enumerate(drivers):
            others = list(dict.fromkeys(members[network, :, driver].tolist()))[1:]
            margin = responses.margin[network, place, : responses.n_states[place]]
            for mask in others:
                curve = adjusted_curve(networks, network, driver, parents_of(mask), outcome)
                from_to = np.interp(mid_quantiles(margin), np.arange(len(curve)), curve)
                low[network, place] = min(low[network, place], from_to[1] - from_to[0])
                high[network, place] = max(high[network, place], from_to[1] - from_to[0])
    return low, high


def adjusted_curve(
    networks: TabledNetworks, network: int, driver: int, parents: tuple[int, ...], outcome: Outcome
) -> Array:
    """Mean outcome if the driver were set to each state and these were its parents, shape (n_states,).

    References
    ----------
    Pearl (1995), doi:10.1093/biomet/82.4.669 (the back-door formula).
    """
    curve = np.zeros(int(networks.n_states[driver]))
    for place, node in enumerate(outcome.nodes):
        values = outcome.deviations[network, place, : int(networks.n_states[node])]
        if node in parents:  # Then the target decides the driver, and setting the driver changes nothing.
            curve += joint(networks, network, [node]) @ values
            continue
        cells = joint(networks, network, [driver, node, *parents])
        cells = cells.reshape(len(curve), len(values), -1)
        seen = cells.sum(axis=1)
        means = np.einsum("stp,t->sp", cells, values) / np.maximum(seen, 1e-300)
        curve += means @ seen.sum(axis=0)
    return curve
