"""How a notice of the report becomes a sentence: every code has its text, every fact its way of being shown."""

from collections.abc import Collection, Mapping
from typing import Any

from markupsafe import Markup

from research.page.notices import of_answers, of_drivers, of_network
from research.page.voice import Text, Voice
from research.reports import Report

TEXTS: Mapping[str, Text] = {**of_answers.TEXTS, **of_network.TEXTS, **of_drivers.TEXTS}

ABOUT_ANSWERS, ABOUT_NETWORK = frozenset(of_answers.TEXTS), frozenset(of_network.TEXTS)
ABOUT_DRIVERS = frozenset(of_drivers.TEXTS)
ABOUT_VALIDATION = frozenset({"not_held_out", "nothing_holds", "free_tables_better", "tables_not_reproduced"})
REFUSALS = frozenset({"few_directions", "few_segments", "few_ties", "few_cells"})

_SHARES = frozenset({"share", "certainty", "stability", "least", "robustness", "known"})
_DECIMALS = frozenset({"correlation", "observed", "predicted", "loading"})
_WORTH = Text(" (worth {worth} after weighting)", " (qui en valent {worth} après pondération)")
_KNOWN = Text(
    " The strongest one asked about, {name}, is worth {known}.",
    " La plus forte de celles qui ont été demandées, {name}, en vaut {known}.",
)


def told(voice: Voice, notice: Mapping[str, Any]) -> Markup:
    """One notice as a sentence."""
    facts = {key: _shown(voice, key, value) for key, value in notice.items()}
    if "worth" in notice:
        facts["worth"] = voice.say(_WORTH, worth=facts["worth"]) if notice["worth"] is not None else Markup("")
    if "known" in notice:
        name = notice["known_name"]
        facts["known"] = voice.say(_KNOWN, name=voice.quoted(name), known=facts["known"]) if name else Markup("")
    return voice.say(TEXTS[notice["code"]], **facts)


def told_all(voice: Voice, report: Report, codes: Collection[str]) -> list[Markup]:
    """The report's notices of these codes, in its order."""
    return [told(voice, notice) for notice in report["notices"] if notice["code"] in codes]


def _shown(voice: Voice, key: str, value: Any) -> Markup:
    show = voice.share if key in _SHARES else voice.decimal if key in _DECIMALS else voice.count
    if isinstance(value, str):
        return voice.quoted(value)
    if isinstance(value, list):
        return voice.listed(value)
    if isinstance(value, dict):
        return voice.between(value, voice.share if key in _SHARES else voice.decimal)
    return show(value)
