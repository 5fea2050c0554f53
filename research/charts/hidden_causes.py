"""hidden_causes."""

from research.charts.theme import Chart
from research.drivers.target import Level
from research.languages import Language
from research.reports import Report


def draw_hidden_causes(report: Report, lang: Language, level: Level | None = None) -> Chart | None:
    """How strong a hidden cause would have to be to undo each effect."""
    return None
