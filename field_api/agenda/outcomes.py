"""How visits went: noted by the owner afterwards, occurrence by occurrence, and told by the customer's timeline."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from field_api import clock
from field_api.agenda import found, objects
from field_api.agenda.calendars import home_zone
from field_api.agenda.documents import shown
from field_api.agenda.models import AppointmentOutcome
from field_api.agenda.sight import Held, outcome_document
from field_api.agenda.stretches import instant
from field_api.errors import Clash, Fault, Invalid
from field_api.interactions import actions as interactions
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.web.identity import Principal
from field_api.web.instants import MOST_AHEAD

_DAY_S = 86_400


def note_outcome(session: AnySession, principal: Principal, held: Held, told: Mapping[str, Any]) -> dict[str, Any]:
    """Note, or note anew, how one occurrence went; an appointment that does not recur needs no `occurrence`.

    Where it is with a customer and not private, the timeline tells of it, and a second note corrects the first.
    Raises Invalid for an occurrence that is none, and Clash for one that is still to come.
    """
    identity = told.get("occurrence") or shown(datetime.fromisoformat(held.row.start_local or ""), held.row.kind or "")
    began = _began(session, held, identity)
    mine = (AppointmentOutcome.appointment_id == held.row.id, AppointmentOutcome.occurrence == identity)
    row = session.scalars(select(AppointmentOutcome).where(*mine)).one_or_none()
    before = None if row is None else outcome_document(row)
    if row is None:
        own_id = told.get("id") or new_id()
        if session.get(AppointmentOutcome, own_id) is not None:
            raise Clash(f"The id {own_id} is in use; make a new one.")
        own = {"id": own_id, "appointment_id": held.row.id, "occurrence": identity}
        row = AppointmentOutcome(**own, outcome=told["outcome"], notes=told.get("notes"), noted_at=clock.now())
        session.add(row)
    row.outcome, row.notes, row.noted_at = told["outcome"], told.get("notes"), clock.now()
    session.flush()
    _tell(session, principal, held, row, began)
    audit.record(session, principal.actor, "outcome.note", row.id, before, outcome_document(row))
    _touch(session, principal, held)
    return outcome_document(row)


def note_outcomes(session: AnySession, principal: Principal, held: Held, wanted: Sequence[Mapping[str, Any]]) -> None:
    """Make a phone's notes the ones that stand: new and changed ones are noted, the others stay as they are."""
    standing = select(AppointmentOutcome).where(AppointmentOutcome.appointment_id == held.row.id)
    known = {row.id: row for row in session.scalars(standing)}
    for one in wanted:
        row = known.get(one["id"])
        if row is None or (row.outcome, row.notes) != (one["outcome"], one.get("notes")):
            occurrence = row.occurrence if row is not None else one.get("occurrence")
            note_outcome(session, principal, held, {**one, "occurrence": occurrence})


def _touch(session: AnySession, principal: Principal, held: Held) -> None:
    before = objects.audited(held.row)
    held.row.touch()
    session.flush()
    objects.wrote(session, principal, held.calendar, held.row, before)


def _began(session: AnySession, held: Held, identity: str) -> datetime:
    """When the occurrence began. Raises Invalid or Clash."""
    local, row = datetime.fromisoformat(identity), held.row
    home = home_zone(session, held.calendar)
    near_s = (local - datetime(1970, 1, 1)).days * _DAY_S  # noqa: DTZ001 - a wall clock
    known = found.all_known(row)
    near = found.occurrences_of(session, row, home, near_s - 2 * _DAY_S, near_s + 3 * _DAY_S)
    one = next((one for one in (*known, *near) if one.identity == local), None)
    if one is None:
        raise Invalid("There is no such occurrence.", Fault("/occurrence", f"The appointment has none at {identity}."))
    began = instant(one.start_s)
    if began > clock.now() + MOST_AHEAD:
        raise Clash(f"It begins at {began.isoformat()} and is still to come.")
    return began


def _tell(session: AnySession, principal: Principal, held: Held, row: AppointmentOutcome, began: datetime) -> None:
    if held.row.customer_id is None or held.row.privacy != "PUBLIC":
        return
    told = {
        "channel": "visit",
        "direction": "outbound",
        "content": row.notes,
        "occurred_at": min(began, clock.now()),
        "about_kind": "appointment",
        "about_id": held.row.id,
        "corrects_id": row.interaction_id,
    }
    row.interaction_id = interactions.append(session, principal, held.row.customer_id, told)["id"]
    session.flush()
