"""Use cases of a coupon's life: it is viewed, reserved, redeemed, released and reversed, each exactly once."""

from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, update

from field_api import clock
from field_api.coupons import holding, log, stacking, uses
from field_api.coupons.models import coupons
from field_api.coupons.rules import Held, check_customer, check_usable
from field_api.coupons.sight import check_own, shop_of
from field_api.errors import Clash, NotFound
from field_api.shops.scope import check_buyer
from field_api.store import audit
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.web.identity import Principal
from field_api.web.instants import happened

Told = dict[str, Any]

_VIEW = (
    update(coupons)
    .where(coupons.c.id == bindparam("of_id"), coupons.c.viewed_at.is_(None))
    .values(viewed_at=bindparam("at"))
)


def redeem(session: AnySession, principal: Principal, told: Told) -> Told:
    """Use a coupon for a purchase, alone or by a reservation of it; the same operation again is the same answer.

    `told` has the operation's id, a code, coupon_id or reservation_id, and a channel; it may have shop_id, place_id,
    customer_id and purchase_id, and offline the instant redeemed_at. Raises NotFound, UnknownCode, and Clash with the
    reason for whatever cannot be used.
    """
    ended = _reservation(session, principal, told)
    held = holding.known(session, ended["coupon_id"]) if ended else holding.find(session, principal, told)
    return _use(session, principal, "redeem", held, told, ended)


def reserve(session: AnySession, principal: Principal, told: Told) -> Told:
    """Keep a use of a coupon for a purchase until the deadline of its campaign; told as for a redemption."""
    return _use(session, principal, "reserve", holding.find(session, principal, told), told, None)


def release(session: AnySession, principal: Principal, told: Told) -> Told:
    """Give up a reservation, the caller's own or one in sight. Raises NotFound, and Clash when it has ended."""
    return _end(session, principal, "release", told, told["reservation_id"])


def reverse(session: AnySession, principal: Principal, told: Told) -> Told:
    """Take a redemption back, so that all is as it was before; one past its end comes back expired.

    Raises NotFound for a redemption that is neither the caller's own nor in sight, and Clash when it was reversed.
    """
    return _end(session, principal, "reverse", told, told["redemption_id"])


def view(session: AnySession, principal: Principal, told: Told) -> Told:
    """Note that a coupon was shown to its customer; the first time counts."""
    held = holding.find(session, principal, told)
    row = log.line(principal, "view", told["id"], held, clock.now(), customer_id=held.customer_id)
    if not log.add(session, row):
        return log.first_answer(session, row)
    first = {"of_id": held.id, "at": row["occurred_at"]}
    if session.connection().execute(_VIEW, first).rowcount == 1 and held.customer_id is not None:
        feed.touch(session, "coupons", held.id)
    audit.record(session, principal.actor, "coupon.view", held.id, None, row)
    return row


def _use(session: AnySession, principal: Principal, kind: str, held: Held, told: Told, ended: Told | None) -> Told:
    moment = happened(told.get("redeemed_at"))
    row = log.line(principal, kind, told["id"], held, moment, **_circumstances(session, principal, held, told, ended))
    if kind == "reserve":
        row["deadline_at"] = row["recorded_at"] + timedelta(seconds=held.reservation_s)
    if not log.add(session, row):
        return stacking.explained(session, log.first_answer(session, row))
    state = held.offer_state if told.get("redeemed_at") is None else holding.state_then(session, held, moment)
    check_usable(held, moment, row["channel"], state)
    check_customer(held, row["customer_id"])
    if ended is not None and uses.is_lapsed(ended, row["recorded_at"]):
        raise Clash(f"The reservation lapsed at {held.told(ended['deadline_at'])}; redeem the coupon without it.")
    uses.record(session, principal, held, row, ended)
    return stacking.explained(session, row)


def _circumstances(
    session: AnySession, principal: Principal, held: Held, told: Told, ended: Told | None
) -> dict[str, Any]:
    """Where, for whom and for what: as told, else as reserved."""
    before = ended or {}
    customer_id = told.get("customer_id") or before.get("customer_id")
    if customer_id not in {None, held.customer_id, before.get("customer_id")}:
        check_buyer(session, principal, customer_id)
    found = {name: told.get(name) or before.get(name) for name in ("place_id", "purchase_id")}
    shop_id = shop_of(session, principal, told.get("shop_id")) or before.get("shop_id")
    found |= {"customer_id": customer_id or held.customer_id, "shop_id": shop_id, "channel": told["channel"]}
    return found | {"ends_id": before.get("id")}


def _reservation(session: AnySession, principal: Principal, told: Told) -> Told | None:
    own = told.get("reservation_id")
    return None if own is None else _require(session, principal, own, "reserve")


def _end(session: AnySession, principal: Principal, kind: str, told: Told, ended_id: str) -> Told:
    ended = _require(session, principal, ended_id, "redeem" if kind == "reverse" else "reserve")
    held = holding.known(session, ended["coupon_id"])
    more = {name: ended[name] for name in ("customer_id", "shop_id", "channel", "purchase_id")}
    more |= {"ends_id": ended["id"], "reason": told.get("reason")}
    row = log.line(principal, kind, told["id"], held, clock.now(), **more)
    if not log.add(session, row):
        return log.first_answer(session, row)
    uses.record(session, principal, held, row, ended)
    return row


def _require(session: AnySession, principal: Principal, operation_id: str, kind: str) -> Told:
    row = log.read(session, operation_id)
    if row is None or row["kind"] != kind or not check_own(session, principal, row):
        raise NotFound(f"There is no {kind} {operation_id} among those you may see.")
    return row
