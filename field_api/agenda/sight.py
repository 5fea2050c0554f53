"""Who sees whose appointments, and how much of them: their owner all; who leads the owner what is not private."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from field_api.agenda import calendars
from field_api.agenda.calendars import KnownCalendar
from field_api.agenda.models import AppointmentOutcome, CalendarObject, objects, outcomes
from field_api.agenda.models import calendars as calendars_table
from field_api.errors import NotFound
from field_api.reps.models import Assignment, in_force
from field_api.store.among import among
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

# What is told of a private appointment to those who lead its owner.
BUSY_ALONE = frozenset(
    {
        "id",
        "owner_id",
        "starts",
        "ends",
        "time_zone",
        "all_day",
        "rule",
        "excepted",
        "added",
        "privacy",
        "busy",
        "occurrences",
        "starts_at",
        "ends_at",
        "recurs",
        "version",
        "created_at",
        "updated_at",
    }
)
_OF_OCCURRENCES = frozenset({"id", "starts", "ends", "time_zone"})


@dataclass(frozen=True)
class Held:
    """An appointment that is about to be changed, its calendar locked."""

    calendar: KnownCalendar
    row: CalendarObject


def hold(session: AnySession, principal: Principal, appointment_id: str) -> Held:
    """One of the caller's own appointments, for a change. Raises NotFound."""
    calendar = calendars.agenda_of(session, principal.id)
    calendars.hold(session, calendar)
    row = session.get(CalendarObject, appointment_id, with_for_update=True, populate_existing=True)
    if row is None or row.calendar_id != calendar.id:
        raise NotFound(f"You have no appointment {appointment_id}.")
    return Held(calendar, row)


def require(session: AnySession, principal: Principal, appointment_id: str) -> dict[str, Any]:
    """An appointment as the caller may see it. Raises NotFound."""
    found = read(session, [appointment_id])
    if not found or not may_see(principal, found[0]["owner_id"]):
        raise NotFound(f"There is no appointment {appointment_id} that you may see.")
    return seen_by(principal, found[0])


def may_see(principal: Principal, owner_id: str) -> bool:
    """Whether an agenda is the caller's, or that of somebody they lead."""
    return owner_id == principal.id or principal.leads(owner_id)


def seen_by(principal: Principal, document: dict[str, Any]) -> dict[str, Any]:
    """The document whole for its owner, and for others without what is private."""
    return document if document["owner_id"] == principal.id else masked(document)


def masked(document: dict[str, Any]) -> dict[str, Any]:
    """What those who lead its owner see: of one that is not public, when it is and nothing else."""
    if document["privacy"] == "public":
        return document
    told = {name: value for name, value in document.items() if name in BUSY_ALONE}
    if "occurrences" in told:
        told["occurrences"] = [
            {name: value for name, value in one.items() if name in _OF_OCCURRENCES} for one in told["occurrences"]
        ]
    return told


_FACTS = ("customer_id", "place_id", "purpose")
_COLUMNS = ("id", "document", "oddities", *_FACTS, "recurs", "version", "created_at", "updated_at")
# An agenda has its owner's id; what lies in further calendars is no appointment.
IN_AN_AGENDA = calendars_table.c.id == calendars_table.c.owner_id
_ROWS = (
    select(*(objects.c[name] for name in _COLUMNS), calendars_table.c.owner_id)
    .join(calendars_table, calendars_table.c.id == objects.c.calendar_id)
    .where(among(objects.c.id), objects.c.document.is_not(None), IN_AN_AGENDA)
)
_OUTCOMES = (
    select(*(outcomes.c[name] for name in ("appointment_id", "id", "occurrence", "outcome", "notes", "noted_at")))
    .where(among(outcomes.c.appointment_id))
    .order_by(outcomes.c.id)
)


def read(session: AnySession, ids: list[str]) -> list[dict[str, Any]]:
    """The appointments of these ids, whoever asks; what is not known is absent."""
    connection, asked = session.connection(), {"ids": ids}
    notes: dict[str, list[dict[str, Any]]] = {}
    for appointment_id, *values in connection.execute(_OUTCOMES, asked):
        names = ("id", "occurrence", "outcome", "notes", "noted_at")
        told = {name: value for name, value in zip(names, values, strict=True) if value is not None}
        notes.setdefault(appointment_id, []).append(told)
    rows = connection.execute(_ROWS, asked).all()
    return [_document(row, notes.get(row.id)) for row in rows]


def _document(row: Any, notes: list[dict[str, Any]] | None) -> dict[str, Any]:
    told = {"id": row.id, "owner_id": row.owner_id, **row.document}
    told |= {name: getattr(row, name) for name in _FACTS if getattr(row, name) is not None}
    told |= {"recurs": row.recurs, "version": row.version, "created_at": row.created_at, "updated_at": row.updated_at}
    if row.oddities:
        told["oddities"] = row.oddities.split()
    if notes:
        told["outcomes"] = notes
    return told


def owners_in(
    principal: Principal, asked: dict[str, Any], moment: datetime, *, busy_alone: bool = False
) -> ColumnElement[bool]:
    """The condition on calendars whose appointments are asked for: one person's, a territory's, or one's own.

    `busy_alone` takes in everybody who looks after the territory: colleagues may know when they can meet. Raises
    NotFound for a person or a territory out of sight.
    """
    owner_id, territory_id = asked.get("owner_id"), asked.get("territory_id")
    if territory_id is None:
        wanted = owner_id or principal.id
        if not may_see(principal, wanted):
            raise NotFound(f"There is no agenda of {wanted} that you may see.")
        return objects.c.calendar_id == wanted
    if not principal.may_see(territory_id):
        raise NotFound(f"There is no territory {territory_id} that you may see.")
    assigned = select(Assignment.user_id).where(Assignment.territory_id == territory_id, in_force(moment))
    within: ColumnElement[bool] = objects.c.calendar_id.in_(assigned)
    if principal.role != "admin" and not busy_alone:
        within &= objects.c.calendar_id.in_([principal.id, *principal.led_ids])
    return within if owner_id is None else within & (objects.c.calendar_id == owner_id)


def outcome_document(row: AppointmentOutcome) -> dict[str, Any]:
    """How a visit went, as JSON."""
    names = ("id", "appointment_id", "occurrence", "outcome", "notes", "noted_at", "interaction_id")
    return {name: getattr(row, name) for name in names}
