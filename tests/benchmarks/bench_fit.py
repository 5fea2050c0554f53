"""A whole `research fit` by the command line: seconds, CPU and peak memory, beside `research check` on the same file.

`check` reads, verifies and describes the same answers and learns nothing: it is the floor below which no fit can be.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from research.simulate import SurveyPlan, simulate_survey, write_survey

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


@dataclass(frozen=True)
class Cost:
    """What one process took."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


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
    """Run one command to its end; the kernel's own account of its time and memory."""
    weight = ["--weight", "weight"] if "weight" in (survey / "codebook.toml").read_text(encoding="utf-8") else []
    options = ["--replicates", str(REPLICATES)] if command == "fit" else []
    arguments = [str(survey / "answers.csv"), "--codebook", str(survey / "codebook.toml"), *weight, *options]
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "research", command, *arguments, "--out", str(survey / command)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"research {command} ended with {process.returncode} on {survey}.")
    return Cost(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    main()
