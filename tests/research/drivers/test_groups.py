"""Groups with equal scores and different truths are told apart; groups of one truth are not."""

import numpy as np
import pytest

from research.constructs import construct_nodes, learn_constructs
from research.drivers import find_target
from research.fit import item_rules
from research.groups import Groups, compare_groups
from research.learning.replicates import learn
from research.simulate import SurveyPlan, simulate_survey
from tests.research.drivers.surveys import answers_of


def compared(segments: int, respondents: int = 3_000) -> Groups:
    """Segments A and B: with two truths each construct of B weighs its causes the other way round."""
    survey = simulate_survey(SurveyPlan("reflective", respondents, 14, segments=segments, seed=6))
    answers = answers_of(survey)
    groups = answers.segments
    if groups is None:
        groups = np.where(np.random.default_rng(1).random(respondents) < 0.5, "A", "B")
    rules = item_rules(answers.codebook, 2)
    learned = learn(answers.codes, answers.n_states, None, rules, replicates=60, seed=1)
    constructs = learn_constructs(answers, construct_nodes(answers.codebook), replicates=2, seed=1)
    target = find_target(answers.codebook, rules, "loyalty")
    return compare_groups(answers, groups, (answers.codes,), learned, constructs, target, seed=1)


@pytest.fixture(scope="module")
def two_truths() -> Groups:
    return compared(segments=2)


def test_equal_scores_hide_different_truths_and_the_effects_show_them(two_truths: Groups) -> None:
    first, second = two_truths.rows
    assert first.mean.low < second.mean.high
    assert second.mean.low < first.mean.high
    assert two_truths.pooling != "pooled"
    satisfaction = next(one for one in two_truths.differences if one.driver == "satisfaction")
    assert satisfaction.certainty >= 0.95
    assert satisfaction.difference.low > 0
    assert "more in A than in B" in satisfaction.sentence


def test_groups_of_one_truth_are_not_told_apart() -> None:
    found = compared(segments=1)
    assert found.pooling in {"pooled", "partly_pooled"}
    assert sum(one.certainty >= 0.95 for one in found.differences) <= 1


def test_twelve_people_are_no_group() -> None:
    survey = simulate_survey(SurveyPlan("reflective", 400, 12, seed=6))
    answers = answers_of(survey)
    rules = item_rules(answers.codebook, 2)
    learned = learn(answers.codes, answers.n_states, None, rules, replicates=5, seed=1)
    target = find_target(answers.codebook, rules, "loyalty")
    groups = np.array(["few"] * 12 + ["A"] * 200 + ["B"] * 188)
    found = compare_groups(answers, groups, (answers.codes,), learned, None, target, seed=1)
    assert [row.group for row in found.rows] == ["A", "B"]
    assert "'few' has 12 respondents" in found.refusals[0]
    alone = np.array(["few"] * 12 + ["A"] * 388)
    found = compare_groups(answers, alone, (answers.codes,), learned, None, target, seed=1)
    assert (found.rows, found.sentence) == ((), "There are no two groups large enough to be compared.")
