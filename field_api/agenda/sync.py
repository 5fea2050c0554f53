"""What phones follow of appointments: the owner's own to read and write, and those of the people whom one leads."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import String, cast, literal, select

from field_api.agenda import appointments, sight
from field_api.agenda.appointments import FACTS, IN_THE_TEXT
from field_api.agenda.calendars import APPOINTMENTS, TEAM_APPOINTMENTS
from field_api.agenda.documents import STATUSES
from field_api.agenda.models import OUTCOMES, PRIVACIES, PURPOSES, objects
from field_api.agenda.models import calendars as calendars_table
from field_api.agenda.schemas import PushedAppointmentSchema, PushedChangeSchema
from field_api.customers import beside
from field_api.store.engine import AnySession
from field_api.sync.collections import (
    ID,
    INSTANT,
    INTEGER,
    TEXT,
    TRUE_OR_FALSE,
    Document,
    Placed,
    Synced,
    Writing,
    list_of,
    object_of,
    of_rep,
    of_team,
    one_of,
)
from field_api.web.identity import Principal
from field_api.web.openapi import load

_TEXTS: Document = {"type": "array", "items": TEXT}
_OF_OCCURRENCE = ("starts", "ends", "title", "location", "description", "status")
PROPERTIES: dict[str, Any] = {
    "owner_id": ID,
    "uid": TEXT,
    "title": TEXT,
    "location": TEXT,
    "description": TEXT,
    "starts": TEXT,
    "ends": TEXT,
    "time_zone": TEXT,
    "all_day": TRUE_OR_FALSE,
    "recurs": TRUE_OR_FALSE,
    "rule": TEXT,
    "excepted": _TEXTS,
    "added": _TEXTS,
    "occurrences": {
        "type": "array",
        "items": object_of(id=TEXT, **dict.fromkeys(_OF_OCCURRENCE, TEXT), time_zone=TEXT),
    },
    "alarms": {"type": "array", "items": object_of(action=TEXT, minutes_before=INTEGER, trigger=TEXT)},
    "status": one_of(*STATUSES),
    "privacy": one_of(*(one.lower() for one in PRIVACIES)),
    "busy": TRUE_OR_FALSE,
    "customer_id": ID,
    "place_id": ID,
    "purpose": one_of(*PURPOSES),
    "outcomes": list_of(occurrence=TEXT, outcome=one_of(*OUTCOMES), notes=TEXT, noted_at=INSTANT),
    "oddities": _TEXTS,
    "created_at": INSTANT,
    "updated_at": INSTANT,
}
WRITABLE: dict[str, tuple[str, ...] | None] = {
    **dict.fromkeys((*IN_THE_TEXT, *FACTS)),
    "occurrences": ("id", *_OF_OCCURRENCE),
    "outcomes": ("id", "occurrence", "outcome", "notes"),
}


def _placement(kind: str) -> Any:
    bucket = literal(kind) + cast(calendars_table.c.owner_id, String(36))
    agendas = objects.join(calendars_table, calendars_table.c.id == objects.c.calendar_id)
    placed = select(objects.c.id.label("doc_id"), bucket.label("bucket")).select_from(agendas)
    return placed.where(sight.IN_AN_AGENDA)


def _read(session: AnySession, ids: Collection[str]) -> list[Document]:
    told = sight.read(session, list(ids))
    return [{name: value for name, value in one.items() if name != "version"} for one in told]


def _documents(session: AnySession, ids: Collection[str]) -> dict[str, Placed]:
    return {one["id"]: Placed(of_rep(one["owner_id"]), one) for one in _read(session, ids)}


def _team_documents(session: AnySession, ids: Collection[str]) -> dict[str, Placed]:
    return {one["id"]: Placed(of_team(one["owner_id"]), sight.masked(one)) for one in _read(session, ids)}


def _lock(session: AnySession, ids: Collection[str]) -> None:
    # The calendars and not the rows: whoever writes by another door holds the calendar first, too.
    theirs = select(objects.c.calendar_id).where(objects.c.id.in_(ids))
    own = calendars_table.c.id
    session.execute(select(own).where(own.in_(theirs)).order_by(own).with_for_update())


def _create(session: AnySession, principal: Principal, document: Document) -> None:
    appointments.create_appointment(session, principal, load(PushedAppointmentSchema, document))


def _change(session: AnySession, principal: Principal, doc_id: str, _standing: Document, changes: Document) -> None:
    held = sight.hold(session, principal, doc_id)
    appointments.change_appointment(session, principal, held, load(PushedChangeSchema, changes))


def _remove(session: AnySession, principal: Principal, doc_id: str) -> None:
    appointments.remove_appointment(session, principal, sight.hold(session, principal, doc_id))


def _awaits(session: AnySession, document: Document) -> str | None:
    """The customer of an appointment made on a phone, when no such customer exists yet."""
    return beside.awaits(session, document) if document.get("customer_id") else None


COLLECTIONS = (
    Synced(
        name=APPOINTMENTS,
        title="An appointment of one's own",
        properties=PROPERTIES,
        placement=_placement("rep:"),
        documents=_documents,
        writing=Writing(fields=WRITABLE, lock=_lock, create=_create, change=_change, remove=_remove, awaits=_awaits),
    ),
    Synced(
        name=TEAM_APPOINTMENTS,
        title="An appointment of somebody whose work one leads",
        properties=PROPERTIES,
        placement=_placement("team:"),
        documents=_team_documents,
    ),
)
