"""Use cases of calendar objects, whatever door they come by: put, read, remove, find by time, follow.

The door of CalDAV and the JSON of appointments both end here, so that there is one text, one counter, one lock.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from field_api import clock
from field_api.agenda import calendars
from field_api.agenda.calendars import KnownCalendar
from field_api.agenda.components import read_object
from field_api.agenda.models import AppointmentOutcome, CalendarObject, RemovedObject, objects
from field_api.agenda.projection import Projection, project
from field_api.agenda.refusals import BadObject, UidInUse
from field_api.errors import Clash, NotFound, Stale
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

LONGEST_HREF = 255


@dataclass(frozen=True)
class Stored:
    """What a put left: the address, the strong ETag of the text (with its quotes), and whether it is new."""

    id: str
    href: str
    etag: str
    created: bool


def etag_of(text: bytes) -> str:
    """The strong ETag of a text, with its quotes."""
    return f'"{sha256(text).hexdigest()[:32]}"'


def put_object(
    session: AnySession,
    principal: Principal,
    calendar: KnownCalendar,
    href: str,
    text: bytes,
    *,
    if_match: str | None = None,
    if_none_match: bool = False,
    object_id: str | None = None,
) -> Stored:
    """Keep a text at an address of the caller's calendar, byte for byte; wants a write transaction.

    `if_match` is the ETag (or "*") that must stand there, `if_none_match` that nothing must. The same text again
    changes nothing. Raises BadObject or ObjectTooLarge for the text, UidInUse, and Stale with the ETag that stands.
    """
    found = read_object(text)
    if found.component not in calendar.components:
        raise BadObject(f"This calendar keeps no {found.component}.", "supported-calendar-component")
    projection = project(found, calendars.home_zone(session, calendar))
    calendars.hold(session, calendar)
    row = _at(session, calendar, href)
    _check(row, if_match, if_none_match)
    etag = etag_of(text)
    if row is not None and row.etag == etag:
        return Stored(row.id, href, etag, created=False)
    _check_uid(session, calendar, projection.uid, row)
    before = None if row is None else audited(row)
    if row is None:
        row = _new(session, calendar, href, object_id, text=text, etag=etag, **projection.columns())
    else:
        write_columns(row, text, projection)
    session.flush()
    wrote(session, principal, calendar, row, before)
    return Stored(row.id, href, etag, created=before is None)


def write_columns(row: CalendarObject, text: bytes, projection: Projection) -> None:
    """Let a row keep another text, and say what that says."""
    for name, value in projection.columns().items():
        setattr(row, name, value)
    row.text, row.etag = text, etag_of(text)
    row.touch()


def delete_object(
    session: AnySession, principal: Principal, calendar: KnownCalendar, href: str, *, if_match: str | None = None
) -> None:
    """Remove an object; wants a write transaction. Raises NotFound, or Stale with the ETag that stands."""
    calendars.hold(session, calendar)
    row = _at(session, calendar, href)
    if row is None:
        raise NotFound(f"There is nothing at {href!r} in this calendar.")
    _check(row, if_match, if_none_match=False)
    remove(session, principal, calendar, row)


def remove(session: AnySession, principal: Principal, calendar: KnownCalendar, row: CalendarObject) -> None:
    """Remove a held row, and let followers know under which address it was."""
    gone = RemovedObject(object_id=row.id, calendar_id=calendar.id, href=row.href, removed_at=clock.now())
    before = audited(row)
    for outcome in session.scalars(select(AppointmentOutcome).where(AppointmentOutcome.appointment_id == row.id)):
        session.delete(outcome)
    session.flush()
    session.delete(row)
    session.merge(gone)
    session.flush()
    audit.record(session, principal.actor, f"{_subject(calendar)}.remove", row.id, before)
    calendars.touched(session, calendar, row.id)


def read_objects(
    session: AnySession, calendar: KnownCalendar, hrefs: Collection[str] | None = None
) -> Iterator[tuple[str, str, bytes]]:
    """(href, etag, text) of the objects at these addresses, or of all; those that are not there are left out."""
    query = select(objects.c.href, objects.c.etag, objects.c.text).where(objects.c.calendar_id == calendar.id)
    if hrefs is not None:
        query = query.where(objects.c.href.in_(hrefs))
    yield from session.connection().execute(query.order_by(objects.c.id))


def wrote(
    session: AnySession,
    principal: Principal,
    calendar: KnownCalendar,
    row: CalendarObject,
    before: dict[str, Any] | None,
) -> None:
    """Write the audit line and the entry of the feed for a row that was made or changed."""
    verb = "create" if before is None else "change"
    audit.record(session, principal.actor, f"{_subject(calendar)}.{verb}", row.id, before, audited(row))
    calendars.touched(session, calendar, row.id)


def audited(row: CalendarObject) -> dict[str, Any]:
    """What the audit trail hashes of an object: the text by its ETag, and what the text does not say."""
    names = ("id", "calendar_id", "href", "uid", "etag", "customer_id", "place_id", "purpose")
    return {name: getattr(row, name) for name in names}


def _subject(calendar: KnownCalendar) -> str:
    return "appointment" if calendar.is_agenda else "calendar_object"


def _at(session: AnySession, calendar: KnownCalendar, href: str) -> CalendarObject | None:
    here = select(CalendarObject).where(CalendarObject.calendar_id == calendar.id, CalendarObject.href == href)
    return session.scalars(here.with_for_update()).one_or_none()


def _new(
    session: AnySession, calendar: KnownCalendar, href: str, object_id: str | None, **columns: Any
) -> CalendarObject:
    if not 0 < len(href) <= LONGEST_HREF:
        raise BadObject(f"An address has 1 to {LONGEST_HREF} characters.", "valid-calendar-object-resource")
    if object_id is not None and session.get(CalendarObject, object_id) is not None:
        raise Clash(f"The id {object_id} is in use; make a new one.")
    row = CalendarObject(id=object_id or new_id(), calendar_id=calendar.id, href=href, **columns)
    session.add(row)
    return row


def _check(row: CalendarObject | None, if_match: str | None, if_none_match: bool) -> None:
    held = "" if row is None else row.etag
    if if_none_match and row is not None:
        raise Stale("Something stands there already.", held)
    if if_match is None:
        return
    tags = {tag.strip() for tag in if_match.split(",")}
    if row is None or ("*" not in tags and held not in tags):
        raise Stale("It was changed after you read it; read it again and redo your change.", held)


def _check_uid(session: AnySession, calendar: KnownCalendar, uid: str, row: CalendarObject | None) -> None:
    query = select(objects.c.href).where(objects.c.calendar_id == calendar.id, objects.c.uid == uid)
    if row is not None:
        query = query.where(objects.c.id != row.id)
    other = session.execute(query).scalar()
    if other is not None:
        raise UidInUse(f"The object at {other!r} of this calendar has the same UID.", other)
