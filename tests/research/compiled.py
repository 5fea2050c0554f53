"""Lets numba compile what a fit needs, so that the processes of a test run find it on the disk, not each for itself."""

from research.fit import FitSettings, fit_survey
from research.reports import report
from research.simulate import SurveyPlan, simulate_survey
from tests.research.drivers.surveys import answers_of


def main() -> None:
    """Fit a small survey that has everything."""
    plan = SurveyPlan("reflective", 320, 8, 0.1, weights=True, segments=2, turnover=True, seed=1)
    settings = FitSettings(target="loyalty", replicates=2, imputations=2, rounds=1, folds=2)
    report(fit_survey(answers_of(simulate_survey(plan)), settings))


if __name__ == "__main__":
    main()
