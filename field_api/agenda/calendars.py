"""Whose calendars there are, and who may touch them: their owner alone."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from field_api import clock
from field_api.agenda import zones
from field_api.agenda.components import KEPT
from field_api.agenda.models import AGENDA, Calendar, CalendarObject, RemovedObject, calendars
from field_api.agenda.refusals import CalendarInUse
from field_api.errors import Forbidden, NotFound
from field_api.reps.company import company
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.store.hot_statements import HotStatement
from field_api.sync import feed
from field_api.sync.collections import of_rep, of_team
from field_api.web.identity import Principal

APPOINTMENTS = "appointments"
# The same appointments as their owner's managers see them: what is private is busy time and nothing else.
TEAM_APPOINTMENTS = "team_appointments"
OTHER_OBJECTS = "calendar_objects"
MOST_CALENDARS = 50


@dataclass(frozen=True)
class KnownCalendar:
    """A calendar of the caller's. The agenda is there for everybody, before anything was written into it."""

    id: str
    owner_id: str
    name: str
    components: tuple[str, ...]
    time_zone: str | None
    properties: dict[str, Any]
    version: int

    @property
    def is_agenda(self) -> bool:
        """Whether its objects are appointments."""
        return self.id == self.owner_id

    @property
    def lane(self) -> tuple[str, str]:
        """The collection and the bucket of the feed in which its changes are counted."""
        return (APPOINTMENTS, of_rep(self.owner_id)) if self.is_agenda else (OTHER_OBJECTS, f"calendar:{self.id}")


def _known_of(
    own: str, owner_id: str, name: str, components: str, zone: str | None, properties: dict[str, Any], version: int
) -> KnownCalendar:
    return KnownCalendar(own, owner_id, name, tuple(components.split()), zone, properties, version)


# Every request of every phone asks one of these.
_CALENDARS = select(*(calendars.c[name] for name in KnownCalendar.__dataclass_fields__))
_BY_ID = HotStatement(_CALENDARS.where(calendars.c.id == bindparam("calendar_id")), _known_of)
_BY_NAME = HotStatement(
    _CALENDARS.where(calendars.c.owner_id == bindparam("owner_id"), calendars.c.name == bindparam("name")), _known_of
)


def agenda_of(session: AnySession, owner_id: str) -> KnownCalendar:
    """Somebody's own agenda, whoever asks."""
    found = _BY_ID.first(session.connection(), {"calendar_id": owner_id})
    return found or KnownCalendar(owner_id, owner_id, AGENDA, ("VEVENT",), None, {}, 0)


def calendars_of(session: AnySession, principal: Principal) -> list[KnownCalendar]:
    """The caller's calendars, the agenda first."""
    rows = session.scalars(select(Calendar).where(Calendar.owner_id == principal.id).order_by(Calendar.id))
    others = [_known(row) for row in rows if row.id != principal.id]
    return [agenda_of(session, principal.id), *others]


def require_calendar(session: AnySession, principal: Principal, name: str) -> KnownCalendar:
    """The caller's calendar of that name. Raises NotFound."""
    if name == AGENDA:
        return agenda_of(session, principal.id)
    found = _BY_NAME.first(session.connection(), {"owner_id": principal.id, "name": name})
    if found is None:
        raise NotFound(f"You have no calendar {name!r}.")
    return found


def make_calendar(
    session: AnySession,
    principal: Principal,
    name: str,
    *,
    components: tuple[str, ...] = KEPT,
    properties: dict[str, Any] | None = None,
    time_zone: str | None = None,
) -> KnownCalendar:
    """One more calendar. Raises CalendarInUse for a name that the caller's calendars have, and Forbidden past 50."""
    held = calendars_of(session, principal)
    if any(one.name == name for one in held):
        raise CalendarInUse(f"You have a calendar {name!r} already.")
    if len(held) >= MOST_CALENDARS:
        raise Forbidden(f"You have {len(held)} calendars; remove one first.")
    row = Calendar(
        id=new_id(),
        owner_id=principal.id,
        name=name,
        components=" ".join(components),
        properties=properties or {},
        time_zone=time_zone or company(session)[0].time_zone,
    )
    session.add(row)
    session.flush()
    audit.record(session, principal.actor, "calendar.create", row.id, after=calendar_document(row))
    return _known(row)


def change_calendar(
    session: AnySession, principal: Principal, calendar: KnownCalendar, properties: dict[str, Any]
) -> KnownCalendar:
    """Set what calendar apps say of a calendar; all of it is replaced."""
    row = hold(session, calendar)
    before = calendar_document(row)
    row.properties = properties
    row.touch()
    audit.record(session, principal.actor, "calendar.change", row.id, before, calendar_document(row))
    return _known(row)


def remove_calendar(session: AnySession, principal: Principal, calendar: KnownCalendar) -> None:
    """Remove a calendar with all that is and was in it; wants a write transaction. Raises Forbidden for the agenda."""
    if calendar.is_agenda:
        raise Forbidden("Your agenda stays; remove what is in it.")
    row = hold(session, calendar)
    for kind in (CalendarObject, RemovedObject):
        for one in session.scalars(select(kind).where(kind.calendar_id == row.id)):
            session.delete(one)
    session.flush()
    session.delete(row)
    audit.record(session, principal.actor, "calendar.remove", row.id, calendar_document(row))


def hold(session: AnySession, calendar: KnownCalendar) -> Calendar:
    """The calendar's row, locked until the transaction ends; an agenda's is made when it is first written to."""
    row = session.get(Calendar, calendar.id, with_for_update=True)
    if row is None:
        insert = insert_postgresql if session.get_bind().dialect.name == "postgresql" else insert_sqlite
        moment = clock.now()
        zone = company(session)[0].time_zone
        fresh = calendar_row(calendar.id, zone) | {"version": 1, "created_at": moment, "updated_at": moment}
        session.execute(insert(Calendar).values(fresh).on_conflict_do_nothing())
        row = session.get_one(Calendar, calendar.id, with_for_update=True)
    return row


def calendar_row(owner_id: str, time_zone: str) -> dict[str, Any]:
    """The columns of somebody's agenda, without its stamps.

    The zone is kept from its first object on: days and wall clocks of nowhere must not move when the company does.
    """
    own = {"id": owner_id, "owner_id": owner_id, "name": AGENDA, "components": "VEVENT"}
    return own | {"time_zone": time_zone, "properties": {}}


def home_zone(session: AnySession, calendar: KnownCalendar) -> tzinfo:
    """The zone in which days and wall clocks of nowhere are meant: the calendar's, or the company's."""
    found = zones.named(calendar.time_zone) if calendar.time_zone else None
    return found or ZoneInfo(company(session)[0].time_zone)


def home_of_id(session: AnySession, calendar_id: str) -> tzinfo:
    """The same of any calendar, by its id."""
    return home_zone(session, _known(session.get_one(Calendar, calendar_id)))


def calendar_document(row: Calendar) -> dict[str, Any]:
    """A calendar as the audit trail has it."""
    names = ("id", "owner_id", "name", "components", "time_zone", "properties", "version")
    return {name: getattr(row, name) for name in names}


def touched(session: AnySession, calendar: KnownCalendar, object_id: str) -> None:
    """Say in the calendar's lane of the feed that an object was written or removed."""
    collection, bucket = calendar.lane
    feed.touch(session, collection, object_id, bucket)
    if calendar.is_agenda:
        feed.touch(session, TEAM_APPOINTMENTS, object_id, of_team(calendar.owner_id))


def _known(row: Calendar) -> KnownCalendar:
    return _known_of(*(getattr(row, name) for name in KnownCalendar.__dataclass_fields__))
