"""Saturated scores are pgmpy's, to the ninth digit."""

import numpy as np
import pytest
from scipy.special import gammaln

from research.learning.constraints import Constraints
from research.learning.families import list_families, parents_of
from research.learning.scores import score_families, score_families_bdeu
from research.networks.oracles import local_scores

N_STATES = np.array([2, 3, 5, 4, 2, 7, 3])


@pytest.fixture(scope="module")
def codes():
    rng = np.random.default_rng(5)
    drawn = rng.integers(0, N_STATES, size=(400, len(N_STATES)))
    follows = rng.random(400) < 0.6
    drawn[follows, 3] = drawn[follows, 2] * 3 // 4
    return drawn.astype(np.int8)


@pytest.fixture(scope="module")
def families():
    return list_families(Constraints((0,) * 7, max_parents=3))


def test_bic_of_hundreds_of_families_equals_pgmpys(codes, families):
    codes = codes.copy()
    codes[:, 5] = np.minimum(codes[:, 5], 4)  # Two states nobody gave still count as parameters.
    weights = np.ones((len(codes), 1))
    ours = score_families(codes, weights, N_STATES, families, ("table",)).scores[:, 0]
    assert_equal(ours, codes, families, None)


def test_bdeu_of_hundreds_of_families_equals_pgmpys(codes, families):
    ours = score_families_bdeu(codes, np.ones((len(codes), 1)), N_STATES, families, 10.0)[:, 0]
    assert_equal(ours, codes, families, 10.0)


def test_bdeu_counts_the_states_nobody_gave(families):
    # pgmpy 1.1.2 forgets them in the child, so this one is held against the formula of Heckerman et al. themselves.
    codes = np.zeros((10, 7), np.int8)
    ours = score_families_bdeu(codes, np.ones((10, 1)), N_STATES, families, 10.0)[0, 0]
    assert families.child[0] == 0
    assert ours == pytest.approx(gammaln(10) - gammaln(20) + gammaln(15) - gammaln(5), abs=1e-9)


def assert_equal(ours, codes, families, bdeu_size):
    asked = [(int(child), parents_of(int(mask))) for child, mask in zip(families.child, families.masks, strict=True)]
    assert len(asked) == 294
    theirs = local_scores(codes, N_STATES, asked, bdeu_size=bdeu_size)
    assert np.abs(ours - theirs).max() < 1e-9
