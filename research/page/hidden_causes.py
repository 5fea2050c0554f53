"""How strong a cause nobody asked about would have to be to undo each effect."""

from collections.abc import Iterable

from markupsafe import Markup

from research.charts import draw_hidden_causes
from research.drivers.target import Level
from research.page.findings import drivers_at, headline_drivers, includes_nothing, levels, tells_moves
from research.page.markup import NOTHING, Section, figure, note, table
from research.page.voice import UNKNOWN, Text, Voice
from research.reports import Report

_TITLE = Text("Could something else be behind it?", "Et si autre chose l’expliquait ?")
_LEAD_FRAGILE = Text(
    "Take care with {drivers}: a cause nobody asked about, no stronger than one that was, would undo the effect.",
    "Prudence avec {drivers} : une cause non demandée, pas plus forte qu’une cause demandée, suffirait à annuler "
    "l’effet.",
)
_LEAD_FIRM = Text(
    "Only a cause stronger than any that was asked about would undo these effects.",
    "Seule une cause plus forte que toutes celles demandées annulerait ces effets.",
)
_CHART = Text(
    "How much a hidden cause would have to explain to undo each effect, beside what the strongest known cause "
    "explains.",
    "Ce qu’une cause cachée devrait expliquer pour annuler chaque effet, à côté de ce qu’explique la plus forte cause "
    "connue.",
)
_CAPTIONS: dict[Level, Text] = {
    "construct": Text(
        "Constructs: what it would take to undo the effect", "Thèmes : ce qu’il faudrait pour annuler l’effet"
    ),
    "item": Text("Items: what it would take to undo the effect", "Questions : ce qu’il faudrait pour annuler l’effet"),
}
_DRIVER = Text("Driver", "Levier")
_ROBUSTNESS = Text("Would have to explain", "Devrait expliquer")
_KNOWN = Text("Strongest known explains", "La plus forte connue explique")
_KNOWN_NAME = Text("Which it is", "Laquelle")
_EASILY = Text("Easily undone?", "Facile à annuler ?")
_YES, _NO = Text("yes", "oui"), Text("no", "non")
_DEFINITION = Text(
    "Shares are of the variance of driver and target that their known causes leave over (robustness value of Cinelli "
    "and Hazlett, doi:10.1111/rssb.12348). An effect is called easily undone if the low end of its interval is no "
    "higher than what the strongest known common cause is worth.",
    "Les parts portent sur la variance du levier et de la cible que leurs causes connues laissent inexpliquée (valeur "
    "de robustesse de Cinelli et Hazlett, doi:10.1111/rssb.12348). Un effet est dit facile à annuler si le bas de son "
    "intervalle ne dépasse pas ce que vaut la plus forte cause commune connue.",
)


def about_hidden_causes(voice: Voice, report: Report) -> Section | None:
    if not tells_moves(report):
        return None
    fragile = [
        row["name"]
        for row in headline_drivers(report)
        if row["hidden_cause"]["fragile"] and not includes_nothing(row["do"])
    ]
    return Section(
        "hidden-causes",
        voice.say(_TITLE),
        voice.say(_LEAD_FRAGILE, drivers=voice.listed(fragile)) if fragile else voice.say(_LEAD_FIRM),
        (
            figure(draw_hidden_causes(report, voice.lang), voice.say(_CHART)),
            NOTHING.join(_tables(voice, report)),
            note(voice.say(_DEFINITION)),
        ),
    )


def _tables(voice: Voice, report: Report) -> Iterable[Markup]:
    columns = [*map(voice.say, (_DRIVER, _ROBUSTNESS, _KNOWN, _KNOWN_NAME, _EASILY))]
    for level in levels(report):
        rows = [(row["name"], row["hidden_cause"]) for row in drivers_at(report, level)]
        cells = (
            (
                voice.name(name),
                voice.between(hidden["robustness"], voice.share),
                voice.between(hidden["known"], voice.share) if hidden["known_name"] else UNKNOWN,
                voice.name(hidden["known_name"]) if hidden["known_name"] else UNKNOWN,
                voice.say(_YES if hidden["fragile"] else _NO),
            )
            for name, hidden in rows
        )
        yield table(voice.say(_CAPTIONS[level]), columns, cells)
