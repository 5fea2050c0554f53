"""ranks."""

from research.charts.theme import Chart
from research.drivers.target import Level
from research.languages import Language
from research.reports import Report


def draw_ranks(report: Report, lang: Language, level: Level | None = None) -> Chart | None:
    """Ranks of the drivers with intervals; None without a target or where ranks are not told."""
    return None
