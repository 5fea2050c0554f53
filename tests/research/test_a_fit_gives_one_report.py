"""A fit writes a report with its fixed keys and a network others open, the same bytes however it is run."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from research.__main__ import main
from research.networks.bif import read_bif
from research.simulate import SurveyPlan, simulate_survey, write_survey

SMALL = ("--replicates", "12", "--imputations", "3", "--folds", "2", "--seed", "5")


def written(folder: Path, plan: SurveyPlan) -> list[str]:
    """Write a survey; the arguments that name its files."""
    folder.mkdir()
    write_survey(simulate_survey(plan), folder)
    return [str(folder / "answers.csv"), "--codebook", str(folder / "codebook.toml")]


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    plan = SurveyPlan("reflective", 400, 12, 0.1, "answers", weights=True, careless_share=0.02, seed=2)
    return [*written(tmp_path_factory.mktemp("fit") / "survey", plan), "--weight", "weight", "--id", "id"]


@pytest.fixture(scope="module")
def folder(survey: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("fit") / "out"
    assert main(["fit", *survey, *SMALL, "--workers", "1", "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="module")
def report(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return content


def test_the_fixed_keys_are_there(report: dict[str, Any], survey: list[str]) -> None:
    assert {"survey", "reliability", "network", "validation", "provenance", "warnings"} <= set(report)
    assert {"respondents", "n_eff", "data_sha256", "missing_share"} <= set(report["survey"])
    assert report["survey"]["respondents"] == 400
    assert 250 < report["survey"]["n_eff"] < 400
    assert set(report["reliability"]) == {"image", "expectation", "quality", "value", "satisfaction", "loyalty"}
    assert set(report["indices"]) == set(report["reliability"])
    assert all(0 < index["low"] < index["value"] < index["high"] < 100 for index in report["indices"].values())
    for figures in report["reliability"].values():
        for estimate in (figures["alpha"], figures["omega"]):
            assert estimate["low"] < estimate["value"] < estimate["high"]
    assert {"versions", "seed", "settings"} <= set(report["provenance"])
    assert report["provenance"]["seed"] == 5


def test_every_edge_says_its_level_strength_direction_and_likelihood(report: dict[str, Any]) -> None:
    edges = report["network"]["edges"]
    assert {edge["level"] for edge in edges} == {"item", "construct"}
    for edge in edges:
        assert set(edge) == {"from", "to", "level", "strength", "direction", "score"}
        assert 0 <= edge["strength"] <= 1
        assert edge["direction"] is None or 0 <= edge["direction"] <= 1
        assert edge["score"] in {"table", "linear", "dummies", "gaussian"}


def test_what_explains_a_construct_is_said_by_both_methods(report: dict[str, Any]) -> None:
    explained = report["constructs"]["explained"]
    assert set(explained["loyalty"]) == {"factor_network", "path_model"}
    for estimate in explained["loyalty"].values():
        assert 0.2 < estimate["low"] < estimate["value"] < estimate["high"] <= 1


def test_what_was_imputed_is_counted(report: dict[str, Any]) -> None:
    cells = 400 * 12
    assert sum(report["survey"]["imputed"].values()) == round(report["survey"]["missing_share"] * cells)
    assert any("were imputed, 3 times over" in warning for warning in report["warnings"])


def test_validation_compares_with_saturated_tables_and_independence(report: dict[str, Any]) -> None:
    held_out = report["validation"]["held_out"]
    assert held_out["network"] > held_out["independence"]
    assert held_out["over_saturated"]["low"] < held_out["over_saturated"]["high"]
    predictive = report["validation"]["predictive"]
    assert predictive["pairs"] == 66
    assert len(predictive["worst"]) == 10
    assert {"first", "second", "observed", "predicted", "p_value"} <= set(predictive["worst"][0])


def test_nothing_in_the_report_names_a_path_or_a_worker(folder: Path, survey: list[str]) -> None:
    text = (folder / "report.json").read_text(encoding="utf-8")
    assert str(Path(survey[0]).parent) not in text
    assert "worker" not in text


def test_the_network_opens_again_with_the_edges_of_the_report(folder: Path, report: dict[str, Any]) -> None:
    network = read_bif(folder / "network.bif")
    read = {
        (network.names[parent], network.names[child])
        for child, parents in enumerate(network.parents)
        for parent in parents
    }
    assert read == {(edge["from"], edge["to"]) for edge in report["network"]["edges"] if edge["level"] == "item"}


# The same with a target, for two workers, is in every run: test_a_target_is_told_in_the_same_bytes.py.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("hash_seed", "options"),
    [("1", ("--workers", "2")), ("2", ("--workers", "2", "--backend", "dask"))],
    ids=["two workers in another process", "a Dask cluster of two processes"],
)
def test_the_bytes_are_the_same(
    hash_seed: str, options: tuple[str, ...], survey: list[str], folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "research", "fit", *survey, *SMALL, *options, "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PYTHONHASHSEED": hash_seed})
    for name in ("report.json", "network.bif"):
        assert (out / name).read_bytes() == (folder / name).read_bytes()


def test_another_seed_gives_another_report(survey: list[str], folder: Path, tmp_path: Path) -> None:
    assert main(["fit", *survey, *SMALL[:-1], "6", "--out", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "report.json").read_bytes() != (folder / "report.json").read_bytes()


def test_a_report_of_few_answers_refuses_in_plain_words(tmp_path: Path) -> None:
    survey = written(tmp_path / "survey", SurveyPlan("monotone", 120, 8, seed=3))
    assert main(["fit", *survey, *SMALL, "--out", str(tmp_path / "out")]) == 0
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert len(report["refusals"]) == 4
    assert report["warnings"][:4] == report["refusals"]
    tier = {f"q{number:02d}": tier for number, tier in enumerate((0, 0, 1, 1, 1, 2, 2, 3), start=1)}
    inside = [edge for edge in report["network"]["edges"] if tier.get(edge["from"]) == tier.get(edge["to"], -1)]
    assert all(edge["direction"] is None for edge in inside)


def test_respondents_without_any_answer_are_left_out_and_counted(tmp_path: Path) -> None:
    survey = written(tmp_path / "survey", SurveyPlan("monotone", 350, 8, seed=3))
    answers = Path(survey[0])
    answers.write_text(answers.read_text(encoding="utf-8") + "R9,100" + "," * 8 + "\n", encoding="utf-8")
    assert main(["fit", *survey, *SMALL, "--out", str(tmp_path / "out")]) == 0
    report = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert (report["survey"]["respondents"], report["survey"]["left_out"]) == (350, 1)
    assert report["survey"]["imputed"] == {}
    assert any("1 respondents answered no item" in warning for warning in report["warnings"])


def test_a_terminal_without_a_person_gets_plain_lines(
    survey: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fit", *survey, *SMALL, "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr()
    assert "Learning replicates: 12 of 12\n" in told.err
    assert "\r" not in told.err
    assert "Between constructs" in told.out
