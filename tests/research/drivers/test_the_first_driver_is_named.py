"""Of a reflective survey the construct-level headline names the right first driver."""

import numpy as np
import pytest

from research.constructs import construct_nodes, learn_constructs
from research.drivers import find_target
from research.drivers.among_constructs import construct_effects
from research.fit import item_rules
from research.simulate import SurveyPlan, simulate_survey
from tests.research.drivers.surveys import answers_of

RESPONDENTS = 2_000


def first_driver(seed: int) -> tuple[str, str]:
    """The driver that comes first, and the one that should."""
    survey = simulate_survey(SurveyPlan("reflective", RESPONDENTS, 16, seed=100 + seed))
    answers, truth = answers_of(survey), survey.truths[0]
    constructs = learn_constructs(answers, construct_nodes(answers.codebook), replicates=100, seed=seed)
    target = find_target(answers.codebook, item_rules(answers.codebook, 2), "loyalty")
    effects, _ = construct_effects(constructs, target)
    found = effects.names[int(np.abs(np.median(effects.do, axis=0)).argmax())]
    return found, truth.construct_names[int(truth.total_effects[:-1, -1].argmax())]


def test_one_sample_names_it() -> None:
    found, right = first_driver(0)
    assert found == right


@pytest.mark.slow
def test_nine_of_ten_samples_name_it() -> None:
    named = [first_driver(seed) for seed in range(10)]
    assert sum(found == right for found, right in named) >= 9, named
