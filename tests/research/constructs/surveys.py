"""Small surveys for the tests of this folder, as answers with a codebook."""

from dataclasses import replace

import numpy as np

from research.answers import Answers
from research.codebook import Codebook, Item
from research.simulate import SurveyPlan, simulate_survey


def reflective_answers(respondents: int, *, items: int = 15, missing_share: float = 0.0, seed: int = 1) -> Answers:
    """Answers to a reflective survey with six constructs."""
    plan = SurveyPlan("reflective", respondents, items, missing_share, seed=seed)
    survey = simulate_survey(plan)
    return Answers(survey.codebook, survey.codes, np.zeros(survey.codes.shape, bool), np.ones(respondents))


def with_items(answers: Answers, **changes: object) -> Answers:
    """The same answers under a codebook whose items are changed all alike."""
    items = tuple(replace(item, **changes) for item in answers.codebook.items)
    return replace(answers, codebook=replace(answers.codebook, items=items))


def answers_of(codes: np.ndarray, constructs: tuple[str | None, ...]) -> Answers:
    """Answers in five states to items q1, q2, ... of one tier."""
    items = tuple(Item(f"q{i}", construct, 0, (1, 2, 3, 4, 5)) for i, construct in enumerate(constructs, start=1))
    book = Codebook({}, ("",), (), items)
    return Answers(book, codes.astype(np.int8), np.zeros(codes.shape, bool), np.ones(len(codes)))
