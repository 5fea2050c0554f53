"""What the usual methods say of the drivers beside the network, and how far all rank them alike."""

import altair as alt

from research.charts.drivers import drivers_of
from research.charts.forest import Panel, forest
from research.charts.rows import Row, described
from research.charts.texts import label, told
from research.charts.theme import Chart, finished
from research.drivers.target import Level
from research.languages import Language
from research.reports import Report

_TITLE = {"en": "Do other methods say the same?", "fr": "Les autres méthodes disent-elles la même chose ?"}
_HOW = {
    "en": "Above: each method on its own scale, for a move from the first to the third quartile. Below: how far a "
    "method ranks the drivers as the first one does. σ: standard deviations of the target. Lines: 90 % intervals.",
    "fr": "En haut : chaque méthode sur son échelle, du premier au troisième quartile. En bas : l’accord des rangs "
    "avec la première méthode. σ : écarts-types de la cible. Traits : intervalles à 90 %.",
}
_METHODS = {
    "en": {
        "do": "network, if changed (σ)",
        "observe": "network, observed (σ)",
        "path_model": "path model (σ)",
        "relative_weights": "relative weights (share)",
        "ordered_logit": "ordered logit (log-odds)",
    },
    "fr": {
        "do": "réseau, si on change (σ)",
        "observe": "réseau, observé (σ)",
        "path_model": "modèle de chemins (σ)",
        "relative_weights": "poids relatifs (part)",
        "ordered_logit": "logit ordonné (log-cote)",
    },
}
_AXIS = {
    "en": "Rank correlation with the network’s effects (1: the same order)",
    "fr": "Corrélation des rangs avec les effets du réseau (1 : le même ordre)",
}


def draw_agreement(report: Report, lang: Language, level: Level | None = None) -> Chart | None:
    """Every method's importances side by side, and their rank correlations; None where they are not told."""
    drivers = drivers_of(report, level)
    found = [one for one in report.get("agreement") or [] if drivers and one["level"] == drivers[0]["level"]]
    if not found:
        return None
    importance, methods = found[0]["importance"], _METHODS[lang]
    rows = [
        Row(
            driver["name"],
            label(report, driver["name"], lang),
            {method: importance[method][driver["name"]] for method in methods if method in importance},
        )
        for driver in drivers
    ]
    ranked = [
        Row(one["second"], methods[one["second"]], {"correlation": one}, told(one, lang))
        for one in found[0]["rank_correlations"]
        if one["first"] == "do"
    ]
    panels = [Panel((method,), text) for method, text in methods.items()]
    parts = [forest(rows, panels), forest(ranked, [Panel(("correlation",), _AXIS[lang])]) if ranked else None]
    shown = [part for part in parts if part is not None]
    if not shown:
        return None
    chart = alt.vconcat(*shown, spacing=24)
    return finished(chart, _TITLE[lang], _HOW[lang], f"{_TITLE[lang]} {described(ranked, 'correlation', lang)}", lang)
