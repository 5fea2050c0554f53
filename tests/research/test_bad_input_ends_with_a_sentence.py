"""Whatever is wrong with the input, the command line says it in one sentence, exits with 2 and writes nothing."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from research.__main__ import main
from research.simulate import SurveyPlan, simulate_survey, write_survey

RESPONDENTS = 120


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    """A folder with answers.csv and codebook.toml of eight items, q01 to q08, in four tiers."""
    folder = tmp_path / "survey"
    folder.mkdir()
    write_survey(simulate_survey(SurveyPlan("monotone", RESPONDENTS, 8, weights=True, seed=1)), folder)
    return folder


def refused(survey: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """Run fit; the one line it says after exit code 2, having written nothing."""
    out = survey.parent / "out"
    arguments = [str(survey / "answers.csv"), "--codebook", str(survey / "codebook.toml"), "--out", str(out)]
    assert main(["fit", *arguments, *options]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert sorted(path.name for path in survey.parent.iterdir()) == ["survey"]
    return told.err


def edit(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


def set_cell(survey: Path, row: int, column: str, value: str) -> None:
    """Replace one cell of answers.csv; rows count from 1 below the header."""
    lines = (survey / "answers.csv").read_text(encoding="utf-8").splitlines()
    cells = lines[row].split(",")
    cells[lines[0].replace('"', "").split(",").index(column)] = value
    lines[row] = ",".join(cells)
    (survey / "answers.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def add_edge(survey: Path, source: str, target: str) -> None:
    rule = f'\n[[edge]]\nfrom = "{source}"\nto = "{target}"\nrule = "required"\n'
    edit(survey / "codebook.toml", lambda text: text + rule)


CODEBOOK_FAULTS: dict[str, tuple[Callable[[str], str], list[str]]] = {
    "a column named twice": (lambda text: text.replace('"q02"', '"q01"', 1), ["'q01' is named twice", "remove one"]),
    "a column that is not there": (lambda text: text.replace('"q02"', '"q99"', 1), ["'q99'", "no column", "remove"]),
    "an item with one state": (lambda text: text.replace("[1, 2, 3, 4, 5]", "[1]", 1), ["'q01'", "two states"]),
    "an item left out": (lambda text: text.replace('[[item]]\nname = "q08"', '[[ite]]\nname = "q08"'), ["'ite'"]),
    "no TOML": (lambda text: text.replace("[survey]", "[survey"), ["not valid TOML"]),
    "400 items": (
        lambda text: text + "".join(f'\n[[item]]\nname = "x{i}"\nstates = [1, 2]\n' for i in range(392)),
        ["400 items", "at most 64", "keep the items"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", CODEBOOK_FAULTS)
def test_a_faulty_codebook(fault: str, survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change, facts = CODEBOOK_FAULTS[fault]
    edit(survey / "codebook.toml", change)
    told = refused(survey, capsys)
    assert [fact for fact in facts if fact not in told] == []


def test_a_codebook_that_lacks_a_column_of_the_answers(survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(survey / "codebook.toml", lambda text: text[: text.rindex("[[item]]")])
    assert "Column 'q08' of the answers has the same states as item" in refused(survey, capsys)


def test_a_state_out_of_range(survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_cell(survey, 17, "q03", "6")
    told = refused(survey, capsys, "--id", "id")
    assert "Row 17 (id R000017), column 'q03': '6' is no state" in told
    assert "correct the answer" in told


def test_an_item_nobody_answered(survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for row in range(1, RESPONDENTS + 1):
        set_cell(survey, row, "q04", "")
    assert "Column 'q04' has no answer at all: remove" in refused(survey, capsys)


def test_an_item_everybody_answered_alike(survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for row in range(1, RESPONDENTS + 1):
        set_cell(survey, row, "q04", "5")
    assert "Column 'q04' has one state only, 5" in refused(survey, capsys)


def test_a_weight_below_zero(survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_cell(survey, 9, "weight", "-0.5")
    assert "Row 9, column 'weight': '-0.5' is no weight" in refused(survey, capsys, "--weight", "weight")


def test_an_edge_against_the_tiers(survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_edge(survey, "q08", "q01")
    assert "'q08' -> 'q01' goes from tier 3 back to tier 0" in refused(survey, capsys)


def test_edges_in_a_circle(survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add_edge(survey, "q01", "q02")
    add_edge(survey, "q02", "q01")
    assert "make a circle" in refused(survey, capsys)


def test_more_required_causes_than_parents_allowed(survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for source in ("q01", "q02", "q03"):
        add_edge(survey, source, "q08")
    assert "'q08' has 3 required causes (q01, q02, q03) and may have 2" in refused(survey, capsys)


def test_fewer_than_50_answers(survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(survey / "answers.csv", lambda text: "\n".join(text.splitlines()[:50]) + "\n")
    assert "49 respondents" in refused(survey, capsys)


def test_a_weight_column_that_is_not_there(survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "--weight names 'w'" in refused(survey, capsys, "--weight", "w")


def test_an_output_folder_that_is_a_file(survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = survey / "answers.csv"
    before = out.read_bytes()
    assert "is a file: name a folder" in refused(survey, capsys, "--out", str(out))
    assert out.read_bytes() == before


def test_a_draft_never_overwrites_a_codebook(survey: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (survey / "codebook.toml").read_text(encoding="utf-8")
    assert main(["codebook", str(survey / "answers.csv"), "--out", str(survey / "codebook.toml")]) == 2
    assert "may hold your corrections" in capsys.readouterr().err
    assert (survey / "codebook.toml").read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    ("arguments", "fact"),
    [
        (["simulate", "--items", "3", "--out", "x"], "'3' is not a whole number from 6 to 64"),
        (["simulate", "--missing", "1.5", "--out", "x"], "'1.5' is not a share"),
        (["simulate", "--kind", "magic", "--out", "x"], "invalid choice: 'magic'"),
        (["fit", "answers.csv"], "required: --codebook, --out"),
        ([], "required: COMMAND"),
    ],
)
def test_a_wrong_option(arguments: list[str], fact: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert fact in told
    assert told.count("\n") == 1


def test_a_real_process_says_one_sentence_and_exits_with_2(survey: Path) -> None:
    set_cell(survey, 5, "q01", "seven")
    command = [sys.executable, "-m", "research", "fit", str(survey / "answers.csv")]
    options = ["--codebook", str(survey / "codebook.toml"), "--out", str(survey.parent / "out")]
    ended = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("Row 5, column 'q01': 'seven' is no state of the item (1, 2, 3, 4, 5)")
    assert not (survey.parent / "out").exists()
