"""Which members are written to, about what, and when: each notice once for each month, and never in quiet hours.

That points end is about what is the member's own, so it is told unless they have refused the programme's mails. A
monthly statement is sent only to who has agreed to them. Both go to a verified address or nowhere.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, exists, or_, select, text
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from field_api import clock, mail
from field_api.cards.cards import card_of, link_of
from field_api.cards.last_days import last_days
from field_api.cards.models import notices
from field_api.cards.rendering import TEMPLATES
from field_api.cards.statements import bounds
from field_api.consents.models import events_until
from field_api.consents.rules import ANY_CHANNEL, allows
from field_api.customers.contact_points import verified_email
from field_api.customers.models import customers
from field_api.loyalty.members import KnownMember, require_member
from field_api.loyalty.models import members, programmes
from field_api.loyalty.programmes import read_programme
from field_api.points.balances import balance
from field_api.points.models import DUE, lots, operations
from field_api.reps.company import company, is_quiet
from field_api.store.engine import AnySession, let_go
from field_api.web.identity import THE_SYSTEM

AHEAD = timedelta(days=30)
AT_ONCE = 100

_ABOUT = (notices.c.kind == bindparam("kind"), notices.c.month == bindparam("month"))
_TOLD = exists().where(notices.c.member_id == members.c.id, *_ABOUT)
_ACTIVE: Select[Any] = (
    select(members.c.id)
    .join(customers, customers.c.id == members.c.customer_id)
    .where(members.c.programme_id == bindparam("programme_id"), members.c.state == "active", ~_TOLD)
    .where(customers.c.retired_at.is_(None))
    .order_by(members.c.id)
    .limit(AT_ONCE)
)
# What ends at midnight ends with the day before, for people.
_within = lots.c.expires_at > bindparam("start"), lots.c.expires_at <= bindparam("end")
_EXPIRING = _ACTIVE.where(exists().where(lots.c.account_id == members.c.id, *_within, text(DUE)))
_recorded = operations.c.recorded_at >= bindparam("start"), operations.c.recorded_at < bindparam("end")
# What somebody handed over moved on both cards.
_cards_moved = (operations.c.account_id, operations.c.other_account_id)
_MOVED = _ACTIVE.where(or_(*(exists().where(own == members.c.id, *_recorded) for own in _cards_moved)))

# Writes to a member about a month, when they may be written to.
Writer = Callable[[AnySession, KnownMember, date], None]


def tell_of_expiry(session: AnySession) -> None:
    """Write to the members whose points end within thirty days, once for each month in which points end."""
    moment = clock.now()
    for programme_id, zone in _programmes(session):
        for first in _months(moment, moment + AHEAD, zone):
            start, end = bounds(first, zone)
            window = {"start": max(start, moment), "end": min(end, moment + AHEAD)}
            _tell_all(session, _EXPIRING, "expiry", programme_id, first, window, _write_of_expiry)


def tell_of_statements(session: AnySession) -> None:
    """Write to the members on whose cards something moved in the month that has ended."""
    for programme_id, zone in _programmes(session):
        first = (clock.now().astimezone(ZoneInfo(zone)).date().replace(day=1) - timedelta(days=1)).replace(day=1)
        start, end = bounds(first, zone)
        window = {"start": start, "end": end}
        _tell_all(session, _MOVED, "statement", programme_id, first, window, _write_of_statement)


def _tell_all(
    session: AnySession,
    query: Select[Any],
    kind: str,
    programme_id: str,
    first: date,
    window: dict[str, datetime],
    write: Writer,
) -> None:
    """Write to all that the query finds, some at a time, until quiet hours begin.

    Who was told of that month is not found again.
    """
    asked = {"programme_id": programme_id, "kind": kind, "month": first} | window
    while not is_quiet(company(session)[0], clock.now()) and (
        found := [own for (own,) in session.execute(query, asked)]
    ):
        for member_id in found:
            if _note(session, member_id, kind, first):
                write(session, require_member(session, THE_SYSTEM, member_id), first)
        with let_go(session):
            pass


def _write_of_expiry(session: AnySession, member: KnownMember, first: date) -> None:
    address = None if _has_refused(session, member) else verified_email(session, member.customer_id)
    if address is None:
        return
    zone = read_programme(session, member.programme_id)["time_zone"]
    start, end = bounds(first, zone)
    ending = last_days(balance(session, member.id).lots, zone, end, after=start)
    _send(session, member, address, "expiry", expiring=ending, zone=zone)


def _has_refused(session: AnySession, member: KnownMember) -> bool:
    """Whether their last word about the programme's mails was no; who has said nothing has refused nothing."""
    events = events_until(session, member.customer_id, clock.now())
    spoken = any(one.purpose == "loyalty" and one.channel in {ANY_CHANNEL, "email"} for one in events)
    return spoken and not allows(events, "loyalty", "email")


def _write_of_statement(session: AnySession, member: KnownMember, first: date) -> None:
    agreed = allows(events_until(session, member.customer_id, clock.now()), "loyalty", "email")
    address = verified_email(session, member.customer_id) if agreed else None
    if address is None:
        return
    _send(session, member, address, "statement", first=first, points=balance(session, member.id).points)


def _send(session: AnySession, member: KnownMember, address: str, name: str, **facts: Any) -> None:
    programme, card = read_programme(session, member.programme_id), card_of(session, member)
    named = {"title": programme["name"][card.language], "unit": programme["unit"][card.language]}
    facts |= named | {"company": company(session)[0].name, "link": link_of(card)}
    mail.send(session, to=address, **TEMPLATES.letter(name, card.language, **facts)._asdict())


def _note(session: AnySession, member_id: str, kind: str, first: date) -> bool:
    """Note that a member was told, or could not be; False when somebody else has noted it."""
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    row = {"member_id": member_id, "kind": kind, "month": first, "noted_at": clock.now()}
    added = insert(notices).values(row).on_conflict_do_nothing().returning(notices.c.member_id)
    return session.connection().execute(added).first() is not None


def _programmes(session: AnySession) -> list[tuple[str, str]]:
    """Programmes whose points still count, with their time zones."""
    query = select(programmes.c.id, programmes.c.time_zone).where(programmes.c.state != "draft")
    return [(own, zone) for own, zone in session.execute(query.order_by(programmes.c.id))]


def _months(start: datetime, end: datetime, zone: str) -> Iterator[date]:
    first = start.astimezone(ZoneInfo(zone)).date().replace(day=1)
    while datetime(first.year, first.month, 1, tzinfo=ZoneInfo(zone)) < end:
        yield first
        first = (first + timedelta(days=32)).replace(day=1)
