"""What can be used together on one purchase, and why something cannot: of each stacking group, one coupon."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from field_api import clock
from field_api.coupons import codes, guesses, holding
from field_api.coupons.meters import standing
from field_api.coupons.models import campaigns, operations
from field_api.coupons.rules import Held, check_customer, check_usable, state_of
from field_api.coupons.signatures import read_code
from field_api.errors import Clash, NotFound
from field_api.offers.models import offers
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

_BESIDE = (
    select(
        operations.c.id.label("operation_id"),
        campaigns.c.offer_id,
        offers.c.title,
        operations.c.stacking_group,
    )
    .join(campaigns, campaigns.c.id == operations.c.campaign_id)
    .join(offers, offers.c.id == campaigns.c.offer_id)
    .where(operations.c.purchase_id == bindparam("of_purchase"), standing, operations.c.id != bindparam("own_id"))
    .order_by(operations.c.recorded_at, operations.c.id)
)


def explained(session: AnySession, row: dict[str, Any]) -> dict[str, Any]:
    """An operation with the uses that stand beside it on the same purchase."""
    return row | {"stacked_with": beside(session, row["purchase_id"], row["id"])}


def beside(session: AnySession, purchase_id: str | None, own_id: str | None = None) -> list[dict[str, Any]]:
    """The uses that stand on a purchase, but for one."""
    if purchase_id is None:
        return []
    rows = session.connection().execute(_BESIDE, {"of_purchase": purchase_id, "own_id": own_id or purchase_id})
    return [row._asdict() for row in rows]


def judge_basket(
    session: AnySession, principal: Principal, told: dict[str, Any], address: str | None
) -> list[dict[str, Any]]:
    """For each code of a basket, in the order given: whether it would count beside the others, and why not.

    Of a stacking group the offer of the highest priority counts, then the coupon that ends first; a code that is told
    twice counts as often as it has uses. Nothing is taken: budgets are decided by the redemption itself. Codes that do
    not exist count as guesses.
    """
    guesses.check(session, principal, address)
    found, judged = _found(session, told), {}
    winners = {one["stacking_group"]: f"the purchase has {one['operation_id']}" for one in _grouped(session, told)}
    counted: Counter[str] = Counter()
    for place, held in sorted(found.items(), key=lambda one: _rank(*one)):
        reason = _refusal(held, told, counted[held.id]) or _left_out(held, winners)
        counted[held.id] += reason is None
        if reason is None and held.stacking_group is not None:
            winners[held.stacking_group] = f"{codes.grouped(held.code)} goes first"
        judged[place] = _told(held, reason)
    missed = [place for place in range(len(told["codes"])) if place not in judged]
    unknown = sum(_well_formed(told["codes"][place]) for place in missed)
    if unknown:
        guesses.count(session, principal, address, unknown)
    return [{"code": code} | judged.get(place, _NOT_FOUND) for place, code in enumerate(told["codes"])]


_FIELDS = ("coupon_id", "campaign_id", "offer_id", "priority", "stacking_group", "expires_at", "state")
_NOT_FOUND = dict.fromkeys(_FIELDS) | {"counts": False, "reason": "No coupon has this code."}


def _found(session: AnySession, told: dict[str, Any]) -> dict[int, Held]:
    found: dict[int, Held] = {}
    for place, code in enumerate(told["codes"]):
        try:
            found[place] = holding.by_code(session, code)
        except NotFound:
            continue
    return found


def _grouped(session: AnySession, told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (one for one in beside(session, told.get("purchase_id")) if one["stacking_group"] is not None)


def _rank(place: int, held: Held) -> tuple[int, bool, datetime, int]:
    return -held.priority, held.expires_at is None, held.expires_at or held.starts_at, place


def _refusal(held: Held, told: dict[str, Any], counted: int) -> str | None:
    """What stands against a coupon of which the basket has so many uses already."""
    try:
        check_usable(held, clock.now(), told["channel"], held.offer_state)
        check_customer(held, told.get("customer_id") or held.customer_id)
    except Clash as refusal:
        return refusal.detail
    if held.reserved + held.redeemed + counted < held.uses:
        return None
    taken = f"{held.redeemed} redeemed, {held.reserved} reserved"
    return f"All uses of this coupon are taken ({taken}{f', {counted} in this basket' if counted else ''})."


def _left_out(held: Held, winners: dict[str, str]) -> str | None:
    if held.stacking_group not in winners:
        return None
    return f"One coupon of the stacking group {held.stacking_group!r} counts, and {winners[held.stacking_group]}."


def _told(held: Held, reason: str | None) -> dict[str, Any]:
    now = clock.now()
    state = state_of(held.uses, held.reserved, held.redeemed, held.viewed_at, held.expires_at, now)
    shown: dict[str, Any] = {"coupon_id": held.id, "campaign_id": held.campaign_id, "offer_id": held.offer_id}
    shown |= {"priority": held.priority, "stacking_group": held.stacking_group, "expires_at": held.expires_at}
    return shown | {"state": state, "counts": reason is None, "reason": reason}


def _well_formed(code: str) -> bool:
    try:
        return bool(read_code(code))
    except codes.Misread:
        return False
