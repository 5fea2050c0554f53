"""Coupons as people read them: one, those of a customer, and what was done with one."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from field_api import clock
from field_api.coupons import codes, holding
from field_api.coupons.models import campaigns, coupons, operations
from field_api.coupons.rules import state_of
from field_api.customers.actions import require_customer
from field_api.store.engine import AnySession
from field_api.web import newest_first
from field_api.web.identity import Principal

_SHOWN = select(
    coupons.c.id,
    coupons.c.campaign_id,
    campaigns.c.offer_id,
    coupons.c.customer_id,
    coupons.c.code,
    coupons.c.uses,
    coupons.c.reserved,
    coupons.c.redeemed,
    coupons.c.issued_at,
    coupons.c.viewed_at,
    coupons.c.expires_at,
).join(campaigns, campaigns.c.id == coupons.c.campaign_id)


def read_coupon(session: AnySession, principal: Principal, coupon_id: str) -> dict[str, Any]:
    """One coupon. Raises NotFound out of sight."""
    holding.require_sight(session, principal, coupon_id)
    return shown(session.execute(_SHOWN.where(coupons.c.id == coupon_id)).one()._asdict())


def coupons_of(
    session: AnySession, principal: Principal, customer_id: str, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """A page of a customer's coupons, newest first. Raises NotFound out of sight."""
    customer = require_customer(session, principal, customer_id)
    mine = _SHOWN.where(coupons.c.customer_id == customer.id)
    rows, after = newest_first.page(session, mine, coupons.c.issued_at, coupons.c.id, limit, cursor)
    return [shown(row) for row in rows], after


def operations_of(
    session: AnySession, principal: Principal, coupon_id: str, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """A page of what was done with a coupon, newest first. Raises NotFound out of sight."""
    holding.require_sight(session, principal, coupon_id)
    asked = select(operations).where(operations.c.coupon_id == coupon_id)
    return newest_first.page(session, asked, operations.c.recorded_at, operations.c.id, limit, cursor)


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A coupon's columns as people see them: its code in groups, and its state now."""
    counts = (row["uses"], row["reserved"], row["redeemed"])
    state = state_of(*counts, row["viewed_at"], row["expires_at"], clock.now())
    return dict(row) | {"code": codes.grouped(row["code"]), "state": state}
