"""Who asks and what is asked about, as the properties need to know it."""

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select

from field_api.agenda.calendars import KnownCalendar, calendars_of, require_calendar
from field_api.agenda.changes import token_of
from field_api.errors import NotFound
from field_api.reps.models import User
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

# What the agenda is called until its owner calls it otherwise.
AGENDA_NAMES = {"fr": "Agenda Furet", "en": "Furet agenda"}


@dataclass(frozen=True)
class Person:
    """The caller, who is also the owner of everything they see here."""

    id: str
    name: str
    email: str


@dataclass(frozen=True)
class CalendarSubject:
    """A calendar; what costs a question to the database is asked when somebody wants to know it."""

    session: AnySession
    calendar: KnownCalendar

    @cached_property
    def token(self) -> str:
        """The token of its present state."""
        return token_of(self.session, self.calendar)

    @cached_property
    def display_name(self) -> str:
        """What it is called where its owner has not named it."""
        if not self.calendar.is_agenda:
            return self.calendar.name
        locale = self.session.execute(select(User.locale).where(User.id == self.calendar.owner_id)).scalar_one()
        return AGENDA_NAMES.get(locale, AGENDA_NAMES["en"])


_PERSON = select(User.id, User.name, User.email)


def person_of(session: AnySession, principal: Principal, user_id: str) -> Person:
    """The person of an address, who must be the caller. Raises NotFound for anybody else."""
    if user_id != principal.id:
        raise NotFound("There is nobody here whom you may see.")
    return Person(*session.execute(_PERSON.where(User.id == user_id)).one())


def calendar_of(session: AnySession, principal: Principal, user_id: str, slug: str) -> KnownCalendar:
    """The calendar of an address. Raises NotFound for one that is not the caller's."""
    if user_id != principal.id:
        raise NotFound("There is no such calendar here.")
    return require_calendar(session, principal, slug)


def subjects_of(session: AnySession, principal: Principal) -> list[CalendarSubject]:
    """All calendars of the caller."""
    return [CalendarSubject(session, calendar) for calendar in calendars_of(session, principal)]
