"""What would be published of a fit, in words and as a table of what a rep would be told."""

from research.lab.shown import Shown
from research.languages import Language
from research.page.claims import about_claims
from research.page.markup import table
from research.page.voice import Text, Voice
from research.publishing import judge
from research.reports import Report

_CAPTION = Text(
    "What would be sent to the service, in steps of the target for a move from low to high",
    "Ce qui serait envoyé au service, en échelons de la cible pour un passage de bas à haut",
)
_DRIVER = Text("Driver", "Levier")
_EFFECT = Text("If changed", "Si on le change")
_RANGE = Text("All networks that fit as well", "Tous les réseaux qui conviennent aussi bien")
_CLAIMED = Text("Claimed", "Affirmé")
_YES, _NO = Text("yes", "oui"), Text("no", "non")
_FRAGILE = Text("yes, with a reservation", "oui, avec réserve")
_BETWEEN = Text("{low} to {high}", "{low} à {high}")


def tell_claims(report: Report, lang: Language) -> Shown:
    """Which drivers may be told to reps as a reason, and which not, and why."""
    return Shown.of(about_claims(Voice(lang, report["labels"]), report, judge(report)).html())


def tabulate_claims(report: Report, lang: Language) -> Shown:
    """Every driver of the headline with the figures that decide whether it is claimed."""
    voice = Voice(lang, report["labels"])
    rows = []
    for each in judge(report):
        do = each.row["units"]["do"]
        between = voice.say(_BETWEEN, low=voice.decimal(do["class_low"]), high=voice.decimal(do["class_high"]))
        claimed = _NO if each.left_out else _FRAGILE if each.fragile else _YES
        rows.append((voice.name(each.name), voice.between(do), between, voice.say(claimed)))
    return Shown.of(
        table(voice.say(_CAPTION), [voice.say(text) for text in (_DRIVER, _EFFECT, _RANGE, _CLAIMED)], rows)
    )
