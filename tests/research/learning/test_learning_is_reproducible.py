"""The same seed gives the same bytes whatever the workers, and bad arguments are refused in words."""

import numpy as np
import pytest

from research.errors import AnswersError, SettingsError
from research.learning.constraints import Constraints
from research.learning.families import edge_array
from research.learning.replicates import learn
from research.simulate import network_truth
from tests.research.learning.graphs import keeps

TRUTH = network_truth("mixed", n_items=9, seed=4)
N_STATES = np.full(9, 5)
CONSTRAINTS = Constraints(TRUTH.tiers, frozenset({(0, 4)}), frozenset({(1, 4), (2, 5)}))


@pytest.fixture(scope="module")
def codes():
    return TRUTH.draw(700, np.random.default_rng(5))


def bytes_of(learned):
    arrays = (learned.optimum, learned.parents, learned.likelihoods, learned.members, learned.strength)
    return [array.tobytes() for array in arrays] + [repr(learned.consensus.edges)]


@pytest.fixture(scope="module")
def learned(codes):
    return learn(codes, N_STATES, None, CONSTRAINTS, replicates=120, seed=7, members=3)


@pytest.mark.parametrize(("workers", "backend"), [(2, "threading"), (2, "loky")])
def test_workers_change_no_byte(codes, learned, workers, backend):
    again = learn(
        codes, N_STATES, None, CONSTRAINTS, replicates=120, seed=7, members=3, workers=workers, backend=backend
    )
    assert bytes_of(again) == bytes_of(learned)


def test_fewer_replicates_are_the_first_of_more(codes, learned):
    few = learn(codes, N_STATES, None, CONSTRAINTS, replicates=30, seed=7, members=3)
    np.testing.assert_array_equal(few.parents, learned.parents[:30])
    np.testing.assert_array_equal(few.members, learned.members[:30])


def test_another_seed_draws_other_replicates(codes, learned):
    other = learn(codes, N_STATES, None, CONSTRAINTS, replicates=120, seed=8, members=3)
    assert other.parents.tobytes() != learned.parents.tobytes()
    np.testing.assert_array_equal(other.optimum, learned.optimum)


def test_no_network_breaks_a_rule(learned):
    networks = [*learned.parents, learned.optimum, *learned.members.reshape(-1, 9), learned.consensus.masks]
    for masks in networks:
        assert keeps(edge_array(np.asarray(masks).view(np.int64)), CONSTRAINTS)


def test_members_share_the_adjacencies_of_their_replicate(learned):
    for masks, members in zip(learned.parents, learned.members, strict=True):
        edges, drawn = edge_array(masks.view(np.int64)), edge_array(members.view(np.int64))
        np.testing.assert_array_equal(drawn | drawn.transpose(0, 2, 1), np.stack([edges | edges.T] * 3))


def test_replicates_are_spread_over_imputations(codes):
    other = codes.copy()
    other[:, 8] = np.random.default_rng(1).permutation(other[:, 8])  # Nothing leads to item 8 in every second one.
    spread = learn([codes, other], N_STATES, None, Constraints(TRUTH.tiers), replicates=40, seed=2)
    edges = edge_array(spread.parents.view(np.int64))[:, TRUTH.parents[8][0], 8]
    assert edges[0::2].mean() > 0.9
    assert edges[1::2].mean() < 0.3


def test_progress_ends_at_the_number_of_replicates(codes):
    told = []
    learn(codes, N_STATES, None, CONSTRAINTS, replicates=60, seed=1, progress=lambda *said: told.append(said))
    assert told[-1] == ("Learning replicates", 60, 60)


def test_gaps_wrong_shapes_and_wrong_settings_are_refused(codes):
    gapped = codes.copy()
    gapped[3, 2] = -1
    with pytest.raises(AnswersError, match="Row 3 has state -1 at item 2"):
        learn(gapped, N_STATES, None, CONSTRAINTS, seed=1)
    with pytest.raises(AnswersError, match="do not fit 9 items"):
        learn(codes[:, :5], N_STATES[:5], None, CONSTRAINTS, seed=1)
    with pytest.raises(AnswersError, match="Weights"):
        learn(codes, N_STATES, -np.ones(700), CONSTRAINTS, seed=1)
    with pytest.raises(SettingsError, match="0 replicates"):
        learn(codes, N_STATES, None, CONSTRAINTS, replicates=0, seed=1)
    with pytest.raises(SettingsError, match="Likelihoods"):
        learn(codes, N_STATES, None, CONSTRAINTS, likelihoods=("gaussian",), seed=1)  # type: ignore[arg-type]
