"""What clients set of a calendar: kept as they wrote it, within bounds (RFC 4918, section 4.4)."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from lxml import etree

from field_api.dav import documents
from field_api.dav.asked import Edit
from field_api.dav.multistatus import error_element, propstat
from field_api.dav.names import caldav, dav
from field_api.dav.properties import PROTECTED
from field_api.dav.refusals import Refused
from field_api.dav.zones_told import zone_told

MOST_KEPT = 60
MOST_BYTES_EACH = 32_000
MOST_BYTES = 128_000


@dataclass(frozen=True)
class Outcome:
    """What becomes of edits: the properties afterwards, and why any of them is refused (by its place)."""

    properties: dict[str, Any]
    refusals: Mapping[int, Refused]


def edited(properties: Mapping[str, Any], edits: Sequence[Edit]) -> Outcome:
    """Apply edits in their order; if one is refused none counts, which is for the caller to see to."""
    told, refusals = dict(properties), dict[int, Refused]()
    for place, edit in enumerate(edits):
        try:
            if edit.element is None:
                _check_protected(edit.name)
                told.pop(edit.name, None)
            else:
                told[edit.name] = _kept(edit)
                _check_room(told)
        except Refused as refusal:
            refusals[place] = refusal
    return Outcome(told, refusals)


def kept_of(properties: Mapping[str, Any]) -> dict[str, str]:
    """What clients have set, as elements by their names."""
    return {name: text for name, text in properties.items() if name.startswith("{") and isinstance(text, str)}


def told_zone(properties: Mapping[str, Any]) -> str | None:
    """The calendar with a VTIMEZONE that a client has set, or None."""
    kept = properties.get(caldav("calendar-timezone"))
    return None if kept is None else documents.content(documents.read(kept.encode()))


def propstats(edits: Sequence[Edit], refusals: Mapping[int, Refused]) -> list[str]:
    """The answer to each edit: done, refused, or not done because another one was refused."""
    told = []
    for place, edit in enumerate(edits):
        name = _empty(edit.name)
        refusal = refusals.get(place)
        if refusal is not None:
            error = error_element(refusal.precondition) if refusal.precondition else ""
            told.append(propstat(refusal.status, [name], error))
        else:
            told.append(propstat(424 if refusals else 200, [name]))
    return told


def _empty(name: str) -> str:
    return str(etree.tostring(etree.Element(name), encoding="unicode"))


def _kept(edit: Edit) -> str:
    _check_protected(edit.name)
    if edit.name == caldav("calendar-timezone"):
        zone_told(documents.content(edit.element))
    element = deepcopy(edit.element)
    etree.cleanup_namespaces(element)
    text = documents.kept(element)
    if len(text.encode()) > MOST_BYTES_EACH:
        raise Refused(507, detail=f"A property has at most {MOST_BYTES_EACH} bytes.")
    return text


def _check_protected(name: str) -> None:
    if name in PROTECTED:
        raise Refused(403, dav("cannot-modify-protected-property"))


def _check_room(properties: Mapping[str, Any]) -> None:
    if len(properties) > MOST_KEPT or sum(len(str(one)) for one in properties.values()) > MOST_BYTES:
        raise Refused(507, detail="The calendar has too many properties.")
