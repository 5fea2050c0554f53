"""quadrants."""

from research.charts.theme import Chart
from research.drivers.target import Level
from research.languages import Language
from research.reports import Report


def draw_quadrants(report: Report, lang: Language, level: Level | None = None) -> Chart | None:
    """Importance against performance with 90 % ellipses; None where importance is not told."""
    return None
