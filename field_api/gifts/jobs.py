"""What time does to gifts: an order that nobody fetches is cancelled."""

from typing import Any

from sqlalchemy import bindparam, select

from field_api import clock
from field_api.gifts import log, ordering
from field_api.gifts.models import operations
from field_api.store.columns import new_id
from field_api.store.engine import AnySession, let_go
from field_api.store.worker import Recurring

LAPSE = Recurring("gifts.lapse", every_s=3600)
AT_ONCE = 200

_DUE = (
    select(operations)
    .where(operations.c.deadline_at <= bindparam("at"), log.standing)
    .order_by(operations.c.deadline_at, operations.c.id)
    .limit(AT_ONCE)
)


def lapse(session: AnySession, _payload: dict[str, Any]) -> None:
    """Cancel the orders past their deadline, one after the other."""
    while rows := session.connection().execute(_DUE, {"at": clock.now()}).all():
        for row in rows:
            ordering.lapse(session, row._asdict(), new_id())
            # One at a time, so that no till waits for the whole lot.
            with let_go(session):
                pass
