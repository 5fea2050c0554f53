"""Exact search finds what going through every network finds, and keeps every constraint."""

import numpy as np
import pytest

from research.learning.constraints import Constraints
from research.learning.families import edge_array, list_families
from research.learning.search import best_families
from tests.research.learning.graphs import all_dags, keeps


@pytest.fixture(scope="module", params=[2, 3, 4, 5])
def dags(request):
    masks = all_dags(request.param)
    assert len(masks) == {2: 3, 3: 25, 4: 543, 5: 29281}[request.param]  # Robinson (1973): labelled acyclic digraphs.
    return masks


def random_scores(families, rng, columns=20):
    size = (families.parents >= 0).sum(axis=1, keepdims=True)
    return rng.normal(0, 3, (len(families), columns)) - 2 * size


def constraints_of(n_items, case):
    if case == "free":
        return Constraints((0,) * n_items, max_parents=n_items - 1)
    if case == "tiers":
        return Constraints(tuple(np.arange(n_items) * 2 // n_items), max_parents=n_items - 1)
    if case == "two parents":
        return Constraints((0,) * n_items, max_parents=min(2, n_items - 1))
    required = frozenset({(n_items - 1, 0)})
    return Constraints((0,) * n_items, required, frozenset({(0, 1)}), max_parents=max(1, n_items - 2))


@pytest.mark.parametrize("case", ["free", "tiers", "two parents", "rules"])
def test_the_best_network_is_the_best_of_all(dags, case):
    n_items = dags.shape[1]
    constraints = constraints_of(n_items, case)
    families = list_families(constraints)
    scores = random_scores(families, np.random.default_rng(11))
    found = best_families(scores, families, constraints)
    place = np.full((n_items, 2**n_items), -1)
    place[families.child, families.masks] = np.arange(len(families))
    numbers = place[np.arange(n_items), dags]
    numbers = numbers[(numbers >= 0).all(axis=1)]
    for column in range(scores.shape[1]):
        best = scores[:, column][numbers].sum(axis=1)
        assert scores[found[column], column].sum() == pytest.approx(best.max(), abs=1e-9)
        assert sorted(found[column]) == sorted(numbers[best.argmax()])


@pytest.mark.parametrize("most_exact", [16, 1], ids=["exact", "tabu"])
def test_no_rule_is_ever_broken(most_exact):
    rng = np.random.default_rng(12)
    for _ in range(60):
        n_items = int(rng.integers(3, 9))
        tiers = tuple(np.sort(rng.integers(0, 3, n_items)).tolist())
        pairs = [(u, v) for u in range(n_items) for v in range(u + 1, n_items)]
        rng.shuffle(pairs)
        required, forbidden = [tuple(pairs[0])], [tuple(pair) for pair in pairs[1:3]]
        constraints = Constraints(tiers, frozenset(required), frozenset(forbidden), max_parents=2)
        families = list_families(constraints)
        found = best_families(random_scores(families, rng, 5), families, constraints, most_exact)
        for edges in edge_array(families.masks[found]):
            assert keeps(edges, constraints)
            assert edges.sum(axis=0).max() <= 2
            assert not np.linalg.matrix_power(edges.astype(int), n_items).any()
