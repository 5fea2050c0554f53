"""The target today and as it would be, for one or several questions."""

from collections.abc import Mapping

from research.charts.forest import Panel, forest
from research.charts.rows import Row, described
from research.charts.texts import told
from research.charts.theme import Chart, finished
from research.languages import Language
from research.what_if import WhatIf

_TITLE = {"en": "What if?", "fr": "Et si ?"}
_HOW = {
    "en": "Point: median. Line: 90 % interval. At the right: the change.",
    "fr": "Point : médiane. Trait : intervalle à 90 %. À droite : le changement.",
}
_LEGEND = {"en": {"then": "then", "today": "today"}, "fr": {"then": "alors", "today": "aujourd’hui"}}
_AXIS = {
    "en": "Mean of the target (steps from the lowest state of its scale)",
    "fr": "Moyenne de la cible (échelons au-dessus du plus bas de son échelle)",
}


def draw_what_if(results: Mapping[str, WhatIf], lang: Language) -> Chart | None:
    """One row for every question, named by the key of its answer; None without any."""
    rows = [
        Row(
            question,
            question,
            {"then": vars(found.then), "today": vars(found.today)},
            told(vars(found.change), lang, "+.2f"),
        )
        for question, found in results.items()
    ]
    chart = forest(rows, [Panel(("then", "today"), _AXIS[lang], reference=None)], _LEGEND[lang])
    if chart is None:
        return None
    return finished(chart, _TITLE[lang], _HOW[lang], f"{_TITLE[lang]} {described(rows, 'then', lang)}", lang)
