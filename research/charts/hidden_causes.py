"""How strong a cause that nobody asked about would have to be to undo each effect."""

from research.charts.drivers import drivers_of
from research.charts.forest import Panel, forest
from research.charts.rows import Row, described
from research.charts.texts import label, told
from research.charts.theme import Chart, finished
from research.drivers.target import Level
from research.languages import Language
from research.reports import Report

_TITLE = {
    "en": "Could something nobody asked about explain it all?",
    "fr": "Une cause non mesurée pourrait-elle tout expliquer ?",
}
_HOW = {
    "en": "The farther right the circle, the harder the effect is to undo. Where it lies left of its diamond, a hidden "
    "cause no stronger than a known one would do. Lines: 90 % intervals.",
    "fr": "Plus le rond est à droite, plus l’effet est solide. S’il est à gauche de son losange, une cause cachée pas "
    "plus forte qu’une cause connue suffirait. Traits : intervalles à 90 %.",
}
_LEGEND = {
    "en": {"robustness": "needed to undo the effect", "known": "worth of the strongest known cause"},
    "fr": {"robustness": "nécessaire pour annuler l’effet", "known": "poids de la plus forte cause connue"},
}
_AXIS = {
    "en": "Share of what is left of driver and target that the cause would have to explain",
    "fr": "Part de ce qui reste du levier et de la cible que la cause devrait expliquer",
}


def draw_hidden_causes(report: Report, lang: Language, level: Level | None = None) -> Chart | None:
    """Robustness of each driver beside the strongest known cause; None where effects of moving are not told."""
    rows = [
        Row(
            driver["name"],
            label(report, driver["name"], lang),
            {"robustness": driver["hidden_cause"]["robustness"], "known": driver["hidden_cause"]["known"]},
            told(driver["hidden_cause"]["robustness"], lang, ".0%"),
        )
        for driver in drivers_of(report, level)
        if driver["hidden_cause"] is not None
    ]
    chart = forest(rows, [Panel(("robustness", "known"), _AXIS[lang], ".0%")], _LEGEND[lang])
    if chart is None:
        return None
    said = described(rows, "robustness", lang, ".0%")
    return finished(chart, _TITLE[lang], _HOW[lang], f"{_TITLE[lang]} {said}", lang)
