"""Taking the events of an .ics file into one's agenda: each for itself, and a report of what was not taken and why."""

import time
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from field_api.agenda import calendars, objects
from field_api.agenda.calendars import KnownCalendar
from field_api.agenda.components import Component, read_tree
from field_api.agenda.composing import PRODUCT
from field_api.agenda.content_lines import ContentLine, read_lines, unescaped
from field_api.agenda.models import CalendarObject
from field_api.errors import Fault, FuretError, Invalid
from field_api.store.engine import AnySession
from field_api.sync.feed import savepoint
from field_api.web.identity import Principal

MOST_EVENTS = 1_000
# A thousand events take three seconds; only series made to be searched for long take more, while nobody else writes.
MOST_CPU_S = 10

Report = dict[str, list[dict[str, Any]]]


def take_file(session: AnySession, principal: Principal, text: str) -> Report:
    """Put each event of a file into the caller's agenda under its UID; one that stands there is replaced.

    Raises BadObject for what is no calendar at all, and Invalid for one of more than a thousand events, or of events
    that take too long to be read.
    """
    lines = read_lines(text.encode())
    whole = read_tree(lines)
    calendar = calendars.agenda_of(session, principal.id)
    report: Report = {"taken": [], "unchanged": [], "refused": []}
    began_s = time.thread_time()
    for uid, parts in _by_uid(whole).items():
        entry: dict[str, Any] = {"uid": uid, "title": unescaped(parts[0].value("SUMMARY") or "") or None}
        try:
            with savepoint(session):
                kind, own_id = _take(session, principal, calendar, uid, _text(lines, whole, parts))
        except FuretError as error:
            report["refused"].append(entry | {"reason": error.detail})
        else:
            report[kind].append(entry | {"appointment_id": own_id})
        if time.thread_time() - began_s > MOST_CPU_S:
            raise Invalid("The file is too large.", Fault("/text", "Its series take too long to be read; divide it."))
    report["refused"] += _no_events(whole)
    return report


def _by_uid(whole: Component) -> dict[str, list[Component]]:
    events: dict[str, list[Component]] = {}
    for one in whole.inside:
        if one.name == "VEVENT":
            events.setdefault(one.value("UID") or "", []).append(one)
    if len(events) > MOST_EVENTS:
        told = f"A file holds at most {MOST_EVENTS} events; this one has {len(events)}."
        raise Invalid("The file is too large.", Fault("/text", told))
    return events


def _no_events(whole: Component) -> list[dict[str, Any]]:
    return [
        {"uid": one.value("UID") or "", "title": None, "reason": f"A {one.name} is no appointment."}
        for one in whole.inside
        if one.name not in {"VEVENT", "VTIMEZONE"}
    ]


def _text(lines: list[ContentLine], whole: Component, parts: list[Component]) -> bytes:
    """One event of the file as an object of its own, with the zones that it names."""
    named = {line.parameter("TZID") for one in parts for line in one.lines if "TZID" in line.text}
    zones = [one for one in whole.inside if one.name == "VTIMEZONE" and one.value("TZID") in named]
    kept = [line for one in (*zones, *parts) for line in lines[one.begin : one.end + 1] if line.text]
    body = b"".join(line.raw if line.raw.endswith(b"\n") else line.raw + b"\r\n" for line in kept)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODUCT}\r\n".encode() + body + b"END:VCALENDAR\r\n"


def _take(session: AnySession, principal: Principal, calendar: KnownCalendar, uid: str, text: bytes) -> tuple[str, str]:
    mine = (CalendarObject.calendar_id == calendar.id, CalendarObject.uid == uid)
    standing = session.execute(select(CalendarObject.href, CalendarObject.etag).where(*mine)).first()
    # An address that is always the same for the same event, and says nothing of it.
    href = standing.href if standing is not None else f"{sha256(uid.encode()).hexdigest()[:40]}.ics"
    stored = objects.put_object(session, principal, calendar, href, text)
    unchanged = standing is not None and standing.etag == stored.etag
    return ("unchanged" if unchanged else "taken"), stored.id
