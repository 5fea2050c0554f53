"""Correlations of items give back the correlations of the constructs they reflect."""

import numpy as np
import pytest

from research.learning.correlations import correlations, nearest_correlations, normal_scores
from research.learning.reflective import disattenuate, one_factor_loadings

MEMBERS = ((0, 1, 2), (3, 4), (5,))
LOADINGS = np.array([0.6, 0.7, 0.85, 0.75, 0.75, 1.0])
BETWEEN = np.array([[1.0, 0.6, 0.3], [0.6, 1.0, 0.5], [0.3, 0.5, 1.0]])


def items() -> np.ndarray:
    """Population correlations of the six items."""
    pattern = np.zeros((6, 3))
    for construct, columns in enumerate(MEMBERS):
        pattern[list(columns), construct] = LOADINGS[list(columns)]
    matrix = pattern @ BETWEEN @ pattern.T
    np.fill_diagonal(matrix, 1.0)
    return matrix


def test_loadings_and_correlations_of_the_constructs_are_exact_in_the_population() -> None:
    measured = disattenuate(items()[None], MEMBERS)
    np.testing.assert_allclose(measured.loadings[0], LOADINGS, atol=1e-6)
    np.testing.assert_allclose(measured.correlations[0], BETWEEN, atol=1e-6)
    assert measured.repaired[0] < 1e-9


def test_reliability_is_omega() -> None:
    load = LOADINGS[:3]
    expected = load.sum() ** 2 / (load.sum() ** 2 + (1 - load**2).sum())
    measured = disattenuate(items()[None], MEMBERS)
    np.testing.assert_allclose(measured.reliabilities[0, 0], expected, atol=1e-6)
    assert measured.reliabilities[0, 2] == 1.0


def test_a_reversed_item_loads_negatively_and_turns_nothing_round() -> None:
    turned = items() * np.outer([1, -1, 1, 1, 1, 1], [1, -1, 1, 1, 1, 1])
    measured = disattenuate(turned[None], MEMBERS)
    assert measured.loadings[0, 1] == pytest.approx(-0.7, abs=1e-4)
    np.testing.assert_allclose(measured.correlations[0], BETWEEN, atol=1e-4)


def test_correlations_no_joint_distribution_has_are_repaired_and_said_to_be() -> None:
    impossible = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    sound = nearest_correlations(impossible)
    assert np.linalg.eigvalsh(sound).min() > 0
    np.testing.assert_allclose(np.diag(sound), 1.0)
    assert disattenuate(impossible[None], ((0,), (1,), (2,))).repaired[0] > 0.1


def test_one_factor_loadings_reproduce_the_correlations_of_six_items() -> None:
    load = np.array([0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
    block = np.outer(load, load)
    np.fill_diagonal(block, 1.0)
    np.testing.assert_allclose(one_factor_loadings(block[None])[0], load, atol=1e-6)


def test_weighted_correlations_equal_those_of_repeated_rows() -> None:
    rng = np.random.default_rng(1)
    scores = rng.normal(size=(300, 4)) @ rng.normal(size=(4, 4))
    weights = rng.integers(0, 4, (300, 3))
    for column, matrix in enumerate(correlations(scores, weights.astype(float))):
        repeated = np.repeat(scores, weights[:, column], axis=0)
        np.testing.assert_allclose(matrix, np.corrcoef(repeated.T), atol=1e-12)


def test_normal_scores_are_standard_up_to_grouping_and_zero_where_missing() -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(size=20_000)
    codes = np.searchsorted([-1.0, 0.0, 1.0], values).astype(np.int8)[:, None]
    codes[:10] = -1
    scores = normal_scores(codes, np.array([4]), np.ones(20_000))[:, 0]
    assert (scores[:10] == 0).all()
    assert abs(scores.mean()) < 1e-12
    for state in range(4):
        assert scores[codes[:, 0] == state][0] == pytest.approx(values[codes[:, 0] == state].mean(), abs=0.03)


def test_a_variable_that_does_not_vary_correlates_with_nothing() -> None:
    matrix = correlations(np.column_stack([np.ones(10), np.arange(10.0)]), np.ones((10, 1)))[0]
    np.testing.assert_array_equal(matrix, np.eye(2))
