"""curves."""

from research.charts.theme import Chart
from research.drivers.target import Level
from research.languages import Language
from research.reports import Report


def draw_response_curves(report: Report, lang: Language, level: Level | None = None) -> Chart | None:
    """The target by the state of each driver; None where curves are not told."""
    return None
