"""The ranks of the drivers, and how surely each holds its own."""

from research.charts.drivers import drivers_of
from research.charts.forest import Panel, forest
from research.charts.rows import Row
from research.charts.texts import label, number, quoted
from research.charts.theme import Chart, finished
from research.drivers.target import Level
from research.languages import Language
from research.reports import Report

_TITLE = {"en": "Which driver of {target} comes first?", "fr": "Quel levier de {target} vient en premier ?"}
_HOW = {
    "en": "Point: rank by the effect of changing the driver. Line: 90 % interval. At the right: probability that the "
    "driver is the first of all.",
    "fr": "Point : rang selon l’effet d’un changement. Trait : intervalle à 90 %. À droite : probabilité que ce "
    "levier soit le premier de tous.",
}
_AXIS = {"en": "Rank among the drivers (1 is the strongest)", "fr": "Rang parmi les leviers (1 : le plus fort)"}
_FIRST = {"en": "first: {share}", "fr": "premier : {share}"}
_SAID = {"en": "{name} rank {value} ({low} to {high})", "fr": "{name} rang {value} ({low} à {high})"}


def draw_ranks(report: Report, lang: Language, level: Level | None = None) -> Chart | None:
    """Ranks of the drivers with intervals; None without a target, or where so few answers tell no ranks."""
    ranked = [driver for driver in drivers_of(report, level) if driver["rank"] is not None]
    rows = [
        Row(
            driver["name"],
            label(report, driver["name"], lang),
            {"rank": driver["rank"]},
            _FIRST[lang].format(share=number(driver["rank"]["first"], lang, ".0%")),
        )
        for driver in ranked
    ]
    panel = Panel(("rank",), _AXIS[lang], "d", None, (1, max(2, len(rows))))
    chart = forest(rows, [panel])
    if chart is None:
        return None
    title = _TITLE[lang].format(target=quoted(label(report, report["target"]["name"], lang), lang))
    said = "; ".join(_SAID[lang].format(name=row.label, **row.estimates["rank"]) for row in rows)
    return finished(chart, title, _HOW[lang], f"{title} {said}.", lang)
