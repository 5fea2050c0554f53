"""Simulated surveys learned once, for the tests of drivers."""

from functools import cache

import numpy as np

from research.answers import Answers
from research.drivers.hidden_causes import HiddenCause
from research.fit import Fit, FitSettings, fit_survey
from research.scales import Estimate
from research.simulate import SimulatedSurvey, SurveyPlan, simulate_survey


def answers_of(survey: SimulatedSurvey) -> Answers:
    """The survey as if it had been read from its file."""
    columns = survey.columns
    return Answers(
        codebook=survey.codebook,
        codes=survey.codes,
        not_applicable=np.zeros(survey.codes.shape, bool),
        weights=columns.get("weight", np.ones(len(survey.codes))).astype(np.float64),
        segments=columns.get("segment"),
        turnover=columns.get("turnover"),
    )


@cache
def reflective_survey() -> SimulatedSurvey:
    return simulate_survey(SurveyPlan("reflective", 1_000, 14, weights=True, segments=2, turnover=True, seed=3))


@cache
def reflective_fit() -> Fit:
    """A fit of 40 replicates with loyalty as its target."""
    settings = FitSettings(replicates=40, folds=2, seed=2, target="loyalty")
    return fit_survey(answers_of(reflective_survey()), settings)


def no_hidden_causes(drivers: int) -> tuple[HiddenCause, ...]:
    """Rows for tests that look at effects alone."""
    nothing = Estimate(0.0, 0.0, 0.0)
    return (HiddenCause(nothing, nothing, None, False, ""),) * drivers
