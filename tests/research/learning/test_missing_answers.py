"""Gaps are filled from what their respondent answered, nothing is dropped, and what was filled is counted."""

import numpy as np
import pytest

from research.errors import AnswersError
from research.learning.constraints import Constraints
from research.learning.families import as_masks
from research.learning.missing import impute, redraw_gaps
from research.simulate import network_truth, remove_answers

TRUTH = network_truth("monotone", n_items=8, seed=6)
N_STATES = np.full(8, 5)
CONSTRAINTS = Constraints(TRUTH.tiers)


@pytest.fixture(scope="module")
def complete():
    return TRUTH.draw(2000, np.random.default_rng(7))


@pytest.fixture(scope="module")
def gapped(complete):
    return remove_answers(complete, 0.3, "answers", np.random.default_rng(8))


@pytest.fixture(scope="module")
def imputed(gapped):
    return impute(gapped, N_STATES, None, CONSTRAINTS, imputations=4, rounds=3, seed=9)


def test_answers_given_stay_and_gaps_are_counted(gapped, imputed):
    assert len(imputed.completed) == 4
    for data in imputed.completed:
        assert data.shape == gapped.shape
        assert ((data >= 0) & (data < 5)).all()
        np.testing.assert_array_equal(data[gapped >= 0], gapped[gapped >= 0])
    np.testing.assert_array_equal(imputed.imputed, (gapped < 0).sum(axis=0))


def test_imputations_differ_among_themselves(gapped, imputed):
    first, second = (data[gapped < 0] for data in imputed.completed[:2])
    assert 0.1 < (first == second).mean() < 0.9


def test_margins_biased_by_the_gaps_are_put_right(complete, gapped, imputed):
    for item in range(2, 8):
        answered = gapped[gapped[:, item] >= 0, item].mean()
        filled = np.mean([data[:, item].mean() for data in imputed.completed])
        truth = complete[:, item].mean()
        assert abs(filled - truth) < max(0.06, 0.5 * abs(answered - truth))


def test_the_association_with_a_parent_survives(complete, imputed):
    for child in range(8):
        for parent in TRUTH.parents[child]:
            truth = np.corrcoef(complete[:, parent], complete[:, child])[0, 1]
            filled = np.mean([np.corrcoef(data[:, parent], data[:, child])[0, 1] for data in imputed.completed])
            assert filled == pytest.approx(truth, abs=0.06)


def test_the_same_seed_fills_the_same(gapped, imputed):
    again = impute(gapped, N_STATES, None, CONSTRAINTS, imputations=4, rounds=3, seed=9)
    assert [data.tobytes() for data in again.completed] == [data.tobytes() for data in imputed.completed]


def test_complete_answers_come_back_once_and_untouched(complete):
    imputed = impute(complete, N_STATES, None, CONSTRAINTS, seed=1)
    assert len(imputed.completed) == 1
    np.testing.assert_array_equal(imputed.completed[0], complete)
    assert imputed.imputed.sum() == 0


def test_an_item_nobody_answered_is_named(gapped):
    empty = gapped.copy()
    empty[:, 5] = -1
    with pytest.raises(AnswersError, match="item 5"):
        impute(empty, N_STATES, None, CONSTRAINTS, seed=1)


def test_gaps_are_redrawn_from_their_distribution_given_the_rest_of_the_row():
    # A chain 0 -> 1 -> 2 of unequal numbers of states; item 1 is missing and items 0 and 2 are known.
    n_states = np.array([2, 3, 4])
    rng = np.random.default_rng(3)
    tables = tuple(rng.dirichlet(np.ones(own), rows) for own, rows in ((2, 1), (3, 2), (4, 3)))
    data = np.tile(np.array([1, 0, 2], np.int8), (40_000, 1))
    gaps = np.zeros(data.shape, bool)
    gaps[:, 1] = True
    redraw_gaps(data, gaps, n_states, as_masks([[], [0], [1]]), tables, rng, sweeps=1)
    expected = tables[1][1] * tables[2][:, 2]
    np.testing.assert_allclose(np.bincount(data[:, 1], minlength=3) / 40_000, expected / expected.sum(), atol=0.01)
