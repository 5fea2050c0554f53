"""A forest plot: for every row points with intervals, on one scale or on several side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from research.charts.rows import LINE, Row, down, layout, names
from research.charts.texts import figure, lines, renamed
from research.charts.theme import COLOURS, INK, MUTED, SHAPES, WIDTH, Chart, plotted

_MARK = 15
_SPACE = 14
_LETTER = 6.4  # Points, of type in size 11.
_NARROWEST = 11  # Letters of an axis title; a word cut in two is worse than one that sticks out a little.
_LEGEND_LETTERS = 44
_TICK = 80  # Points between two numbers on an axis.
_TIPS = ("value", "low", "high")


@dataclass(frozen=True)
class Panel:
    """One horizontal scale.

    Attributes
    ----------
    series : tuple of str
        Keys of the estimates that are drawn in it, from above.
    axis : str
        What is measured, with its unit.
    form : str
        How numbers on the axis are written (d3-format).
    reference : float or None
        Where a line marks what to compare with, such as no effect.
    domain : (float, float) or None
        By default what the figures take.
    told : dict of str
        The figure in words by row, above its mark.
    """

    series: tuple[str, ...]
    axis: str
    form: str = ".2~f"
    reference: float | None = 0.0
    domain: tuple[float, float] | None = None
    told: dict[str, str] | None = None


def forest(rows: Sequence[Row], panels: Sequence[Panel], legend: dict[str, str] | None = None) -> Chart | None:
    """The panels side by side, the first with the rows' names; None where no row has a figure.

    `legend` names the series and by its order gives each a colour and a shape; without it all look the same.
    """
    drawn = [panel for panel in panels if any(_records(rows, series) for series in panel.series)]
    if not drawn:
        return None
    width = (WIDTH - _SPACE * (len(drawn) - 1)) / len(drawn)
    texts = LINE if any(panel.told for panel in drawn) else 0
    room = layout(rows, texts + _MARK * max(len(panel.series) for panel in drawn))
    charts = [
        alt.layer(*([names(rows)] if panel is drawn[0] else []), *_layers(rows, panel, legend, room.top, width))
        .properties(width=width, height=alt.Step(room.step))
        for panel in drawn
    ]  # fmt: skip
    return charts[0] if len(charts) == 1 else alt.hconcat(*charts, spacing=_SPACE, bounds="flush")


def _records(rows: Sequence[Row], series: str) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        estimate = row.estimates.get(series)
        if estimate is None or figure(estimate) is None:
            continue
        bounds = {key: estimate.get(key) for key in ("low", "high", "class_low", "class_high")}
        record = {"row": row.name, "label": row.label, "series": series, "value": figure(estimate)}
        found.append(record | {key: bound for key, bound in bounds.items() if bound is not None})
    return found


def _layers(
    rows: Sequence[Row], panel: Panel, legend: dict[str, str] | None, top: int, width: float
) -> list[alt.Chart]:
    layers = [] if panel.reference is None else [_reference(rows, panel.reference, top)]
    if panel.told:
        layers.append(_told(rows, panel.told, top, width))
        top += LINE
    for place, series in enumerate(panel.series):
        layers += _series(rows, panel, series, legend, top + _MARK // 2 + _MARK * place, width)
    return layers


def _reference(rows: Sequence[Row], at: float, top: int) -> alt.Chart:
    """A line through the marks that spares the names."""
    base = plotted([{"row": row.name} for row in rows])
    x = alt.XDatum(at, type="quantitative")
    rule = base.mark_rule(color=INK, yOffset=top - 4)
    drawn: alt.Chart = rule.encode(x=x, y=down(rows), y2=alt.Y2("row:N", bandPosition=1))
    return drawn


def _told(rows: Sequence[Row], texts: dict[str, str], top: int, width: float) -> alt.Chart:
    base = plotted([{"row": name, "text": text} for name, text in texts.items()])
    style = base.mark_text(align="right", baseline="top", color=MUTED, fontSize=11, yOffset=top - 2)
    drawn: alt.Chart = style.encode(x=alt.XValue(width), y=down(rows), text="text:N")
    return drawn


def _series(
    rows: Sequence[Row], panel: Panel, series: str, legend: dict[str, str] | None, at: int, width: float
) -> list[alt.Chart]:
    base = plotted(_records(rows, series)).encode(y=down(rows))
    colour, shape = _looks(legend)
    wide = base.transform_filter("isValid(datum.class_low)").mark_rule(strokeWidth=1, opacity=0.55, yOffset=at)
    line = base.transform_filter("isValid(datum.low)").mark_rule(strokeWidth=2.6, yOffset=at)
    point = base.mark_point(filled=True, size=70, opacity=1, yOffset=at)
    tips = [alt.Tooltip("label:N", title=" "), *(alt.Tooltip(f"{key}:Q", format=".3~f") for key in _TIPS)]
    return [
        wide.encode(x=_x("class_low", panel, width), x2="class_high:Q", color=colour),
        line.encode(x=_x("low", panel, width), x2="high:Q", color=colour),
        point.encode(x=_x("value", panel, width), color=colour, shape=shape, tooltip=tips),
    ]


def _x(key: str, panel: Panel, width: float) -> alt.X:
    taken = alt.Scale(zero=panel.reference == 0)
    scale = taken if panel.domain is None else alt.Scale(domain=list(panel.domain))
    ticks = max(2, round(width / _TICK))
    # As an expression every number keeps its own prefix: 0 and 500k, where an axis format writes 0k.
    written = f"format(datum.value, {panel.form!r})"
    title = lines(panel.axis, max(_NARROWEST, int(width / _LETTER)))
    axis = alt.Axis(labelExpr=written, tickCount=ticks, title=title, grid=False)
    return alt.X(f"{key}:Q", scale=scale, axis=axis)


def _looks(legend: dict[str, str] | None) -> tuple[Any, Any]:
    """Colour and shape of the series; with a legend both by their place in it."""
    if legend is None:
        return alt.ColorValue(COLOURS[0]), alt.ShapeValue(SHAPES[0])
    keys, texts = list(legend), list(legend.values())
    columns = len(texts) if sum(len(text) + 4 for text in texts) <= _LEGEND_LETTERS else 1
    shown = alt.Legend(columns=columns, labelExpr=renamed(legend))
    colours = [COLOURS[place % len(COLOURS)] for place in range(len(keys))]
    shapes = [SHAPES[place % len(SHAPES)] for place in range(len(keys))]
    return (
        alt.Color("series:N", title=None, legend=shown, scale=alt.Scale(domain=keys, range=colours)),
        alt.Shape("series:N", title=None, legend=shown, scale=alt.Scale(domain=keys, range=shapes)),
    )
