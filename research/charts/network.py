"""network."""

from research.charts.theme import Chart
from research.drivers.target import Level
from research.languages import Language
from research.reports import Report


def draw_network(report: Report, lang: Language, level: Level | None = None) -> Chart | None:
    """The ties with strength and direction; `level` None takes constructs where there are any."""
    return None
