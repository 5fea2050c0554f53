"""The survey that ships is the one `simulate` draws for the plan beside it, and its codebook is ready to be used."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest

from research.__main__ import main
from research.answers import Answers, ColumnRoles, read_answers
from research.codebook import read_codebook
from research.codebook.writing import codebook_text
from research.errors import SettingsError
from research.shipped import SHIPPED, shipped_folder
from research.simulate import SurveyPlan, simulate_survey, write_survey
from research.terminal.options import BAD_INPUT

ATTACHMENT = shipped_folder("attachment")


@pytest.fixture(scope="module")
def answers() -> Answers:
    roles = ColumnRoles(weight="weight", segment="segment", id="id", duration="duration_s", turnover="turnover")
    return read_answers(ATTACHMENT / "answers.parquet", read_codebook(ATTACHMENT / "codebook.toml"), roles)


@pytest.mark.parametrize("name", SHIPPED)
def test_the_plan_beside_the_answers_draws_them_again(name: str, tmp_path: Path) -> None:
    folder = shipped_folder(name)
    codebook = read_codebook(folder / "codebook.toml")
    plan = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["plan"] | {"codebook": codebook}
    write_survey(simulate_survey(SurveyPlan(**plan)), tmp_path, "parquet")
    for file in ("codebook.toml", "truth.json"):
        assert (tmp_path / file).read_bytes() == (folder / file).read_bytes()
    again, shipped = (pyarrow.parquet.read_table(place / "answers.parquet") for place in (tmp_path, folder))
    assert again.equals(shipped)


def test_two_segments_of_3_000_are_equally_loyal_for_different_reasons(answers: Answers) -> None:
    assert answers.codes.shape == (6_000, 24)
    assert 0.04 < answers.missing.mean() < 0.07
    assert answers.turnover is not None
    assert answers.segments is not None
    loyalty = answers.oriented()[:, list(answers.codebook.constructs["loyalty"])]
    first, second = (np.nanmean(loyalty[answers.segments == segment]) for segment in ("A", "B"))
    assert abs(first - second) < 0.1
    truth = json.loads((ATTACHMENT / "truth.json").read_text(encoding="utf-8"))["segments"]
    strongest = [max(own["paths"], key=lambda path: (path["to"] == "loyalty") * path["value"])["from"] for own in truth]
    assert strongest == ["trust", "recognition"]


def test_every_question_and_construct_has_words_in_both_languages() -> None:
    codebook = read_codebook(ATTACHMENT / "codebook.toml")
    assert {"love", "pulse", "trust"} <= set(codebook.constructs)
    for label in (*(item.label for item in codebook.items), *codebook.construct_labels.values()):
        assert set(label) == {"en", "fr"}
        assert all(label.values())
    assert set(codebook.construct_labels) == set(codebook.constructs)


def test_the_command_line_prints_a_shipped_codebook_ready_for_use() -> None:
    command = [sys.executable, "-m", "research", "codebook", "--shipped", "attachment"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert printed.stdout == codebook_text(read_codebook(ATTACHMENT / "codebook.toml"))


def test_a_survey_that_does_not_ship_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match=r"'love'.*attachment"):
        shipped_folder("love")


def test_questions_of_a_codebook_and_a_kind_of_questions_are_not_simulated_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = str(ATTACHMENT / "codebook.toml")
    command = ["simulate", "--codebook", questions, "--kind", "tables", "--out", str(tmp_path / "out")]
    assert main(command) == BAD_INPUT
    assert "leave --kind and --items out" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
