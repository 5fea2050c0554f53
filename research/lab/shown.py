"""How a chart or a sentence appears in a notebook: alive in JupyterLab, as picture and text everywhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from research.charts import Chart, svg
from research.page.markup import plain_lines

_VEGA_LITE = "application/vnd.vegalite.v5+json"  # JupyterLab renders it by itself and asks no server.
_NOTHING = "There is nothing to draw: the report lacks what this chart shows."


@dataclass(frozen=True)
class Shown:
    """Something a notebook displays, in the forms different readers know."""

    bundle: Mapping[str, Any]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Mapping[str, Any]:
        return self.bundle

    def __str__(self) -> str:
        return str(self.bundle["text/plain"])

    @classmethod
    def of(cls, *parts: Markup) -> "Shown":
        """Sentences and tables, one below the other; what the page folds away is open here."""
        html = "".join(parts).replace("<details>", "<details open>")
        return cls({"text/html": html, "text/plain": plain_lines(html)})


def show(chart: Chart | None) -> Shown:
    """A chart of `research.charts`, with its picture and its description for readers that cannot run it."""
    if chart is None:
        return Shown({"text/plain": _NOTHING})
    drawn = chart.to_dict()
    return Shown({_VEGA_LITE: drawn, "image/svg+xml": svg(chart), "text/plain": drawn["description"]})
