"""`fit` writes the page with the report, in the language asked for; `page` writes it again from the report alone."""

import json
from pathlib import Path

import pytest

from research.__main__ import main
from research.simulate import SurveyPlan, simulate_survey, write_survey


def fit(folder: Path, *options: str) -> int:
    if not (folder / "survey").exists():
        (folder / "survey").mkdir()
        write_survey(simulate_survey(SurveyPlan("monotone", 120, 6, seed=3)), folder / "survey")
    survey = [str(folder / "survey" / "answers.csv"), "--codebook", str(folder / "survey" / "codebook.toml")]
    return main(["fit", *survey, "--target", "q06", "--replicates", "8", "--folds", "2", *options])


def test_the_language_changes_the_page_and_not_a_byte_of_the_report(tmp_path: Path) -> None:
    english, french = tmp_path / "en", tmp_path / "fr"
    assert fit(tmp_path, "--out", str(english)) == 0
    assert fit(tmp_path, "--lang", "fr", "--out", str(french)) == 0
    assert (english / "report.json").read_bytes() == (french / "report.json").read_bytes()
    assert '<html lang="en">' in (english / "report.html").read_text(encoding="utf-8")
    assert '<html lang="fr">' in (french / "report.html").read_text(encoding="utf-8")

    assert main(["page", str(english), "--lang", "fr"]) == 0
    assert (english / "report.html").read_bytes() == (french / "report.html").read_bytes()


def test_a_folder_without_a_report_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["page", str(tmp_path)]) == 2
    assert "name a folder a fit was written into" in capsys.readouterr().err
    (tmp_path / "report.json").write_text("{")
    assert main(["page", str(tmp_path)]) == 2
    assert "is no JSON" in capsys.readouterr().err
    (tmp_path / "report.json").write_text(json.dumps({"survey": {}}))
    assert main(["page", str(tmp_path)]) == 2
    assert "lacks labels" in capsys.readouterr().err
    assert not (tmp_path / "report.html").exists()


def test_a_language_nobody_speaks_here_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        fit(tmp_path, "--lang", "de", "--out", str(tmp_path / "out"))
    assert "choose from" in capsys.readouterr().err
