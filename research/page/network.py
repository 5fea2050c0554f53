"""What holds together with what: the ties among constructs and among items, and the paths between constructs."""

from collections.abc import Iterator

from markupsafe import Markup

from research.charts import draw_network
from research.drivers.target import Level
from research.page.markup import NOTHING, Section, bullets, figure, note, table
from research.page.notices import told_all
from research.page.notices.telling import ABOUT_NETWORK, ABOUT_VALIDATION, REFUSALS
from research.page.voice import Text, Voice
from research.reports import Report

_TITLE = Text("What holds together", "Ce qui tient ensemble")
_LEAD = Text(
    "The strongest tie is the one between {first} and {second}: it is found in {strength} of the surveys redrawn from "
    "these answers.",
    "Le lien le plus fort est celui entre {first} et {second} : il se retrouve dans {strength} des enquêtes retirées "
    "au sort de ces réponses.",
)
_LEAD_NONE = Text("No tie is sure enough to be told.", "Aucun lien n’est assez sûr pour être dit.")
_CHART = Text(
    "The thicker a line, the surer the tie; an arrow shows a direction that the answers or the codebook settle, a "
    "line without one is open.",
    "Plus un trait est épais, plus le lien est sûr ; une flèche montre un sens fixé par les réponses ou le livre de "
    "codes, un trait sans flèche reste ouvert.",
)
_LEVELS: dict[Level, Text] = {
    "construct": Text("Ties between constructs", "Liens entre thèmes"),
    "item": Text("Ties between items", "Liens entre questions"),
}
_FROM = Text("From", "De")
_TO = Text("To", "Vers")
_STRENGTH = Text("Found again", "Retrouvé")
_DIRECTION = Text("In this direction", "Dans ce sens")
_OPEN = Text("open", "ouvert")
_PATHS = Text(
    "Paths between constructs, in standard deviations of each", "Effets entre thèmes, en écarts-types de chacun"
)
_DIRECT = Text("Direct, factor network", "Direct, réseau de facteurs")
_TOTAL = Text("Total, factor network", "Total, réseau de facteurs")
_TOTAL_PATHS = Text("Total, path model", "Total, modèle de chemins")
_DEFINITION = Text(
    "A tie is told if it stands in more than {threshold} of the bootstrap replicates; “in this direction” is the "
    "share of these in which it points so, over all networks the answers cannot tell apart. A direction is not yet a "
    "cause.",
    "Un lien est dit s’il figure dans plus de {threshold} des réplications bootstrap ; « dans ce sens » est la part "
    "de celles-ci où il pointe ainsi, sur tous les réseaux que les réponses ne distinguent pas. Un sens n’est pas "
    "encore une cause.",
)


def about_network(voice: Voice, report: Report) -> Section:
    edges = report["network"]["edges"]
    threshold = voice.share(report["network"]["threshold"])
    return Section(
        "network",
        voice.say(_TITLE),
        _lead(voice, report),
        (
            figure(draw_network(report, voice.lang), voice.say(_CHART)) if edges else NOTHING,
            *(part for level in _LEVELS for part in _ties(voice, report, level)),
            _paths(voice, report),
            bullets(told_all(voice, report, ABOUT_NETWORK - REFUSALS - ABOUT_VALIDATION), "warned"),
            note(voice.say(_DEFINITION, threshold=threshold)),
        ),
    )


def _lead(voice: Voice, report: Report) -> Markup:
    edges = report["network"]["edges"]
    if not edges:
        return voice.say(_LEAD_NONE)
    strongest = max((edge for edge in edges if edge["level"] == edges[0]["level"]), key=lambda edge: edge["strength"])
    return voice.say(
        _LEAD,
        first=voice.quoted(strongest["from"]),
        second=voice.quoted(strongest["to"]),
        strength=voice.share(strongest["strength"]),
    )


def _ties(voice: Voice, report: Report, level: Level) -> Iterator[Markup]:
    edges = [edge for edge in report["network"]["edges"] if edge["level"] == level]
    if not edges:
        return
    cells = (
        (
            voice.name(edge["from"]),
            voice.name(edge["to"]),
            voice.share(edge["strength"]),
            voice.say(_OPEN) if edge["direction"] is None else voice.share(edge["direction"]),
        )
        for edge in edges
    )
    yield table(voice.say(_LEVELS[level]), [*map(voice.say, (_FROM, _TO, _STRENGTH, _DIRECTION))], cells)


def _paths(voice: Voice, report: Report) -> Markup:
    if report["constructs"] is None:
        return NOTHING
    columns = [*map(voice.say, (_FROM, _TO, _STRENGTH, _DIRECT, _TOTAL, _TOTAL_PATHS))]
    cells = (
        (
            voice.name(path["source"]),
            voice.name(path["target"]),
            voice.share(path["strength"]),
            voice.between(path["direct"]["factor_network"]),
            voice.between(path["total"]["factor_network"]),
            voice.between(path["total"]["path_model"]),
        )
        for path in report["constructs"]["paths"]
    )
    return table(voice.say(_PATHS), columns, cells)
