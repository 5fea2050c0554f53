"""How texts are compared: the collations of RFC 4791, section 7.5, and that of RFC 5051."""

from collections.abc import Callable
from dataclasses import dataclass

from field_api.dav.documents import Element
from field_api.dav.names import caldav
from field_api.dav.refusals import Refused

_ASCII_SMALL = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}

Fold = Callable[[str], str]

COLLATIONS: dict[str, Fold] = {
    # RFC 4790, section 9.2: only ASCII has two cases.
    "i;ascii-casemap": lambda text: text.translate(_ASCII_SMALL),
    "i;octet": lambda text: text,
    "i;unicode-casemap": str.casefold,
}
DEFAULT = "i;ascii-casemap"

Match = Callable[[str, str], bool]

# `contains` is RFC 4791's; the others came with the match-type of RFC 6352, and clients send them to calendars too.
MATCH_TYPES: dict[str, Match] = {
    "contains": lambda value, wanted: wanted in value,
    "equals": lambda value, wanted: value == wanted,
    "starts-with": lambda value, wanted: value.startswith(wanted),
    "ends-with": lambda value, wanted: value.endswith(wanted),
}


@dataclass(frozen=True)
class TextMatch:
    """A text that must, or with `negated` must not, be found in a value."""

    wanted: str
    collation: str = DEFAULT
    negated: bool = False
    match_type: str = "contains"

    def holds(self, value: str) -> bool:
        """Whether the value is one that is asked for."""
        fold = COLLATIONS[self.collation]
        return MATCH_TYPES[self.match_type](fold(value), fold(self.wanted)) != self.negated


def text_match_of(element: Element) -> TextMatch:
    """A text-match (RFC 4791, section 9.7.5). Raises Refused for a collation or a match-type that we do not speak."""
    collation = element.get("collation", DEFAULT)
    if collation == "default":
        collation = DEFAULT
    if collation not in COLLATIONS:
        raise Refused(403, caldav("supported-collation"), f"The collation {collation[:40]!r} is not spoken here.")
    match_type = element.get("match-type", "contains")
    if match_type not in MATCH_TYPES:
        raise Refused(400, caldav("valid-filter"), f"The match-type {match_type[:40]!r} is not spoken here.")
    # Not stripped: a blank in the middle of two words is part of what is looked for.
    return TextMatch(element.text or "", collation, element.get("negate-condition") == "yes", match_type)
