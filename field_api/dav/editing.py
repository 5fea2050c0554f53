"""What clients change: objects put, removed, moved and copied; calendars made, described and removed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response

from field_api.agenda import calendars, objects
from field_api.agenda.calendars import KnownCalendar
from field_api.agenda.components import KEPT
from field_api.agenda.objects import Stored
from field_api.dav import dead_properties, documents, finding, fragments, paths
from field_api.dav.asked import Edit, edits_of
from field_api.dav.documents import Element
from field_api.dav.finding import Wanted
from field_api.dav.multistatus import XML, multistatus
from field_api.dav.multistatus import edited as edited_response
from field_api.dav.names import caldav, dav
from field_api.dav.refusals import Refused
from field_api.dav.subjects import calendar_of
from field_api.errors import NotFound, Stale
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

_COMPONENT_SET = caldav("supported-calendar-component-set")
_RESOURCE_TYPE = dav("resourcetype")


@dataclass(frozen=True)
class Conditions:
    """If-Match and If-None-Match of a request (RFC 9110, section 13.1), as they were sent."""

    if_match: str | None = None
    if_none_match: str | None = None


def put(
    session: AnySession,
    principal: Principal,
    calendar: KnownCalendar,
    name: str,
    text: bytes,
    conditions: Conditions,
) -> Stored:
    """Keep a text under a name. Raises what `agenda.objects.put_object` raises, and Refused."""
    if not paths.is_name(name):
        raise Refused(403, detail="An object cannot have this name.")
    absent = (conditions.if_none_match or "").strip() == "*"
    if conditions.if_none_match and not absent:
        _check_none_match(session, calendar, name, conditions.if_none_match)
    return objects.put_object(
        session, principal, calendar, name, text, if_match=conditions.if_match, if_none_match=absent
    )


def _check_none_match(session: AnySession, calendar: KnownCalendar, name: str, tags: str) -> None:
    row = finding.at(session, calendar, [name], Wanted()).get(name)
    if row is not None and row.etag in {tag.strip().removeprefix("W/") for tag in tags.split(",")}:
        raise Stale("What you name stands there.", row.etag)


def make_calendar(session: AnySession, principal: Principal, slug: str, root: Element | None) -> None:
    """One more calendar, with the properties of a MKCALENDAR or of an extended MKCOL (RFC 5689).

    Raises Refused, CalendarInUse or Forbidden.
    """
    if not paths.is_name(slug) or len(slug) > paths.LONGEST_SLUG:
        raise Refused(403, caldav("calendar-collection-location-ok"), "A calendar cannot have this name.")
    edits = [] if root is None else edits_of(root)
    kinds = next((_components(edit) for edit in edits if edit.name == _COMPONENT_SET), KEPT)
    outcome = dead_properties.edited({}, [edit for edit in edits if edit.name not in {_COMPONENT_SET, _RESOURCE_TYPE}])
    for refusal in outcome.refusals.values():
        raise refusal
    calendars.make_calendar(session, principal, slug, components=kinds, properties=outcome.properties)


def is_calendar(root: Element | None) -> bool:
    """Whether an extended MKCOL is about a calendar."""
    if root is None:
        return False
    types = root.find(f"{dav('set')}/{dav('prop')}/{_RESOURCE_TYPE}")
    return types is not None and types.find(caldav("calendar")) is not None


def _components(edit: Edit) -> tuple[str, ...]:
    if edit.element is None:
        return KEPT
    names = [str(one.get("name", "")).upper() for one in documents.children(edit.element)]
    kept = tuple(name for name in KEPT if name in names)
    if not kept:
        raise Refused(403, caldav("supported-calendar-component"), f"Kept are {', '.join(KEPT)}.")
    return kept


def describe(session: AnySession, principal: Principal, calendar: KnownCalendar, root: Element) -> Response:
    """A PROPPATCH on a calendar: all of it, or nothing. Raises Refused for a body that is none."""
    edits = _proppatch(root)
    outcome = dead_properties.edited(calendar.properties, edits)
    if not outcome.refusals and outcome.properties != calendar.properties:
        calendars.change_calendar(session, principal, calendar, outcome.properties)
    return _answer(paths.calendar(calendar.owner_id, calendar.name), edits, outcome.refusals)


def refuse_to_describe(href: str, root: Element) -> Response:
    """A PROPPATCH on what has no properties that anybody may set."""
    edits = _proppatch(root)
    refusal = Refused(403, dav("cannot-modify-protected-property"))
    return _answer(href, edits, dict.fromkeys(range(len(edits)), refusal))


def _proppatch(root: Element) -> list[Edit]:
    if root.tag != dav("propertyupdate"):
        raise Refused(400, detail="The body of a PROPPATCH is a propertyupdate.")
    return edits_of(root)


def _answer(href: str, edits: Sequence[Edit], refusals: Mapping[int, Refused]) -> Response:
    return multistatus([edited_response(href, dead_properties.propstats(edits, refusals))])


@dataclass(frozen=True)
class Destination:
    """Where a COPY or MOVE goes."""

    calendar: KnownCalendar
    name: str


def destination(session: AnySession, principal: Principal, address: str) -> Destination:
    """The place that a Destination header names, in one of the caller's calendars. Raises Refused."""
    parts = paths.parts(address)
    if parts is None:
        raise Refused(502, detail="The destination is not on this server.")
    if len(parts) != 3 or not paths.is_name(parts[2]):
        raise Refused(403, caldav("calendar-collection-location-ok"), "Objects lie in calendars.")
    try:
        return Destination(calendar_of(session, principal, parts[0], parts[1]), parts[2])
    except NotFound as error:
        raise Refused(409, detail=error.detail) from None


@dataclass(frozen=True)
class Transfer:
    """How an object is copied or moved: whether it stays, whether it may replace another, and its If-Match."""

    keep: bool
    overwrite: bool
    if_match: str | None


def transfer(
    session: AnySession, principal: Principal, source: KnownCalendar, name: str, target: Destination, how: Transfer
) -> Stored:
    """Copy or move an object. Raises NotFound, Refused, or what a put raises."""
    row = finding.at(session, source, [name], Wanted(text=True)).get(name)
    if row is None:
        raise NotFound("There is nothing here.")
    if source.id == target.calendar.id:
        # What we know of a visit belongs to the object that is there, and a put under another name would be another.
        raise Refused(403, detail="Objects are moved from one calendar to another.")
    if not how.keep:
        objects.delete_object(session, principal, source, name, if_match=how.if_match)
    return objects.put_object(
        session, principal, target.calendar, target.name, bytes(row.text), if_none_match=not how.overwrite
    )


def made_body(name: str) -> Response:
    """The answer to a calendar made, as extended MKCOL wants it."""
    return Response(fragments.document(name, ""), 201, content_type=XML)
