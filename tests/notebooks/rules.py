"""Reads a notebook's source and tells where it is more than thin."""

import ast
from collections.abc import Iterator

import jupytext
from nbformat import NotebookNode

from tests.notebooks.pairs import FORMAT

MOST_LINES = 10
_FORBIDDEN: dict[type[ast.AST], str] = {
    ast.FunctionDef: "defines a function",
    ast.AsyncFunctionDef: "defines a function",
    ast.Lambda: "defines a function",
    ast.ClassDef: "defines a class",
    ast.For: "has a loop",
    ast.AsyncFor: "has a loop",
    ast.While: "has a loop",
    ast.ListComp: "has a loop",
    ast.SetComp: "has a loop",
    ast.DictComp: "has a loop",
    ast.GeneratorExp: "has a loop",
}


def faults(source: str) -> list[str]:
    """A sentence for every rule the source breaks."""
    cells = jupytext.reads(source, fmt=FORMAT).cells
    found = [f"cell {number} {fault}" for number, cell in enumerate(cells, start=1) for fault in _cell_faults(cell)]
    return found + list(_story_faults(cells))


def _cell_faults(cell: NotebookNode) -> Iterator[str]:
    if cell.cell_type != "code":
        return
    lines = len(cell.source.splitlines())
    if lines > MOST_LINES:
        yield f"has {lines} lines, {MOST_LINES} are the most"
    for node in ast.walk(ast.parse(cell.source)):
        if type(node) in _FORBIDDEN:
            yield _FORBIDDEN[type(node)]
        for module in _imported(node):
            # Charts, networks and tables all come from the package: so no notebook can compute or draw by itself.
            if module.split(".")[0] != "research":
                yield f"imports {module}, which is not of the package"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [name.name for name in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []


def _story_faults(cells: list[NotebookNode]) -> Iterator[str]:
    title = cells[0].source.splitlines()[0]
    if cells[0].cell_type != "markdown" or not (title.startswith("# ") and title.endswith("?")):
        yield "the first cell asks no question: a title that ends with a question mark"
    if cells[-1].cell_type != "code" or not cells[-1].source.startswith("tell_"):
        yield "the last cell does not answer: a call of one of the functions tell_... of research.lab"
