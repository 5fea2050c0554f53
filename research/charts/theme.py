"""How every chart looks: palette, type, and numbers as the language writes them.

Colours are fixed here as plain hex codes, which every renderer knows; `svg` turns each into a CSS custom property with
that code as its fallback, so that a page can restyle a picture for the dark or for paper.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from research.charts.texts import lines
from research.languages import Language

Chart = alt.Chart | alt.LayerChart | alt.HConcatChart | alt.VConcatChart | alt.FacetChart

WIDTH = 360  # Points; about the width of a phone, so that type keeps its size there.
CHARACTERS = 54  # That many letters of a label fit into the width, also in a wide typeface.

INK, MUTED, GRID, PAPER = "#1f2328", "#59636e", "#d9dee3", "#fffffe"
# Okabe and Ito (2008), told apart with any colour vision.
BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY = "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"
COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, INK)
# Viridis (van der Walt, Smith 2015), for states in order.
STATES = (
    "#440154",
    "#482475",
    "#414487",
    "#355f8d",
    "#2a788e",
    "#21918c",
    "#22a884",
    "#44bf70",
    "#7ad151",
    "#bddf26",
    "#fde725",
)
SHAPES = ("circle", "diamond", "square", "triangle-up", "cross", "triangle-down")
VARIABLES = {
    INK: "--chart-ink",
    MUTED: "--chart-muted",
    GRID: "--chart-grid",
    PAPER: "--chart-paper",
} | {colour: f"--chart-{number}" for number, colour in enumerate(COLOURS[:6], start=1)}

LOCALES: dict[Language, dict[str, Any]] = {
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", ""]},
    "fr": {"decimal": ",", "thousands": "\u202f", "grouping": [3], "currency": ["", ""], "percent": "\u202f%"},
}

_TITLE_LETTERS, _SUBTITLE_LETTERS = 40, 58
_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"


def plotted(values: Sequence[Mapping[str, Any]]) -> alt.Chart:
    """A chart yet without marks, of these rows of data."""
    return alt.Chart(alt.InlineData(values=list(values)))


def finished(chart: Chart, title: str, subtitle: str, description: str, lang: Language) -> Chart:
    """The chart with its title, how to read it, what it says in words, and the house style."""
    heading = alt.TitleParams(
        lines(title, _TITLE_LETTERS), subtitle=lines(subtitle, _SUBTITLE_LETTERS), anchor="start", frame="bounds"
    )
    # Written into the chart: `properties` and `configure` copy all its layers four times, a tenth of a page's time.
    chart.title, chart.description, chart.padding = heading, description, 6
    chart.config = alt.Config(**_config(lang))
    return chart


def _config(lang: Language) -> dict[str, Any]:
    axis = {
        "labelColor": MUTED,
        "titleColor": MUTED,
        "domainColor": MUTED,
        "tickColor": MUTED,
        "gridColor": GRID,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "labelOverlap": True,
    }
    return {
        "background": PAPER,
        "font": _FONT,
        "locale": {"number": LOCALES[lang]},
        "view": {"stroke": None},
        "axis": axis,
        "text": {"color": INK, "fontSize": 12},
        "title": {
            "color": INK,
            "fontSize": 14,
            "fontWeight": 600,
            "subtitleColor": MUTED,
            "subtitleFontSize": 11,
            "subtitlePadding": 4,
            "offset": 10,
        },
        "header": {"labelColor": INK, "labelFontSize": 12, "titleColor": MUTED, "titleFontSize": 11},
        "legend": {
            "orient": "top",
            "title": None,
            "labelColor": INK,
            "labelFontSize": 11,
            "labelLimit": WIDTH - 30,
            "symbolStrokeWidth": 0,
            "symbolSize": 70,
            "symbolOpacity": 1,
            "rowPadding": 2,
            "offset": 4,
        },
    }
