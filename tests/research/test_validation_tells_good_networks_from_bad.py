"""Held-out likelihood and predictive checks prefer the true network, and name what a wrong one cannot explain."""

import numpy as np
import numpy.typing as npt
import pytest

from research.simulate import network_truth, remove_answers
from research.validation import HeldOut, TabledNetwork, held_out, pairwise_tables, predictive_check

TRUTH = network_truth("monotone", n_items=10, seed=3)
STATES = np.full(10, 5)
TRUE_NETWORK = TabledNetwork(TRUTH.parents, TRUTH.tables, STATES)
CODES = TRUTH.draw(2_000, np.random.default_rng(1))
ONES = np.ones(2_000)


def without_parents_of(item: int) -> TabledNetwork:
    """The true network with the item cut off from its parents."""
    parents = tuple(() if child == item else of_child for child, of_child in enumerate(TRUTH.parents))
    margin = np.bincount(CODES[:, item], minlength=5)[None] / len(CODES)
    tables = tuple(margin if child == item else table for child, table in enumerate(TRUTH.tables))
    return TabledNetwork(parents, tables, STATES)


def checked(network: TabledNetwork, codes: npt.NDArray[np.int8] = CODES) -> HeldOut:
    return held_out(codes, STATES, ONES, lambda rows, fold: (network, [CODES[rows]]), folds=5, seed=1)


def test_a_drawn_survey_follows_the_tables() -> None:
    codes = TRUE_NETWORK.draw(50_000, np.random.default_rng(2))
    expected = TRUTH.draw(50_000, np.random.default_rng(3))
    np.testing.assert_allclose(
        pairwise_tables(codes, np.ones(50_000), STATES) / 50_000,
        pairwise_tables(expected, np.ones(50_000), STATES) / 50_000,
        atol=0.012,
    )


def test_a_pairwise_table_holds_the_weighted_counts() -> None:
    codes = np.array([[0, 1], [1, 1], [0, 1]], np.int8)
    tables = pairwise_tables(codes, np.array([1.0, 2.0, 0.5]), np.array([2, 2]))
    np.testing.assert_array_equal(tables[:2, 2:], [[0, 1.5], [0, 2.0]])


def test_the_truth_beats_saturated_tables_which_beat_independence() -> None:
    found = checked(TRUE_NETWORK)
    assert found.network > found.saturated > found.independence
    assert found.over_saturated.low > 0
    assert found.answers_scored == CODES.size
    expected = TRUE_NETWORK.family_logliks(CODES).sum() / len(CODES)
    assert found.network == pytest.approx(expected)


def test_only_answers_whose_parents_were_given_are_scored() -> None:
    gapped = remove_answers(CODES, 0.3, "random", np.random.default_rng(4))
    found = checked(TRUE_NETWORK, gapped)
    known = [(gapped[:, (item, *parents)] >= 0).all(axis=1).sum() for item, parents in enumerate(TRUTH.parents)]
    assert found.answers_scored == sum(known)
    assert found.network > found.independence


def test_surveys_drawn_from_the_truth_look_like_the_survey() -> None:
    rng = np.random.default_rng(5)
    drawn = [TRUE_NETWORK.draw(2_000, rng) for _ in range(40)]
    found = predictive_check(TRUTH.names, STATES, [CODES], ONES, drawn)
    assert found.pairs == 45
    assert found.share_below_05 < 0.2
    assert len(found.worst) == 10


def test_a_cut_edge_is_named_first() -> None:
    child = max(range(10), key=lambda item: len(TRUTH.parents[item]))
    rng, broken = np.random.default_rng(6), without_parents_of(child)
    drawn = [broken.draw(2_000, rng) for _ in range(40)]
    worst = predictive_check(TRUTH.names, STATES, [CODES], ONES, drawn).worst[0]
    assert TRUTH.names[child] in (worst.first, worst.second)
    assert worst.p_value == 0
    assert worst.excess > 3
    assert abs(worst.predicted) < abs(worst.observed)
    pair = CODES[:, [TRUTH.names.index(worst.first), TRUTH.names.index(worst.second)]]
    assert worst.observed == pytest.approx(np.corrcoef(pair.T)[0, 1])
