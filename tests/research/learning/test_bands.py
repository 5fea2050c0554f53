"""Long scales become a few bands that keep order and mean; short ones stay as they are."""

import numpy as np

from research.learning.bands import band_long_scales


def test_a_long_scale_keeps_its_order_and_its_mean_in_five_bands() -> None:
    rng = np.random.default_rng(1)
    codes = np.column_stack([rng.binomial(10, 0.6, 2_000), rng.integers(0, 5, 2_000)]).astype(np.int8)
    weights = rng.gamma(4.0, 0.25, 2_000)
    banded = band_long_scales([codes], np.array([11, 5]), weights)
    own = banded.codes[0]
    assert 4 <= banded.n_states[0] <= 5
    assert banded.n_states[1] == 5
    assert (own[:, 1] == codes[:, 1]).all()
    order = np.argsort(codes[:, 0], kind="stable")
    assert (np.diff(own[order, 0]) >= 0).all()
    np.testing.assert_allclose(weights @ banded.values[0, own[:, 0]], weights @ codes[:, 0])


def test_a_scale_most_answer_alike_gets_fewer_bands_and_none_is_empty() -> None:
    codes = np.repeat([0, 5, 10], [20, 1_900, 80])[:, None].astype(np.int8)
    banded = band_long_scales([codes], np.array([11]), np.ones(2_000))
    assert 2 <= len(np.unique(banded.codes[0])) <= 5
    assert (np.diff(banded.values[0, : banded.n_states[0]]) > 0).all()
