"""Tables borrow from an ordered logit where answers are thin, and keep their own shares where they are many."""

import numpy as np
import pytest

from research.learning.tables import fit_table, marginal_loglik, table_counts
from research.simulate import network_truth


def divergence(truth, child, table):
    """Kullback-Leibler divergence of the table's rows from the true ones, weighted by how frequent they are."""
    frequent = truth.draw(100_000, np.random.default_rng(99))
    counts = table_counts(frequent, child, truth.parents[child], np.full(len(truth.tiers), 5)).sum(axis=1)
    return float(counts @ (truth.tables[child] * np.log(truth.tables[child] / table)).sum(axis=1) / counts.sum())


@pytest.mark.parametrize(("kind", "share"), [("monotone", 0.4), ("tables", 1.02)])
def test_at_500_answers_it_is_closer_to_the_truth_than_bdeu(kind, share):
    ours, theirs = [], []
    for seed in range(4):
        truth = network_truth(kind, n_items=8, seed=seed)
        codes = truth.draw(500, np.random.default_rng(seed))
        for child in (child for child in range(8) if len(truth.parents[child]) == 2):
            counts = table_counts(codes, child, truth.parents[child], np.full(8, 5))
            bdeu = (counts + 10 / counts.size) / (counts.sum(axis=1, keepdims=True) + 10 / len(counts))
            ours.append(divergence(truth, child, fit_table(codes, child, truth.parents[child], np.full(8, 5))))
            theirs.append(divergence(truth, child, bdeu))
    assert len(ours) >= 8
    assert np.mean(ours) < share * np.mean(theirs)


def test_many_answers_give_their_own_shares():
    truth = network_truth("tables", n_items=8, seed=1)
    child = max(range(8), key=lambda item: len(truth.parents[item]))
    codes = truth.draw(200_000, np.random.default_rng(1))
    table = fit_table(codes, child, truth.parents[child], np.full(8, 5))
    counts = table_counts(codes, child, truth.parents[child], np.full(8, 5))
    full = counts.sum(axis=1) > 5000
    assert full.any()
    np.testing.assert_allclose(table[full], (counts / counts.sum(axis=1, keepdims=True))[full], atol=0.005)


def test_no_cell_is_zero_and_rows_sum_to_one_even_for_states_nobody_gave():
    codes = np.zeros((30, 3), np.int8)
    codes[:15, 0] = codes[:15, 1] = 1
    n_states = np.array([4, 3, 5])
    for parents in ((), (1,), (1, 2)):
        table = fit_table(codes, 0, parents, n_states)
        assert table.shape == (int(np.prod(n_states[list(parents)])), 4)
        assert (table > 0).all()
        np.testing.assert_allclose(table.sum(axis=1), 1.0)


def test_weights_count_as_answers():
    truth = network_truth("monotone", n_items=6, seed=3)
    codes = truth.draw(300, np.random.default_rng(4))
    times = np.random.default_rng(5).integers(0, 4, 300)
    weighted = fit_table(codes, 5, truth.parents[5], np.full(6, 5), times.astype(float))
    repeated = fit_table(np.repeat(codes, times, axis=0), 5, truth.parents[5], np.full(6, 5))
    np.testing.assert_allclose(weighted, repeated, atol=1e-9)


def test_the_marginal_likelihood_is_that_of_answers_drawn_one_after_the_other():
    counts, centre, strength = np.array([[2.0, 1.0, 0.0]]), np.array([[0.5, 0.3, 0.2]]), 4.0
    one_by_one = np.log(2 / 4) + np.log(3 / 5) + np.log(1.2 / 6)
    assert marginal_loglik(counts, centre, strength) == pytest.approx(one_by_one, abs=1e-12)
