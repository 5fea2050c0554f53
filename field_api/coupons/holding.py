"""How a coupon is found, by its code or by its id, together with the campaign and the offer that decide about it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, bindparam, false, select, true

from field_api.coupons import codes
from field_api.coupons.guesses import UnknownCode
from field_api.coupons.models import campaigns, coupons
from field_api.coupons.rules import Held
from field_api.coupons.signatures import read_code
from field_api.customers.models import customers
from field_api.errors import NotFound
from field_api.offers.models import offers
from field_api.offers.versions import documents_at
from field_api.store.engine import AnySession
from field_api.store.hot_statements import HotStatement
from field_api.web.identity import Principal

WITH_THEIR_CUSTOMERS: FromClause = coupons.outerjoin(customers, customers.c.id == coupons.c.customer_id)

_NAMED: dict[str, Column[Any]] = {
    "campaign_kind": campaigns.c.kind,
    "campaign_state": campaigns.c.state,
    "starts_at": campaigns.c.starts_at,
    "ends_at": campaigns.c.ends_at,
    "reservation_s": campaigns.c.reservation_s,
    "campaign_version": campaigns.c.version,
    "campaign_total": campaigns.c.budget_total,
    "campaign_per_customer": campaigns.c.budget_per_customer,
    "campaign_per_day": campaigns.c.budget_per_day,
    "offer_id": campaigns.c.offer_id,
    "offer_state": offers.c.state,
    "offer_starts_at": offers.c.starts_at,
    "offer_ends_at": offers.c.ends_at,
    "time_zone": offers.c.time_zone,
    "channels": offers.c.channels,
    "priority": offers.c.priority,
    "stacking_group": offers.c.stacking_group,
    "offer_version": offers.c.version,
    "offer_total": offers.c.budget_total,
    "offer_per_customer": offers.c.budget_per_customer,
    "offer_per_day": offers.c.budget_per_day,
}
_COLUMNS = tuple(
    _NAMED[name].label(f"held_{name}") if name in _NAMED else coupons.c[name] for name in Held.__dataclass_fields__
)
_HELD = select(*_COLUMNS).select_from(
    coupons.join(campaigns, campaigns.c.id == coupons.c.campaign_id).join(offers, offers.c.id == campaigns.c.offer_id)
)
# The campaign and the offer must not change under a use, for its budgets are theirs. The coupon itself is not held:
# whoever takes of it does so by a conditional UPDATE.
_STILL: dict[str, Any] = {"read": True, "of": [campaigns, offers]}
_BY_CODE = HotStatement(_HELD.where(coupons.c.code == bindparam("code")).with_for_update(**_STILL), Held)
_BY_ID = _HELD.where(coupons.c.id == bindparam("coupon_id")).with_for_update(**_STILL)


def in_sight(principal: Principal) -> ColumnElement[bool]:
    """The condition that keeps a query on WITH_THEIR_CUSTOMERS in the caller's sight.

    A coupon of nobody is known to whoever sees the whole company; others may find it by its code.
    """
    if principal.role == "service":
        return false()
    if principal.territory_ids is None:
        return true()
    return customers.c.territory_id.in_(sorted(principal.territory_ids))


def find(session: AnySession, principal: Principal, told: dict[str, Any]) -> Held:
    """The coupon that a request names by `code` or by `coupon_id`; a code opens it to whoever has it.

    Raises UnknownCode for a code that does not exist, and NotFound for what is misread or out of sight.
    """
    if "code" in told:
        return by_code(session, told["code"])
    return by_id(session, principal, told["coupon_id"])


def by_code(session: AnySession, typed: str) -> Held:
    """The coupon of a code as somebody typed or scanned it. Raises UnknownCode, or NotFound when it is misread."""
    try:
        code = read_code(typed)
    except codes.Misread:
        raise NotFound("A character of this code is wrong; read it once more.") from None
    held = _BY_CODE.first(session.connection(), {"code": code})
    if held is None:
        raise UnknownCode("There is no coupon of this code.")
    return held


def by_id(session: AnySession, principal: Principal, coupon_id: str) -> Held:
    """The coupon of an id in the caller's sight. Raises NotFound."""
    require_sight(session, principal, coupon_id)
    return known(session, coupon_id)


def known(session: AnySession, coupon_id: str) -> Held:
    """The coupon of an id that stands in our own log."""
    return Held(*session.connection().execute(_BY_ID, {"coupon_id": coupon_id}).one())


def require_sight(session: AnySession, principal: Principal, coupon_id: str) -> None:
    """Raises NotFound for a coupon that does not exist or that the caller may not know of."""
    asked = select(coupons.c.id).select_from(WITH_THEIR_CUSTOMERS)
    seen = asked.where(coupons.c.id == coupon_id, in_sight(principal))
    if session.execute(seen).first() is None:
        raise NotFound(f"There is no coupon {coupon_id} among those you may see.")


def state_then(session: AnySession, held: Held, at: datetime) -> str:
    """The state that the offer was in at an earlier instant; it may have been paused since."""
    document = documents_at(session, [held.offer_id], at).get(held.offer_id)
    return held.offer_state if document is None else str(document["state"])
