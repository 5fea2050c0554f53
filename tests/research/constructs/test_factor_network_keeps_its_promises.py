"""The factor network is the same for every number of workers, keeps its rules, and stands gaps and weights."""

import numpy as np

from research.learning.constraints import Constraints
from research.learning.factor_network import FactorNetwork, learn_factor_network
from research.learning.families import edge_array
from tests.research.constructs.coverage import Sample, draw_sample


def learned(sample: Sample, constraints: Constraints | None = None, workers: int = 1) -> FactorNetwork:
    return learn_factor_network(
        sample.codes,
        sample.n_states,
        sample.members,
        constraints or sample.constraints,
        sample.weights,
        replicates=sample.replicates,
        seed=sample.seed,
        workers=workers,
    )


def as_bytes(network: FactorNetwork) -> bytes:
    parts = [part for each in network.details for part in (each.members, each.correlations, *each.tables, *each.items)]
    return b"".join(part.tobytes() for part in parts)


def test_two_workers_give_the_bytes_of_one() -> None:
    sample, _ = draw_sample(400, 1, replicates=24)
    assert as_bytes(learned(sample)) == as_bytes(learned(sample, workers=2))


def test_no_edge_goes_against_tiers_or_rules() -> None:
    sample, _ = draw_sample(600, 2, replicates=20)
    rules = Constraints(sample.constraints.tiers, frozenset({(1, 5)}), frozenset({(4, 5)}), max_parents=3)
    edges = edge_array(np.concatenate([each.members for each in learned(sample, rules).details]))
    tiers = np.array(rules.tiers)
    assert not edges[:, tiers[:, None] > tiers[None, :]].any()
    assert edges[:, 1, 5].all()
    assert not edges[:, 4, 5].any()


def test_a_fifth_of_the_answers_missing_leaves_the_effect_where_it_was() -> None:
    sample, _ = draw_sample(2000, 3, replicates=40)
    whole = learned(sample).replicates.effects[:, 0, 4, 5].mean()
    sample.codes[np.random.default_rng(1).random(sample.codes.shape) < 0.2] = -1
    assert abs(learned(sample).replicates.effects[:, 0, 4, 5].mean() - whole) < 0.12


def test_respondents_without_weight_say_nothing() -> None:
    sample, _ = draw_sample(1200, 4, replicates=20)
    sample.codes[600:, -1] = 4 - sample.codes[600:, -1]
    sample.weights[600:] = 0.0
    assert learned(sample).replicates.effects[:, 0, 4, 5].mean() > 0.3


def test_tables_belong_to_the_first_member_and_are_distributions() -> None:
    sample, _ = draw_sample(500, 5, replicates=5)
    network = learned(sample)
    for each in network.details:
        for node, table in enumerate(each.tables):
            parents = np.flatnonzero(edge_array(each.members[0])[:, node])
            assert table.shape == (np.prod(network.chain.n_levels[parents]), network.chain.n_levels[node])
            np.testing.assert_allclose(table.sum(axis=1), 1.0)


def test_a_construct_of_one_item_is_that_item() -> None:
    sample, _ = draw_sample(500, 6, replicates=2)
    alone = Sample(sample.codes, (*sample.members[:5], sample.members[5][:1]), *_rest(sample))
    network = learned(alone)
    assert network.chain.n_levels[5] == 5
    np.testing.assert_array_equal(network.chain.levels[:, 5], sample.codes[:, sample.members[5][0]])


def _rest(sample: Sample) -> tuple[Constraints, np.ndarray, int, int]:
    return sample.constraints, sample.weights, sample.replicates, sample.seed
