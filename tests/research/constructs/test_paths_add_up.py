"""Scores, path coefficients and total effects of linear networks equal their textbook definitions."""

import numpy as np
import pytest

from research.learning.constraints import Constraints
from research.learning.families import as_masks, list_families
from research.learning.paths import PathReplicates, gaussian_scores, path_coefficients, total_effects

PARENTS = ((), (0,), (0, 1), (1, 2))
PATHS = np.array([[0, 0.5, 0.3, 0], [0, 0, 0.4, 0.2], [0, 0, 0, 0.6], [0, 0, 0, 0.0]])


def implied() -> np.ndarray:
    """Correlations of standardised variables that follow PATHS."""
    matrix = np.eye(4)
    for v in range(1, 4):
        matrix[v, :v] = matrix[:v, v] = (matrix[:v, :v] @ PATHS[:v, v]) if v else 0.0
    return matrix


def test_paths_are_found_again_in_the_correlations_they_imply() -> None:
    found = path_coefficients(implied()[None], as_masks(PARENTS)[None])
    np.testing.assert_allclose(found[0], PATHS, atol=1e-12)


def test_total_effects_are_the_sum_over_all_routes() -> None:
    np.testing.assert_allclose(total_effects(PATHS[None])[0], np.linalg.inv(np.eye(4) - PATHS), atol=1e-12)


def test_the_gaussian_score_is_the_bic_of_a_least_squares_fit() -> None:
    rng = np.random.default_rng(3)
    data = rng.normal(size=(500, 4)) @ (np.eye(4) + np.triu(rng.normal(size=(4, 4)), 1))
    data = (data - data.mean(axis=0)) / data.std(axis=0)
    rules = Constraints((0, 0, 0, 0), max_parents=3)
    families = list_families(rules)
    scores = gaussian_scores(np.corrcoef(data.T)[None], np.array([500.0]), families)[:, 0]
    for score, child, parents in zip(scores, families.child, families.parents, strict=True):
        chosen = data[:, parents[parents >= 0]]
        rest = data[:, child] - chosen @ np.linalg.lstsq(chosen, data[:, child])[0] if chosen.size else data[:, child]
        expected = -250 * np.log((rest**2).mean()) - 0.5 * np.log(500) * chosen.shape[1]
        assert score == pytest.approx(expected, abs=1e-8)


def test_an_edge_the_class_leaves_open_has_no_direction() -> None:
    rules = Constraints((0, 0, 1))
    chain = as_masks(((), (0,), (1,)))
    turned = as_masks(((1,), (), (1,)))
    replicates = PathReplicates(rules, np.repeat(implied()[None, :3, :3], 20, axis=0), np.stack([[chain, turned]] * 20))
    directions = {(edge.source, edge.target): edge.direction for edge in replicates.consensus.edges}
    assert directions[(1, 2)] == 1.0
    assert {directions.get((0, 1), 0), directions.get((1, 0), 0)} == {None, 0}
    assert replicates.effects[0, 0, 0, 2] > 0
    assert replicates.effects[0, 1, 0, 2] == 0
