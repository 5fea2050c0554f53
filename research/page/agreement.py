"""How far the usual methods find the same drivers important."""

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from research.charts import draw_agreement
from research.drivers.agreement import Verdict
from research.drivers.target import Level
from research.page.findings import Row
from research.page.markup import NOTHING, Section, figure, heading, note, paragraph, table
from research.page.voice import Text, Voice
from research.reports import Report

_TITLE = Text("Do other methods agree?", "Les autres méthodes sont-elles d’accord ?")
_LEADS: dict[Verdict, Text] = {
    "alike": Text(
        "Yes: all methods rank the drivers much alike, so the order does not hang on the method.",
        "Oui : toutes les méthodes classent les leviers à peu près de même, l’ordre ne tient donc pas à la méthode.",
    ),
    "in_part": Text(
        "In part: read the first drivers, not the exact order.",
        "En partie : lisez les premiers leviers, pas l’ordre exact.",
    ),
    "unlike": Text(
        "No: trust the order of the drivers only where the methods agree.",
        "Non : ne vous fiez à l’ordre des leviers que là où les méthodes concordent.",
    ),
}
_LEAD_NONE = Text(
    "There are too few drivers to compare how methods rank them.",
    "Il y a trop peu de leviers pour comparer leurs classements par les méthodes.",
)
_WHY_UNLIKE = Text(
    "Methods that hold all other answers fixed count only what a driver does by itself; correlations also count what "
    "merely goes with it.",
    "Les méthodes qui fixent toutes les autres réponses ne comptent que ce qu’un levier fait par lui-même ; les "
    "corrélations comptent aussi ce qui va seulement de pair.",
)
_CHART = Text(
    "The importance each method gives to each driver, with 90% intervals.",
    "L’importance que chaque méthode donne à chaque levier, avec les intervalles à 90 %.",
)
_LEVELS: dict[Level, Text] = {
    "construct": Text("Constructs", "Thèmes"),
    "item": Text("Items", "Questions"),
}
_METHODS = {
    "do": Text("If changed (s.d.)", "Si on le change (é.‑t.)"),
    "observe": Text("Observed (s.d.)", "Observé (é.‑t.)"),
    "path_model": Text("Path model (s.d.)", "Modèle de chemins (é.‑t.)"),
    "relative_weights": Text("Relative weight (share)", "Poids relatif (part)"),
    "ordered_logit": Text("Ordered logit (log-odds)", "Logit ordonné (log-cotes)"),
}
_DRIVER = Text("Driver", "Levier")
_METHOD = Text("Method", "Méthode")
_WITH = Text("Rank correlation with “if we change it”", "Corrélation des rangs avec « si on le change »")
_IMPORTANCE = Text("Importance of each driver by method", "Importance de chaque levier par méthode")
_DEFINITION = Text(
    "All for a move between quartiles. Relative weights (Johnson) share out the explained variance; the ordered logit "
    "gives log-odds with the other drivers held; the path model is linear and freed of measurement error. Rank "
    "correlations are Spearman’s, of absolute importances, over replicates.",
    "Tout vaut pour un passage entre quartiles. Les poids relatifs (Johnson) partagent la variance expliquée ; le "
    "logit ordonné donne des log-cotes, les autres leviers étant fixés ; le modèle de chemins est linéaire et corrigé "
    "de l’erreur de mesure. Les corrélations des rangs sont celles de Spearman, sur les importances absolues, par "
    "réplication.",
)


def about_agreement(voice: Voice, report: Report) -> Section | None:
    compared = report.get("agreement")
    if not compared:
        return None
    verdict = compared[0]["verdict"]
    return Section(
        "agreement",
        voice.say(_TITLE),
        voice.say(_LEAD_NONE if verdict is None else _LEADS[verdict]),
        (
            paragraph(voice.say(_WHY_UNLIKE)) if verdict == "unlike" else NOTHING,
            *(part for each in compared for part in _level(voice, report, each)),
            note(voice.say(_DEFINITION)),
        ),
    )


def _level(voice: Voice, report: Report, compared: Row) -> Iterator[Markup]:
    level, importance = compared["level"], compared["importance"]
    methods = [method for method in _METHODS if method in importance]
    yield heading(voice.say(_LEVELS[level]))
    yield figure(draw_agreement(report, voice.lang, level), voice.say(_CHART))
    yield _rank_correlations(voice, compared["rank_correlations"])
    names = importance["do"]
    yield table(
        voice.say(_IMPORTANCE),
        [voice.say(_DRIVER), *(voice.say(_METHODS[method]) for method in methods)],
        ((voice.name(name), *(voice.between(importance[method][name]) for method in methods)) for name in names),
    )


def _rank_correlations(voice: Voice, correlations: list[dict[str, Any]]) -> Markup:
    own = [each for each in correlations if each["first"] == "do"]
    if not own:
        return NOTHING
    cells = ((voice.say(_METHODS[each["second"]]), voice.between(each)) for each in own)
    return table(voice.say(_WITH), [voice.say(_METHOD), voice.say(_WITH)], cells)
