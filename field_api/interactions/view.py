"""What the 360 view shows of the timeline."""

from typing import Any

from field_api.interactions import actions
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

NAME = "interactions"
LATEST = 10


def section(session: AnySession, principal: Principal, customer_id: str) -> dict[str, Any]:
    """The latest entries that stand, and when each channel was last used."""
    asked = {"limit": LATEST, "cursor": None, "standing": True}
    latest, _ = actions.timeline(session, principal, customer_id, asked)
    return {"latest": latest, "last_at_by_channel": actions.last_contacts(session, customer_id)}
