"""What the 360 view shows of appointments with a customer: those to come, as far as the caller may see them."""

from datetime import timedelta
from typing import Any

from field_api import clock
from field_api.agenda import windows
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

NAME = "appointments"
MOST = 10
_AHEAD = timedelta(days=180)
_BEHIND = timedelta(hours=12)


def section(session: AnySession, principal: Principal, customer_id: str) -> dict[str, Any]:
    """The next occurrences, earliest first."""
    moment = clock.now()
    found = windows.with_customer(session, principal, customer_id, moment - _BEHIND, moment + _AHEAD)
    return {"next": found[:MOST]}
