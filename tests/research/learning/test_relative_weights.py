"""Johnson's relative weights add up to R squared and treat equals alike."""

import numpy as np

from research.learning.relative_weights import relative_weights


def test_weights_add_up_to_r_squared_and_are_never_negative() -> None:
    rng = np.random.default_rng(1)
    answers = rng.normal(size=(500, 6)) @ rng.normal(size=(6, 6))
    matrix = np.corrcoef(answers.T)
    among, with_target = matrix[:5, :5], matrix[:5, 5]
    weights = relative_weights(among, with_target)
    assert (weights >= 0).all()
    np.testing.assert_allclose(weights.sum(), with_target @ np.linalg.solve(among, with_target))


def test_uncorrelated_drivers_get_their_squared_correlations() -> None:
    np.testing.assert_allclose(relative_weights(np.eye(3), np.array([0.5, -0.3, 0.0])), [0.25, 0.09, 0.0], atol=1e-12)


def test_two_copies_of_a_driver_share_its_weight() -> None:
    same = 1 - 1e-9
    weights = relative_weights(np.array([[1, same], [same, 1]]), np.array([0.6, 0.6]))
    np.testing.assert_allclose(weights, [0.18, 0.18], rtol=1e-6)


def test_the_weights_are_those_of_the_closed_form_for_two_drivers() -> None:
    # With r between two drivers the orthogonal ones load a = (sqrt(1+r)+sqrt(1-r))/2 and b = (sqrt(1+r)-sqrt(1-r))/2.
    r, y = 0.5, np.array([0.6, 0.2])
    a, b = (np.sqrt(1 + r) + np.sqrt(1 - r)) / 2, (np.sqrt(1 + r) - np.sqrt(1 - r)) / 2
    slopes = np.linalg.solve(np.array([[a, b], [b, a]]), y)
    expected = np.array([a**2 * slopes[0] ** 2 + b**2 * slopes[1] ** 2, b**2 * slopes[0] ** 2 + a**2 * slopes[1] ** 2])
    np.testing.assert_allclose(relative_weights(np.array([[1, r], [r, 1]]), y), expected)
