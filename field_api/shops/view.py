"""What the 360 view shows of purchases."""

from dataclasses import asdict
from typing import Any

from field_api.shops.habits import habit_of
from field_api.shops.purchases import purchases_of
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

NAME = "purchases"
LATEST = 5


def section(session: AnySession, principal: Principal, customer_id: str) -> dict[str, Any]:
    """Recency, frequency and amount, and the latest purchases."""
    latest, _ = purchases_of(session, principal, customer_id, LATEST, None)
    return {"habit": asdict(habit_of(session, principal, customer_id)), "latest": latest}
