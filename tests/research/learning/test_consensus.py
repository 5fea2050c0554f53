"""The consensus keeps strong edges, never closes a circle, and says which directions are open."""

import numpy as np
import pytest

from research.learning.consensus import consensus_network, direction_share, edge_strength, strength_threshold
from research.learning.constraints import Constraints
from research.learning.families import as_masks, edge_array


def test_the_threshold_selects_what_minimising_the_distance_of_distributions_selects():
    rng = np.random.default_rng(31)
    for _ in range(50):
        pairs = np.round(rng.beta(0.4, 0.8, 45), 2) + 0.001  # Never one half, where two thresholds are equally good.
        strength = np.zeros((10, 10))
        strength[np.triu_indices(10, 1)] = pairs
        threshold = strength_threshold(strength + strength.T, np.ones((10, 10), bool))
        grid = (np.arange(20_000) + 0.5) / 20_000
        below = (pairs[:, None] <= grid).mean(axis=0)
        absent = min(np.unique(below), key=lambda share: np.abs(below - share).mean())
        cut = np.sort(pairs)[max(int(np.ceil(absent * 45 - 1e-9)) - 1, 0)]
        np.testing.assert_array_equal(pairs > threshold, pairs > cut)


def test_an_unsure_circle_is_opened_at_its_least_clear_direction():
    strength = 1 - np.eye(3)
    direction = np.array([[0, 0.9, 0.4], [0.1, 0, 0.8], [0.6, 0.2, 0]])
    consensus = consensus_network(strength, direction, Constraints((0, 0, 0)))
    edges = edge_array(consensus.masks)
    assert edges[0, 1]
    assert edges[1, 2]
    assert edges[0, 2]  # Most members point back, which would close the circle.


def test_required_edges_stand_however_weak_and_forbidden_ones_never():
    strength = np.zeros((3, 3))
    strength[1, 2] = strength[2, 1] = 1.0
    constraints = Constraints((0, 0, 0), frozenset({(0, 1)}), frozenset({(1, 2), (2, 1)}))
    consensus = consensus_network(strength, strength / 2, constraints)
    assert [(edge.source, edge.target) for edge in consensus.edges] == [(0, 1)]


def test_a_direction_the_class_leaves_open_is_none_and_a_tier_closes_it():
    strength = np.array([[0, 1.0], [1.0, 0]])
    direction = np.array([[0, 0.7], [0.3, 0]])
    assert consensus_network(strength, direction, Constraints((0, 0))).edges[0].direction is None
    direction = np.array([[0, 1.0], [0.0, 0]])
    assert consensus_network(strength, direction, Constraints((0, 1))).edges[0].direction == 1.0


def test_strength_counts_adjacency_and_direction_counts_arrows():
    networks = np.stack([as_masks([[], [0]]), as_masks([[1], []]), as_masks([[], [0]]), as_masks([[], []])])
    assert edge_strength(networks)[0, 1] == edge_strength(networks)[1, 0] == 0.75
    assert direction_share(networks)[0, 1] == pytest.approx(2 / 3)
    assert direction_share(networks)[1, 0] == pytest.approx(1 / 3)
