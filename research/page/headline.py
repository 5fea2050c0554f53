"""The first section: what drives the target and how sure that is, and what may not be claimed."""

from collections.abc import Iterator

from markupsafe import Markup

from research.page.findings import Row, has_target, headline_drivers, includes_nothing, tells_moves
from research.page.markup import Section, bullets, heading
from research.page.notices import told_all
from research.page.notices.telling import ABOUT_DRIVERS, REFUSALS
from research.page.voice import Text, Voice
from research.reports import Report

SURE = 0.9
_SHOWN = 3

_TITLE = Text("In short", "L’essentiel")
_NO_TARGET = Text(
    "No question was named as the target: this page tells what holds together, not what drives it.",
    "Aucune question n’a été désignée comme cible : cette page dit ce qui tient ensemble, pas ce qui agit.",
)
_NOT_FORETOLD = Text(
    "This survey cannot tell what drives {target}: its causes were not asked about.",
    "Cette enquête ne peut pas dire ce qui agit sur {target} : ses causes n’ont pas été demandées.",
)
_FEW = Text(
    "These {respondents} answers show what goes with {target}, {driver} above all, but not what would move it.",
    "Ces {respondents} réponses montrent ce qui va de pair avec {target}, {driver} surtout, mais pas ce qui le ferait "
    "changer.",
)
_NOTHING = Text(
    "Nothing that was asked surely moves {target}.", "Rien de ce qui a été demandé n’agit sûrement sur {target}."
)
_PROBABLY = Text(
    "What moves {target} most is probably {driver}: it comes first in {first} of the surveys redrawn from these "
    "answers.",
    "Ce qui agit le plus sur {target} est probablement {driver} : premier dans {first} des enquêtes retirées au sort "
    "de ces réponses.",
)
_SURELY = Text(
    "What moves {target} most is {driver}: it comes first in {first} of the surveys redrawn from these answers.",
    "Ce qui agit le plus sur {target} est {driver} : premier dans {first} des enquêtes retirées au sort de ces "
    "réponses.",
)
_MOVED = Text(
    "{driver}: lifting a customer from low to high would raise {target} by {steps} steps of its scale.",
    "{driver} : faire passer un client de bas à haut ferait monter {target} de {steps} échelons.",
)
_LOWERED = Text(
    "{driver}: lifting a customer from low to high would change {target} by {steps} steps of its scale, downwards.",
    "{driver} : faire passer un client de bas à haut ferait varier {target} de {steps} échelons, à la baisse.",
)
_PERHAPS = Text(
    "{driver}: lifting a customer from low to high would change {target} by {steps} steps of its scale, perhaps not "
    "at all.",
    "{driver} : faire passer un client de bas à haut ferait varier {target} de {steps} échelons, peut-être pas du "
    "tout.",
)
_SEEN = Text(
    "{driver}: customers who stand high on it stand {effect} standard deviations higher on {target}.",
    "{driver} : les clients haut placés y sont plus haut de {effect} écarts-types sur {target}.",
)
_STAKE = Text(
    "{customers} customers are dissatisfied with {driver}; they carry a turnover of {turnover}, and one step up for "
    "each would be worth {worth}.",
    "{customers} clients sont mécontents de {driver} ; ils portent un chiffre d’affaires de {turnover}, et un échelon "
    "de plus pour chacun vaudrait {worth}.",
)
_EXPLAINED = Text(
    "The drivers together explain {share} of what sets customers apart on {target}.",
    "Ensemble, les leviers expliquent {share} de ce qui distingue les clients sur {target}.",
)
_UNCLAIMED_TITLE = Text("What may not be claimed", "Ce qu’on ne peut pas affirmer")
_NO_EFFECT = Text(
    "No effect of moving {drivers} is claimed: the interval holds zero.",
    "Aucun effet d’une action sur {drivers} n’est affirmé : l’intervalle contient zéro.",
)
_OPEN = Text(
    "How large the effect of {drivers} is remains open: which way some ties point the answers cannot tell, and it may "
    "lie anywhere in the wider range given in the table.",
    "L’ampleur de l’effet de {drivers} reste ouverte : les réponses ne disent pas dans quel sens vont certains liens, "
    "et il peut se trouver n’importe où dans la plage plus large que donne le tableau.",
)
_ONE_SURVEY = Text(
    "Nothing here was proved by an experiment: every “would” supposes that no cause nobody asked about stands behind "
    "both a driver and {target}.",
    "Rien ici n’a été prouvé par une expérience : tout conditionnel suppose qu’aucune cause non demandée ne se cache "
    "à la fois derrière un levier et derrière {target}.",
)
_TURNOVER = Text(
    "No survey can prove that turnover would follow: between customers today one step of {target} goes with "
    "{per_step} of turnover, and the worth of a step supposes that it would do so if {target} were moved.",
    "Aucune enquête ne prouve que le chiffre d’affaires suivrait : entre clients, aujourd’hui, un échelon de {target} "
    "va de pair avec {per_step} de chiffre d’affaires, et la valeur d’un échelon suppose qu’il en irait de même si "
    "l’on agissait sur {target}.",
)


def headline(voice: Voice, report: Report) -> Section:
    claims = [] if not has_target(report) else [bullets(_points(voice, report))]
    return Section(
        "headline",
        voice.say(_TITLE),
        _lead(voice, report),
        (*claims, heading(voice.say(_UNCLAIMED_TITLE)), bullets(_unclaimed(voice, report), "unclaimed")),
    )


def _lead(voice: Voice, report: Report) -> Markup:
    if not has_target(report):
        return voice.say(_NO_TARGET)
    target, first = voice.target(report["target"]["name"]), headline_drivers(report)[0]
    driver = voice.quoted(first["name"])
    if not report["validation"].get("better_than_margin", True):
        return voice.say(_NOT_FORETOLD, target=target)
    if not tells_moves(report):
        respondents = voice.count(report["survey"]["respondents"])
        return voice.say(_FEW, target=target, driver=driver, respondents=respondents)
    if includes_nothing(first["do"]):
        return voice.say(_NOTHING, target=target)
    sure = _SURELY if first["rank"]["first"] >= SURE else _PROBABLY
    return voice.say(sure, target=target, driver=driver, first=voice.share(first["rank"]["first"]))


def _points(voice: Voice, report: Report) -> Iterator[Markup]:
    target, drivers = voice.target(report["target"]["name"]), headline_drivers(report)
    for row in drivers[:_SHOWN]:
        yield _effect(voice, row, target)
    stakes = report["stakes"]["rows"] if report["stakes"] is not None else []
    for row in stakes[:1]:
        yield voice.say(
            _STAKE,
            driver=voice.quoted(row["name"]),
            customers=voice.between(row["dissatisfied"], voice.count),
            turnover=voice.between(row["turnover"], voice.count),
            worth=voice.between(row["step_up"], voice.count),
        )
    if report["target"]["explained"] is not None and tells_moves(report):
        yield voice.say(_EXPLAINED, target=target, share=voice.between(report["target"]["explained"], voice.share))


def _effect(voice: Voice, row: Row, target: Markup) -> Markup:
    driver = Markup("<strong>{}</strong>").format(voice.name(row["name"]))
    if row["units"] is None:
        return voice.say(_SEEN, driver=driver, target=target, effect=voice.between(row["observe"]))
    perhaps, lowered = includes_nothing(row["do"]), row["do"]["effect"] < 0
    text = _PERHAPS if perhaps else _LOWERED if lowered else _MOVED
    return voice.say(text, driver=driver, target=target, steps=voice.between(row["units"]["do"]))


def _unclaimed(voice: Voice, report: Report) -> Iterator[Markup]:
    yield from told_all(voice, report, REFUSALS | ABOUT_DRIVERS)
    if not tells_moves(report):
        return
    drivers, target = headline_drivers(report), voice.target(report["target"]["name"])
    if unsure := [row["name"] for row in drivers if includes_nothing(row["do"])]:
        yield voice.say(_NO_EFFECT, drivers=voice.listed(unsure))
    if wide := [row["name"] for row in drivers if row["do"]["open"] and not includes_nothing(row["do"])]:
        yield voice.say(_OPEN, drivers=voice.listed(wide))
    yield voice.say(_ONE_SURVEY, target=target)
    if report["stakes"] is not None:
        per_step = voice.between(report["stakes"]["turnover_per_step"], voice.count)
        yield voice.say(_TURNOVER, target=target, per_step=per_step)
