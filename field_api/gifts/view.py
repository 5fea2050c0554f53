"""What the 360 view shows of gifts: the orders that wait for the customer."""

from typing import Any

from field_api.gifts.listings import open_orders_of_customer
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

NAME = "gifts"
MOST = 10


def section(session: AnySession, _principal: Principal, customer_id: str) -> dict[str, Any]:
    """The orders that nobody has fetched yet, newest first."""
    return {"waiting": open_orders_of_customer(session, customer_id, MOST)}
