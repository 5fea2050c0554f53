"""What the 360 view shows of insights: what is worth doing next for the customer, and why."""

from typing import Any

from field_api.insights.showing import open_of_customer
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

NAME = "insights"


def section(session: AnySession, _principal: Principal, customer_id: str) -> dict[str, Any]:
    """The suggestion that is open, with its reason; null where there is none."""
    return {"next_gesture": open_of_customer(session, customer_id)}
