"""A report is the same bytes for the same content, and its folder appears whole or not at all."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from research.errors import OutputError
from research.output import canonical_json, whole_folder


@dataclass(frozen=True)
class Finding:
    name: str
    values: tuple[float, ...]


def test_equal_content_is_equal_bytes_whatever_the_order_and_type() -> None:
    first = canonical_json({"b": np.float64(0.1) + 0.2, "a": Finding("é", (1.0, -0.0)), "c": np.array([1, 2], np.int8)})
    again = canonical_json({"c": [1, 2], "a": {"values": [1.0, 0.0], "name": "é"}, "b": 0.3})
    assert first == again


def test_what_cannot_be_computed_is_null() -> None:
    assert json.loads(canonical_json({"x": float("nan"), "y": [np.inf, np.True_]})) == {"x": None, "y": [None, True]}


def test_a_value_a_report_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="set"):
        canonical_json({"x": {1, 2}})


def test_a_new_folder_appears_with_all_its_files(tmp_path: Path) -> None:
    with whole_folder(tmp_path / "deep" / "out") as stage:
        (stage / "report.json").write_text("{}")
        assert not (tmp_path / "deep" / "out").exists()
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]
    assert (tmp_path / "deep" / "out" / "report.json").read_text() == "{}"


def test_after_a_failure_nothing_is_left_and_the_old_report_stands(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "report.json").write_text("old")
    with pytest.raises(ZeroDivisionError), whole_folder(out) as stage:
        (stage / "report.json").write_text("new")
        raise ZeroDivisionError
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (out / "report.json").read_text() == "old"


def test_files_that_are_not_ours_stay_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "report.json").write_text("old")
    with whole_folder(tmp_path) as stage:
        (stage / "report.json").write_text("new")
    assert (tmp_path / "report.json").read_text() == "new"
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    with pytest.raises(OutputError, match="is a file"), whole_folder(tmp_path / "out"):
        raise AssertionError("nothing may be computed for a folder that cannot be written")
