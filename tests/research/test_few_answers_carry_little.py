"""Fewer than 50 answers are refused, fewer than 300 come with plain words on what they cannot say."""

import numpy as np
import pytest

from research.answers import Answers
from research.errors import TooFewAnswers
from research.evidence import weigh_evidence
from research.simulate import SurveyPlan, simulate_survey


def answers_of(respondents: int, weights: np.ndarray[tuple[int], np.dtype[np.float64]] | None = None) -> Answers:
    survey = simulate_survey(SurveyPlan(respondents=respondents, items=8))
    ones = np.ones(respondents) if weights is None else weights
    return Answers(survey.codebook, survey.codes, np.zeros(survey.codes.shape, bool), ones)


def test_49_answers_are_refused_and_50_are_not() -> None:
    with pytest.raises(TooFewAnswers, match="49 respondents"):
        weigh_evidence(answers_of(49))
    assert weigh_evidence(answers_of(50)).refusals


def test_299_answers_may_not_say_directions_or_segments_and_300_may() -> None:
    few, enough = weigh_evidence(answers_of(299)), weigh_evidence(answers_of(300))
    assert (few.directions, few.segments, len(few.refusals)) == (False, False, 4)
    assert (enough.directions, enough.segments, enough.refusals) == (True, True, ())


def test_many_answers_of_very_unequal_weight_are_few() -> None:
    weights = np.ones(1_000)
    weights[:10] = 100.0
    found = weigh_evidence(answers_of(1_000, weights))
    assert not found.directions
    assert "worth" in found.refusals[0]
