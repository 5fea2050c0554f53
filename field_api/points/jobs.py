"""What time does to the books: reservations and leases lapse, and points expire."""

from typing import Any

from field_api import clock
from field_api.points import accounts, endings, expiring, holding, leases, log
from field_api.points.commands import Cancel
from field_api.points.holding import Hold
from field_api.store.columns import new_id
from field_api.store.engine import AnySession, let_go
from field_api.store.worker import Recurring
from field_api.web.identity import THE_SYSTEM

EXPIRE = Recurring("points.expire", every_s=300)
# Set-asides that are looked for at once.
AT_ONCE = 100


def expire(session: AnySession, _payload: dict[str, Any]) -> None:
    """End what is past its deadline, then let points expire, in transactions that are kept one by one."""
    while end_lapsed(session) or expiring.expire_some(session):
        with let_go(session):
            pass


def end_lapsed(session: AnySession) -> int:
    """End the reservations and leases that are past their deadline, AT_ONCE at most; tells how many there were."""
    found = holding.lapsed(session, clock.now(), AT_ONCE)
    for one in found:
        _end(session, one)
        # One account at a time: whoever holds two of them does so in an order that is not known here.
        with let_go(session):
            pass
    return len(found)


def _end(session: AnySession, hold: Hold) -> None:
    account = accounts.hold(session, hold.account_id)
    if log.ender(session, hold.operation_id) is not None:
        return
    if hold.kind == "lease":
        leases.lapse(session, hold.operation_id, account)
    else:
        told = Cancel(operation_id=new_id(), ends_id=hold.operation_id, reason="The deadline has come.")
        endings.cancel(session, THE_SYSTEM, told)
