"""Importance against performance, with the ellipse in which each driver lies and the quadrant it may claim."""

from collections.abc import Iterator, Sequence
from typing import Any

import altair as alt

from research.charts.apart import Place, moved_apart
from research.charts.drivers import drivers_of
from research.charts.rows import Row, layout, names
from research.charts.texts import label, lines, number, quoted
from research.charts.theme import BLUE, INK, MUTED, PAPER, WIDTH, Chart, finished, plotted
from research.drivers.target import Level
from research.languages import Language
from research.reports import Report

_LEFT, _HEIGHT = 46, 300
_CIRCLE = 230  # Square points, for a number of two digits.
_GAP, _EDGE = 19, 10
_PADDING = 0.06  # Of the span, on either side.
_TITLE = {"en": "What to work on for {target}", "fr": "Sur quoi agir pour {target}"}
_HOW = {
    "en": "Ellipse: where the driver lies with 90 % probability. Lines: averages of the drivers. Full circle: its "
    "quadrant is more than 90 % sure; hollow: it is not. A circle that makes room for another hangs on a line.",
    "fr": "Ellipse : le levier s’y trouve avec une probabilité de 90 %. Lignes : moyennes des leviers. Rond plein : "
    "cadran sûr à plus de 90 % ; rond vide : non. Un rond qui s’écarte d’un autre tient à un trait.",
}
_ACROSS = {
    "en": "Performance (mean answer, 0 worst to 100 best)",
    "fr": "Performance (réponse moyenne, de 0 au pire à 100 au mieux)",
}
_UP = {
    "en": "Importance (effect if changed, standard deviations)",
    "fr": "Importance (effet d’un changement, écarts-types)",
}
_QUADRANTS = {
    "en": {
        "concentrate_here": "improve first",
        "keep_up": "keep it up",
        "low_priority": "can wait",
        "possible_overkill": "more than needed?",
    },
    "fr": {
        "concentrate_here": "à améliorer d’abord",
        "keep_up": "à maintenir",
        "low_priority": "peut attendre",
        "possible_overkill": "peut-être trop",
    },
}
Span = tuple[float, float]

_UNSURE = {"en": "not sure", "fr": "incertain"}


def draw_quadrants(report: Report, lang: Language, level: Level | None = None) -> Chart | None:
    """Every driver as a numbered point with its ellipse, its name below; None where importance is not told."""
    drivers = drivers_of(report, level)
    found = [
        row for row in report.get("importance_performance") or [] if drivers and row["level"] == drivers[0]["level"]
    ]
    if not found:
        return None
    scales = (_scale(found, "performance", 0), _scale(found, "importance", 1))
    plane = alt.layer(
        *_corners(lang),
        *_averages(found[0], lang, scales),
        _ellipses(found, scales),
        *_points(found, report, lang, scales),
    )
    rows = [
        Row(row["name"], f"{place}. {label(report, row['name'], lang)}", {}, _claim(row, lang))
        for place, row in enumerate(found, start=1)
    ]
    key = names(rows, WIDTH - _LEFT).properties(
        width=WIDTH - _LEFT, height=alt.Step(layout(rows, -4, WIDTH - _LEFT).step)
    )
    chart = alt.vconcat(plane.properties(width=WIDTH - _LEFT, height=_HEIGHT), key, spacing=12)
    title = _TITLE[lang].format(target=quoted(label(report, report["target"]["name"], lang), lang))
    said = "; ".join(f"{row.label}, {row.aside}" for row in rows)
    return finished(chart, title, _HOW[lang], f"{title}. {said}.", lang)


def _claim(row: dict[str, Any], lang: Language) -> str:
    if row["quadrant"] is None:
        return _UNSURE[lang]
    return f"{_QUADRANTS[lang][row['quadrant']]} ({number(row['shares'][row['quadrant']], lang, '.0%')})"


def _scale(found: Sequence[dict[str, Any]], key: str, place: int) -> Span:
    """What an axis spans: all ellipses and points, with some room around."""
    seen = [corner[place] for row in found for corner in row["ellipse"]]
    seen += [row[key]["value"] for row in found if row[key]["value"] is not None]
    low, high = min(seen), max(seen)
    room = _PADDING * (high - low) or 1.0
    return low - room, high + room


def _x(key: str, lang: Language, span: Span) -> alt.X:
    axis = alt.Axis(title=lines(_ACROSS[lang], 46), tickCount=5, grid=False)
    return alt.X(f"{key}:Q", scale=alt.Scale(domain=list(span), nice=False), axis=axis)


def _y(key: str, lang: Language, span: Span) -> alt.Y:
    axis = alt.Axis(title=lines(_UP[lang], 56), tickCount=5, grid=False)
    return alt.Y(f"{key}:Q", scale=alt.Scale(domain=list(span), nice=False), axis=axis)


def _averages(row: dict[str, Any], lang: Language, scales: tuple[Span, Span]) -> list[alt.Chart]:
    values = [{"performance": row["average_performance"]["value"], "importance": row["average_importance"]["value"]}]
    base = plotted(values)
    style = {"color": MUTED, "strokeDash": [4, 3]}
    return [
        base.mark_rule(**style).encode(x=_x("performance", lang, scales[0])),
        base.mark_rule(**style).encode(y=_y("importance", lang, scales[1])),
    ]


def _corners(lang: Language) -> list[alt.Chart]:
    """The names of the quadrants in the corners of the plane."""
    right, bottom = WIDTH - _LEFT - 4, _HEIGHT - 6
    places = {
        "concentrate_here": ("left", 4, "top", 4),
        "keep_up": ("right", right, "top", 4),
        "low_priority": ("left", 4, "bottom", bottom),
        "possible_overkill": ("right", right, "bottom", bottom),
    }
    return [
        plotted([{"text": _QUADRANTS[lang][quadrant]}])
        .mark_text(align=align, baseline=baseline, color=MUTED, fontSize=11, fontStyle="italic")
        .encode(x=alt.XValue(x), y=alt.YValue(y), text="text:N")
        for quadrant, (align, x, baseline, y) in places.items()
    ]


def _ellipses(found: list[dict[str, Any]], scales: tuple[Span, Span]) -> alt.Chart:
    values = [
        {"name": row["name"], "corner": f"{corner:02d}", "performance": x, "importance": y}
        for row in found
        for corner, (x, y) in enumerate(row["ellipse"])
    ]
    outline = plotted(values).mark_line(
        interpolate="linear-closed", stroke=BLUE, strokeWidth=1, strokeOpacity=0.7, fill=BLUE, fillOpacity=0.07
    )
    x, y = (alt.Scale(domain=list(span), nice=False) for span in scales)
    drawn: alt.Chart = outline.encode(
        x=alt.X("performance:Q", scale=x),
        y=alt.Y("importance:Q", scale=y),
        detail="name:N",
        order=alt.Order("corner:N"),
    )
    return drawn


def _points(
    found: list[dict[str, Any]], report: Report, lang: Language, scales: tuple[Span, Span]
) -> Iterator[alt.Chart]:
    """Numbered circles, and a line from each that had to make room to where it belongs; the lines first."""
    values = [
        {
            "name": label(report, row["name"], lang),
            "number": str(place),
            "performance": row["performance"]["value"],
            "importance": row["importance"]["value"],
            "fill": PAPER if row["quadrant"] is None else BLUE,
            "ink": INK if row["quadrant"] is None else PAPER,
        }
        for place, row in enumerate(found, start=1)
    ]
    values = [value for value in values if value["performance"] is not None and value["importance"] is not None]
    shifts = _shifts(values, scales)
    for value, shift in zip(values, shifts, strict=True):
        if shift != (0.0, 0.0):
            yield from _hung(plotted([value]).encode(**_axes(lang, scales)), shift)
    still = [value for value, shift in zip(values, shifts, strict=True) if shift == (0.0, 0.0)]
    if still:
        yield from _numbered(plotted(still).encode(**_axes(lang, scales)), (0.0, 0.0))
    for value, shift in zip(values, shifts, strict=True):
        if shift != (0.0, 0.0):
            yield from _numbered(plotted([value]).encode(**_axes(lang, scales)), shift)


def _axes(lang: Language, scales: tuple[Span, Span]) -> dict[str, Any]:
    return {"x": _x("performance", lang, scales[0]), "y": _y("importance", lang, scales[1])}


def _shifts(values: Sequence[dict[str, Any]], scales: tuple[Span, Span]) -> list[Place]:
    """By how many points each circle makes room for the others."""
    size = (float(WIDTH - _LEFT), float(_HEIGHT))
    homes = []
    for value in values:
        x, y = (
            (value[key] - low) / (high - low)
            for key, (low, high) in zip(("performance", "importance"), scales, strict=True)
        )
        homes.append((x * size[0], (1 - y) * size[1]))
    ends = moved_apart(homes, _GAP, size, _EDGE)
    return [(round(x - a, 1) + 0.0, round(y - b, 1) + 0.0) for (a, b), (x, y) in zip(homes, ends, strict=True)]


def _hung(base: alt.Chart, shift: Place) -> Iterator[alt.Chart]:
    """Where a circle belongs, and the line it hangs on."""
    across, down = shift
    ends = {"x2": "performance", "y2": "importance"}
    yield base.mark_rule(color=BLUE, strokeWidth=1, x2Offset=across, y2Offset=down).encode(**ends)
    yield base.mark_point(size=14, opacity=1, filled=True, color=BLUE, shape="circle")


def _numbered(base: alt.Chart, shift: Place) -> Iterator[alt.Chart]:
    across, down = shift
    tips = [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("performance:Q", format=".1f"),
        alt.Tooltip("importance:Q", format=".2f"),
    ]
    circle = {"size": _CIRCLE, "opacity": 1, "stroke": BLUE, "strokeWidth": 1.5, "shape": "circle"}
    yield base.mark_point(**circle, xOffset=across, yOffset=down).encode(
        fill=alt.Fill("fill:N", scale=None), tooltip=tips
    )
    yield base.mark_text(fontSize=11, fontWeight=600, xOffset=across, yOffset=down).encode(
        text="number:N", color=alt.Color("ink:N", scale=None)
    )
