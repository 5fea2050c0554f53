"""Redemptions made without a network: the first to reach the server wins, and the rep of a double is told."""

from typing import Any

from flask import Response

from field_api.coupons import guesses, holding, life, log
from field_api.coupons.guesses import UnknownCode
from field_api.coupons.log import Taken
from field_api.errors import FuretError
from field_api.store import audit
from field_api.store.engine import AnySession
from field_api.sync import refusals
from field_api.sync.feed import savepoint
from field_api.web.identity import Principal
from field_api.web.problems import answer_of

COLLECTION = "coupon_redemptions"


def redeem(
    session: AnySession, principal: Principal, told: dict[str, Any], address: str | None
) -> dict[str, Any] | Response:
    """Carry out what a phone did offline, or keep the refusal where its rep sees it and give the problem as answer.

    The refusal stands among those of the device until the rep has seen it, or until the same operation counts after all
    (`sync/refusals.py`). A double also enters the log, under the operation's id; a code that does not exist is a guess.
    """
    try:
        with savepoint(session):
            done = life.redeem(session, principal, told)
    except FuretError as reason:
        if isinstance(reason, UnknownCode):
            guesses.count(session, principal, address)
        if isinstance(reason, Taken):
            _note_double(session, principal, told)
        kept = {name: value.isoformat() if name == "redeemed_at" else value for name, value in told.items()}
        refusals.keep(session, principal, COLLECTION, kept, reason)
        return answer_of(reason)
    refusals.take_back(session, principal, COLLECTION, told["id"])
    return done


def _note_double(session: AnySession, principal: Principal, told: dict[str, Any]) -> None:
    held = holding.find(session, principal, told)
    more = {name: told.get(name) for name in ("customer_id", "shop_id", "place_id", "purchase_id", "channel")}
    row = log.line(principal, "double", told["id"], held, told["redeemed_at"], **more)
    if log.add(session, row):
        audit.record(session, principal.actor, "coupon.double", held.id, None, row)
