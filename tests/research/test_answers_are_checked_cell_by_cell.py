"""Answers are read from CSV or Parquet, gaps kept apart, and every wrong cell refused with row, column and remedy."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from research.answers import Answers, ColumnRoles, read_answers
from research.codebook import parse_codebook
from research.errors import AnswersError

CODEBOOK = parse_codebook(
    {
        "survey": {"missing": ["-99"], "not_applicable": ["-98"], "ignore": ["comment"]},
        "item": [
            {"name": "a", "states": [1, 2, 3]},
            {"name": "b", "states": ["low", "high"], "direction": "down"},
        ],
    }
)
GOOD = "a,b,w\n1,low,1\n2.0,high,2\n-99,low,0\n,-98,1\n3,high,1\n"


def read(folder: Path, text: str, roles: ColumnRoles | None = None) -> Answers:
    path = folder / "answers.csv"
    path.write_text(text, encoding="utf-8")
    return read_answers(path, CODEBOOK, roles)


def test_states_missing_and_not_applicable_are_told_apart(tmp_path: Path) -> None:
    answers = read(tmp_path, GOOD, ColumnRoles(weight="w"))
    np.testing.assert_array_equal(answers.codes, [[0, 0], [1, 1], [-1, 0], [-1, -1], [2, 1]])
    np.testing.assert_array_equal(np.argwhere(answers.not_applicable), [[3, 1]])
    np.testing.assert_array_equal(np.argwhere(answers.missing), [[2, 0], [3, 0]])
    np.testing.assert_array_equal(answers.oriented()[:, 1], [1, 0, 1, np.nan, 0])
    assert answers.data_sha256 == hashlib.sha256(GOOD.encode()).hexdigest()


def test_weights_count_as_many_answers_as_there_effectively_are(tmp_path: Path) -> None:
    answers = read(tmp_path, GOOD, ColumnRoles(weight="w"))
    assert answers.n_eff == pytest.approx(25 / 7)
    assert answers.scaled_weights.sum() == pytest.approx(25 / 7)


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_other_separators_and_a_byte_order_mark_read_the_same(tmp_path: Path, separator: str) -> None:
    expected = read(tmp_path, GOOD).codes
    text = "\ufeff" + GOOD.replace(",", separator).replace("\n", "\r\n")
    np.testing.assert_array_equal(read(tmp_path, text).codes, expected)


def test_parquet_with_floats_for_gaps_reads_the_same(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1, 2.0, None, None, 3], "b": ["low", "high", "low", "-98", "high"]})
    frame.to_parquet(tmp_path / "answers.parquet")
    np.testing.assert_array_equal(
        read_answers(tmp_path / "answers.parquet", CODEBOOK).codes, read(tmp_path, GOOD).codes
    )


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (GOOD.replace("3,high", "7,high"), ["Row 5", "'a'", "'7'", "correct the answer"]),
        (GOOD.replace(",b,", ",c,"), ["'b'", "no column", "remove the [[item]]"]),
        (GOOD.replace(",w", ",a"), ["two columns 'a'"]),
        (GOOD.replace("high", "low"), ["'b'", "one state only", "remove the [[item]]"]),
        (GOOD.replace("high", "").replace("low", ""), ["'b'", "no answer at all"]),
        (GOOD.replace("2.0,high,2", "2.0,high"), ["regular CSV", "Expected 3 columns, got 2"]),
        ("a,b\n", ["no row"]),
        ("", ["no header"]),
        ("a,b,q\n1,low,1\n2,high,3\n3,low,2\n", ["'q'", "same states as item 'a'", "ignore"]),
    ],
)
def test_a_table_that_does_not_fit_is_refused(tmp_path: Path, text: str, facts: list[str]) -> None:
    with pytest.raises(AnswersError) as refusal:
        read(tmp_path, text)
    assert [fact for fact in facts if fact not in str(refusal.value)] == []


@pytest.mark.parametrize(
    ("value", "role"),
    [("-1", "weight"), ("heavy", "weight"), ("", "weight"), ("inf", "weight"), ("nan", "weight"),
     ("-3", "duration"), ("1 000", "turnover")],
)  # fmt: skip
def test_a_number_out_of_range_is_refused_with_its_row(tmp_path: Path, value: str, role: str) -> None:
    with pytest.raises(AnswersError) as refusal:
        read(tmp_path, GOOD.replace("high,2", f"high,{value}"), ColumnRoles(**{role: "w"}))
    assert "Row 2, column 'w'" in str(refusal.value)


def test_the_id_of_a_refused_row_is_told(tmp_path: Path) -> None:
    with pytest.raises(AnswersError, match=r"Row 2 \(id X2\), column 'b'"):
        read(tmp_path, "id,a,b\nX1,1,low\nX2,2,lowish\n", ColumnRoles(id="id"))


def test_a_role_that_names_no_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AnswersError, match="--segment names 'region'"):
        read(tmp_path, GOOD, ColumnRoles(segment="region"))


def test_a_column_nobody_asked_for_is_told_and_an_ignored_one_is_not(tmp_path: Path) -> None:
    answers = read(tmp_path, "a,b,comment,town\n1,low,x,Lyon\n2,high,y,Nantes\n")
    assert answers.unknown_columns == ("town",)


def test_text_that_is_not_utf8_and_damaged_parquet_are_refused(tmp_path: Path) -> None:
    (tmp_path / "latin.csv").write_bytes("a,b\n1,\xe9t\xe9\n".encode("latin-1"))
    (tmp_path / "damaged.parquet").write_bytes(b"PAR1 and nothing more")
    for name, fact in (
        ("latin.csv", "not UTF-8"),
        ("damaged.parquet", "damaged Parquet"),
        ("none.csv", "cannot be read"),
    ):
        with pytest.raises(AnswersError, match=fact):
            read_answers(tmp_path / name, CODEBOOK)
