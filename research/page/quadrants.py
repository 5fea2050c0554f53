"""Importance against performance: where to concentrate, and where the answers do not say."""

from collections.abc import Sequence

from markupsafe import Markup

from research.charts import draw_quadrants
from research.drivers.target import Level
from research.importance import Quadrant
from research.page.findings import Row
from research.page.markup import NOTHING, Section, figure, note, table
from research.page.voice import UNKNOWN, Text, Voice
from research.reports import Report

_TITLE = Text("Where to concentrate", "Où concentrer l’effort")
_LEAD = Text(
    "Begin where much is at stake and you do worse than elsewhere: {drivers}.",
    "Commencez là où l’enjeu est fort et où vous faites moins bien qu’ailleurs : {drivers}.",
)
_LEAD_NONE = Text(
    "No driver surely combines strong pull with weak marks: let cost decide among the strongest.",
    "Aucun levier ne combine sûrement effet fort et notes faibles : entre les plus forts, laissez le coût décider.",
)
_CHART = Text(
    "Up: what moves {target} more than the average driver. Left: what customers rate lower. The ellipse holds both at "
    "once with 90% probability; one that crosses a line belongs to neither side.",
    "En haut : ce qui agit plus sur {target} que le levier moyen. À gauche : ce que les clients notent moins bien. "
    "L’ellipse contient les deux à la fois avec une probabilité de 90 % ; celle qui coupe une ligne n’est d’aucun "
    "côté.",
)
_QUADRANTS: dict[Quadrant, Text] = {
    "concentrate_here": Text("improve first", "à améliorer d’abord"),
    "keep_up": Text("keep it up", "à maintenir"),
    "low_priority": Text("can wait", "peut attendre"),
    "possible_overkill": Text("more than needed?", "peut-être trop"),
}
_OPEN = Text("not sure", "incertain")
_CAPTIONS: dict[Level, Text] = {
    "construct": Text(
        "Constructs: importance, performance, quadrant",
        "Thèmes : importance, performance et cadran",
    ),
    "item": Text("Items: importance, performance and quadrant", "Questions : importance, performance et cadran"),
}
_DRIVER = Text("Driver", "Levier")
_QUADRANT = Text("Quadrant", "Cadran")
_IMPORTANCE = Text("Importance (s.d.)", "Importance (é.‑t.)")
_PERFORMANCE = Text("Performance (0 to 100)", "Performance (0 à 100)")
_DEFINITION = Text(
    "Importance is the effect of moving the driver, in standard deviations (s.d.) of the target; performance the mean "
    "answer between the worst (0) and the best (100). The lines stand at the averages of the drivers of a level, so a "
    "quadrant says how a driver stands among them and no more. It is named only if it holds more than 90% of the "
    "replicates; the columns give the share of each.",
    "L’importance est l’effet d’une action sur le levier, en écarts-types (é.‑t.) de la cible ; la performance, la "
    "réponse moyenne entre la pire (0) et la meilleure (100). Les lignes sont aux moyennes des leviers d’un niveau : "
    "un cadran situe un levier parmi eux, rien de plus. Il n’est nommé que s’il réunit plus de 90 % des "
    "réplications ; les colonnes donnent la part de chacun.",
)


def about_quadrants(voice: Voice, report: Report) -> Section | None:
    rows = report.get("importance_performance")
    if not rows:
        return None
    first: Level = rows[0]["level"]
    urgent = [row["name"] for row in rows if row["level"] == first and row["quadrant"] == "concentrate_here"]
    lead = voice.say(_LEAD, drivers=voice.listed(urgent)) if urgent else voice.say(_LEAD_NONE)
    return Section(
        "quadrants",
        voice.say(_TITLE),
        lead,
        (
            figure(
                draw_quadrants(report, voice.lang), voice.say(_CHART, target=voice.target(report["target"]["name"]))
            ),
            NOTHING.join(_table(voice, level, [row for row in rows if row["level"] == level]) for level in _CAPTIONS),
            note(voice.say(_DEFINITION)),
        ),
    )


def _table(voice: Voice, level: Level, rows: Sequence[Row]) -> Markup:
    if not rows:
        return NOTHING
    columns = [*map(voice.say, (_DRIVER, _QUADRANT, _IMPORTANCE, _PERFORMANCE, *_QUADRANTS.values()))]
    return table(voice.say(_CAPTIONS[level]), columns, (_cells(voice, row) for row in rows))


def _cells(voice: Voice, row: Row) -> Sequence[Markup]:
    shares = row["shares"] or dict.fromkeys(_QUADRANTS)
    return (
        voice.name(row["name"]),
        voice.say(_OPEN if row["quadrant"] is None else _QUADRANTS[row["quadrant"]]),
        voice.between(row["importance"]),
        voice.between(row["performance"], voice.count),
        *(UNKNOWN if shares[quadrant] is None else voice.share(shares[quadrant]) for quadrant in _QUADRANTS),
    )
