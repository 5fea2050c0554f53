"""Which event earns what: an event is held against the rules of its moment, and earns once for ever.

The id of the operation follows from the event and the member, so whoever tells an event again changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import bindparam, delete, insert, select, update

from field_api import clock
from field_api.errors import Clash, Fault, Invalid
from field_api.loyalty.members import KnownMember, require_active
from field_api.loyalty.models import members, pending_earnings, programmes
from field_api.loyalty.rules import (
    BY_THEMSELVES,
    OF_PURCHASES,
    Already,
    Earned,
    Event,
    capped,
    check_kind,
    day_of,
    earned,
    expiry,
)
from field_api.loyalty.terms import Terms, rules_at, terms_at
from field_api.points import log
from field_api.points.commands import Earn
from field_api.points.earning import earn
from field_api.points.log import Operation
from field_api.points.models import operations
from field_api.points.moving import all_merged_into
from field_api.store.engine import AnySession
from field_api.web.identity import Principal
from field_api.web.instants import MOST_AHEAD, happened

_NAMESPACE = UUID("0a1d9a52-6b3e-5a7e-9f4c-1c6f1f0f7a11")


@dataclass(frozen=True)
class Scheme:
    """A programme as far as earning looks at it."""

    id: str
    time_zone: str
    state: str
    started_at: datetime | None
    ended_at: datetime | None

    def runs(self, at: datetime) -> bool:
        """Whether what happens at `at` may earn."""
        return self.state != "draft" and (self.ended_at is None or at < self.ended_at)


_SCHEME = select(*(programmes.c[name] for name in Scheme.__dataclass_fields__)).where(
    programmes.c.id == bindparam("own_id")
)
_ender = operations.alias("enders")
# A reminder is enough: the job looks at the ledger.
_TIER_DUE = update(members).where(members.c.id == bindparam("of_id")).values(tier_due_at=bindparam("at"))
_DAY = (
    select(operations.c.event, operations.c.points)
    .outerjoin(_ender, _ender.c.ends_id == operations.c.id)
    .where(operations.c.account_id.in_(bindparam("accounts", expanding=True)), operations.c.kind == "earn")
    # Nothing is recorded more than a day before it happens, so a walk along the index of one account stays short.
    .where(operations.c.recorded_at >= bindparam("recorded_since"))
    .where(operations.c.occurred_at >= bindparam("since"), operations.c.occurred_at < bindparam("until"))
    .where(_ender.c.id.is_(None) | (_ender.c.kind != "cancel"))
)
_FORGET = delete(pending_earnings).where(pending_earnings.c.operation_id == bindparam("of_id"))


def event_operation(kind: str, event_id: str, member_id: str) -> str:
    """The id of what an event earns a member."""
    return str(uuid5(_NAMESPACE, f"{kind}/{event_id}/{member_id}"))


def following_operation(what: str, event_id: str, operation_id: str) -> str:
    """The id of what an event does to an earning, such as a refund that takes it back."""
    return str(uuid5(_NAMESPACE, f"{what}/{event_id}/{operation_id}"))


def scheme_of(session: AnySession, programme_id: str) -> Scheme:
    """The programme of a member."""
    return Scheme(*session.connection().execute(_SCHEME, {"own_id": programme_id}).one())


def earn_for(
    session: AnySession, principal: Principal, member_id: str, *, kind: str, event_id: str, occurred_at: datetime
) -> Operation | None:
    """Let an event earn that another feature knows of; None when no rule gives anything for it.

    Raises NotFound, and Clash for a member who left.
    """
    member = require_active(session, principal, member_id)
    return earn_by_rules(session, principal, member, Event(kind, event_id, occurred_at))


def earn_told(session: AnySession, principal: Principal, member_id: str, told: dict[str, Any]) -> Operation:
    """The command: let an event earn that somebody tells of, under the operation's id; the same again changes nothing.

    `told` has id and kind, and may have occurred_at. Raises NotFound; Invalid for a kind that earns by itself or would
    pay itself; and Clash for a member who left, or when no rule gives anything.
    """
    kind = told["kind"]
    check_kind(kind)
    if kind in BY_THEMSELVES:
        fault = Fault("/kind", f"A {kind} earns by itself when it is recorded.")
        raise Invalid("This kind of event is not told by hand.", fault)
    member = require_active(session, principal, member_id)
    told = told | {"member_id": member.id}
    if first := log.replayed(session, "earn", told["id"], told):
        return first
    event = Event(kind, told["id"], happened(told.get("occurred_at")))
    done = earn_by_rules(session, principal, member, event, operation_id=told["id"], told=told)
    if done is None:
        raise Clash(f"No rule gives points for a {kind} at this moment, or the day has given all it may.")
    return done


def earn_by_rules(
    session: AnySession,
    principal: Principal,
    member: KnownMember,
    event: Event,
    *,
    operation_id: str | None = None,
    told: Mapping[str, Any] | None = None,
) -> Operation | None:
    """What the rules give a held member for an event, if they give anything; for a purchase it may have to wait."""
    own = operation_id or event_operation(event.kind, event.event_id, member.id)
    if operation_id is None and (first := log.find(session, own)) is not None:
        return first
    scheme = scheme_of(session, member.programme_id)
    if not scheme.runs(event.occurred_at) or not belongs(member, scheme, event.occurred_at):
        return None
    terms = terms_at(session, scheme.id, event.occurred_at)
    gained = earned(rules_at(session, scheme.id, event.kind, event.occurred_at), event)
    whole = sum(one.points for one in gained)
    points = _within_caps(session, member, scheme, terms, event, whole) if whole else 0
    if points == 0:
        return None
    why = _why(event, terms, gained, points)
    return post(session, principal, member, scheme, event, terms, points, why, own, told)


def post(
    session: AnySession,
    principal: Principal,
    member: KnownMember,
    scheme: Scheme,
    event: Event,
    terms: Terms,
    points: int,
    why: dict[str, Any],
    operation_id: str,
    told: Mapping[str, Any] | None = None,
) -> Operation:
    """Enter an earning in the books, pending while goods may come back."""
    due_at = _due_at(event, terms)
    about: dict[str, Any] = {"occurred_at": event.occurred_at, "event": event.kind, "purchase_id": event.purchase_id}
    about |= {"why": why, "told": told or {"event_id": event.event_id, "member_id": member.id}}
    expires_at = expiry(event.occurred_at, terms.terms["expiry_months"], scheme.time_zone)
    mine: dict[str, Any] = {
        "operation_id": operation_id,
        "account_id": member.id,
        "points": points,
        "expires_at": expires_at,
    }
    done = earn(session, principal, Earn(**mine, **about, pending=due_at is not None and due_at > clock.now()))
    if done.pending:
        session.execute(insert(pending_earnings), {"operation_id": done.id, "member_id": member.id, "due_at": due_at})
    else:
        remind_of_tier(session, member.id)
    return done


def _due_at(event: Event, terms: Terms) -> datetime | None:
    """Until when goods may come back; None for what hangs on no purchase, and where a programme never waits."""
    days = terms.terms["pending_days"] if event.kind in OF_PURCHASES else 0
    return event.occurred_at + timedelta(days=days) if days else None


def belongs(member: KnownMember, scheme: Scheme, at: datetime) -> bool:
    """Whether something of that instant may earn: from the day of joining on, the hours before it too."""
    return at >= day_of(member.joined_at, scheme.time_zone)[0]


def remind_of_tier(session: AnySession, member_id: str) -> None:
    """Have the tier of a member computed anew."""
    session.connection().execute(_TIER_DUE, {"of_id": member_id, "at": clock.now()})


def forget_pending(session: AnySession, operation_id: str) -> None:
    """An earning waits no longer."""
    session.connection().execute(_FORGET, {"of_id": operation_id})


def _within_caps(
    session: AnySession, member: KnownMember, scheme: Scheme, terms: Terms, event: Event, points: int
) -> int:
    caps = [cap for cap in terms.caps if cap.kind in {None, event.kind}]
    if not caps:
        return points
    since, until = day_of(event.occurred_at, scheme.time_zone)
    asked = {"accounts": all_merged_into(session, member.id), "since": since, "until": until}
    rows = session.connection().execute(_DAY, asked | {"recorded_since": since - MOST_AHEAD})
    return capped(points, event.kind, caps, [Already(*row) for row in rows])


def _why(event: Event, terms: Terms, gained: list[Earned], points: int) -> dict[str, Any]:
    rules = [{"rule_id": one.rule.id, "version": one.rule.version, "points": one.points} for one in gained]
    told = {"event_id": event.event_id, "terms": terms.number, "rules": rules}
    whole = sum(one.points for one in gained)
    return told | ({"capped_from": whole} if points < whole else {})
