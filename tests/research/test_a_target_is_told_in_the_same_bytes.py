"""A fit with target, segments and turnover writes the same bytes in every process, whoever does the work."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from research.__main__ import main
from research.simulate import SurveyPlan, simulate_survey, write_survey

ROLES = ("--target", "loyalty", "--segment", "segment", "--turnover", "turnover", "--weight", "weight")
SMALL = ("--replicates", "12", "--imputations", "2", "--folds", "2")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A survey in `survey`, and in `out` what one worker makes of it."""
    folder = tmp_path_factory.mktemp("bytes")
    (folder / "survey").mkdir()
    plan = SurveyPlan("reflective", 500, 12, 0.05, weights=True, segments=2, turnover=True, seed=4)
    write_survey(simulate_survey(plan), folder / "survey")
    assert main(fit_command(folder, "out", "--workers", "1")) == 0
    return folder


def fit_command(folder: Path, out: str, *options: str) -> list[str]:
    survey = [str(folder / "survey" / "answers.csv"), "--codebook", str(folder / "survey" / "codebook.toml")]
    return ["fit", *survey, *ROLES, *SMALL, *options, "--out", str(folder / out)]


def fit_in_a_process(folder: Path, out: str, hash_seed: str, *options: str) -> Path:
    command = [sys.executable, "-m", "research", *fit_command(folder, out, *options)]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PYTHONHASHSEED": hash_seed})
    return folder / out


def assert_same(folder: Path, other: Path) -> None:
    names = sorted(path.name for path in (folder / "out").iterdir())
    assert {"report.json", "network.bif", "constructs.bif"} <= set(names)
    for name in names:
        assert (other / name).read_bytes() == (folder / "out" / name).read_bytes(), name


def test_target_segments_and_stakes_are_in_the_report(folder: Path) -> None:
    content = json.loads((folder / "out" / "report.json").read_text(encoding="utf-8"))
    assert content["drivers"]
    assert content["stakes"]["rows"]
    assert len(content["segments"]["given"]["rows"]) == 2
    assert content["validation"]["foretold_by"] in {"item", "construct"}


def test_two_workers_in_another_process_write_the_same(folder: Path) -> None:
    assert_same(folder, fit_in_a_process(folder, "two", "2", "--workers", "2"))


@pytest.mark.slow
def test_a_dask_cluster_of_two_processes_writes_the_same(folder: Path) -> None:
    assert_same(folder, fit_in_a_process(folder, "dask", "3", "--workers", "2", "--backend", "dask"))
