"""CalDAV over HTTP: calendars and the objects in them."""

from flask import Response, request

from field_api.agenda import calendars
from field_api.agenda.objects import Stored, delete_object
from field_api.dav import editing, finding, paths, reports, requests
from field_api.dav.asked import free_busy_of, multiget_of, query_of, sync_of
from field_api.dav.doors import GREETING, Doors
from field_api.dav.editing import Transfer
from field_api.dav.finding import Wanted
from field_api.dav.free_busy import free_busy
from field_api.dav.multistatus import multistatus
from field_api.dav.names import caldav, dav
from field_api.dav.object_properties import CONTENT_TYPE, Objects
from field_api.dav.properties import http_date
from field_api.dav.refusals import Refused
from field_api.dav.reports import Clocks
from field_api.dav.showing import calendar_response
from field_api.dav.subjects import CalendarSubject, calendar_of, person_of
from field_api.errors import Forbidden, NotFound
from field_api.store.base import db
from field_api.web.identity import current
from field_api.web.writes import writes

doors = Doors("dav_calendars")

CALENDAR = "/calendars/<id:user_id>/<slug>/"
OBJECT = "/calendars/<id:user_id>/<slug>/<name>"


@doors.serve(CALENDAR, "GET")
def greet(user_id: str, slug: str) -> Response:
    """What a person sees who opens a calendar's address in a browser."""
    calendar_of(db.session, current(), user_id, slug)
    return Response(GREETING, mimetype="text/plain")


@doors.serve(CALENDAR, "PROPFIND")
def find_calendar(user_id: str, slug: str) -> Response:
    """A calendar, and with Depth: 1 its objects."""
    asked, depth = requests.propfind(), requests.depth("infinity")
    calendar = calendar_of(db.session, current(), user_id, slug)
    parts = [calendar_response(CalendarSubject(db.session, calendar), asked)]
    if depth != "0":
        shown = Objects(calendar, asked, Clocks(db.session, calendar, None).of)
        parts += map(shown.response, finding.every(db.session, calendar, shown.wanted))
    return multistatus(parts)


@doors.serve(CALENDAR, "REPORT")
def report(user_id: str, slug: str) -> Response:
    """Objects by a filter or by addresses, what changed, and when the owner is busy."""
    root = requests.required_xml()
    calendar = calendar_of(db.session, current(), user_id, slug)
    if root.tag == caldav("calendar-query"):
        return reports.query(db.session, calendar, query_of(root))
    if root.tag == caldav("calendar-multiget"):
        return reports.multiget(db.session, calendar, multiget_of(root))
    if root.tag == dav("sync-collection"):
        return reports.sync(db.session, current(), calendar, sync_of(root, requests.depth("0")))
    if root.tag == caldav("free-busy-query"):
        return Response(free_busy(db.session, calendar, free_busy_of(root)), content_type=CONTENT_TYPE)
    raise Refused(403, dav("supported-report"), "This report is not made here.")


@doors.serve(CALENDAR, "PROPPATCH")
@writes()
def describe_calendar(user_id: str, slug: str) -> Response:
    """Name a calendar, give it a colour, and whatever else its app keeps with it."""
    root = requests.required_xml()
    calendar = calendar_of(db.session, current(), user_id, slug)
    return editing.describe(db.session, current(), calendar, root)


@doors.serve(CALENDAR, "MKCALENDAR")
@writes()
def make_calendar(user_id: str, slug: str) -> Response:
    """One more calendar."""
    root = requests.xml()
    if root is not None and root.tag != caldav("mkcalendar"):
        raise Refused(400, detail="The body of a MKCALENDAR is a mkcalendar.")
    person_of(db.session, current(), user_id)
    editing.make_calendar(db.session, current(), slug, root)
    return Response(None, 201)


@doors.serve(CALENDAR, "MKCOL")
@writes()
def make_collection(user_id: str, slug: str) -> Response:
    """One more calendar, asked for as RFC 5689 does; there are no other collections."""
    root = requests.xml()
    person_of(db.session, current(), user_id)
    if not editing.is_calendar(root):
        raise Refused(403, dav("valid-resourcetype"), "Only calendars lie here.")
    editing.make_calendar(db.session, current(), slug, root)
    return editing.made_body(dav("mkcol-response"))


@doors.serve(CALENDAR, "DELETE")
@writes()
def remove_calendar(user_id: str, slug: str) -> Response:
    """Remove a calendar with all that is in it; the agenda itself stays."""
    calendar = calendar_of(db.session, current(), user_id, slug)
    if calendar.is_agenda:
        raise Forbidden("The agenda cannot be removed.")
    calendars.remove_calendar(db.session, current(), calendar)
    return Response(None, 204)


@doors.serve(OBJECT, "GET")
def read_object(user_id: str, slug: str, name: str) -> Response:
    """An object, byte for byte as it came."""
    calendar = calendar_of(db.session, current(), user_id, slug)
    row = finding.at(db.session, calendar, [name], Wanted(text=True, dates=True)).get(name)
    if row is None:
        raise NotFound("There is nothing here.")
    headers = {"ETag": row.etag, "Last-Modified": http_date(row.updated_at)}
    held = {tag.strip().removeprefix("W/") for tag in request.headers.get("If-None-Match", "").split(",")}
    if row.etag in held:
        return Response(None, 304, headers)
    return Response(bytes(row.text), 200, headers, content_type=CONTENT_TYPE)


@doors.serve(OBJECT, "PUT")
@writes()
def put_object(user_id: str, slug: str, name: str) -> Response:
    """Keep an object. Nobody is written to, whoever attends."""
    text = requests.calendar_text()
    try:
        calendar = calendar_of(db.session, current(), user_id, slug)
    except NotFound:
        if user_id != current().id:
            raise
        # Of one's own, the missing collection is told (RFC 4918, section 9.7.1).
        raise Refused(409, detail="Make the calendar first.") from None
    return _stored(editing.put(db.session, current(), calendar, name, text, requests.conditions()))


@doors.serve(OBJECT, "DELETE")
@writes()
def remove_object(user_id: str, slug: str, name: str) -> Response:
    """Remove an object."""
    calendar = calendar_of(db.session, current(), user_id, slug)
    delete_object(db.session, current(), calendar, name, if_match=request.headers.get("If-Match"))
    return Response(None, 204)


@doors.serve(OBJECT, "PROPFIND")
def find_object(user_id: str, slug: str, name: str) -> Response:
    """What is known of one object."""
    asked = requests.propfind()
    calendar = calendar_of(db.session, current(), user_id, slug)
    shown = Objects(calendar, asked, Clocks(db.session, calendar, None).of)
    rows = finding.at(db.session, calendar, [name], shown.wanted)
    if name not in rows:
        raise NotFound("There is nothing here.")
    return multistatus([shown.response(rows[name])])


@doors.serve(OBJECT, "PROPPATCH")
def describe_object(user_id: str, slug: str, name: str) -> Response:
    """Refused: an object says what it says in its text."""
    calendar = calendar_of(db.session, current(), user_id, slug)
    if name not in finding.at(db.session, calendar, [name], Wanted()):
        raise NotFound("There is nothing here.")
    href = paths.calendar(user_id, slug) + paths.segment(name)
    return editing.refuse_to_describe(href, requests.required_xml())


@doors.serve(OBJECT, "COPY")
@writes()
def copy_object(user_id: str, slug: str, name: str) -> Response:
    """Copy an object into another calendar."""
    return _transferred(user_id, slug, name, keep=True)


@doors.serve(OBJECT, "MOVE")
@writes()
def move_object(user_id: str, slug: str, name: str) -> Response:
    """Move an object into another calendar."""
    return _transferred(user_id, slug, name, keep=False)


def _transferred(user_id: str, slug: str, name: str, *, keep: bool) -> Response:
    source = calendar_of(db.session, current(), user_id, slug)
    target = editing.destination(db.session, current(), request.headers.get("Destination", ""))
    how = Transfer(keep, requests.overwrite(), request.headers.get("If-Match"))
    return _stored(editing.transfer(db.session, current(), source, name, target, how))


def _stored(stored: Stored) -> Response:
    # The text is kept as it came, so its ETag may be told (RFC 4791, section 5.3.4).
    return Response(None, 201 if stored.created else 204, {"ETag": stored.etag})
