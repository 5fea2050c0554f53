"""Alpha and omega recover a known factor model; their intervals and those of the index cover as often as they say."""

import numpy as np
import numpy.typing as npt
import pytest

from research.scales import alpha, index, item_rest, omega, one_factor, pairwise_covariance, reliability

Floats = npt.NDArray[np.float64]
LOADINGS = np.array([0.6, 0.7, 0.8, 0.65])


def model_covariance(loadings: Floats) -> Floats:
    covariance = np.outer(loadings, loadings)
    np.fill_diagonal(covariance, 1.0)
    return covariance


def draw(rng: np.random.Generator, respondents: int, loadings: Floats = LOADINGS) -> Floats:
    factor = rng.normal(size=(respondents, 1))
    return factor * loadings + rng.normal(size=(respondents, len(loadings))) * np.sqrt(1 - loadings**2)


def test_alpha_of_a_covariance_matrix_is_cronbachs() -> None:
    covariance = np.array([[2.0, 1.0, 0.5], [1.0, 3.0, 0.8], [0.5, 0.8, 1.5]])
    assert alpha(covariance) == pytest.approx(1.5 * (1 - 6.5 / 11.1))


def test_omega_and_loadings_of_an_exact_one_factor_model_are_exact() -> None:
    loadings, uniqueness = one_factor(model_covariance(LOADINGS))
    np.testing.assert_allclose(np.abs(loadings), LOADINGS, atol=1e-6)
    np.testing.assert_allclose(uniqueness, 1 - LOADINGS**2, atol=1e-6)
    expected = LOADINGS.sum() ** 2 / (LOADINGS.sum() ** 2 + (1 - LOADINGS**2).sum())
    assert omega(model_covariance(LOADINGS)) == pytest.approx(expected, abs=1e-6)


def test_two_items_have_equal_alpha_and_omega() -> None:
    found = reliability(draw(np.random.default_rng(1), 300, LOADINGS[:2]), np.ones(300))
    assert found.alpha == found.omega


def test_item_rest_is_the_correlation_with_the_sum_of_the_others() -> None:
    scores = draw(np.random.default_rng(2), 500)
    expected = [np.corrcoef(scores[:, i], np.delete(scores, i, 1).sum(1))[0, 1] for i in range(4)]
    np.testing.assert_allclose(item_rest(pairwise_covariance(scores, np.ones(500))), expected, atol=1e-12)


def test_intervals_cover_the_truth_nine_times_in_ten_with_gaps_and_weights() -> None:
    rng = np.random.default_rng(3)
    truths = {"alpha": float(alpha(model_covariance(LOADINGS))), "omega": float(omega(model_covariance(LOADINGS)))}
    covered = dict.fromkeys(truths, 0)
    for _ in range(300):
        scores, weights = draw(rng, 400), rng.gamma(4.0, 0.25, 400)
        scores[rng.random(scores.shape) < 0.15] = np.nan
        found = reliability(scores, weights)
        for name, truth in truths.items():
            estimate = getattr(found, name)
            covered[name] += estimate.low <= truth <= estimate.high
    assert all(0.85 <= count / 300 <= 0.95 for count in covered.values()), covered


def test_doubling_a_weight_gives_the_value_of_a_second_row() -> None:
    scores = draw(np.random.default_rng(4), 200)
    weights = np.random.default_rng(5).integers(1, 4, 200)
    weighted = reliability(scores, weights.astype(float))
    repeated = reliability(np.repeat(scores, weights, axis=0), np.ones(weights.sum()))
    assert weighted.alpha.value == pytest.approx(repeated.alpha.value, abs=1e-12)
    assert weighted.omega.value == pytest.approx(repeated.omega.value, abs=1e-9)
    # The repeated rows pretend to more respondents than there are; the weights do not.
    assert weighted.alpha.high - weighted.alpha.low > repeated.alpha.high - repeated.alpha.low


def test_the_index_is_the_mean_of_the_items_from_0_to_100() -> None:
    shares = np.array([[0.0, 0.5], [1.0, np.nan], [1.0, 0.0]])
    assert index(shares, np.ones(3)).value == pytest.approx(100 * (2 / 3 + 1 / 4) / 2)
    assert index(shares, np.array([2.0, 1.0, 1.0])).value == pytest.approx(100 * (1 / 2 + 1 / 3) / 2)
    assert index(np.ones((5, 3)), np.ones(5)).high == 100


def test_the_index_covers_the_truth_nine_times_in_ten_with_gaps_and_weights() -> None:
    rng, covered = np.random.default_rng(6), 0
    for _ in range(400):
        weights = rng.gamma(4.0, 0.25, 300)
        shares = np.clip(0.5 + 0.1 * draw(rng, 300), 0.0, 1.0)
        shares[rng.random(shares.shape) < 0.15] = np.nan
        found = index(shares, weights)
        covered += found.low <= 50 <= found.high
    assert 0.85 <= covered / 400 <= 0.95, covered
