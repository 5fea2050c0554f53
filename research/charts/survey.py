"""survey."""

from research.charts.theme import Chart
from research.languages import Language
from research.reports import Report


def draw_distributions(report: Report, lang: Language) -> Chart | None:
    """How the answers to every item are spread, a bar an item, the mean with its interval beside."""
    return None


def draw_missing(report: Report, lang: Language) -> Chart | None:
    """Share of missing and not applicable answers of every item."""
    return None
