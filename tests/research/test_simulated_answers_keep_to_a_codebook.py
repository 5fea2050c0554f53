"""Answers simulated to a given codebook keep its scales, directions, tiers and rules, and follow the stated truth."""

from dataclasses import replace

import numpy as np
import pytest

from research.codebook import Codebook, Item
from research.simulate import SurveyPlan, questionnaire_truth, simulate_survey

FIVE = (1, 2, 3, 4, 5)
ITEMS = (
    Item("again", "loyalty", 2, tuple(range(11))),
    Item("stay", "loyalty", 2, ("no", "yes")),
    Item("wait", "service", 0, FIVE, "down"),
    Item("help", "service", 0, FIVE),
    Item("price", None, 1, ("dear", "fair", "cheap")),
    Item("range", None, 1, FIVE),
)
CODEBOOK = Codebook(
    {"en": "Mixed"}, ("",), (), ITEMS, required=(("range", "price"),), forbidden=(("service", "loyalty"),)
)


def test_every_item_uses_all_its_states_and_no_other() -> None:
    survey = simulate_survey(SurveyPlan(codebook=CODEBOOK, respondents=3_000, careless_share=0.1, seed=1))
    assert survey.codebook is CODEBOOK
    for item, codes in zip(ITEMS, survey.complete.T, strict=True):
        assert set(codes.tolist()) == set(range(len(item.states)))


def test_a_high_state_of_a_down_item_goes_with_bad_answers() -> None:
    complete = simulate_survey(SurveyPlan(codebook=CODEBOOK, respondents=3_000, seed=1)).complete
    wait, help_ = complete[:, 2], complete[:, 3]
    assert np.corrcoef(wait, help_)[0, 1] < -0.3


@pytest.mark.parametrize("seed", range(20))
def test_paths_keep_tiers_required_and_forbidden_edges(seed: int) -> None:
    truth = questionnaire_truth(CODEBOOK, seed=seed).structure
    paths = {(truth.construct_names[u], truth.construct_names[v]) for u, v in np.argwhere(truth.paths).tolist()}
    tiers = dict(zip(truth.construct_names, truth.construct_tiers, strict=True))
    assert ("range", "price") in paths
    assert ("service", "loyalty") not in paths
    assert all(tiers[source] <= tiers[target] for source, target in paths)


def test_the_total_effects_written_down_are_those_of_the_answers() -> None:
    truth = questionnaire_truth(replace(CODEBOOK, forbidden=()), seed=3)
    values = truth.structure.draw_constructs(200_000, np.random.default_rng(0))
    np.testing.assert_allclose(values.std(axis=0), 1.0, atol=0.01)
    names = truth.structure.construct_names
    service, loyalty = names.index("service"), names.index("loyalty")
    assert service == 0  # Nothing comes before it: its whole correlation with loyalty is its effect.
    effect = truth.structure.total_effects[service, loyalty]
    assert np.corrcoef(values[:, service], values[:, loyalty])[0, 1] == pytest.approx(effect, abs=0.01)


def test_segments_answer_alike_for_other_reasons() -> None:
    truth = questionnaire_truth(replace(CODEBOOK, forbidden=(), required=()), seed=3)
    other = truth.for_segment(1)
    assert not np.allclose(other.structure.paths, truth.structure.paths)
    first, second = (each.draw(50_000, np.random.default_rng(0)).mean(axis=0) for each in (truth, other))
    np.testing.assert_allclose(first, second, atol=0.05)
