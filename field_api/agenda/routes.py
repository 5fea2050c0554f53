"""Routes of appointments: made, read, changed, moved, called off, and how they went."""

from typing import Any

from flask import Response

from field_api.agenda import appointments, moves, outcomes, sight, windows
from field_api.agenda.schemas import (
    AppointmentSchema,
    CancellationSchema,
    ChangedAppointmentSchema,
    FreeBusySchema,
    MoveSchema,
    NewAppointmentSchema,
    NotedOutcomeSchema,
    OccurrenceArguments,
    OccurrencesSchema,
    OutcomeSchema,
    WindowArguments,
)
from field_api.agenda.sight import Held
from field_api.store.base import db
from field_api.web.etags import check_version, version_tag
from field_api.web.identity import STAFF, current
from field_api.web.openapi import Blueprint, load
from field_api.web.replies import empty_reply, json_reply

blp = Blueprint("appointments", __name__, url_prefix="/v1", description="The agenda of each rep.")


@blp.get("/appointments")
@blp.allow(*STAFF, scope="appointments:read")
@blp.arguments(OccurrenceArguments, location="query")
@blp.response(200, OccurrencesSchema)
def list_occurrences(asked: dict[str, Any]) -> Response:
    """Every occurrence between two instants, at most a year apart: one's own, a person's or a territory's."""
    return json_reply({"items": windows.occurrences(db.session, current(), asked)})


@blp.get("/free-busy")
@blp.allow(*STAFF, scope="appointments:read")
@blp.arguments(WindowArguments, location="query")
@blp.response(200, FreeBusySchema)
def read_free_busy(asked: dict[str, Any]) -> Response:
    """When somebody, or everybody who looks after a territory, is busy between two instants."""
    return json_reply({"items": windows.free_busy(db.session, current(), asked)})


@blp.post("/appointments")
@blp.allow(*STAFF, scope="appointments:write")
@blp.arguments(NewAppointmentSchema)
@blp.response(201, AppointmentSchema)
@blp.writes()
def create_appointment(told: dict[str, Any]) -> Response:
    """Make an appointment; `clashes` names those that it falls on."""
    made = appointments.create_appointment(db.session, current(), told)
    return _reply(made, 201)


@blp.get("/appointments/<id:appointment_id>")
@blp.allow(*STAFF, scope="appointments:read")
@blp.response(200, AppointmentSchema)
def read_appointment(appointment_id: str) -> Response:
    """One appointment, of one's own or of somebody whose work one leads."""
    return _reply(sight.require(db.session, current(), appointment_id))


@blp.patch("/appointments/<id:appointment_id>")
@blp.allow(*STAFF, scope="appointments:write")
@blp.response(200, AppointmentSchema)
@blp.merge_patch(ChangedAppointmentSchema)
@blp.writes(versioned=True)
def change_appointment(patch: dict[str, Any], appointment_id: str) -> Response:
    """Change what is named, and nothing else of the text that calendar apps keep."""
    changes = load(ChangedAppointmentSchema, patch)
    return _reply(appointments.change_appointment(db.session, current(), _held(appointment_id), changes))


@blp.delete("/appointments/<id:appointment_id>")
@blp.allow(*STAFF, scope="appointments:write")
@blp.response(204)
@blp.writes(versioned=True)
def remove_appointment(appointment_id: str) -> Response:
    """Remove an appointment from the agenda and from every calendar that follows it."""
    appointments.remove_appointment(db.session, current(), _held(appointment_id))
    return empty_reply()


@blp.post("/appointments/<id:appointment_id>/moves")
@blp.allow(*STAFF, scope="appointments:write")
@blp.arguments(MoveSchema)
@blp.response(200, AppointmentSchema)
@blp.writes(versioned=True)
def move_appointment(told: dict[str, Any], appointment_id: str) -> Response:
    """Move one occurrence, it and all that follow (which are then an appointment of their own), or all."""
    return _reply(moves.move(db.session, current(), _held(appointment_id), told))


@blp.post("/appointments/<id:appointment_id>/cancellations")
@blp.allow(*STAFF, scope="appointments:write")
@blp.arguments(CancellationSchema)
@blp.response(200, AppointmentSchema)
@blp.writes(versioned=True)
def cancel_appointment(told: dict[str, Any], appointment_id: str) -> Response:
    """Call off one occurrence, it and all that follow, or all."""
    return _reply(moves.cancel(db.session, current(), _held(appointment_id), told))


@blp.post("/appointments/<id:appointment_id>/outcomes")
@blp.allow(*STAFF, scope="appointments:write")
@blp.arguments(OutcomeSchema)
@blp.response(201, NotedOutcomeSchema)
@blp.writes()
def note_outcome(told: dict[str, Any], appointment_id: str) -> Response:
    """Note how a visit went, or note it anew; the customer's timeline tells of it."""
    held = sight.hold(db.session, current(), appointment_id)
    return json_reply(outcomes.note_outcome(db.session, current(), held, told), 201)


def _held(appointment_id: str) -> Held:
    held = sight.hold(db.session, current(), appointment_id)
    check_version(held.row.id, held.row.version)
    return held


def _reply(document: dict[str, Any], status: int = 200) -> Response:
    headers = {"Location": f"/v1/appointments/{document['id']}"} if status == 201 else None
    return json_reply(document, status, etag=version_tag(document["id"], document["version"]), headers=headers)
