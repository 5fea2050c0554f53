"""What time does to loyalty: pending points are confirmed, tiers change, birthdays come round."""

from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from field_api import clock
from field_api.loyalty import tiers
from field_api.loyalty.earning import (
    earn_by_rules,
    event_operation,
    following_operation,
    forget_pending,
    remind_of_tier,
)
from field_api.loyalty.members import require_member
from field_api.loyalty.models import members, pending_earnings, programmes
from field_api.loyalty.rules import Event, birthdays_on, day_of
from field_api.points import log
from field_api.points.commands import Confirm
from field_api.points.endings import confirm
from field_api.store.engine import AnySession, let_go
from field_api.store.worker import Recurring
from field_api.web.identity import THE_SYSTEM

CONFIRM = Recurring("loyalty.confirm", every_s=300)
TIERS = Recurring("loyalty.tiers", every_s=60)
BIRTHDAYS = Recurring("loyalty.birthdays", every_s=3600)
RECURRING = (CONFIRM, TIERS, BIRTHDAYS)

AT_ONCE = 100
LOOKED_BACK_DAYS = 3
_BY_MEMBER = attrgetter("member_id")
_FIRST = "00000000-0000-0000-0000-000000000000"

_DUE = (
    select(pending_earnings.c.operation_id, pending_earnings.c.member_id)
    .where(pending_earnings.c.due_at <= bindparam("at"))
    .order_by(pending_earnings.c.due_at, pending_earnings.c.operation_id)
    .limit(AT_ONCE)
)
_TIER_DUE = (
    select(members.c.id)
    .where(members.c.tier_due_at.is_not(None), members.c.state == "active", members.c.tier_due_at <= bindparam("at"))
    .order_by(members.c.tier_due_at, members.c.id)
    .limit(AT_ONCE)
)
_LIVE = select(programmes.c.id, programmes.c.time_zone).where(programmes.c.state == "live").order_by(programmes.c.id)
_ACTIVE = (
    select(members.c.id)
    .where(members.c.programme_id == bindparam("programme_id"), members.c.state == "active")
    .where(members.c.id > bindparam("after"))
    .order_by(members.c.id)
    .limit(AT_ONCE)
)
_BORN = (
    select(members.c.id)
    .where(members.c.birthday.in_(bindparam("birthdays", expanding=True)), members.c.birthday.is_not(None))
    .where(members.c.state == "active", members.c.programme_id == bindparam("programme_id"))
    .where(members.c.id > bindparam("after"))
    .order_by(members.c.id)
    .limit(AT_ONCE)
)


def confirm_due(session: AnySession, _payload: dict[str, Any]) -> None:
    """Confirm the pending earnings whose goods may not come back any more."""
    while rows := session.connection().execute(_DUE, {"at": clock.now()}).all():
        for member_id, waiting in groupby(sorted(rows, key=_BY_MEMBER), key=_BY_MEMBER):
            for row in waiting:
                _confirm(session, row.operation_id, member_id)
            # One member at a time: a purchase may hold two of them in another order than ours (`referrals.in_order`).
            with let_go(session):
                pass


def tiers_due(session: AnySession, _payload: dict[str, Any]) -> None:
    """Compute the tiers that may have changed since they were computed."""
    while due := session.connection().execute(_TIER_DUE, {"at": clock.now()}).scalars().all():
        for member_id in due:
            tiers.recompute(session, member_id)
            # One at a time: a customer and then the member, as everybody holds them.
            with let_go(session):
                pass


def recompute_all(session: AnySession, payload: dict[str, Any]) -> None:
    """Compute the tiers of all members of a programme that promises something else by now, one after the other."""
    asked = {"programme_id": payload["programme_id"], "after": _FIRST}
    while found := session.connection().execute(_ACTIVE, asked).scalars().all():
        for member_id in found:
            tiers.recompute(session, member_id)
            with let_go(session):
                pass
        asked["after"] = found[-1]


def birthdays(session: AnySession, _payload: dict[str, Any]) -> None:
    """Give what birthdays earn, by each programme's clock; once a year, however often this runs.

    Those of the days before are looked for too, so that a worker that stood still over a night passes nobody over.
    """
    for programme in session.execute(_LIVE).all():
        for days in range(LOOKED_BACK_DAYS + 1):
            _congratulate_all(session, programme, clock.now() - timedelta(days=days))


def _congratulate_all(session: AnySession, programme: Any, moment: datetime) -> None:
    """Everybody whose birthday it is, or was, on the day of that moment."""
    since, _ = day_of(moment, programme.time_zone)
    day, noon = since.astimezone(ZoneInfo(programme.time_zone)).date(), since + timedelta(hours=12)
    asked = {"birthdays": list(birthdays_on(day)), "programme_id": programme.id, "after": _FIRST}
    while found := session.connection().execute(_BORN, asked).scalars().all():
        for member_id in found:
            event = Event("birthday", f"{member_id}/{day.year}", noon)
            # Most were congratulated an hour ago.
            if log.find(session, event_operation(event.kind, event.event_id, member_id)) is None:
                _congratulate(session, member_id, event)
                with let_go(session):
                    pass
        asked["after"] = found[-1]


def _congratulate(session: AnySession, member_id: str, event: Event) -> None:
    member = require_member(session, THE_SYSTEM, member_id, lock=True)
    # They may have left since they were found.
    if member.state == "active":
        earn_by_rules(session, THE_SYSTEM, member, event)


def _confirm(session: AnySession, operation_id: str, member_id: str) -> None:
    require_member(session, THE_SYSTEM, member_id, lock=True)
    if log.ender(session, operation_id) is None:
        own = following_operation("confirm", "due", operation_id)
        done = confirm(session, THE_SYSTEM, Confirm(operation_id=own, ends_id=operation_id))
        remind_of_tier(session, _final(session, done.account_id))
    forget_pending(session, operation_id)


def _final(session: AnySession, member_id: str) -> str:
    member = require_member(session, THE_SYSTEM, member_id)
    return member.merged_into_id or member.id
