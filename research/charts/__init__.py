"""Charts from report.json alone, in both languages: data for Vega-Lite 5 and pictures of it."""

from research.charts.agreement import draw_agreement
from research.charts.curves import draw_response_curves
from research.charts.drawing import svg
from research.charts.drivers import draw_drivers
from research.charts.groups import draw_segments
from research.charts.hidden_causes import draw_hidden_causes
from research.charts.network import draw_network
from research.charts.quadrants import draw_quadrants
from research.charts.ranks import draw_ranks
from research.charts.reliability import draw_reliability
from research.charts.stakes import draw_stakes
from research.charts.survey import draw_distributions, draw_missing
from research.charts.theme import Chart
from research.charts.validation import draw_calibration, draw_validation
from research.charts.what_if import draw_what_if

__all__ = [
    "Chart",
    "draw_agreement",
    "draw_calibration",
    "draw_distributions",
    "draw_drivers",
    "draw_hidden_causes",
    "draw_missing",
    "draw_network",
    "draw_quadrants",
    "draw_ranks",
    "draw_reliability",
    "draw_response_curves",
    "draw_segments",
    "draw_stakes",
    "draw_validation",
    "draw_what_if",
    "svg",
]
