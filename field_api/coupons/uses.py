"""How a coupon's uses are taken and given back: the counts of the coupon and the budgets, after the log."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select, update

from field_api import clock
from field_api.coupons import log, meters
from field_api.coupons.models import TAKING, coupons, operations
from field_api.coupons.rules import Held, Meter, meters_of
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from field_api.store.hot_statements import HotStatement
from field_api.sync import feed
from field_api.web.identity import THE_SYSTEM, Principal


def _change(reserved: int, redeemed: int, condition: ColumnElement[bool]) -> HotStatement[str]:
    """A conditional change of a coupon's counts; the condition decides, whatever was read before."""
    counts = {"reserved": coupons.c.reserved + reserved, "redeemed": coupons.c.redeemed + redeemed}
    changed = update(coupons).where(coupons.c.id == bindparam("of_id"), condition).values(counts)
    return HotStatement(changed.returning(coupons.c.id), str)


_FREE = coupons.c.reserved + coupons.c.redeemed < coupons.c.uses
# By the kind of the operation, and the kind of the one that it ends.
_CHANGES: dict[tuple[str, str | None], HotStatement[str]] = {
    ("reserve", None): _change(1, 0, _FREE),
    ("redeem", None): _change(0, 1, _FREE),
    ("redeem", "reserve"): _change(-1, 1, coupons.c.reserved > 0),
    ("release", "reserve"): _change(-1, 0, coupons.c.reserved > 0),
    ("reverse", "redeem"): _change(0, -1, coupons.c.redeemed > 0),
}
_STANDING_OF_COUPON = (
    select(operations)
    .where(operations.c.coupon_id == bindparam("of_id"), meters.standing, operations.c.id != bindparam("own_id"))
    .order_by(operations.c.recorded_at.desc(), operations.c.id)
    .limit(1)
)
_LAPSED_OF_COUPON = (
    select(operations)
    .where(operations.c.coupon_id == bindparam("of_id"), operations.c.deadline_at <= bindparam("at"))
    .where(meters.standing)
    .order_by(operations.c.deadline_at)
    .limit(20)
)


def record(
    session: AnySession, principal: Principal, held: Held, row: dict[str, Any], ended: dict[str, Any] | None = None
) -> None:
    """Carry out an operation that has just entered the log, and which ends another or none.

    Raises Clash when all uses of the coupon are taken, or a budget is used up.
    """
    _count(session, held, row, ended)
    nothing: frozenset[Meter] = frozenset()
    back = nothing if ended is None else meters_of(held, ended)
    forth = meters_of(held, row) if row["kind"] in TAKING else nothing
    before = {"reserved": held.reserved, "redeemed": held.redeemed}
    audit.record(session, principal.actor, f"coupon.{row['kind']}", held.id, before, row)
    if held.customer_id is not None:
        feed.touch(session, "coupons", held.id)
    meters.move(session, back, forth)


def lapse(session: AnySession, held: Held, reservation: dict[str, Any]) -> bool:
    """Release a reservation whose deadline has passed; False when it has ended in the meantime."""
    row = log.line(THE_SYSTEM, "release", new_id(), held, clock.now(), ends_id=reservation["id"])
    if not log.add(session, row | {"customer_id": reservation["customer_id"]}):
        return False
    record(session, THE_SYSTEM, held, row, reservation)
    return True


def _count(session: AnySession, held: Held, row: dict[str, Any], ended: dict[str, Any] | None) -> None:
    change = _CHANGES[row["kind"], None if ended is None else ended["kind"]]
    connection = session.connection()
    if change.first(connection, {"of_id": held.id}) is not None:
        return
    lapsed = connection.execute(_LAPSED_OF_COUPON, {"of_id": held.id, "at": clock.now()}).all()
    for one in lapsed:
        lapse(session, held, one._asdict())
    if not lapsed or change.first(connection, {"of_id": held.id}) is None:
        raise _taken(session, held, row)


def _taken(session: AnySession, held: Held, late: dict[str, Any]) -> log.Taken:
    """What to tell whoever comes too late: who was first, as far as that matters to them."""
    if held.uses > 1:
        return log.Taken(f"This code allows {held.uses} uses, and all are taken.")
    row = session.connection().execute(_STANDING_OF_COUPON, {"of_id": held.id, "own_id": late["id"]}).first()
    if row is None:
        return log.Taken("Somebody else is using this coupon at this moment; ask again.")
    if row.kind == "reserve":
        return log.Taken(f"This coupon is reserved until {held.told(row.deadline_at)}, by the operation {row.id}.")
    how = f"at {held.told(row.occurred_at)} by the channel {row.channel}"
    return log.Taken(f"This coupon was redeemed {how}, by the operation {row.id}.")


def is_lapsed(reservation: dict[str, Any], at: datetime) -> bool:
    """Whether a reservation's deadline has passed."""
    deadline: datetime = reservation["deadline_at"]
    return deadline <= at
