"""What the 360 view shows of offers: those that the customer may have now."""

from typing import Any

from field_api import clock
from field_api.offers.eligible import eligible_offers
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

NAME = "offers"
MOST = 20


def section(session: AnySession, principal: Principal, customer_id: str) -> list[dict[str, Any]]:
    """The live offers of the caller's territories that the customer is eligible for, the most important first."""
    return eligible_offers(session, principal, customer_id, clock.now(), MOST)
