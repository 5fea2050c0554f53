"""A whole `research fit` by the command line: seconds, CPU and peak memory, beside `research check` on the same file.

`check` reads, verifies and describes the same answers and learns nothing: it is the floor below which no fit can be.
"""

import os
import tempfile
from pathlib import Path

from research.simulate import SurveyPlan, simulate_survey, write_survey
from tests.benchmarks.processes import Cost, cost_of

CASES = {
    "6,000 x 24, 10 % missing, constructs": SurveyPlan("reflective", 6_000, 24, 0.1, "answers", weights=True, seed=1),
    "6,000 x 24, complete, constructs": SurveyPlan("reflective", 6_000, 24, weights=True, seed=1),
    "6,000 x 24, 10 % missing, items alone": SurveyPlan("mixed", 6_000, 24, 0.1, "answers", weights=True, seed=1),
    "100,000 x 24, complete, constructs": SurveyPlan("reflective", 100_000, 24, weights=True, seed=1),
    "100,000 x 24, 10 % missing, constructs": SurveyPlan(
        "reflective", 100_000, 24, 0.1, "answers", weights=True, seed=1
    ),
}
REPLICATES = 200
TARGETS = "under 90 s and 1.5 GB (10 % missing), 45 s (complete), 5 minutes (100,000)"


def main() -> None:
    """Print one line a case; every process is fresh, the compiled code comes from its cache."""
    print(f"fit with {REPLICATES} replicates on {os.cpu_count()} cores; asked for: {TARGETS}")
    print(f"{'survey':<42} {'fit s':>7} {'CPU s':>7} {'peak MB':>8} {'check s':>8} {'fit/check':>9}")
    with tempfile.TemporaryDirectory() as folder:
        _cost("fit", _written(SurveyPlan("reflective", 100, 12, 0.1), Path(folder) / "first"))  # Compiles once.
        for number, (name, plan) in enumerate(CASES.items()):
            survey = _written(plan, Path(folder) / str(number))
            fit, check = _cost("fit", survey), _cost("check", survey)
            print(
                f"{name:<42} {fit.seconds:>7.1f} {fit.cpu_seconds:>7.1f} {fit.peak_mb:>8.0f} {check.seconds:>8.1f} "
                f"{fit.seconds / check.seconds:>9.1f}",
                flush=True,
            )


def _written(plan: SurveyPlan, folder: Path) -> Path:
    folder.mkdir()
    write_survey(simulate_survey(plan), folder)
    return folder


def _cost(command: str, survey: Path) -> Cost:
    """Run one command on a survey."""
    weight = ["--weight", "weight"] if "weight" in (survey / "codebook.toml").read_text(encoding="utf-8") else []
    options = ["--replicates", str(REPLICATES)] if command == "fit" else []
    arguments = [str(survey / "answers.csv"), "--codebook", str(survey / "codebook.toml"), *weight, *options]
    return cost_of([command, *arguments, "--out", str(survey / command)])


if __name__ == "__main__":
    main()
