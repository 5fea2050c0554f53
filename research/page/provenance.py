"""Where the page comes from, with what settings, and how its words and figures are to be read."""

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup, escape

from research.page.markup import Section, heading, paragraph, table
from research.page.voice import UNKNOWN, Text, Voice
from research.reports import Report

_TITLE = Text("How to read this page, and where it comes from", "Comment lire cette page, et d’où elle vient")
_LEAD = Text(
    "Every figure is one survey’s, with the range it would take if the same survey were asked again.",
    "Chaque chiffre vient d’une seule enquête, avec la plage qu’il prendrait si on la refaisait.",
)
_TERMS: tuple[tuple[Text, Text], ...] = (
    (
        Text("A figure and its brackets", "Un chiffre et ses parenthèses"),
        Text(
            "A figure with its 90% interval: of ten such intervals nine hold the true figure.",
            "Un chiffre avec son intervalle à 90 % : neuf intervalles sur dix contiennent le vrai chiffre.",
        ),
    ),
    (
        Text("Observed and if changed", "Observé et si on le change"),
        Text(
            "Observed compares customers as they are; if changed is what acting on the driver would change, other "
            "causes staying as they are. Content customers tick everything higher, so what is observed is often the "
            "larger.",
            "L’observé compare les clients tels qu’ils sont ; « si on le change » est ce qu’une action sur le levier "
            "changerait, les autres causes restant ce qu’elles sont. Un client content coche tout plus haut : "
            "l’observé est souvent le plus grand.",
        ),
    ),
    (
        Text("From low to high", "De bas à haut"),
        Text(
            "From the first to the third quartile: from a customer with a quarter of all below to one with a quarter "
            "above.",
            "Du premier au troisième quartile : d’un client qui en a un quart au-dessous à un client qui en a un "
            "quart au-dessus.",
        ),
    ),
    (
        Text("Standard deviation, step", "Écart-type, échelon"),
        Text(
            "A standard deviation (s.d.) is the usual distance of a customer from the mean; a step is the distance "
            "from one answer to the next.",
            "L’écart-type (é.‑t.) est la distance habituelle d’un client à la moyenne ; un échelon est la distance "
            "d’une réponse à la suivante.",
        ),
    ),
    (
        Text("Construct, item", "Thème, question"),
        Text(
            "An item is one question; a construct is what several items have in common.",
            "Une question est posée telle quelle ; un thème (construit) est ce que plusieurs questions ont en commun.",
        ),
    ),
    (
        Text("Redrawn survey, replicate", "Enquête retirée au sort, réplication"),
        Text(
            "The same respondents drawn again with replacement, and everything learned anew from them.",
            "Les mêmes répondants retirés au sort avec remise, et tout réappris à partir d’eux.",
        ),
    ),
    (
        Text("Nat", "Nat"),
        Text(
            "The unit of information with the natural logarithm; zero means that nothing is said.",
            "L’unité d’information au logarithme naturel ; zéro veut dire que rien n’est dit.",
        ),
    ),
)
_READING = Text("How to read", "Comment lire")
_WRITTEN = Text(
    "Every figure on this page stands in <code>report.json</code> beside it, unrounded; the network itself is in "
    "<code>network.bif</code>.",
    "Chaque chiffre de cette page se trouve, non arrondi, dans <code>report.json</code> à côté ; le réseau lui-même "
    "est dans <code>network.bif</code>.",
)
_SETTINGS = Text("Settings", "Réglages")
_SETTING, _VALUE = Text("Setting", "Réglage"), Text("Value", "Valeur")
_NAMED = {
    "replicates": Text("Bootstrap replicates", "Réplications bootstrap"),
    "seed": Text("Seed", "Graine"),
    "max_parents": Text("Most causes of one item", "Causes d’une question au plus"),
    "likelihoods": Text("Likelihoods", "Vraisemblances"),
    "imputations": Text("Imputations", "Imputations"),
    "rounds": Text("Rounds of structural EM", "Tours d’EM structurel"),
    "folds": Text("Parts held out", "Parts mises de côté"),
    "target": Text("Target", "Cible"),
}
_SOURCES = Text("Sources and software", "Sources et logiciels")
_DATA = Text("Answers (SHA-256)", "Réponses (SHA-256)")
_CODEBOOK = Text("Codebook (SHA-256)", "Livre de codes (SHA-256)")
_RESPONDENTS = Text("Respondents", "Répondants")
_LEFT_OUT = Text("Left out, as they answered nothing", "Laissés de côté, n’ayant rien répondu")
_WORTH = Text("Worth after weighting", "Valeur après pondération")


def about_provenance(voice: Voice, report: Report) -> Section:
    terms = Markup("").join(
        Markup("<dt>{}</dt><dd>{}</dd>").format(voice.say(term), voice.say(meaning)) for term, meaning in _TERMS
    )
    columns = [voice.say(_SETTING), voice.say(_VALUE)]
    return Section(
        "provenance",
        voice.say(_TITLE),
        voice.say(_LEAD),
        (
            heading(voice.say(_READING)),
            Markup("<dl>{}</dl>").format(terms),
            paragraph(voice.say(_WRITTEN)),
            table(voice.say(_SETTINGS), columns, _settings(voice, report)),
            table(voice.say(_SOURCES), columns, _sources(voice, report)),
        ),
    )


def _settings(voice: Voice, report: Report) -> Iterator[tuple[Markup, Markup]]:
    for name, value in report["provenance"]["settings"].items():
        title = voice.say(_NAMED[name]) if name in _NAMED else _code(name)
        yield title, voice.name(value) if name == "target" and value else _plain(voice, value)


def _sources(voice: Voice, report: Report) -> Iterator[tuple[Markup, Markup]]:
    survey, provenance = report["survey"], report["provenance"]
    yield voice.say(_RESPONDENTS), voice.count(survey["respondents"])
    yield voice.say(_LEFT_OUT), voice.count(survey["left_out"])
    yield voice.say(_WORTH), voice.count(survey["n_eff"])
    yield voice.say(_DATA), _code(survey["data_sha256"])
    yield voice.say(_CODEBOOK), _code(provenance["codebook_sha256"])
    for library, release in provenance["versions"].items():
        yield escape(library), _code(release)


def _plain(voice: Voice, value: Any) -> Markup:
    if isinstance(value, int | float):
        return voice.count(value)
    if value is None:
        return UNKNOWN
    return _code(", ".join(value) if isinstance(value, list) else value)


def _code(text: str) -> Markup:
    """What a machine wrote, the same in every language."""
    return Markup("<code>{}</code>").format(text)
