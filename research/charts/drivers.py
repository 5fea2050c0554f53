"""drivers."""

from research.charts.theme import Chart
from research.drivers.target import Level
from research.languages import Language
from research.reports import Report


def draw_drivers(report: Report, lang: Language, level: Level | None = None) -> Chart | None:
    """Effects of every driver, observed and if moved; `level` None takes the headline level. None without a target."""
    return None
