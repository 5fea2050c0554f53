"""Groups of items are found again, with a certainty that is low where the answers do not carry them."""

from dataclasses import replace

import numpy as np

from research.grouping import ProposedConstruct, propose_constructs, sure_groups
from tests.research.constructs.surveys import answers_of, reflective_answers, with_items


def test_planted_constructs_are_proposed_with_certainty() -> None:
    answers = reflective_answers(1500, items=24)
    planted = set(answers.codebook.constructs.values())
    unnamed = with_items(answers, construct=None)
    proposed = propose_constructs(unnamed, replicates=30, seed=1)
    assert {each.columns for each in proposed} == planted
    assert all(each.sure for each in proposed)
    assert {each.name for each in proposed} == set(answers.codebook.constructs)
    assert set(sure_groups(proposed).values()) == planted


def test_items_of_different_tiers_never_share_a_group() -> None:
    rng = np.random.default_rng(6)
    score = rng.normal(size=(600, 1)) + 0.6 * rng.normal(size=(600, 6))
    answers = answers_of(np.searchsorted([-1.5, -0.5, 0.5, 1.5], score), (None,) * 6)
    items = tuple(replace(item, tier=number // 3) for number, item in enumerate(answers.codebook.items))
    tiered = replace(answers, codebook=replace(answers.codebook, items=items))
    assert [each.columns for each in propose_constructs(answers, replicates=20, seed=1)] == [(0, 1, 2, 3, 4, 5)]
    assert [each.columns for each in propose_constructs(tiered, replicates=20, seed=1)] == [(0, 1, 2), (3, 4, 5)]


def test_unrelated_items_are_not_proposed_with_certainty() -> None:
    codes = np.random.default_rng(2).integers(0, 5, (500, 8))
    answers = answers_of(codes, (None,) * 8)
    proposed = propose_constructs(answers, replicates=30, seed=1)
    assert not sure_groups(proposed)


def test_an_unsure_group_says_so() -> None:
    unsure = ProposedConstruct("price", (0, 1), ("price1", "price2"), 0.61)
    assert unsure.notice() == "price1, price2 answer as one construct in only 61% of resamples: too unsure to build on."
    assert not sure_groups([unsure])


def test_the_same_seed_proposes_the_same() -> None:
    answers = with_items(reflective_answers(300), construct=None)
    one, two = (propose_constructs(answers, replicates=10, seed=3) for _ in range(2))
    assert one == two
