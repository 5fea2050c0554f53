"""What the 360 view shows of loyalty."""

from typing import Any

from field_api.loyalty.members import members_of
from field_api.loyalty.standing import balance_of, history_of
from field_api.loyalty.tiers import described
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

NAME = "loyalty"
LATEST = 5


def section(session: AnySession, principal: Principal, customer_id: str) -> dict[str, Any]:
    """Each active membership with what it has, its tier, and what was done last."""
    active = [one for one in members_of(session, principal, customer_id) if one.state == "active"]
    return {
        "members": [
            one.document()
            | {
                "balance": balance_of(session, one),
                "tier_standing": described(session, one),
                "latest": history_of(session, one, LATEST, None)[0],
            }
            for one in active
        ]
    }
