"""What follows if customers moved up on a driver: what a chart calls it, a table for readers without sliders, words."""

from collections.abc import Mapping

from markupsafe import Markup

from research.drivers import LevelEffects
from research.lab.shown import Shown
from research.languages import Language, wording
from research.page.markup import Section, bullets, table
from research.page.voice import Text, Voice
from research.what_if import WhatIf, each_step_up

Labels = Mapping[str, Mapping[str, str]]

_CAPTION = Text(
    "Change of the target, in steps of its scale, if this share of the customers below the top moved one level up",
    "Variation de la cible, en échelons, si cette part des clients qui ne sont pas au sommet montait d’un niveau",
)
_DRIVER = Text("Driver", "Levier")
_TITLE = Text(
    "What if {share} of the customers moved one level up?", "Et si {share} des clients montaient d’un niveau ?"
)
_MOST = Text(
    "Move {driver} first: if {share} of the customers who are not yet at the top of it rose one level, {target} would "
    "rise by {steps} steps of its scale.",
    "Agissez d’abord sur {driver} : si {share} des clients qui n’y sont pas au sommet montaient d’un niveau, {target} "
    "monterait de {steps} échelons.",
)
_NOTHING = Text(
    "No driver surely moves {target}: every interval holds zero.",
    "Aucun levier n’agit sûrement sur {target} : chaque intervalle contient zéro.",
)
_NEXT = Text("After it {driver}: {steps} steps.", "Ensuite {driver} : {steps} échelons.")
_IDLE = Text("{drivers} may change nothing.", "{drivers} : peut-être aucun changement.")
_ONE_SURVEY = Text(
    "Each figure supposes that customers can be moved without moving anything else, and that no cause nobody asked "
    "about stands behind a driver and {target}: try it on some customers before you pay for all.",
    "Chaque chiffre suppose qu’on peut agir sur les clients sans rien toucher d’autre et qu’aucune cause non demandée "
    "ne se cache derrière un levier et {target} : essayez sur quelques clients avant de payer pour tous.",
)


def called(results: Mapping[str, WhatIf], labels: Labels, lang: Language) -> dict[str, WhatIf]:
    """The same results, each under what its driver is called."""
    return {wording(labels.get(name, {}), lang, name): found for name, found in results.items()}


def tabulate_moves(
    level: LevelEffects, labels: Labels, lang: Language, shares: tuple[float, ...] = (0.25, 0.5, 1.0)
) -> Shown:
    """Every driver alone by the share of customers moved: what the sliders say, for readers without a kernel."""
    voice = Voice(lang, labels)
    by_share = [each_step_up(level, share) for share in shares]
    columns = [voice.say(_DRIVER), *(voice.share(share) for share in shares)]
    rows = [
        (voice.name(name), *(voice.between(vars(results[name].change)) for results in by_share))
        for name in by_share[-1]
    ]
    return Shown.of(table(voice.say(_CAPTION), columns, rows))


def tell_moves(results: Mapping[str, WhatIf], share: float, target: str, labels: Labels, lang: Language) -> Shown:
    """Which driver to move first, which next, and which may change nothing; `results` as `each_step_up` gives them."""
    voice = Voice(lang, labels)
    sure = [name for name, found in results.items() if found.change.low > 0]
    idle = [name for name, found in results.items() if found.change.low <= 0 <= found.change.high]
    goal = voice.quoted(target)
    points = [voice.say(_NEXT, driver=voice.quoted(name), steps=_steps(voice, results[name])) for name in sure[1:3]]
    points += [voice.say(_IDLE, drivers=voice.listed(idle))] if idle else []
    points += [voice.say(_ONE_SURVEY, target=goal)]
    lead = voice.say(_NOTHING, target=goal)
    if sure:
        told = {"driver": voice.quoted(sure[0]), "steps": _steps(voice, results[sure[0]])}
        lead = voice.say(_MOST, share=voice.share(share), target=goal, **told)
    return Shown.of(Section("moves", voice.say(_TITLE, share=voice.share(share)), lead, (bullets(points),)).html())


def _steps(voice: Voice, found: WhatIf) -> Markup:
    return voice.between(vars(found.change))
