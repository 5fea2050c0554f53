"""Looking for people, and the rest of what clients ask about themselves (RFC 3744, section 9)."""

from flask import Response

from field_api.dav import documents, fragments, paths
from field_api.dav.asked import PropertiesAsked, properties_asked
from field_api.dav.collations import MATCH_TYPES, TextMatch
from field_api.dav.documents import Element
from field_api.dav.multistatus import XML, multistatus
from field_api.dav.names import caldav, dav
from field_api.dav.properties import PRINCIPAL
from field_api.dav.refusals import Refused
from field_api.dav.showing import show
from field_api.dav.subjects import Person

MOST_SEARCHES = 10


def search(person: Person, root: Element) -> Response:
    """A principal-property-search: everybody finds themselves, and nobody anybody else."""
    conditions = root.findall(dav("property-search"))
    if len(conditions) > MOST_SEARCHES:
        raise Refused(403, dav("number-of-matches-within-limits"), f"More than {MOST_SEARCHES} conditions.")
    met = [_meets(person, condition) for condition in conditions]
    found = any(met) if root.get("test") == "anyof" and met else all(met)
    return multistatus([show(paths.principal(person.id), PRINCIPAL, person, _asked(root))] if found else [])


def _asked(root: Element) -> PropertiesAsked:
    """What is wanted of those found; some clients write it beside the prop element instead of inside."""
    beside = (documents.name_of(child) for child in documents.children(root))
    return PropertiesAsked("named", (*properties_asked(root).names, *(name for name in beside if name in PRINCIPAL)))


def searchable() -> Response:
    """The answer to principal-search-property-set: what people can be found by."""
    told = "".join(
        fragments.element(dav("principal-search-property"), _told(*one))
        for one in ((dav("displayname"), "Name"), (caldav("calendar-user-address-set"), "E-mail"))
    )
    return Response(fragments.document(dav("principal-search-property-set"), told), 200, content_type=XML)


def _told(name: str, description: str) -> str:
    return fragments.element(dav("prop"), fragments.element(name)) + fragments.element(dav("description"), description)


def _meets(person: Person, condition: Element) -> bool:
    wanted = TextMatch(
        documents.content(condition.find(dav("match"))), "i;unicode-casemap", match_type=_match_type(condition)
    )
    values = {dav("displayname"): person.name, caldav("calendar-user-address-set"): f"mailto:{person.email}"}
    named = condition.find(dav("prop"))
    names = [] if named is None else [documents.name_of(each) for each in documents.children(named)]
    return bool(names) and all(name in values and wanted.holds(values[name]) for name in names)


def _match_type(condition: Element) -> str:
    match = condition.find(dav("match"))
    told = "contains" if match is None else match.get("match-type", "contains")
    return told if told in MATCH_TYPES else "contains"
