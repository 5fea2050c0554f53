"""All networks over a handful of items, and the members of a class by going through them."""

from itertools import combinations, product

import numpy as np

from research.learning.families import as_masks


def all_dags(n_items):
    """Parent masks (n_dags, n_items) of every directed acyclic graph."""
    choices = [[mask for mask in range(2**n_items) if not mask >> item & 1] for item in range(n_items)]
    masks = np.array(list(product(*choices)))
    left = np.full(len(masks), 2**n_items - 1)
    for _ in range(n_items):
        for item in range(n_items):
            left = np.where(masks[:, item] & left == 0, left & ~(1 << item), left)
    return masks[left == 0]


def random_dag(n_items, rng, most_parents=3):
    """Adjacency (n_items, n_items) of a random network whose edges go from lower to higher numbers."""
    edges = np.zeros((n_items, n_items), bool)
    for child in range(1, n_items):
        edges[rng.permutation(child)[: rng.integers(0, most_parents + 1)], child] = True
    return edges


def masks_of(edges):
    return as_masks(np.flatnonzero(edges[:, child]).tolist() for child in range(len(edges)))


def class_by_enumeration(edges, constraints):
    """Adjacencies of every network with the same skeleton and colliders that keeps the constraints."""
    pairs = np.argwhere(np.triu(edges | edges.T))
    members = []
    for turns in product((False, True), repeat=len(pairs)):
        other = np.zeros_like(edges)
        for (u, v), turned in zip(pairs, turns, strict=True):
            other[(v, u) if turned else (u, v)] = True
        if keeps(other, constraints) and is_acyclic(other) and colliders(other) == colliders(edges):
            members.append(other)
    return members


def keeps(edges, constraints):
    allowed = all(constraints.allows(int(u), int(v)) for u, v in np.argwhere(edges))
    return allowed and all(edges[u, v] for u, v in constraints.required)


def is_acyclic(edges):
    paths = edges.astype(int)
    for _ in edges:
        paths = np.minimum(paths @ edges + edges, 1)
    return not paths.diagonal().any()


def colliders(edges):
    skeleton = edges | edges.T
    return {
        (a, b, target)
        for target in range(len(edges))
        for a, b in combinations(np.flatnonzero(edges[:, target]).tolist(), 2)
        if not skeleton[a, b]
    }
