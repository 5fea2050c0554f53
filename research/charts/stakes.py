"""What is at stake with each driver: who is dissatisfied, what they carry, what a step up is worth."""

from research.charts.drivers import drivers_of
from research.charts.forest import Panel, forest
from research.charts.rows import Row, described
from research.charts.texts import Interval, figure, label, number
from research.charts.theme import Chart, finished
from research.drivers.target import Level
from research.languages import Language
from research.reports import Report

_TITLE = {"en": "What is at stake", "fr": "Ce qui est en jeu"}
_AMONG = {"en": " in segment {segment}", "fr": " dans le segment {segment}"}
_HOW = {
    "en": "Point: median. Line: 90 % interval. Turnover in the currency of the answers’ file. The worth of a step "
    "supposes that turnover follows the target if it is moved.",
    "fr": "Point : médiane. Trait : intervalle à 90 %. Chiffre d’affaires dans la monnaie du fichier. La valeur d’un "
    "échelon suppose que le chiffre d’affaires suit la cible.",
}
_AXES = {
    "en": {
        "dissatisfied": "Dissatisfied (customers)",
        "turnover": "Turnover they carry (currency)",
        "step_up": "Worth of one step up (currency)",
    },
    "fr": {
        "dissatisfied": "Insatisfaits (clients)",
        "turnover": "Chiffre d’affaires porté (monnaie)",
        "step_up": "Valeur d’un échelon de plus (monnaie)",
    },
}
_SAID = {"en": "worth of one step up for the dissatisfied", "fr": "valeur d’un échelon de plus pour les insatisfaits"}


def draw_stakes(report: Report, lang: Language, level: Level | None = None, segment: str | None = None) -> Chart | None:
    """Dissatisfied customers, turnover and worth of a step, each with its interval; None where stakes are not told.

    `segment` None is all customers.
    """
    drivers, stakes = drivers_of(report, level), report.get("stakes")
    if not drivers or not stakes:
        return None
    own = [row for row in stakes["rows"] if row["level"] == drivers[0]["level"] and row["segment"] == segment]
    axes = _AXES[lang]
    rows = [Row(row["name"], label(report, row["name"], lang), {key: row[key] for key in axes}) for row in own]
    panels = [
        Panel((key,), axis, "~s", told={row["name"]: _whole(row[key], lang) for row in own})
        for key, axis in axes.items()
    ]
    chart = forest(rows, panels)
    if chart is None:
        return None
    title = _TITLE[lang] + ("" if segment is None else _AMONG[lang].format(segment=segment))
    said = f"{title}: {_SAID[lang]}: {described(rows, 'step_up', lang, ',.0f')}"
    return finished(chart, title, _HOW[lang], said, lang)


def _whole(estimate: Interval, lang: Language) -> str:
    return "" if figure(estimate) is None else number(figure(estimate), lang, ",.0f")
