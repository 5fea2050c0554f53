"""Every notebook's source runs from top to bottom, with warnings as errors."""

import runpy
from pathlib import Path

import pytest

from tests.notebooks.pairs import sources


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.stem)
def test_a_notebook_runs_from_top_to_bottom(source: Path) -> None:
    runpy.run_path(str(source))
