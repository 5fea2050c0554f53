"""Tabu search comes close to the exact optimum where both can be had, and depends on nothing but the scores."""

import numpy as np

from research.learning.constraints import Constraints
from research.learning.families import edge_array, list_families
from research.learning.scores import score_families
from research.learning.search import best_families
from research.simulate import network_truth


def survey_scores(n_items, columns=10):
    constraints = Constraints((0,) * n_items)
    families = list_families(constraints)
    codes = network_truth("monotone", n_items=n_items, seed=1).draw(1000, np.random.default_rng(2))
    rng = np.random.default_rng(3)
    drawn = [np.bincount(rng.integers(0, 1000, 1000), minlength=1000) for _ in range(columns - 1)]
    weights = np.column_stack([np.ones(1000), *drawn]).astype(float)
    return constraints, families, score_families(codes, weights, np.full(n_items, 5), families, ("table",)).scores


def test_on_survey_answers_it_finds_the_optimum_nearly_always():
    constraints, families, scores = survey_scores(14, columns=30)
    place = np.arange(scores.shape[1])[:, None]
    exact = scores[best_families(scores, families, constraints), place].sum(axis=1)
    tabu = scores[best_families(scores, families, constraints, most_exact=1), place].sum(axis=1)
    assert (tabu <= exact + 1e-9).all()
    assert (tabu >= exact - 1e-9).mean() >= 0.9


def test_a_tier_of_thirty_items_is_learned_without_a_circle():
    constraints, families, scores = survey_scores(30, columns=2)
    found = best_families(scores, families, constraints)
    edges = edge_array(families.masks[found])
    assert 20 <= edges[0].sum() <= 60
    assert not np.linalg.matrix_power(edges[0].astype(int), 30).any()
    np.testing.assert_array_equal(found, best_families(scores, families, constraints))
