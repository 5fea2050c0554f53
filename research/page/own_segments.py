"""Segments the answers show by themselves, or why none are offered."""

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup, escape

from research.page.markup import NOTHING, heading, paragraph, table
from research.page.notices import told
from research.page.voice import Text, Voice

_OWN = Text("Segments the answers show by themselves", "Segments que montrent les réponses elles-mêmes")
_LEVEL_ONLY = Text(
    "They differ in how content customers are with everything, not in what: one scale cut into pieces, not kinds of "
    "customers.",
    "Ils diffèrent par le contentement en tout, non par son objet : une échelle coupée en morceaux, pas des types de "
    "clients.",
)
_PROFILES = Text(
    "Mean of each segment, in standard deviations from all", "Moyenne de chaque segment, en écarts-types à l’ensemble"
)
_SEGMENT = Text("Segment", "Segment")
_LETTERS = "ABCDE"  # Numbers would read like figures of the report; there are five segments at most.
_SHARE = Text("Share of customers", "Part des clients")
_STABILITY = Text("Found again", "Retrouvé")


def own_segments(voice: Voice, found: Mapping[str, Any] | None) -> Markup:
    """A table of their profiles, or the reason there are none; nothing where they were not looked for."""
    if found is None:
        return NOTHING
    title = heading(voice.say(_OWN))
    if not found["offered"]:
        return title + paragraph(told(voice, found["notice"]))
    warned = paragraph(voice.say(_LEVEL_ONLY)) if found["level_only"] else NOTHING
    columns = [*map(voice.say, (_SEGMENT, _SHARE, _STABILITY)), *map(voice.name, found["profiles"])]
    return title + warned + table(voice.say(_PROFILES), columns, _rows(voice, found))


def _rows(voice: Voice, found: Mapping[str, Any]) -> Iterator[tuple[Markup, ...]]:
    for place, share in enumerate(found["shares"]):
        yield (
            escape(_LETTERS[place]),
            voice.share(share),
            voice.share(found["stability"][place]),
            *(voice.decimal(profile[place]) for profile in found["profiles"].values()),
        )
