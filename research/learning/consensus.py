"""One network from many: which edges stand often enough, and which way they point.

References
----------
Scutari, Nagarajan (2013), doi:10.1016/j.artmed.2012.12.006: the threshold brings the distribution of strengths as
close as possible to one in which every edge is either always or never there.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from research.learning.constraints import Constraints
from research.learning.equivalence import essential_edges
from research.learning.families import as_masks, edge_array

Masks = NDArray[np.int64]
Shares = NDArray[np.float64]


@dataclass(frozen=True)
class ConsensusEdge:
    """One edge of the consensus network.

    Attributes
    ----------
    source, target : int
    strength : float
        Share of replicates in which the two items are adjacent.
    direction : float or None
        Share of the drawn class members with this edge in which it points from source to target; None where the
        class of the consensus network leaves the direction open.
    """

    source: int
    target: int
    strength: float
    direction: float | None


@dataclass(frozen=True)
class Consensus:
    """Edges stronger than the threshold, directed without a circle; strongest first."""

    threshold: float
    masks: Masks
    edges: tuple[ConsensusEdge, ...]


def edge_strength(masks: Masks) -> Shares:
    """Share of networks (n_networks, n_items) in which two items are adjacent, shape (n_items, n_items), symmetric."""
    edges = edge_array(masks)
    return np.asarray((edges | edges.transpose(0, 2, 1)).mean(axis=0))


def direction_share(members: Masks) -> Shares:
    """Share of u -> v among the networks (n_networks, n_items) with an edge between u and v; 0 where there is none."""
    forward = edge_array(members).sum(axis=0, dtype=np.float64)
    either = forward + forward.T
    return np.asarray(forward / np.maximum(either, 1))


def strength_threshold(strength: Shares, possible: NDArray[np.bool_]) -> float:
    """The strength an edge must exceed: the middle of the gap in which one half lies.

    Scutari and Nagarajan minimise the L1 distance between the distribution F of the strengths and the one with a
    share t of edges never there and all others always. The minimum over t is the median of F(x) over [0, 1], which is
    F(1/2) since F rises; so the edges they keep are those beyond the strengths that do not exceed one half.

    Parameters
    ----------
    strength : float64, shape (n_items, n_items), symmetric
    possible : bool, same shape
        Pairs the constraints let be adjacent.
    """
    pairs = strength[np.triu(possible | possible.T, 1)]
    never = pairs[pairs <= 0.5].max(initial=0.0)
    always = pairs[pairs > 0.5].min(initial=1.0)
    return float((never + always) / 2)


def consensus_network(strength: Shares, direction: Shares, constraints: Constraints) -> Consensus:
    """Edges above the threshold, each the way most members point unless that closes a circle.

    Required edges stand whatever their strength. Edges that can point one way only come first, then the edges whose
    direction is clearest.
    """
    possible = np.array([[constraints.allows(u, v) for v in range(len(strength))] for u in range(len(strength))])
    threshold = strength_threshold(strength, possible)
    kept = (strength > threshold) & (possible | possible.T)
    edges = np.zeros_like(possible)
    for u, v in sorted(constraints.required):
        edges[u, v] = True
    for u, v in sorted(zip(*np.nonzero(np.triu(kept, 1)), strict=True), key=lambda e: _clarity(e, possible, direction)):
        if edges[u, v] or edges[v, u]:
            continue
        ways = [(u, v), (v, u)] if direction[u, v] >= direction[v, u] else [(v, u), (u, v)]
        for source, target in ways:
            if possible[source, target] and not _reaches(edges, target, source):
                edges[source, target] = True
                break
    return _described(edges, threshold, strength, direction, constraints)


def _clarity(edge: tuple[int, int], possible: NDArray[np.bool_], direction: Shares) -> tuple[float, ...]:
    """Sort key: one-way edges first, then clear directions."""
    u, v = edge
    return (float(possible[u, v] and possible[v, u]), -abs(direction[u, v] - direction[v, u]), u, v)


def _reaches(edges: NDArray[np.bool_], start: int, end: int) -> bool:
    reached = np.zeros(len(edges), dtype=bool)
    reached[start] = True
    for _ in range(len(edges)):
        reached |= edges[reached].any(axis=0)
    return bool(reached[end])


def _described(
    edges: NDArray[np.bool_], threshold: float, strength: Shares, direction: Shares, constraints: Constraints
) -> Consensus:
    masks = as_masks(np.flatnonzero(edges[:, v]).tolist() for v in range(len(edges)))
    sure = essential_edges(masks, constraints)
    described = [
        ConsensusEdge(int(u), int(v), float(strength[u, v]), float(direction[u, v]) if sure[u, v] else None)
        for u, v in zip(*np.nonzero(edges), strict=True)
    ]
    described.sort(key=lambda edge: (-edge.strength, edge.source, edge.target))
    return Consensus(threshold, masks, tuple(described))
