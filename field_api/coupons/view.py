"""What the 360 view shows of coupons."""

from typing import Any

from field_api.coupons.listings import coupons_of
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

NAME = "coupons"
LATEST = 10


def section(session: AnySession, principal: Principal, customer_id: str) -> dict[str, Any]:
    """The latest coupons."""
    return {"latest": coupons_of(session, principal, customer_id, LATEST, None)[0]}
