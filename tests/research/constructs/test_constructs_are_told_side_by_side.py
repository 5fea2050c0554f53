"""Both methods speak of the same constructs, in the codebook's terms, and say where they disagree."""

from dataclasses import replace

import numpy as np
import pytest

from research.codebook import Item
from research.constructs import Constructs, construct_nodes, learn_constructs
from tests.research.constructs.surveys import answers_of, reflective_answers


@pytest.fixture(scope="module")
def learned() -> Constructs:
    answers = reflective_answers(1500)
    return learn_constructs(answers, construct_nodes(answers.codebook), replicates=40, seed=1)


def test_every_allowed_pair_has_effects_by_both_methods(learned: Constructs) -> None:
    paths = {(path.source, path.target): path for path in learned.paths()}
    assert ("satisfaction", "loyalty") in paths
    assert ("loyalty", "satisfaction") not in paths
    path = paths["satisfaction", "loyalty"]
    assert set(path.total) == {"factor_network", "path_model"}
    for estimate in path.total.values():
        assert estimate.low <= estimate.value <= estimate.high
        assert estimate.low > 0.2
    assert path.agree
    assert path.strength > 0.9


def test_edges_have_the_keys_of_the_report(learned: Constructs) -> None:
    edges = learned.edges()
    assert edges
    for edge in edges:
        assert set(edge) == {"from", "to", "level", "strength", "direction", "score"}
        assert edge["level"] == "construct"


def test_loadings_are_told_by_construct(learned: Constructs) -> None:
    assert all(0.4 < loading.value < 1 for items in learned.loadings().values() for loading in items.values())
    assert learned.warnings([f"item {i}" for i in range(15)]) == []


def test_an_item_turned_round_is_turned_back() -> None:
    answers = reflective_answers(800)
    nodes = construct_nodes(answers.codebook)
    straight = learn_constructs(answers, nodes, replicates=10, seed=2)
    items = list(answers.codebook.items)
    items[1] = replace(items[1], direction="down")
    codes = answers.codes.copy()
    codes[:, 1] = 4 - codes[:, 1]
    turned = replace(answers, codebook=replace(answers.codebook, items=tuple(items)), codes=codes)
    again = learn_constructs(turned, nodes, replicates=10, seed=2)
    np.testing.assert_array_equal(again.path_model.replicates.effects, straight.path_model.replicates.effects)
    np.testing.assert_array_equal(again.factor_network.replicates.effects, straight.factor_network.replicates.effects)


def test_a_lone_item_is_a_node_and_rules_reach_the_constructs() -> None:
    book = reflective_answers(60).codebook
    lone = Item("region", None, 0, (1, 2, 3))
    book = replace(
        book,
        items=(*book.items, lone),
        required=(("image", "quality"),),
        forbidden=(("image", "loyalty"), ("image1", "image2")),
    )
    nodes = construct_nodes(book)
    number = {name: node for node, name in enumerate(nodes.names)}
    assert nodes.members[number["region"]] == (15,)
    assert nodes.constraints.required == {(number["image"], number["quality"])}
    assert nodes.constraints.forbidden == {(number["image"], number["loyalty"])}
    assert nodes.constraints.tiers[number["loyalty"]] == 3


def test_many_states_or_many_constructs_leave_two_parents() -> None:
    book = reflective_answers(60).codebook
    assert construct_nodes(book).constraints.max_parents == 3
    wide = replace(book, items=(*book.items, Item("age", None, 0, tuple(range(18)))))
    assert construct_nodes(wide).constraints.max_parents == 2


def test_an_item_that_does_not_belong_and_constructs_nobody_tells_apart_are_warned_of() -> None:
    rng = np.random.default_rng(3)
    trait = rng.normal(size=(1000, 1))
    score = np.column_stack([trait * 0.8 + 0.6 * rng.normal(size=(1000, 6)), rng.normal(size=1000)])
    codes = np.searchsorted([-1.2, -0.4, 0.4, 1.2], score)
    answers = answers_of(codes, ("service", "service", "service", "staff", "staff", "staff", "service"))
    nodes = construct_nodes(answers.codebook)
    told = learn_constructs(answers, nodes, replicates=10, seed=1).warnings(answers.codebook.names)
    assert any("'q7' hardly reflects 'service'" in sentence for sentence in told)
    assert any("'service' and 'staff' correlate" in sentence for sentence in told)
