"""Every notebook's source runs from top to bottom, with warnings as errors."""

import runpy
from pathlib import Path

import pyarrow.parquet
import pytest

from research import fit, shipped
from research.answers import Answers
from research.fit import Fit, FitSettings, fit_survey
from tests.notebooks.pairs import sources

SOURCES = pytest.mark.parametrize("source", sources(), ids=lambda source: source.stem)
REPLICATES = ("replicates=100", "replicates=8, imputations=2, rounds=1, folds=2")
ONE_OF = 10


@SOURCES
def test_a_notebook_runs_from_top_to_bottom_on_a_tenth_of_the_answers(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = source.read_text(encoding="utf-8")
    assert ("FitSettings(" in written) == (REPLICATES[0] in written)
    short = tmp_path / source.name
    short.write_text(written.replace(*REPLICATES), encoding="utf-8")
    survey = few_answers(tmp_path)
    monkeypatch.setattr(shipped, "shipped_folder", lambda _name: survey)
    monkeypatch.setattr(fit, "fit_survey", fitted_once)
    runpy.run_path(str(short))


_FITS: dict[tuple[str, FitSettings], Fit] = {}


def fitted_once(answers: Answers, settings: FitSettings) -> Fit:
    """The fit of the package; two notebooks ask for the very same."""
    asked = (answers.data_sha256, settings)
    if asked not in _FITS:
        _FITS[asked] = fit_survey(answers, settings)
    return _FITS[asked]


def few_answers(folder: Path) -> Path:
    """The survey that ships, thinned out."""
    whole = shipped.shipped_folder("attachment")
    answers = pyarrow.parquet.read_table(whole / "answers.parquet")
    pyarrow.parquet.write_table(answers.take(list(range(0, len(answers), ONE_OF))), folder / "answers.parquet")
    (folder / "codebook.toml").write_bytes((whole / "codebook.toml").read_bytes())
    return folder


@pytest.mark.slow
@SOURCES
def test_a_notebook_runs_from_top_to_bottom(source: Path) -> None:
    runpy.run_path(str(source))
