"""The report of a target has its fixed keys, and of few answers says no more than it may."""

import json
from pathlib import Path
from typing import Any

import pytest

from research.__main__ import main
from research.output import canonical_json
from research.reports import report
from research.simulate import SurveyPlan, simulate_survey, write_survey
from tests.research.drivers.surveys import reflective_fit


@pytest.fixture(scope="module")
def content() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(canonical_json(report(reflective_fit())))
    return found


def test_the_fixed_keys_are_there(content: dict[str, Any]) -> None:
    assert {"target", "drivers", "agreement", "importance_performance", "stakes", "segments"} <= set(content)
    assert {"log_loss", "baselines", "calibration"} <= set(content["validation"])
    assert {"held_out", "predictive"} <= set(content["validation"])
    assert content["target"]["name"] == "loyalty"
    for row in content["drivers"]:
        assert {"name", "level", "observe", "do", "rank", "direct", "information", "curve", "hidden_cause"} <= set(row)
        assert {"effect", "low", "high", "class_low", "class_high"} <= set(row["do"])
        assert {"value", "low", "high"} <= set(row["rank"])
    assert {row["group"] for row in content["segments"]["given"]["rows"]} == {"A", "B"}


def test_every_stake_has_intervals_and_a_sentence(content: dict[str, Any]) -> None:
    for row in content["stakes"]["rows"]:
        for key in ("dissatisfied", "turnover", "step_up"):
            assert row[key]["low"] <= row[key]["value"] <= row[key]["high"]
        assert row["name"] in row["sentence"]
    assert "no survey can prove" in content["stakes"]["sentence"]


def fitted(folder: Path, *options: str, plan: SurveyPlan) -> tuple[int, Path]:
    (folder / "survey").mkdir()
    write_survey(simulate_survey(plan), folder / "survey")
    files = [str(folder / "survey" / "answers.csv"), "--codebook", str(folder / "survey" / "codebook.toml")]
    quick = ["--replicates", "10", "--folds", "2", "--out", str(folder / "out")]
    return main(["fit", *files, *quick, *options]), folder / "out"


def test_few_answers_tell_what_goes_with_what_and_not_what_moving_it_would_do(tmp_path: Path) -> None:
    code, out = fitted(tmp_path, "--target", "q08", plan=SurveyPlan("monotone", 150, 8, turnover=True, seed=3))
    assert code == 0
    content = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert all(row["do"]["effect"] is None and row["rank"] is None for row in content["drivers"])
    for level in ("construct", "item"):
        observed = [abs(row["observe"]["effect"]) for row in content["drivers"] if row["level"] == level]
        assert observed == sorted(observed, reverse=True)
    assert all("Moving" not in row["sentence"] for row in content["drivers"])
    assert content["stakes"] is None
    assert content["importance_performance"] is None
    assert content["agreement"] == []
    assert any("cannot tell what moving a driver would do" in warning for warning in content["warnings"])


def test_an_unknown_target_ends_with_a_sentence_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = fitted(tmp_path, "--target", "loyality", plan=SurveyPlan("reflective", 150, 12, seed=3))
    assert code == 2
    assert "'loyality' is no construct and no item of the codebook: choose from image" in capsys.readouterr().err
    assert not out.exists()
