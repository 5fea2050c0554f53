"""In whole surveys: a hidden cause is flagged, and segments of equal recommendation scores are told apart."""

from dataclasses import replace

import numpy as np
import pytest

from research.constructs import construct_nodes, learn_constructs
from research.drivers import Driver, find_drivers, find_target
from research.fit import item_rules
from research.groups import Groups, compare_groups
from research.learning.replicates import learn
from tests.research.drivers.by_hand import cut, reflected

RESPONDENTS = 1_500
REPLICATES = 60


def drivers_beside(hidden: float, own: float) -> dict[str, Driver]:
    """What a fit says of `price` and `service`: something unasked stands behind price and loyalty."""
    rng = np.random.default_rng(5)
    noise = rng.normal(size=(5, RESPONDENTS))
    unseen, service = noise[0], noise[1]
    price = 0.6 * service + hidden * unseen + 0.7 * noise[2]
    loyalty = 0.6 * service + hidden * unseen + own * price + 0.6 * noise[3]
    answers = reflected({"service": (0, service), "price": (1, price), "loyalty": (2, loyalty)}, {}, seed=1)
    rules = item_rules(answers.codebook, 2)
    learned = learn(answers.codes, answers.n_states, None, rules, replicates=REPLICATES, seed=1)
    constructs = learn_constructs(answers, construct_nodes(answers.codebook), replicates=REPLICATES, seed=1)
    target = find_target(answers.codebook, rules, "loyalty")
    found = find_drivers(answers, (answers.codes,), learned, constructs, target, seed=1)
    return {row.name: row for row in found.drivers if row.level == "construct"}


def test_an_effect_that_only_a_hidden_cause_makes_is_flagged() -> None:
    found = drivers_beside(hidden=0.4, own=0.0)
    assert found["price"].do.low > 0  # The answers alone would claim it.
    assert found["price"].hidden_cause.fragile
    assert "easily imagined" in found["price"].hidden_cause.sentence


def test_the_same_effect_of_its_own_is_not_flagged() -> None:
    found = drivers_beside(hidden=0.0, own=0.9)
    assert found["price"].do.low > 0
    assert not found["price"].hidden_cause.fragile


@pytest.fixture(scope="module")
def groups() -> Groups:
    """Town recommends for the price, country for the service; the eleven answers are given equally often in both."""
    rng = np.random.default_rng(6)
    town = np.arange(2 * RESPONDENTS) < RESPONDENTS
    service, price, noise = rng.normal(size=(3, 2 * RESPONDENTS))
    praise = np.where(town, 0.2 * service + 0.8 * price, 0.8 * service + 0.2 * price) + 0.6 * noise
    ordered = np.zeros(2 * RESPONDENTS)
    for own in (town, ~town):
        ordered[own] = cut(praise[own], 11)
    answers = reflected({"service": (0, service), "price": (0, price)}, {"recommend": (1, ordered, 11)}, seed=2)
    codes = answers.codes.copy()
    codes[:, -1] = ordered
    answers = replace(answers, codes=codes)
    rules = item_rules(answers.codebook, 2)
    learned = learn(codes, answers.n_states, None, rules, replicates=REPLICATES, seed=1, likelihoods=("linear",))
    constructs = learn_constructs(answers, construct_nodes(answers.codebook), replicates=2, seed=1)
    target = find_target(answers.codebook, rules, "recommend")
    names = np.where(town, "town", "country")
    return compare_groups(answers, names, (codes,), learned, constructs, target, seed=1)


def test_segments_of_equal_recommendation_scores_and_different_truths_are_told_apart(groups: Groups) -> None:
    country, town = groups.rows
    assert country.recommendation is not None
    assert town.recommendation is not None
    assert country.recommendation.value == pytest.approx(town.recommendation.value, abs=0.2)
    assert country.mean.value == pytest.approx(town.mean.value, abs=0.01)
    assert groups.pooling != "pooled"
    found = {each.driver: each for each in groups.differences}
    assert min(found["service"].certainty, found["price"].certainty) >= 0.95
    assert found["service"].difference.low > 0 > found["price"].difference.high
    assert "more in country than in town" in found["service"].sentence
