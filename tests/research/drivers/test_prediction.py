"""What the network foretells of unseen respondents is compared and calibrated, and nothing is claimed of noise."""

from dataclasses import replace

import numpy as np
import pytest

from research.constructs import construct_nodes
from research.drivers import find_target
from research.fit import item_rules
from research.prediction import Prediction, chosen_by_other_folds, judge_prediction
from research.simulate import SurveyPlan, simulate_survey
from research.validation import fold_learner
from tests.research.drivers.surveys import answers_of


def judged(noise: bool) -> Prediction:
    """The last item of eight foretold from the others; as noise, its answers belong to other respondents."""
    survey = simulate_survey(SurveyPlan("monotone", 1_500, 8, missing_share=0.05, seed=9))
    answers = answers_of(survey)
    if noise:
        codes = answers.codes.copy()
        codes[:, -1] = np.random.default_rng(1).permutation(codes[:, -1])
        answers = replace(answers, codes=codes)
    rules = item_rules(answers.codebook, 2)
    found = judge_prediction(fold_learner(answers, rules, folds=3, seed=1), find_target(answers.codebook, rules, "q08"))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def found() -> Prediction:
    return judged(noise=False)


def test_the_network_is_compared_with_every_usual_method(found: Prediction) -> None:
    assert set(found.baselines) == {"marginal", "naive_bayes", "ordered_logit", "multinomial_logit"}
    assert found.log_loss < found.baselines["marginal"]
    assert found.log_loss < found.baselines["naive_bayes"]
    assert found.over_baselines["ordered_logit"].high > 0
    for name, over in found.over_baselines.items():
        assert over.value == pytest.approx(found.baselines[name] - found.log_loss)


def test_what_is_foretold_happens_as_often(found: Prediction) -> None:
    assert len(found.calibration) == 10
    assert sum(own.low <= own.predicted <= own.high for own in found.calibration) >= 7
    assert found.calibration[-1].observed - found.calibration[0].observed > 0.4


def test_noise_is_not_foretold_and_the_sentence_says_so() -> None:
    found = judged(noise=True)
    assert not found.better_than_margin
    assert "no ground to act on" in found.sentence


@pytest.fixture(scope="module")
def reflective() -> Prediction:
    answers = answers_of(simulate_survey(SurveyPlan("reflective", 1_500, 16, seed=3)))
    rules = item_rules(answers.codebook, 2)
    target = find_target(answers.codebook, rules, "loyalty")
    found = judge_prediction(fold_learner(answers, rules, folds=3, seed=1), target, construct_nodes(answers.codebook))
    assert found is not None
    return found


def test_where_items_reflect_constructs_the_network_among_these_foretells_better(reflective: Prediction) -> None:
    assert reflective.foretold_by == "construct"
    assert reflective.networks["construct"] == reflective.log_loss
    assert reflective.log_loss + 0.02 < reflective.networks["item"]
    assert reflective.as_good_as_logit
    assert reflective.log_loss < reflective.baselines["ordered_logit"] + 0.002
    assert "about as well as an ordered logit or better" in reflective.sentence


def test_the_network_for_a_fold_is_chosen_by_the_others() -> None:
    fold_of = np.repeat([0, 1, 2], 10)
    losses = np.ones((2, 30))
    losses[1, :10] = 0.0  # The second is best on fold 0 alone, so folds 1 and 2 choose it and fold 0 does not.
    losses[1, 10:] = 1.1
    chosen = chosen_by_other_folds(losses, np.ones(30), fold_of)
    np.testing.assert_array_equal(chosen, np.repeat([0, 1, 1], 10))


def test_too_few_answers_are_not_judged() -> None:
    answers = answers_of(simulate_survey(SurveyPlan("monotone", 60, 8, missing_share=0.6, seed=9)))
    rules = item_rules(answers.codebook, 2)
    learner = fold_learner(answers, rules, folds=5, seed=1)
    assert judge_prediction(learner, find_target(answers.codebook, rules, "q08")) is None
