"""Response curves: where the target stands by each state of a driver, seen and set."""

from typing import Any

import altair as alt

from research.charts.drivers import drivers_of
from research.charts.texts import label, lines, quoted, renamed, told
from research.charts.theme import BLUE, VERMILLION, WIDTH, Chart, finished
from research.drivers.target import Level
from research.languages import Language
from research.reports import Report

_COLUMNS = 2
_SPACE = 14
_TITLE = {"en": "Where {target} stands by each answer", "fr": "Où en est {target} selon la réponse"}
_HOW = {
    "en": "Each panel: one driver, from its lowest state to its highest. Bands: 90 % intervals. Where the curves part, "
    "something else stands behind both.",
    "fr": "Chaque cadre : un levier, de son état le plus bas au plus haut. Bandes : intervalles à 90 %. Là où les "
    "courbes s’écartent, autre chose agit sur les deux.",
}
_LEGEND = {
    "en": {"do": "if everybody were put there", "observe": "among those who are there"},
    "fr": {"do": "si tous y étaient amenés", "observe": "chez ceux qui y sont"},
}
_ACROSS = {"en": "Driver (steps from its lowest state)", "fr": "Levier (échelons depuis le plus bas)"}
_UP = {"en": "{target} (steps from the lowest state)", "fr": "{target} (échelons depuis le plus bas)"}
_SAID = {
    "en": "{name}: from {first} to {last}",
    "fr": "{name} : de {first} à {last}",
}


def draw_response_curves(report: Report, lang: Language, level: Level | None = None) -> Chart | None:
    """A panel for every driver; None without a target, or where so few answers tell no curves."""
    drivers = [driver for driver in drivers_of(report, level) if driver["curve"]]
    if not drivers:
        return None
    titles = {driver["name"]: "\n".join(lines(label(report, driver["name"], lang), 22, 2)) for driver in drivers}
    values = [record for driver in drivers for record in _points(driver)]
    target = quoted(label(report, report["target"]["name"], lang), lang)
    header = alt.Header(
        title=None, labelExpr=f"split({renamed(titles)}, '\\n')", labelAnchor="start", labelLineHeight=14
    )
    chart = (
        alt.layer(*_layers(lang, target), data=alt.InlineData(values=values))
        .properties(width=(WIDTH - 44 - _SPACE) / _COLUMNS, height=110)
        .facet(facet=alt.Facet("driver:N", sort=list(titles), header=header), columns=_COLUMNS, spacing=_SPACE)
        .resolve_scale(x="independent")
    )
    title = _TITLE[lang].format(target=target)
    said = "; ".join(_told(driver, label(report, driver["name"], lang), lang) for driver in drivers)
    return finished(chart, title, _HOW[lang], f"{title}. {said}.", lang)


def _points(driver: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "driver": driver["name"],
            "series": series,
            "position": point["position"],
            "value": point[series]["effect"],
            "low": point[series]["low"],
            "high": point[series]["high"],
        }
        for point in driver["curve"]
        for series in ("do", "observe")
        if point[series]["effect"] is not None
    ]


def _layers(lang: Language, target: str) -> list[alt.Chart]:
    keys = list(_LEGEND[lang])
    legend = alt.Legend(labelExpr=renamed(_LEGEND[lang]), columns=1)
    colours = alt.Scale(domain=keys, range=[BLUE, VERMILLION])
    colour = alt.Color("series:N", title=None, legend=legend, scale=colours)
    shapes = alt.Scale(domain=keys, range=["circle", "diamond"])
    scale = alt.Scale(zero=False, nice=False, padding=6)
    across = alt.X("position:Q", scale=scale, axis=alt.Axis(title=lines(_ACROSS[lang], 23), tickCount=4, grid=False))
    axis = alt.Axis(title=lines(_UP[lang].format(target=target), 20), tickCount=4)
    rising = alt.Scale(zero=False)
    base = alt.Chart().encode(x=across)
    return [
        base.mark_area(opacity=0.18).encode(
            y=alt.Y("low:Q", scale=rising, axis=axis),
            y2="high:Q",
            color=colour,
        ),
        base.mark_line(strokeWidth=1.8).encode(y=alt.Y("value:Q", scale=rising, axis=axis), color=colour),
        base.mark_point(filled=True, size=36, opacity=1).encode(
            y=alt.Y("value:Q", scale=rising, axis=axis),
            color=colour,
            shape=alt.Shape("series:N", title=None, legend=legend, scale=shapes),
        ),
    ]


def _told(driver: dict[str, Any], name: str, lang: Language) -> str:
    first, last = (told(driver["curve"][end]["do"], lang, ".1f") for end in (0, -1))
    return _SAID[lang].format(name=name, first=first, last=last)
