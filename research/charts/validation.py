"""validation."""

from research.charts.theme import Chart
from research.languages import Language
from research.reports import Report


def draw_calibration(report: Report, lang: Language) -> Chart | None:
    """Foretold against observed shares of good answers."""
    return None


def draw_validation(report: Report, lang: Language) -> Chart | None:
    """By how much the network foretells the target better than the usual methods."""
    return None
