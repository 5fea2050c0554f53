"""What may be published of a fit, in words: each driver that is claimed, and each that is left out, with its reason."""

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from research.page.markup import Section, bullets, heading
from research.page.voice import Text, Voice
from research.publishing import Judged, LeftOutBecause
from research.reports import Report

_TITLE = Text("What may be published", "Ce qui peut être publié")
_CLAIMED = Text(
    "Of {asked} drivers of {target} {claimed} may be told to reps as a reason, on {respondents} answers.",
    "Sur {asked} leviers de {target}, {claimed} peuvent être donnés aux commerciaux comme raison, sur {respondents} "
    "réponses.",
)
_NOTHING = Text(
    "Of {asked} drivers of {target} none may be told to reps as a reason: {respondents} answers do not carry that.",
    "Sur {asked} leviers de {target}, aucun ne peut être donné aux commerciaux comme raison : {respondents} réponses "
    "ne suffisent pas.",
)
_DRIVER = Text(
    "{driver}: lifting a customer from low to high would raise {target} by {steps} steps of its scale.",
    "{driver} : faire passer un client de bas à haut ferait monter {target} de {steps} échelons.",
)
_OPEN = Text(
    "{driver}: whichever way its ties point, lifting a customer from low to high would raise {target}, by {low} to "
    "{high} steps of its scale.",
    "{driver} : dans quelque sens qu’aillent ses liens, faire passer un client de bas à haut ferait monter {target}, "
    "de {low} à {high} échelons.",
)
_FRAGILE = Text(
    "With a reservation that goes along: a cause nobody asked about, no stronger than the strongest one asked about, "
    "would undo it.",
    "Avec une réserve qui l’accompagne : une cause non demandée, pas plus forte que la plus forte de celles demandées, "
    "suffirait à l’annuler.",
)
_LEFT_OUT = Text("Left out, and why", "Écartés, et pourquoi")
_WHY: Mapping[LeftOutBecause, Text] = {
    "open": Text(
        "{driver}: which way its ties point the answers cannot tell, and the effect may lie anywhere from {low} to "
        "{high} steps.",
        "{driver} : les réponses ne disent pas dans quel sens vont ses liens, et l’effet peut se trouver n’importe où "
        "de {low} à {high} échelons.",
    ),
    "covers_zero": Text(
        "{driver}: {steps} steps, perhaps none at all.", "{driver} : {steps} échelons, peut-être aucun."
    ),
    "lowers": Text(
        "{driver}: more of it would lower {target}, by {steps} steps; no gesture rests on that.",
        "{driver} : davantage ferait baisser {target}, de {steps} échelons ; aucun geste ne repose là-dessus.",
    ),
    "class_covers_zero": Text(
        "{driver}: among the networks that fit as well some give no effect, from {low} to {high} steps.",
        "{driver} : parmi les réseaux qui conviennent aussi bien, certains ne donnent aucun effet, de {low} à {high} "
        "échelons.",
    ),
}


def about_claims(voice: Voice, report: Report, judged: Sequence[Judged]) -> Section:
    """The claims with their figures, then what is left out."""
    target = voice.target(report["target"]["name"])
    claims = [each for each in judged if not each.left_out]
    lead = voice.say(
        _CLAIMED if claims else _NOTHING,
        asked=voice.count(len(judged)),
        claimed=voice.count(len(claims)),
        target=target,
        respondents=voice.count(report["survey"]["respondents"]),
    )
    untold = [told for each in judged if each.left_out for told in _left_out(voice, target, each)]
    rest = (heading(voice.say(_LEFT_OUT)), bullets(untold, "unclaimed")) if untold else ()
    body = (bullets(_claim(voice, target, each) for each in claims), *rest)
    return Section("claims", voice.say(_TITLE), lead, body)


def _claim(voice: Voice, target: Markup, judged: Judged) -> Markup:
    told = voice.say(_OPEN if judged.open else _DRIVER, **_facts(voice, target, judged))
    return Markup(" ").join([told, voice.say(_FRAGILE)]) if judged.fragile else told


def _left_out(voice: Voice, target: Markup, judged: Judged) -> Iterator[Markup]:
    for reason in judged.left_out:
        yield voice.say(_WHY[reason], **_facts(voice, target, judged))


def _facts(voice: Voice, target: Markup, judged: Judged) -> dict[str, Markup]:
    """What sentences may tell of a driver; `low` and `high` are the ends of the range over all networks that fit."""
    do = judged.row["units"]["do"]
    return {
        "driver": voice.quoted(judged.name),
        "target": target,
        "steps": voice.between(do),
        "low": voice.decimal(do["class_low"]),
        "high": voice.decimal(do["class_high"]),
    }
