"""How reliably the items of each construct measure one thing."""

from research.charts.forest import Panel, forest
from research.charts.rows import Row, described
from research.charts.texts import label, told
from research.charts.theme import Chart, finished
from research.languages import Language
from research.quality.measurement import WEAK_RELIABILITY
from research.reports import Report

_TITLE = {
    "en": "Do the questions of a construct measure one thing?",
    "fr": "Les questions d’un même thème mesurent-elles une seule chose ?",
}
_HOW = {
    "en": "Point: estimate, omega in figures. Thick line: 90 % interval. Vertical line: {least}, below which effects "
    "are blurred.",
    "fr": "Point : estimation, oméga en chiffres. Trait épais : intervalle à 90 %. Trait vertical : {least}, "
    "en dessous les effets sont brouillés.",
}
_LEGEND = {"en": {"omega": "omega", "alpha": "alpha"}, "fr": {"omega": "oméga", "alpha": "alpha"}}
_AXIS = {
    "en": "Reliability (share of the score’s variance that is not error, 0 to 1)",
    "fr": "Fiabilité (part de la variance du score qui n’est pas de l’erreur, de 0 à 1)",
}


def draw_reliability(report: Report, lang: Language) -> Chart | None:
    """Alpha and omega of every construct with intervals; None without a construct of several items."""
    rows = [
        Row(name, label(report, name, lang), found, told(found["omega"], lang))
        for name, found in report["reliability"].items()
    ]
    lows = [found[method]["low"] for found in report["reliability"].values() for method in ("omega", "alpha")]
    least = min([0.0, *(low for low in lows if low is not None)])
    panel = Panel(("omega", "alpha"), _AXIS[lang], reference=WEAK_RELIABILITY, domain=(least, 1.0))
    chart = forest(rows, [panel], _LEGEND[lang])
    if chart is None:
        return None
    how = _HOW[lang].format(least=told({"value": WEAK_RELIABILITY, "low": None, "high": None}, lang))
    return finished(chart, _TITLE[lang], how, f"{_TITLE[lang]} {described(rows, 'omega', lang)}", lang)
