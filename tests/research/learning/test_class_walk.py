"""The walk draws members of an equivalence class uniformly: held against enumeration on 60 classes."""

import numpy as np
from scipy.stats import chisquare

from research.learning.class_walk import class_members
from research.learning.constraints import Constraints
from research.learning.equivalence import essential_edges, structure_distance
from research.learning.families import edge_array
from tests.research.learning.graphs import class_by_enumeration, masks_of, random_dag


def random_classes(n_classes, seed):
    """Networks with constraints they keep, half of them with a required and a forbidden edge, and their classes."""
    rng = np.random.default_rng(seed)
    found = []
    while len(found) < n_classes:
        edges = random_dag(6, rng)
        tiers = tuple(np.sort(rng.integers(0, 3, 6)).tolist())
        rules = [frozenset[tuple[int, int]](), frozenset[tuple[int, int]]()]
        arrows = [(int(u), int(v)) for u, v in np.argwhere(edges)]
        if len(found) % 2 and arrows:
            rules = [frozenset({arrows[0]}), frozenset({arrows[-1][::-1]})]
        constraints = Constraints(tiers, *rules, max_parents=5)
        members = class_by_enumeration(edges, constraints)
        if len(members) > 1:
            found.append((edges, constraints, members))
    return found


def test_members_are_drawn_uniformly_on_sixty_classes():
    rng = np.random.default_rng(21)
    p_values = []
    for edges, constraints, members in random_classes(60, seed=20):
        drawn = edge_array(class_members(masks_of(edges), constraints, 1500, rng))
        counts = {member.tobytes(): 0 for member in members}
        for network in drawn:
            counts[network.tobytes()] += 1  # A network outside the class would be a KeyError.
        p_values.append(chisquare(list(counts.values())).pvalue)
    assert min(p_values) > 0.01 / len(p_values)
    assert 0.35 < np.mean(p_values) < 0.65


def test_essential_edges_are_those_all_members_share():
    for edges, constraints, members in random_classes(60, seed=22):
        np.testing.assert_array_equal(essential_edges(masks_of(edges), constraints), np.logical_and.reduce(members))


def test_networks_of_one_class_are_at_distance_zero_and_every_difference_counts_one():
    chain = masks_of(np.array([[0, 1, 0], [0, 0, 1], [0, 0, 0]], bool))
    turned = masks_of(np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], bool))
    collider = masks_of(np.array([[0, 1, 0], [0, 0, 0], [0, 1, 0]], bool))
    single = masks_of(np.array([[0, 1, 0], [0, 0, 0], [0, 0, 0]], bool))
    assert structure_distance(chain, turned) == 0
    assert structure_distance(chain, collider) == 2  # Two edges directed in one and open in the other.
    assert structure_distance(chain, single) == 1
