"""What the 360 view shows of consents."""

from typing import Any

from field_api.consents import actions
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

NAME = "consents"


def section(session: AnySession, principal: Principal, customer_id: str) -> dict[str, Any]:
    """What stands for each purpose and channel."""
    return {"standing": actions.standing(session, principal, customer_id)}
