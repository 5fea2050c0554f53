"""The drivers of the target as a forest: what goes with them, and what moving them would do."""

from typing import Any

from research.charts.forest import Panel, forest
from research.charts.rows import Row, described
from research.charts.texts import label, quoted, told
from research.charts.theme import Chart, finished
from research.drivers.target import Level
from research.languages import Language
from research.reports import Report

_TITLE = {"en": "What drives {target}, and how surely", "fr": "Les leviers de {target}, et leur certitude"}
_HOW = {
    "en": "Point: median. Line: 90 % interval. Thin line: what remains possible where the answers leave open which "
    "way ties point.",
    "fr": "Point : médiane. Trait : intervalle à 90 %. Trait fin : ce qui reste possible quand les réponses ne disent "
    "pas le sens des liens.",
}
_LEGEND = {
    "en": {"do": "if we change it (interventional)", "observe": "what goes with it (observed)"},
    "fr": {"do": "si on le change (intervention)", "observe": "ce qui va avec (observé)"},
}
_AXIS = {
    "en": "Effect on {target}, in its standard deviations, from the driver’s first to its third quartile",
    "fr": "Effet sur {target}, en écarts-types, du premier au troisième quartile du levier",
}
_SAID = {"en": "Effects if changed: ", "fr": "Effets si on le change : "}
_SEEN = {"en": "What goes with the target: ", "fr": "Ce qui va avec la cible : "}


def draw_drivers(report: Report, lang: Language, level: Level | None = None) -> Chart | None:
    """Effects of every driver, observed and if moved; `level` None takes the headline level. None without a target."""
    found = drivers_of(report, level)
    rows = [
        Row(
            name=driver["name"],
            label=label(report, driver["name"], lang),
            estimates={"do": _class_where_open(driver["do"]), "observe": driver["observe"]},
            aside=told(driver["do"], lang),
        )
        for driver in found
    ]
    if not rows:
        return None
    target = quoted(label(report, report["target"]["name"], lang), lang)
    moved = any(row.aside for row in rows)
    series = ("do", "observe") if moved else ("observe",)
    legend = {key: _LEGEND[lang][key] for key in series}
    chart = forest(rows, [Panel(series, _AXIS[lang].format(target=target))], legend)
    if chart is None:
        return None
    said = _SAID[lang] + described(rows, "do", lang) if moved else _SEEN[lang] + described(rows, "observe", lang)
    title = _TITLE[lang].format(target=target)
    return finished(chart, title, _HOW[lang], f"{title}. {said}", lang)


def drivers_of(report: Report, level: Level | None) -> list[dict[str, Any]]:
    """The drivers of one level, by default of the one that comes first; none without a target."""
    drivers = report.get("drivers") or []
    chosen = level or (drivers[0]["level"] if drivers else None)
    return [driver for driver in drivers if driver["level"] == chosen]


def _class_where_open(do: dict[str, Any]) -> dict[str, Any]:
    """The effect, with the range over its equivalence class only where the class leaves it open."""
    return do if do["open"] else {key: do[key] for key in ("effect", "low", "high")}
