"""Which edges of a network the answers direct, and which its equivalence class leaves open.

References
----------
Meek (1995), Causal inference and causal explanation with background knowledge, UAI, arXiv:1302.4972 (rules 1 to 4).
"""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from research.learning.constraints import Constraints
from research.learning.families import edge_array

Edges = NDArray[np.bool_]


def essential_edges(masks: NDArray[np.int64], constraints: Constraints | None = None) -> Edges:
    """Edges every member of the class has in the same direction.

    Parameters
    ----------
    masks : int64, shape (n_items,)
        Parents of each item.
    constraints : Constraints, optional
        Narrow the class to the members that keep them.

    Returns
    -------
    bool, shape (n_items, n_items)
        True at [u, v] where u -> v in every member. Edges of the network that are False here are open.
    """
    edges = edge_array(masks)
    skeleton = edges | edges.T
    directed = _colliders(edges, skeleton)
    if constraints is not None:
        items = range(constraints.n_items)
        fixed = np.array([[u == v or not constraints.allows(v, u) for v in items] for u in items])
        directed |= edges & fixed
    changed = True
    while changed:
        is_open = skeleton & ~directed & ~directed.T
        rules = _chain(directed, skeleton), _circle(directed), _kite(directed, is_open), _detour(directed, is_open)
        found = np.logical_or.reduce(rules) & is_open
        directed |= found
        changed = bool(found.any())
    return directed


def structure_distance(masks: NDArray[np.int64], other: NDArray[np.int64]) -> int:
    """Pairs of items that two classes of networks (n_items,) connect differently: apart, open, or in which direction.

    References
    ----------
    Tsamardinos, Brown, Aliferis (2006), doi:10.1007/s10994-006-6889-7 (structural Hamming distance).
    """
    first, second = (_with_open_edges(each) for each in (masks, other))
    differs = first != second
    return int(np.triu(differs | differs.T).sum())


def _with_open_edges(masks: NDArray[np.int64]) -> Edges:
    """Essential edges, and open ones in both directions."""
    edges = edge_array(masks)
    sure = essential_edges(masks)
    return np.asarray(sure | (edges & ~sure) | (edges & ~sure).T)


def _colliders(edges: Edges, skeleton: Edges) -> Edges:
    """Edges of unshielded colliders u -> w <- v."""
    found = np.zeros_like(edges)
    for target in range(len(edges)):
        for u, v in combinations(np.flatnonzero(edges[:, target]), 2):
            if not skeleton[u, v]:
                found[u, target] = found[v, target] = True
    return found


def _chain(directed: Edges, skeleton: Edges) -> Edges:
    """Rule 1: u -> v - w with u, w apart gives v -> w."""
    apart = ~skeleton & ~np.eye(len(skeleton), dtype=bool)
    return np.asarray((directed.T.astype(int) @ apart.astype(int)) > 0)


def _circle(directed: Edges) -> Edges:
    """Rule 2: u -> v -> w gives u -> w."""
    return np.asarray((directed.astype(int) @ directed.astype(int)) > 0)


def _kite(directed: Edges, is_open: Edges) -> Edges:
    """Rule 3: u - v -> x and u - w -> x with v, w apart give u -> x."""
    skeleton = directed | directed.T | is_open
    found = np.zeros_like(directed)
    for target in range(len(directed)):
        for v, w in combinations(np.flatnonzero(directed[:, target]), 2):
            if not skeleton[v, w]:
                found[:, target] |= is_open[:, v] & is_open[:, w]
    return found


def _detour(directed: Edges, is_open: Edges) -> Edges:
    """Rule 4: u - v, v -> w -> x, v and x apart, u next to w, give u -> x."""
    skeleton = directed | directed.T | is_open
    found = np.zeros_like(directed)
    for middle in range(len(directed)):
        for v in np.flatnonzero(directed[:, middle]):
            for x in np.flatnonzero(directed[middle] & ~skeleton[v]):
                found[:, x] |= is_open[:, v] & skeleton[:, middle]
    return found
