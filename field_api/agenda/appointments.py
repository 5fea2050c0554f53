"""Use cases of appointments: made, read, changed and removed by JSON; each ends as a text that calendar apps read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from field_api import clock
from field_api.agenda import calendars, objects, sight, windows
from field_api.agenda.calendars import KnownCalendar
from field_api.agenda.components import read_object
from field_api.agenda.composing import new_text
from field_api.agenda.editing import changed_text
from field_api.agenda.models import CalendarObject
from field_api.agenda.moments import Clocks
from field_api.agenda.outcomes import note_outcomes
from field_api.agenda.projection import project
from field_api.agenda.refusals import BadObject, ObjectTooLarge
from field_api.agenda.series import Series
from field_api.agenda.sight import Held
from field_api.customers.models import places
from field_api.customers.scope import require_customer
from field_api.errors import Clash, Fault, Invalid, NotFound
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

IN_THE_TEXT = (
    "title",
    "location",
    "description",
    "starts",
    "ends",
    "time_zone",
    "rule",
    "excepted",
    "added",
    "alarms",
    "status",
    "privacy",
    "busy",
    "occurrences",
)
FACTS = ("customer_id", "place_id", "purpose")
_PLANS = frozenset({"starts", "ends", "time_zone", "rule", "excepted", "added", "occurrences"})


def create_appointment(session: AnySession, principal: Principal, told: Mapping[str, Any]) -> dict[str, Any]:
    """A new appointment of the caller's, with the ones that it falls on (`clashes`); it is kept in any case.

    Raises Invalid for times and rules that cannot be, NotFound for a customer or place out of sight, Clash for an id in
    use.
    """
    own_id = told.get("id") or new_id()
    facts = _facts(session, principal, told)
    told = {**told, "location": told.get("location") or _address(session, facts)}
    if "T" in told["starts"] and "time_zone" not in told:
        told["time_zone"] = zone_key(session, principal)
    if session.get(CalendarObject, own_id) is not None:
        raise Clash(f"The id {own_id} is in use; make a new one.")
    calendar = calendars.agenda_of(session, principal.id)
    text = new_text(f"{own_id}@furet", told, clock.now())
    put(session, principal, calendar, own_id, text)
    row = session.get_one(CalendarObject, own_id)
    for name, value in facts.items():
        setattr(row, name, value)
    session.flush()
    if told.get("outcomes"):
        note_outcomes(session, principal, Held(calendar, row), told["outcomes"])
    return answered(session, principal, row, row)


def put(session: AnySession, principal: Principal, calendar: KnownCalendar, own_id: str, text: bytes) -> None:
    """Keep a text that we wrote under an id. Raises Invalid where no calendar app could read it."""
    try:
        objects.put_object(session, principal, calendar, f"{own_id}.ics", text, if_none_match=True, object_id=own_id)
    except (BadObject, ObjectTooLarge) as error:
        raise Invalid("This cannot be an appointment.", Fault("", error.detail)) from None


def change_appointment(
    session: AnySession, principal: Principal, held: Held, changes: Mapping[str, Any]
) -> dict[str, Any]:
    """Set these fields of a held appointment (None: cleared); nothing else of its text changes.

    Raises Invalid for what cannot be, and NotFound for a customer or place out of sight.
    """
    row, before = held.row, objects.audited(held.row)
    facts = _changed_facts(session, principal, row, changes)
    in_text = {name: changes[name] for name in IN_THE_TEXT if name in changes}
    if in_text:
        found, series = read_series(session, held)
        rewrite(session, held, changed_text(found, series, in_text, clock.now()))
    if facts or in_text:
        for name, value in facts.items():
            setattr(row, name, value)
        if not in_text:
            row.touch()
        session.flush()
        objects.wrote(session, principal, held.calendar, row, before)
    if "outcomes" in changes:
        note_outcomes(session, principal, held, changes["outcomes"] or [])
    return answered(session, principal, row, row if _PLANS & changes.keys() else None)


def remove_appointment(session: AnySession, principal: Principal, held: Held) -> None:
    """Remove a held appointment, here and in the calendars that follow; what the timeline tells of it stays."""
    objects.remove(session, principal, held.calendar, held.row)


def read_series(session: AnySession, held: Held) -> tuple[Any, Series]:
    """The text of a held appointment, read."""
    found = read_object(held.row.text)
    return found, Series(found, Clocks(found, calendars.home_zone(session, held.calendar)))


def rewrite(session: AnySession, held: Held, text: bytes) -> None:
    """Let a held appointment keep another text that we wrote. Raises Invalid where it would be none."""
    try:
        projection = project(read_object(text), calendars.home_zone(session, held.calendar))
    except (BadObject, ObjectTooLarge) as error:
        raise Invalid("This cannot be an appointment.", Fault("", error.detail)) from None
    objects.write_columns(held.row, text, projection)
    session.flush()


def answered(
    session: AnySession,
    principal: Principal,
    row: CalendarObject,
    planned: CalendarObject | None,
    occurrence: datetime | None = None,
) -> dict[str, Any]:
    """An appointment after a change, with what it falls on where its times were planned."""
    document = sight.require(session, principal, row.id)
    return document if planned is None else document | {"clashes": windows.clashes(session, planned, occurrence)}


def zone_key(session: AnySession, principal: Principal) -> str:
    """The name of the zone in which the caller's appointments are meant."""
    return str(calendars.home_zone(session, calendars.agenda_of(session, principal.id)))


def _facts(session: AnySession, principal: Principal, told: Mapping[str, Any]) -> dict[str, Any]:
    facts = {name: told.get(name) for name in FACTS}
    _check_facts(session, principal, facts)
    return facts


def _changed_facts(
    session: AnySession, principal: Principal, row: CalendarObject, changes: Mapping[str, Any]
) -> dict[str, Any]:
    changed = {name: changes[name] for name in FACTS if name in changes}
    if "customer_id" in changed and "place_id" not in changed and changed["customer_id"] != row.customer_id:
        changed["place_id"] = None
    if changed:
        _check_facts(session, principal, {name: changed.get(name, getattr(row, name)) for name in FACTS})
    return changed


def _check_facts(session: AnySession, principal: Principal, facts: Mapping[str, Any]) -> None:
    if facts["customer_id"] is not None:
        require_customer(session, principal, facts["customer_id"])
    if facts["place_id"] is not None:
        of_customer = (places.c.id == facts["place_id"], places.c.customer_id == facts["customer_id"])
        if session.execute(select(places.c.id).where(*of_customer)).first() is None:
            raise NotFound(f"There is no place {facts['place_id']} of this customer.")


def _address(session: AnySession, facts: Mapping[str, Any]) -> str | None:
    """The customer's place in a line, for calendar apps and their maps: the one told, or the first."""
    if facts["customer_id"] is None:
        return None
    columns = (places.c.street, places.c.postcode, places.c.town)
    query = select(*columns).where(places.c.customer_id == facts["customer_id"])
    if facts["place_id"] is not None:
        query = query.where(places.c.id == facts["place_id"])
    row = session.execute(query.order_by(places.c.created_at, places.c.id).limit(1)).first()
    if row is None:
        return None
    town = f"{row.postcode} {row.town}" if row.postcode else row.town
    return f"{row.street}, {town}" if row.street else str(town)
