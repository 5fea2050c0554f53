"""groups."""

from typing import Literal

from research.charts.theme import Chart
from research.languages import Language
from research.reports import Report

Grouping = Literal["given", "waves"]


def draw_segments(report: Report, lang: Language, by: Grouping = "given") -> Chart | None:
    """Scores of the groups, and their drivers side by side, with intervals; `by` is "given" (segments) or "waves"."""
    return None
