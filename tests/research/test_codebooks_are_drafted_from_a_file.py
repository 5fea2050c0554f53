"""A draft codebook finds the items, their states and constructs, and leaves what it cannot know to a person."""

import tomllib
from pathlib import Path

import pytest

from research.answers import read_answers
from research.codebook import parse_codebook
from research.codebook.drafting import draft_codebook
from research.codebook.writing import codebook_text
from research.errors import AnswersError
from research.snapshots import read_snapshot

TABLE = """id,imag1,imag2,age,rest
R1,1,5,young,0.123
R2,2,NA,old,0.2
R3,5,4,old,0.3
R4,2,4,middle,0.4
R5,2,4,middle,0.5
R6,2,4,middle,0.6
R7,2,4,middle,0.7
R8,2,4,middle,0.8
R9,2,4,middle,0.9
R10,2,4,middle,1.9
R11,2,4,middle,2.9
R12,2,4,middle,3.9
"""


def test_a_draft_reads_back_and_fits_its_own_answers(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text(TABLE)
    draft = draft_codebook(read_snapshot(path), "Draft")
    assert parse_codebook(tomllib.loads(codebook_text(draft))) == draft
    assert draft.names == ("imag1", "imag2", "age")
    assert draft.items[0].states == draft.items[1].states == (1, 2, 3, 4, 5)
    assert draft.constructs == {"imag": (0, 1)}
    assert draft.missing == ("", "NA")
    assert draft.ignore == ("id", "rest")
    assert read_answers(path, draft).unknown_columns == ()


def test_a_file_without_items_is_refused(tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text("id,x\n" + "".join(f"{i},{i / 7}\n" for i in range(30)))
    with pytest.raises(AnswersError, match="Only 0 columns"):
        draft_codebook(read_snapshot(tmp_path / "answers.csv"), "Draft")
