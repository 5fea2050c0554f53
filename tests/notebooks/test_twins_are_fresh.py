"""The executed twin of every notebook is its source's, ran without an error, and says nothing it should not."""

import json
import re
import socket
import sys
import tempfile
from pathlib import Path

import pytest

from research.shipped import shipped_folder
from tests.notebooks.pairs import FOLDER, read_source, read_twin, source_hash, sources, twin

SOURCES = pytest.mark.parametrize("source", sources(), ids=lambda source: source.stem)
REMEDY = "run `make notebooks`"
PERSONAL = re.compile(r"\bR\d{6}\b|[\w.]+@[\w-]+\.\w+|\+33\d{9}")


def test_every_source_has_its_twin_and_every_twin_its_source() -> None:
    assert [twin(source) for source in sources()] == sorted(FOLDER.glob("*.ipynb"))


@SOURCES
def test_the_pair_is_in_step(source: Path) -> None:
    told = [(cell.cell_type, cell.source) for cell in read_source(source).cells]
    assert [(cell.cell_type, cell.source) for cell in read_twin(source).cells] == told, REMEDY
    assert read_twin(source).metadata["furet"]["source_sha256"] == source_hash(source), REMEDY


@SOURCES
def test_every_cell_ran_in_its_order_without_an_error(source: Path) -> None:
    cells = [cell for cell in read_twin(source).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        assert all(output.output_type in {"execute_result", "display_data"} for output in cell.outputs), cell.source
        assert cell.outputs or cell.source.splitlines()[-1].startswith(("from ", "found =", "report =", "levers ="))


@SOURCES
def test_charts_are_alive_in_jupyterlab_and_pictures_elsewhere(source: Path) -> None:
    for cell in read_twin(source).cells:
        if "show(" in cell.source:
            (output,) = cell.outputs
            assert output.data["application/vnd.vegalite.v5+json"]["$schema"].endswith("/vega-lite/v5.20.1.json")
            assert output.data["image/svg+xml"].startswith("<svg")
            assert output.data["text/plain"]
    last = read_twin(source).cells[-1].outputs[0].data
    assert "<h2>" in last["text/html"]
    assert re.search(r"\d", last["text/plain"])


@SOURCES
def test_outputs_name_no_machine_and_nobody(source: Path) -> None:
    outputs = json.dumps([cell.get("outputs") for cell in read_twin(source).cells], ensure_ascii=False)
    places = {Path.home(), FOLDER.parent, sys.prefix, tempfile.gettempdir(), shipped_folder("attachment")}
    names = {str(place) for place in places if len(str(place)) > 1} | {f" {socket.gethostname()} "}
    assert [name for name in names if name in outputs] == []
    assert PERSONAL.findall(outputs) == []
