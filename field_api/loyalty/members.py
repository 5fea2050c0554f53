"""Which members a caller may know of, and how one is found: by its id, by one of its enrolments, or by its card."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select

from field_api.customers.actions import require_customer
from field_api.customers.models import customers
from field_api.errors import Clash, Fault, Invalid, NotFound
from field_api.loyalty import numbers
from field_api.loyalty.models import enrolments, members
from field_api.store.engine import AnySession
from field_api.web.identity import Principal


@dataclass(frozen=True)
class KnownMember:
    """A member that the caller may know of; the account in `points` has the member's id."""

    id: str
    version: int
    programme_id: str
    customer_id: str
    number: str
    state: str
    joined_at: datetime
    left_at: datetime | None
    merged_into_id: str | None
    referred_by_id: str | None
    birthday: str | None
    tier: str | None
    tier_since_at: datetime | None
    created_at: datetime
    updated_at: datetime
    # Of the customer.
    territory_id: str
    retired_at: datetime | None

    def document(self) -> dict[str, Any]:
        """The member as JSON shows it."""
        hidden = {"version", "territory_id", "retired_at"}
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name not in hidden}


_OF_CUSTOMER = ("territory_id", "retired_at")
_COLUMNS = tuple(
    customers.c[one.name] if one.name in _OF_CUSTOMER else members.c[one.name] for one in fields(KnownMember)
)
_KNOWN = select(*_COLUMNS).join_from(members, customers, customers.c.id == members.c.customer_id)
_BY_ID = _KNOWN.where(members.c.id == bindparam("own_id"))
_BY_ENROLMENT = _KNOWN.join(enrolments, enrolments.c.member_id == members.c.id).where(
    enrolments.c.id == bindparam("own_id")
)
_BY_NUMBER = _KNOWN.where(members.c.number == bindparam("own_id"))
_OF_ONE = _KNOWN.where(members.c.customer_id == bindparam("customer_id")).order_by(members.c.joined_at, members.c.id)
# Not more than a change of the row wants: rows that name a member may come meanwhile.
_ACTIVE = (
    _KNOWN.where(members.c.customer_id == bindparam("customer_id"), members.c.state == "active")
    .order_by(members.c.id)
    .with_for_update(of=members, key_share=True)
)
_HELD: dict[str, Any] = {"of": members, "key_share": True}
_SOURCES = tuple(
    enrolments.c[name] for name in ("id", "member_id", "channel", "matched_by", "shop_id", "occurred_at", "recorded_at")
)


def require_member(session: AnySession, principal: Principal, member_id: str, *, lock: bool = False) -> KnownMember:
    """The member of that id, or of the enrolment of that id, in the caller's sight; a till may name any.

    `lock` holds the row until the transaction ends: whoever moves points of a member holds it first, so that caps and
    tiers are judged one by one. Raises NotFound, in the same words for one that does not exist and for one of others.
    """
    found = _ask(session, _BY_ID, member_id, lock=lock) or _ask(session, _BY_ENROLMENT, member_id, lock=lock)
    if found is None or not _sees(principal, found):
        raise NotFound(f"There is no member {member_id} among those you may see.")
    return found


def require_active(session: AnySession, principal: Principal, member_id: str) -> KnownMember:
    """The same, held, for a command: of a merged member it is the one merged into. Raises Clash for one who left."""
    member = require_member(session, principal, member_id, lock=True)
    if member.merged_into_id is not None:
        member = require_member(session, principal, member.merged_into_id, lock=True)
    if member.left_at is not None:
        raise Clash(f"This member left the programme on {member.left_at.isoformat()}.")
    return member


def member_of_card(
    session: AnySession, principal: Principal, typed: str, where: str = "/number", *, parameter: bool = False
) -> KnownMember:
    """The member with this card number, as typed or scanned; a card from before a merge is still good.

    Raises Invalid, at the place told, for a number whose check digit is wrong, and NotFound.
    """
    found = _ask(session, _BY_NUMBER, read_number(typed, where, parameter=parameter))
    if found is not None and found.merged_into_id is not None:
        found = _ask(session, _BY_ID, found.merged_into_id)
    if found is None or not _sees(principal, found):
        raise NotFound("There is no member with this card number among those you may see.")
    return found


def read_number(typed: str, where: str = "/number", *, parameter: bool = False) -> str:
    """The digits of a card number. Raises Invalid when its check digit says that one was misread."""
    try:
        return numbers.read(typed)
    except numbers.Misread as error:
        raise Invalid("This is no card number.", Fault(where, f"{error} Read it once more.", parameter)) from None


def members_of(session: AnySession, principal: Principal, customer_id: str) -> list[KnownMember]:
    """All members that a customer is or was, oldest first. Raises NotFound for a customer out of sight."""
    customer = require_customer(session, principal, customer_id)
    return [KnownMember(*row) for row in session.execute(_OF_ONE, {"customer_id": customer.id})]


def active_members_of(session: AnySession, customer_id: str) -> list[KnownMember]:
    """The active members that a customer is, one a programme, held; for what has happened to the customer."""
    return [KnownMember(*row) for row in session.connection().execute(_ACTIVE, {"customer_id": customer_id})]


def enrolments_of(session: AnySession, member_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """How these members came, oldest first."""
    found: dict[str, list[dict[str, Any]]] = {own: [] for own in member_ids}
    query = select(*_SOURCES).where(enrolments.c.member_id.in_(member_ids))
    for row in session.execute(query.order_by(enrolments.c.occurred_at, enrolments.c.id)):
        source = row._asdict()
        found[source.pop("member_id")].append(source)
    return found


def _ask(session: AnySession, query: Select[Any], own_id: str, *, lock: bool = False) -> KnownMember | None:
    asked = query.with_for_update(**_HELD) if lock else query
    row = session.connection().execute(asked, {"own_id": own_id}).first()
    return None if row is None else KnownMember(*row)


def _sees(principal: Principal, member: KnownMember) -> bool:
    return principal.role == "service" or principal.may_see(member.territory_id)
