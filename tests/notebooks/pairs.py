"""The notebooks as pairs: the .py that is the source, and the executed .ipynb that is read without a kernel."""

import hashlib
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

FOLDER = Path(__file__).parents[2] / "notebooks"
FORMAT = "py:percent"
WIDGET = "application/vnd.jupyter.widget-view+json"
NEEDS_A_KERNEL = "Sliders: run this cell to move them."


def sources() -> list[Path]:
    """The sources in their order."""
    return sorted(FOLDER.glob("*.py"))


def twin(source: Path) -> Path:
    """The executed notebook of a source."""
    return source.with_suffix(".ipynb")


def source_hash(source: Path) -> str:
    """SHA-256 of a source, as its twin holds it."""
    return hashlib.sha256(source.read_bytes()).hexdigest()


def read_source(source: Path) -> NotebookNode:
    """The source as a notebook without outputs, its cells numbered so that the same source is the same bytes."""
    notebook = jupytext.read(source, fmt=FORMAT)
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number:02d}"
    return notebook


def read_twin(source: Path) -> NotebookNode:
    return nbformat.read(twin(source), as_version=4)


def for_reading(executed: NotebookNode, source: Path) -> NotebookNode:
    """The executed notebook without what only its kernel knew: live widgets, the machine's versions, times."""
    for cell in executed.cells:
        cell.metadata = NotebookNode()
        for output in cell.get("outputs", []):
            if WIDGET in output.get("data", {}):
                output.data = NotebookNode({"text/plain": NEEDS_A_KERNEL})
    executed.metadata = NotebookNode(
        kernelspec={"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        language_info={"name": "python"},
        furet={"source_sha256": source_hash(source)},
    )
    return executed
