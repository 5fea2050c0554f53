"""Importance against performance, with the ellipse in which each driver lies and the quadrant it may claim."""

from typing import Any

import altair as alt

from research.charts.drivers import drivers_of
from research.charts.rows import Row, layout, names
from research.charts.texts import label, lines, number, quoted
from research.charts.theme import BLUE, INK, MUTED, PAPER, WIDTH, Chart, finished, plotted
from research.drivers.target import Level
from research.languages import Language
from research.reports import Report

_LEFT, _HEIGHT = 46, 300
_TITLE = {"en": "What to work on for {target}", "fr": "Sur quoi agir pour {target}"}
_HOW = {
    "en": "Ellipse: where the driver lies with 90 % probability. Lines: averages of the drivers. Full circle: its "
    "quadrant is more than 90 % sure; hollow: it is not.",
    "fr": "Ellipse : le levier s’y trouve avec une probabilité de 90 %. Lignes : moyennes des leviers. Rond plein : "
    "cadran sûr à plus de 90 % ; rond vide : non.",
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
_UNSURE = {"en": "not sure", "fr": "incertain"}


def draw_quadrants(report: Report, lang: Language, level: Level | None = None) -> Chart | None:
    """Every driver as a numbered point with its ellipse, its name below; None where importance is not told."""
    drivers = drivers_of(report, level)
    found = [
        row for row in report.get("importance_performance") or [] if drivers and row["level"] == drivers[0]["level"]
    ]
    if not found:
        return None
    plane = alt.layer(*_corners(lang), *_averages(found[0], lang), _ellipses(found), *_points(found, report, lang))
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


def _x(key: str, lang: Language) -> alt.X:
    axis = alt.Axis(title=lines(_ACROSS[lang], 46), tickCount=5, grid=False)
    return alt.X(f"{key}:Q", scale=alt.Scale(zero=False), axis=axis)


def _y(key: str, lang: Language) -> alt.Y:
    axis = alt.Axis(title=lines(_UP[lang], 56), tickCount=5, grid=False)
    return alt.Y(f"{key}:Q", scale=alt.Scale(zero=False), axis=axis)


def _averages(row: dict[str, Any], lang: Language) -> list[alt.Chart]:
    values = [{"performance": row["average_performance"]["value"], "importance": row["average_importance"]["value"]}]
    base = plotted(values)
    style = {"color": MUTED, "strokeDash": [4, 3]}
    return [
        base.mark_rule(**style).encode(x=_x("performance", lang)),
        base.mark_rule(**style).encode(y=_y("importance", lang)),
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


def _ellipses(found: list[dict[str, Any]]) -> alt.Chart:
    values = [
        {"name": row["name"], "corner": f"{corner:02d}", "performance": x, "importance": y}
        for row in found
        for corner, (x, y) in enumerate(row["ellipse"])
    ]
    outline = plotted(values).mark_line(
        interpolate="linear-closed", stroke=BLUE, strokeWidth=1, strokeOpacity=0.7, fill=BLUE, fillOpacity=0.07
    )
    drawn: alt.Chart = outline.encode(x="performance:Q", y="importance:Q", detail="name:N", order=alt.Order("corner:N"))
    return drawn


def _points(found: list[dict[str, Any]], report: Report, lang: Language) -> list[alt.Chart]:
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
    base = plotted(values).encode(x=_x("performance", lang), y=_y("importance", lang))
    tips = [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("performance:Q", format=".1f"),
        alt.Tooltip("importance:Q", format=".2f"),
    ]
    circles = base.mark_point(size=230, opacity=1, stroke=BLUE, strokeWidth=1.5, shape="circle")
    numbers = base.mark_text(fontSize=11, fontWeight=600)
    return [
        circles.encode(fill=alt.Fill("fill:N", scale=None), tooltip=tips),
        numbers.encode(text="number:N", color=alt.Color("ink:N", scale=None)),
    ]
