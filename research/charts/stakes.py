"""stakes."""

from research.charts.theme import Chart
from research.drivers.target import Level
from research.languages import Language
from research.reports import Report


def draw_stakes(report: Report, lang: Language, level: Level | None = None, segment: str | None = None) -> Chart | None:
    """Turnover carried by the dissatisfied and worth of a step up; `segment` None is all customers."""
    return None
