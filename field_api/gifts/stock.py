"""What of a gift is there: units come and go with the log, and one conditional UPDATE decides who gets the last one."""

from typing import Any

from sqlalchemy import bindparam, func, select, update

from field_api.errors import Clash
from field_api.gifts import log
from field_api.gifts.catalogue import require_gift
from field_api.gifts.models import MOST_UNITS, operations, stocks
from field_api.store import audit
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.sync.collections import COMPANY
from field_api.web.identity import Principal

_LEFT = stocks.c.units + bindparam("change")
_MOVE = (
    update(stocks)
    .where(stocks.c.gift_id == bindparam("of_id"), _LEFT >= 0, _LEFT <= MOST_UNITS)
    .values(units=_LEFT)
    .returning(stocks.c.units)
)
_UNITS = select(stocks.c.units).where(stocks.c.gift_id == bindparam("of_id"))
_UNITS_HELD = _UNITS.with_for_update()
_ORDERED = select(func.count()).where(
    operations.c.gift_id == bindparam("of_id"), operations.c.kind == "order", log.standing
)
_HANDED_OVER = select(func.count()).where(operations.c.gift_id == bindparam("of_id"), operations.c.kind == "hand_over")


def deliver(session: AnySession, principal: Principal, gift_id: str, told: dict[str, Any]) -> dict[str, Any]:
    """Add units to the stock, or take some out where `units` is below zero; `told` has id, units and maybe a reason.

    The same operation again is the same answer. Raises NotFound, and Clash where fewer are there, or where units that
    wait for their member would find no room if they came back.
    """
    gift = require_gift(session, principal, gift_id)
    more = {"gift_id": gift_id, "gift_version": gift["version"], "units": told["units"], "reason": told.get("reason")}
    row = log.line(principal, "stock", told["id"], **more)
    if not log.add(session, row):
        first = log.first_answer(session, row)
        if first["units"] != row["units"]:
            raise Clash(f"The id {row['id']} stands for another delivery; each one has an id of its own.")
        return first
    _check_room(session, gift_id, row["units"])
    move(session, gift_id, row["units"])
    audit.record(session, principal.actor, "gift.stock", gift_id, None, row)
    return row


def move(session: AnySession, gift_id: str, change: int) -> None:
    """Change the stock; the last thing of a transaction, for this row is the one that a crowd waits for.

    Raises Clash when fewer units are there than are to go.
    """
    left = session.connection().execute(_MOVE, {"of_id": gift_id, "change": change}).scalar()
    if left is None:
        raise _cannot(session, gift_id, change)
    # Phones are told when the last unit goes and when one is back, and not of every order.
    if left == 0 or left - change == 0:
        feed.touch(session, "gifts", gift_id, COMPANY)


def read_stock(session: AnySession, principal: Principal, gift_id: str) -> dict[str, Any]:
    """How many units nobody has ordered, how many wait for their member, and how many were handed over."""
    require_gift(session, principal, gift_id)
    asked = {"units": _UNITS, "ordered": _ORDERED, "handed_over": _HANDED_OVER}
    counted = {name: session.execute(query, {"of_id": gift_id}).scalar_one() for name, query in asked.items()}
    return {"gift_id": gift_id} | counted


def _check_room(session: AnySession, gift_id: str, change: int) -> None:
    """Raises Clash for more than the stock can hold; an order that is cancelled must always find room for its unit."""
    units = session.connection().execute(_UNITS_HELD, {"of_id": gift_id}).scalar_one()
    ordered = session.connection().execute(_ORDERED, {"of_id": gift_id}).scalar_one()
    if units + ordered + change > MOST_UNITS:
        told = f"{units} are in stock, and {ordered} wait for their members"
        raise Clash(f"A gift has at most {MOST_UNITS} units; {told}.")


def _cannot(session: AnySession, gift_id: str, change: int) -> Clash:
    units = session.connection().execute(_UNITS, {"of_id": gift_id}).scalar_one()
    if change == -1:
        return Clash("The last one of this gift has gone.")
    return Clash(f"Only {units} are in stock; {-change} cannot be taken out.")
