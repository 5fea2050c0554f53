"""What moving a driver would do, level by level."""

from collections.abc import Iterator

from markupsafe import Markup

from research.charts import draw_response_curves
from research.page.findings import headline_drivers, tells_moves
from research.page.markup import Section, figure, note, table
from research.page.voice import Text, Voice
from research.reports import Report

_TITLE = Text("What moving a driver would do", "Ce que produirait une action")
_LEAD = Text(
    "Where a curve climbs, the next step up pays; where it is flat, effort is lost on {target}.",
    "Là où la courbe monte, l’échelon suivant paie ; là où elle est plate, l’effort est perdu pour {target}.",
)
_CHART = Text(
    "The target if everybody were set to one level of a driver, beside customers as they are seen there today; bands "
    "are 90% intervals.",
    "La cible si tout le monde était placé à un niveau du levier, à côté des clients qu’on y observe aujourd’hui ; "
    "les bandes sont les intervalles à 90 %.",
)
_CAPTION = Text(
    "Where {target} stands at each level of each driver", "Où en est {target} à chaque niveau de chaque levier"
)
_DRIVER = Text("Driver", "Levier")
_POSITION = Text("Level (steps)", "Niveau (échelons)")
_SHARE = Text("Customers there", "Clients à ce niveau")
_DO = Text("Target if set there (steps)", "Cible si placé là (échelons)")
_OBSERVE = Text("Target observed there (steps)", "Cible observée là (échelons)")
_DEFINITION = Text(
    "Levels and target are in steps from the lowest answer of their scales. A level of a construct is where its items "
    "stand on average; at levels where there are hardly any customers the curve leans on the model.",
    "Niveaux et cible sont en échelons depuis la réponse la plus basse de leur échelle. Le niveau d’un thème est "
    "celui de ses questions en moyenne ; là où il n’y a presque pas de clients, la courbe s’appuie sur le modèle.",
)


def about_curves(voice: Voice, report: Report) -> Section | None:
    if not tells_moves(report):
        return None
    target = voice.target(report["target"]["name"])
    columns = [*map(voice.say, (_DRIVER, _POSITION, _SHARE, _DO, _OBSERVE))]
    return Section(
        "curves",
        voice.say(_TITLE),
        voice.say(_LEAD, target=target),
        (
            figure(draw_response_curves(report, voice.lang), voice.say(_CHART)),
            table(voice.say(_CAPTION, target=target), columns, _rows(voice, report)),
            note(voice.say(_DEFINITION)),
        ),
    )


def _rows(voice: Voice, report: Report) -> Iterator[tuple[Markup, ...]]:
    for row in headline_drivers(report):
        for point in row["curve"]:
            yield (
                voice.name(row["name"]),
                voice.decimal(point["position"]),
                voice.share(point["share"]),
                voice.between(point["do"]),
                voice.between(point["observe"]),
            )
