"""agreement."""

from research.charts.theme import Chart
from research.drivers.target import Level
from research.languages import Language
from research.reports import Report


def draw_agreement(report: Report, lang: Language, level: Level | None = None) -> Chart | None:
    """What each method says of the drivers, and how far they agree."""
    return None
