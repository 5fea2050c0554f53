"""Whatever is wrong with a target, its segments, its turnover or customers to score is said in one sentence."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from research.__main__ import main
from research.simulate import SurveyPlan, simulate_survey, write_survey

SMALL = ("--replicates", "10", "--folds", "2")
RESPONDENTS = 260


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    """Eight items in four tiers, with segments and turnover."""
    folder = tmp_path / "survey"
    folder.mkdir()
    plan = SurveyPlan("monotone", RESPONDENTS, 8, segments=2, turnover=True, seed=1)
    write_survey(simulate_survey(plan), folder)
    return folder


def fitted(survey: Path, *options: str) -> int:
    files = [str(survey / "answers.csv"), "--codebook", str(survey / "codebook.toml")]
    return main(["fit", *files, *SMALL, *options, "--out", str(survey.parent / "out")])


def refused(survey: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """The one line a fit says after exit code 2, having written nothing."""
    assert fitted(survey, *options) == 2
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert sorted(path.name for path in survey.parent.iterdir()) == ["survey"]
    return told.err


def set_cells(survey: Path, column: str, value: Callable[[int, str], str]) -> None:
    """Replace the cells of a column; rows count from 1 below the header."""
    header, *rows = [line.split(",") for line in (survey / "answers.csv").read_text(encoding="utf-8").splitlines()]
    place = [name.strip('"') for name in header].index(column)
    for number, row in enumerate(rows, start=1):
        row[place] = value(number, row[place])
    text = "\n".join(",".join(row) for row in [header, *rows])
    (survey / "answers.csv").write_text(text + "\n", encoding="utf-8")


def test_an_unknown_target(survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = refused(survey, capsys, "--target", "q9")
    assert "The target 'q9' is no construct and no item of the codebook: choose from q01, q02" in told


def test_a_target_of_one_state(survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_cells(survey, "q08", lambda row, cell: "4")
    told = refused(survey, capsys, "--target", "q08")
    assert "Column 'q08' has one state only, 4 in all 260 answers" in told
    assert "remove the [[item]]" in told


def test_a_target_that_nothing_can_precede(survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = (survey / "codebook.toml").read_text(encoding="utf-8")
    later = re.sub(r"tier = (\d)", lambda found: f"tier = {int(found[1]) + 1}", book)
    (survey / "codebook.toml").write_text(later.replace("tier = 1", "tier = 0", 1), encoding="utf-8")
    told = refused(survey, capsys, "--target", "q01")
    assert "Nothing can precede the target 'q01'" in told
    assert "Choose a target of a later tier" in told


def test_turnover_with_text_in_it(survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_cells(survey, "turnover", lambda row, cell: "a lot" if row == 9 else cell)
    told = refused(survey, capsys, "--target", "q08", "--turnover", "turnover")
    assert "Row 9, column 'turnover': 'a lot' is no turnover: write a plain number" in told


def test_a_segment_of_twelve_people_is_left_out_in_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "survey"
    folder.mkdir()
    plan = SurveyPlan("monotone", 420, 8, segments=2, turnover=True, seed=1)
    write_survey(simulate_survey(plan), folder)
    set_cells(folder, "segment", lambda row, cell: "few" if row <= 12 else cell)
    assert fitted(folder, "--target", "q08", "--segment", "segment", "--turnover", "turnover") == 0
    content = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert {row["group"] for row in content["segments"]["given"]["rows"]} == {"A", "B"}
    assert {row["segment"] for row in content["stakes"]["rows"]} == {None, "A", "B"}
    told = [warning for warning in content["warnings"] if "'few' has 12 respondents" in warning]
    assert any("collect at least 100" in warning for warning in told)
    assert any("join it with another segment" in warning for warning in told)


CUSTOMERS = {
    "an unknown state": ("id,q01\na,5\nb,9\n", "Row 2 (id b), column 'q01': '9' is no state of the item"),
    "a row without an answer": ("id,q01\na,5\nb,\n", "Row 2 (id b)"),
    "no column of an item": ("id,other\na,5\n", "no column of an item (q01, "),
    "no row": ("id,q01\n", "has no row"),
}


@pytest.fixture(scope="module")
def fit_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scored") / "survey"
    folder.mkdir()
    write_survey(simulate_survey(SurveyPlan("monotone", RESPONDENTS, 8, seed=1)), folder)
    assert fitted(folder, "--target", "q08") == 0
    return folder.parent


def test_customers_are_scored_by_the_items_where_these_foretell_better(fit_folder: Path, tmp_path: Path) -> None:
    report = json.loads((fit_folder / "out" / "report.json").read_text(encoding="utf-8"))
    report["validation"]["foretold_by"] = "item"
    (tmp_path / "report.json").write_text(json.dumps(report), encoding="utf-8")
    shutil.copy(fit_folder / "out" / "network.bif", tmp_path)
    scores = tmp_path / "scored.parquet"
    customers = "id,q05,q06,q07\na,5,5,5\nb,1,1,1\n"
    assert score(fit_folder, customers, "--fit", str(tmp_path), "--out", str(scores)) == 0
    high, low = pq.read_table(scores).to_pylist()
    assert sum(high[f"p_{state}"] for state in range(1, 6)) == pytest.approx(1)
    assert abs(high["expected"] - low["expected"]) > 0.3
    assert high["reason_1"] in {"q05", "q06", "q07"}


@pytest.mark.parametrize("fault", CUSTOMERS)
def test_customers_who_cannot_be_scored(fault: str, fit_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, fact = CUSTOMERS[fault]
    assert score(fit_folder, text) == 2
    told = capsys.readouterr()
    assert fact in told.err
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert not [path.name for path in fit_folder.iterdir() if "scores" in path.name]


def test_a_report_that_is_no_report_and_a_folder_that_is_not_there(
    fit_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert score(fit_folder, "id,q01\na,5\n", "--fit", str(tmp_path)) == 2
    assert "holds no fit" in capsys.readouterr().err
    (tmp_path / "report.json").write_text("{", encoding="utf-8")
    assert score(fit_folder, "id,q01\na,5\n", "--fit", str(tmp_path)) == 2
    assert "is not what `fit` wrote" in capsys.readouterr().err
    assert score(fit_folder, "id,q01\na,5\n", "--out", str(tmp_path / "none" / "scores.parquet")) == 2
    assert "name another file" in capsys.readouterr().err


def score(folder: Path, text: str, *options: str) -> int:
    (folder / "customers.csv").write_text(text, encoding="utf-8")
    files = [str(folder / "customers.csv"), "--codebook", str(folder / "survey" / "codebook.toml"), "--id", "id"]
    return main(["score", *files, "--fit", str(folder / "out"), "--out", str(folder / "scores.parquet"), *options])
