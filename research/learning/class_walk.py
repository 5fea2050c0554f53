"""Random members of the equivalence class of a network: directions the answers cannot tell apart.

Two networks with the same adjacencies and the same unshielded colliders fit every table equally well, and one turns
into the other by reversing covered edges (u -> v where u is all that sets v's parents apart from u's). The walk
reverses random covered edges, keeps every constraint, and waits half the time: without the coin it is periodic and
sees half the class.

References
----------
Chickering (1995), A transformational characterization of equivalent Bayesian network structures, UAI, arXiv:1302.4938
(its sequence never reverses an edge on which two members agree, so constraints cannot cut the class in two).
Metropolis-Hastings for the uneven number of covered edges: Hastings (1970), doi:10.1093/biomet/57.1.97.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from research.learning.constraints import Constraints
from research.learning.families import edge_array

Integers = NDArray[np.int64]

STEPS = 150
STEPS_PER_ITEM = 8  # Larger networks have larger classes; 150 steps were enough for some 20 items.


def class_members(
    masks: Integers, constraints: Constraints, members: int, rng: np.random.Generator, steps: int | None = None
) -> Integers:
    """Members drawn uniformly from the class of one network.

    Parameters
    ----------
    masks : int64, shape (n_items,)
        Parents of each item; must keep the constraints.
    constraints : Constraints
    members : int
        How many to draw, each by a walk of its own from the network.
    rng : numpy Generator
    steps : int, optional
        Length of a walk.

    Returns
    -------
    int64, shape (members, n_items)
    """
    steps = steps or max(STEPS, STEPS_PER_ITEM * constraints.n_items)
    drawn = np.repeat(np.asarray(masks, dtype=np.int64)[None], members, axis=0)
    edges = edge_array(drawn[0])
    pairs = np.argwhere(np.triu((edges | edges.T) & reversible_edges(constraints)))
    _walk(drawn, pairs, rng.random((members, steps, 3)))
    return drawn


def reversible_edges(constraints: Constraints) -> NDArray[np.bool_]:
    """True at [u, v] where the constraints let an edge between u and v point either way."""
    items = range(constraints.n_items)
    return np.array([[constraints.reversible(u, v) and constraints.reversible(v, u) for v in items] for u in items])


@njit(cache=True, nogil=True)
def _walk(drawn: Integers, pairs: Integers, uniforms: NDArray[np.float64]) -> None:
    """Reversals never change who is adjacent: `pairs` (n, 2) are the adjacent items that may point either way."""
    covered, after = np.zeros(len(pairs), np.int64), np.zeros(len(pairs), np.int64)
    for member in range(len(drawn)):
        masks = drawn[member]
        for step in range(uniforms.shape[1]):
            n_covered = _covered(masks, pairs, covered)
            if n_covered == 0:
                break
            if uniforms[member, step, 0] < 0.5:
                continue
            u, v = pairs[covered[int(uniforms[member, step, 1] * n_covered)]]
            _reverse(masks, u, v)
            if uniforms[member, step, 2] * _covered(masks, pairs, after) > n_covered:
                _reverse(masks, u, v)


@njit(cache=True, nogil=True)
def _covered(masks: Integers, pairs: Integers, out: Integers) -> int:
    """Write the numbers of the pairs joined by a covered edge into `out`; returns how many there are."""
    found = 0
    for i in range(len(pairs)):
        u, v = pairs[i]
        u_bit, v_bit = np.int64(1) << u, np.int64(1) << v
        if masks[u] & ~v_bit == masks[v] & ~u_bit:
            out[found] = i
            found += 1
    return found


@njit(cache=True, nogil=True)
def _reverse(masks: Integers, u: int, v: int) -> None:
    masks[u] ^= np.int64(1) << v
    masks[v] ^= np.int64(1) << u
