"""What insights does when it hears of a contact, a refusal, or that a customer moves or retires, at that very moment.

The customer is held first, which a walk that is about to suggest something to them waits for, and is waited for by
(`gathering.py`): whatever it suggests is either seen here, or chosen by what has happened now.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select, update

from field_api import clock
from field_api.customers.scope import require_customer
from field_api.insights.ending import end, is_open
from field_api.insights.gathering import those_refusing
from field_api.insights.models import gestures, next_gestures
from field_api.store.engine import AnySession
from field_api.web.identity import THE_SYSTEM, Principal

_OPEN = (
    select(next_gestures.c.id, gestures.c.quiet_days)
    .join(gestures, gestures.c.id == next_gestures.c.gesture_id)
    .where(next_gestures.c.customer_id == bindparam("of_customer"), is_open)
)


def interaction(session: AnySession, _principal: Principal, told: dict[str, Any]) -> None:
    """Whoever was met so lately that the gesture would not have been suggested is not to be called once more."""
    row = _open_of(session, told["customer_id"])
    if row is not None and told["occurred_at"] > clock.now() - timedelta(days=row.quiet_days):
        end(session, "contact", next_gestures.c.id == row.id)


def consent(session: AnySession, _principal: Principal, told: dict[str, Any]) -> None:
    """Whoever refuses to be profiled is suggested nothing from that moment on."""
    if told["purpose"] != "profiling" or told["granted"]:
        return
    row = _open_of(session, told["customer_id"])
    if row is not None and those_refusing(session, [told["customer_id"]], clock.now()):
        end(session, "refused", next_gestures.c.id == row.id)


def move(session: AnySession, _principal: Principal, told: dict[str, Any]) -> None:
    """Suggestions go along with their customer."""
    mine = update(next_gestures).where(next_gestures.c.customer_id == told["id"])
    session.execute(mine.values(territory_id=told["territory_id"]))


def retire(session: AnySession, _principal: Principal, told: dict[str, Any]) -> None:
    """Nobody calls on a customer who is retired."""
    end(session, "retired", next_gestures.c.customer_id == told["id"])


def _open_of(session: AnySession, customer_id: str) -> Any:
    require_customer(session, THE_SYSTEM, customer_id, lock=True)
    return session.connection().execute(_OPEN, {"of_customer": customer_id}).first()


LISTENERS = {"interaction": (interaction,), "consent": (consent,), "move": (move,), "retire": (retire,)}
