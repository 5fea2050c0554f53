"""Reports of small surveys, as report.json holds them: with everything, of few answers,
of answers that have nothing to do with each other (and no turnover), without a target."""

import json
from functools import cache
from typing import Any

import numpy as np

from research.answers import Answers
from research.fit import FitSettings, fit_survey
from research.output import canonical_json
from research.reports import Report, report
from research.simulate import SurveyPlan, simulate_survey

KINDS = ("whole", "few", "unrelated", "without target")


@cache
def report_of(kind: str) -> Report:
    """A report that nobody may change; `copy.deepcopy` gives one that may."""
    if kind == "without target":
        return _fitted(_answers(SurveyPlan("monotone", 320, 8, seed=3)), None)
    if kind == "few":
        return _fitted(_answers(SurveyPlan("reflective", 120, 12, turnover=True, seed=3)), "loyalty")
    if kind == "unrelated":
        answers = _answers(SurveyPlan("monotone", 320, 8, seed=3))
        codes = np.random.default_rng(1).integers(0, answers.n_states, answers.codes.shape).astype(np.int8)
        return _fitted(Answers(answers.codebook, codes, answers.not_applicable, answers.weights), "q08")
    plan = SurveyPlan("reflective", 500, 12, 0.1, weights=True, segments=2, turnover=True, seed=3)
    return _fitted(_answers(plan), "loyalty")


def _answers(plan: SurveyPlan) -> Answers:
    survey = simulate_survey(plan)
    columns, shape = survey.columns, survey.codes.shape
    return Answers(
        codebook=survey.codebook,
        codes=survey.codes,
        not_applicable=np.zeros(shape, bool),
        weights=columns.get("weight", np.ones(shape[0])).astype(np.float64),
        segments=columns.get("segment"),
        waves=None if plan.segments == 1 else np.where(np.arange(shape[0]) % 2, "2025", "2026"),
        turnover=columns.get("turnover"),
    )


def _fitted(answers: Answers, target: str | None) -> Report:
    settings = FitSettings(replicates=12, imputations=3, folds=2, seed=2, target=target)
    found: dict[str, Any] = json.loads(canonical_json(report(fit_survey(answers, settings))))
    return found
