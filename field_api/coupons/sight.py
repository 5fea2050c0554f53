"""Which operations a caller may end, and where a caller may say that something was used."""

from typing import Any

from sqlalchemy import select

from field_api.coupons.holding import WITH_THEIR_CUSTOMERS, in_sight
from field_api.coupons.models import coupons
from field_api.errors import NotFound
from field_api.shops.models import shops
from field_api.store.engine import AnySession
from field_api.web.identity import Principal


def check_own(session: AnySession, principal: Principal, row: dict[str, Any]) -> bool:
    """Whether an operation is the caller's to end: a till's own shop's, one's own, or one of a customer in sight."""
    if principal.role == "service":
        return row["shop_id"] is not None and row["shop_id"] == principal.shop_id
    if row["recorded_by_id"] == principal.id:
        return True
    asked = select(coupons.c.id).select_from(WITH_THEIR_CUSTOMERS)
    seen = asked.where(coupons.c.id == row["coupon_id"], in_sight(principal))
    return session.execute(seen).first() is not None


def shop_of(session: AnySession, principal: Principal, shop_id: str | None) -> str | None:
    """The shop of a use: a till's own, or the one that staff tell. Raises NotFound."""
    if principal.role == "service":
        if shop_id not in {None, principal.shop_id}:
            raise NotFound(f"This till does not belong to the shop {shop_id}.")
        return principal.shop_id
    if shop_id is not None and session.execute(select(shops.c.id).where(shops.c.id == shop_id)).first() is None:
        raise NotFound(f"There is no shop {shop_id}.")
    return shop_id
