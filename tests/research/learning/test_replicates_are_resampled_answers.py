"""A weight column scores as the answers it stands for, written out row by row."""

import numpy as np
import pytest

from research.learning.constraints import Constraints
from research.learning.families import list_families
from research.learning.scores import LIKELIHOODS, score_families
from research.simulate import network_truth

N_STATES = np.full(7, 5)


@pytest.fixture(scope="module", params=["monotone", "tables"])
def codes(request):
    return network_truth(request.param, n_items=7, seed=2).draw(600, np.random.default_rng(3))


@pytest.fixture(scope="module")
def families():
    return list_families(Constraints((0, 0, 0, 1, 1, 1, 2)))


def drawn_columns(n, replicates, seed):
    rng = np.random.default_rng(seed)
    return np.stack([np.bincount(rng.integers(0, n, n), minlength=n) for _ in range(replicates)], axis=1)


def test_every_likelihood_of_a_replicate_equals_that_of_the_rows_drawn(codes, families):
    drawn = drawn_columns(len(codes), 5, seed=4)
    columns = np.column_stack([np.ones(len(codes)), drawn]).astype(float)
    for likelihood in LIKELIHOODS:
        together = score_families(codes, columns, N_STATES, families, (likelihood,)).scores
        for replicate in range(5):
            rows = np.repeat(codes, drawn[:, replicate], axis=0)
            alone = score_families(rows, np.ones((len(rows), 1)), N_STATES, families, (likelihood,)).scores
            np.testing.assert_allclose(together[:, replicate + 1], alone[:, 0], rtol=0, atol=1e-6)
            if likelihood == "table":
                np.testing.assert_allclose(together[:, replicate + 1], alone[:, 0], rtol=0, atol=1e-9)


def test_survey_weights_multiply_the_rows_drawn(codes, families):
    rng = np.random.default_rng(8)
    weights = rng.gamma(4, 0.25, len(codes))
    weights *= weights.sum() / (weights**2).sum()
    drawn = drawn_columns(len(codes), 3, seed=9)
    columns = np.column_stack([np.ones(len(codes)), drawn]) * weights[:, None]
    together = score_families(codes, columns, N_STATES, families).scores
    for replicate in range(3):
        rows = np.repeat(np.arange(len(codes)), drawn[:, replicate])
        alone = score_families(codes[rows], weights[rows, None], N_STATES, families).scores
        np.testing.assert_allclose(together[:, replicate + 1], alone[:, 0], rtol=0, atol=1e-6)


def test_a_column_scores_the_same_bytes_whatever_its_neighbours(codes, families):
    columns = np.column_stack([np.ones(len(codes)), drawn_columns(len(codes), 9, seed=6)]).astype(float)
    together = score_families(codes, columns, N_STATES, families)
    for part in ([0, 1], [0, 4, 9], [0, *range(2, 10)]):
        apart = score_families(codes, np.ascontiguousarray(columns[:, part]), N_STATES, families)
        assert apart.scores.tobytes() == np.ascontiguousarray(together.scores[:, part]).tobytes()
        assert apart.likelihoods.tobytes() == np.ascontiguousarray(together.likelihoods[:, part]).tobytes()


def test_a_state_absent_from_a_replicate_is_no_obstacle(families):
    codes = network_truth("monotone", n_items=7, seed=2).draw(300, np.random.default_rng(3))
    codes[codes == 0] = 1
    codes[:2] = 0  # Two respondents alone gave the lowest state; a replicate may draw neither.
    absent = np.ones(300, int)
    absent[:2] = 0
    columns = np.column_stack([np.ones(300, int), absent]).astype(float)
    together = score_families(codes, columns, N_STATES, families).scores[:, 1]
    alone = score_families(codes[2:], np.ones((298, 1)), N_STATES, families).scores[:, 0]
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-6)
