"""Scores through constructs are the conditional probabilities of the network written for other programs."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from research.codebook import Codebook
from research.construct_network import as_network, from_network, items_first, learn_tables
from research.constructs import construct_nodes
from research.drivers.target import find_target
from research.errors import TooDense
from research.fit import item_rules
from research.learning.factor_plan import plan_sums
from research.learning.factor_posteriors import level_posterior
from research.learning.factor_tables import FactorTables
from research.learning.posteriors import posterior
from research.networks.bif import Network, bif_text, network_from_bif
from research.scoring import as_tabled, score
from research.simulate import SurveyPlan, simulate_survey
from tests.research.drivers.surveys import answers_of

TARGET = "loyalty1"


@cache
def learned() -> tuple[Codebook, FactorTables, Network]:
    """Two items run downwards, one reflecting a construct and one alone."""
    survey = simulate_survey(SurveyPlan("reflective", 600, 13, seed=4))
    book = survey.codebook
    turned = (book.names.index("quality1"), book.names.index("value2"))
    alone = book.names.index("value2")
    items = tuple(
        replace(
            item,
            direction="down" if column in turned else "up",
            construct=None if column == alone else item.construct,
        )
        for column, item in enumerate(book.items)
    )
    book = replace(book, items=items)
    codes = survey.codes.copy()
    codes[:, list(turned)] = 4 - codes[:, list(turned)]
    answers = replace(answers_of(survey), codebook=book, codes=codes)
    nodes = construct_nodes(book)
    tables = learn_tables(answers, nodes, seed=1)
    return book, tables, as_network(tables, nodes, book)


def some_answers(rows: int) -> np.ndarray:
    rng = np.random.default_rng(8)
    codes = rng.integers(0, 5, (rows, 13)).astype(np.int8)
    codes[rng.random(codes.shape) < 0.4] = -1
    codes[0] = -1
    return codes


def test_they_are_those_of_the_written_network_and_so_are_the_reasons() -> None:
    book, _, network = learned()
    target = find_target(book, item_rules(book, 2), TARGET)
    codes = some_answers(40)
    found = score(network, book, target, codes)
    given = np.full((len(codes), len(network.names)), -1, np.int8)
    given[:, :13] = codes
    given[:, list(book.constructs["loyalty"])] = -1
    expected = posterior(as_tabled(network), 0, given, target.columns[0])
    np.testing.assert_allclose(found.probabilities, expected.probabilities, atol=1e-12)
    pulls = np.zeros(codes.shape)
    moved = (expected.probabilities[expected.respondent] - expected.without) @ np.arange(5.0)
    np.add.at(pulls, (expected.respondent, expected.item), moved)
    strongest = np.sort(np.abs(pulls), axis=1)[:, ::-1][:, :3]
    np.testing.assert_allclose(np.abs(found.pulls), np.where(strongest > 1e-3, strongest, 0.0), atol=1e-12)
    told = found.reasons >= 0
    rows = np.arange(len(codes))[:, None].repeat(3, axis=1)
    np.testing.assert_allclose(found.pulls[told], pulls[rows[told], found.reasons[told]], atol=1e-12)


def test_where_customers_stand_on_a_topic_is_their_mean_answer_with_a_high_one_always_good() -> None:
    book, _, network = learned()
    target = find_target(book, item_rules(book, 2), TARGET)
    codes = np.full((3, 13), -1, np.int8)
    quality = book.constructs["quality"]
    codes[0, list(quality)] = 4
    codes[1, [quality[0], book.names.index("value2")]] = [4, 0]
    found = score(network, book, target, codes)
    assert set(found.topics) == {"image", "expectation", "quality", "value", "satisfaction", "value2"}
    standing = dict(zip(found.topics, found.standing.T, strict=True))
    # quality1 and value2 run downwards.
    np.testing.assert_allclose(standing["quality"], [4 * (len(quality) - 1) / len(quality), 0, np.nan])
    np.testing.assert_allclose(standing["value2"], [np.nan, 4, np.nan])


def test_who_may_answer_below_the_middle_is_at_risk() -> None:
    book, _, network = learned()
    found = score(network, book, find_target(book, item_rules(book, 2), TARGET), some_answers(30))
    np.testing.assert_allclose(found.at_risk, found.probabilities[:, :2].sum(axis=1))


def test_a_network_comes_back_from_its_file_with_the_same_scores() -> None:
    book, tables, network = learned()
    again = from_network(items_first(network_from_bif(bif_text(network)), book), book)
    codes = some_answers(40)
    node = int(tables.node_of[book.names.index(TARGET)])
    other = int(again.node_of[book.names.index(TARGET)])
    before = level_posterior(tables, codes, node, np.arange(7.0))
    after = level_posterior(again, codes, other, np.arange(7.0), workers=2)
    np.testing.assert_allclose(after.levels, before.levels, atol=1e-12)
    np.testing.assert_allclose(after.pulls, before.pulls, atol=1e-12)


def test_an_item_answered_downwards_pulls_downwards() -> None:
    book, _, network = learned()
    target = find_target(book, item_rules(book, 2), TARGET)
    codes = np.full((2, 13), -1, np.int8)
    codes[:, book.names.index("quality1")] = [0, 4]
    best, worst = score(network, book, target, codes).expected
    assert best > worst + 0.2


def turned_round(book: Codebook, network: Network, name: str) -> tuple[Codebook, Network]:
    """The same, had an item been asked the other way round."""
    own, items, tables = book.names.index(name), list(book.items), list(network.tables)
    items[own] = replace(items[own], direction="down")
    tables[own] = tables[own][:, ::-1]
    for child in (place for place, parents in enumerate(network.parents) if own in parents):
        shape = [len(network.states[parent]) for parent in network.parents[child]]
        cells = tables[child].reshape(*shape, -1)
        tables[child] = np.flip(cells, network.parents[child].index(own)).reshape(tables[child].shape)
    return replace(book, items=tuple(items)), replace(network, tables=tuple(tables))


def among_items(book: Codebook) -> Network:
    """A network in which every item follows from the one before, with tables drawn at random."""
    rng, states = np.random.default_rng(3), ("1", "2", "3", "4", "5")
    parents = tuple((place - 1,) if place else () for place in range(len(book.names)))
    tables = tuple(rng.dirichlet(np.ones(5), 5 ** len(own)) for own in parents)
    return Network(book.names, (states,) * len(book.names), parents, tables)


@pytest.mark.parametrize("level", ["constructs", "items"])
def test_a_target_whose_items_run_both_ways_is_scored_as_if_they_all_ran_one_way(level: str) -> None:
    book, _, network = learned()
    network = network if level == "constructs" else among_items(book)
    target, codes = find_target(book, item_rules(book, 2), "loyalty"), some_answers(30)
    straight, turned = (
        score(network, book, target, codes),
        score(*turned_round(book, network, "loyalty2")[::-1], target, codes),
    )
    for name in ("probabilities", "expected", "pulls", "at_risk"):
        np.testing.assert_allclose(getattr(turned, name), getattr(straight, name), atol=1e-12)
    assert np.ptp(straight.expected) > 0.01


def test_who_answered_nothing_gets_the_shares_and_no_reason() -> None:
    book, _, network = learned()
    target = find_target(book, item_rules(book, 2), "loyalty")
    found = score(network, book, target, np.full((1, 13), -1, np.int8))
    assert (found.reasons == -1).all()
    assert 0.02 < found.probabilities.min() < found.probabilities.max() < 0.6


def test_constructs_that_hang_together_too_densely_are_refused() -> None:
    pairs = [(u, v) for u in range(7) for v in range(u + 1, 7)]
    parents = (*((),) * 7, *pairs)
    tables = tuple(np.full((7 ** len(own), 7), 1 / 7) for own in parents)
    network = FactorTables(parents, tables, np.zeros(1, np.int64), np.full((1, 7, 5), 0.2))
    with pytest.raises(TooDense, match="too densely"):
        plan_sums(network, 0)
