"""What time does to coupons: reservations lapse, coupons expire, counts of guesses are forgotten."""

from typing import Any

from sqlalchemy import bindparam, select, update

from field_api import clock
from field_api.coupons import guesses, holding, log, uses
from field_api.coupons.meters import standing
from field_api.coupons.models import coupons, operations
from field_api.coupons.rules import Held
from field_api.store import audit
from field_api.store.columns import new_id
from field_api.store.engine import AnySession, let_go
from field_api.store.worker import Recurring
from field_api.sync import feed
from field_api.web.identity import THE_SYSTEM

EXPIRE = Recurring("coupons.expire", every_s=300)
AT_ONCE = 500

_LAPSED = (
    select(operations)
    .where(operations.c.deadline_at <= bindparam("at"), standing)
    .order_by(operations.c.deadline_at)
    .limit(AT_ONCE)
)
_DUE = (
    select(coupons.c.id)
    .where(coupons.c.expires_at <= bindparam("at"), coupons.c.expired_at.is_(None))
    .where(coupons.c.redeemed < coupons.c.uses)
    .order_by(coupons.c.expires_at, coupons.c.id)
    .limit(AT_ONCE)
)
_NOTE = (
    update(coupons)
    .where(coupons.c.id == bindparam("of_id"), coupons.c.expired_at.is_(None), coupons.c.redeemed < coupons.c.uses)
    .values(expired_at=bindparam("at"))
)


def expire(session: AnySession, _payload: dict[str, Any]) -> None:
    """Release the reservations past their deadline and note the coupons past their end."""
    while _release_lapsed(session) or _note_expired(session):
        pass
    guesses.purge(session)


def _release_lapsed(session: AnySession) -> bool:
    rows = session.connection().execute(_LAPSED, {"at": clock.now()}).all()
    for row in rows:
        uses.lapse(session, holding.known(session, row.coupon_id), row._asdict())
        # One at a time: a coupon and then its budgets, as every use takes them, so that nobody waits in a circle.
        with let_go(session):
            pass
    return bool(rows)


def _note_expired(session: AnySession) -> bool:
    moment = clock.now()
    due = sorted(session.connection().execute(_DUE, {"at": moment}).scalars())
    for coupon_id in due:
        # The campaign before its coupon, as every use holds them, so that nobody waits in a circle.
        held = holding.known(session, coupon_id)
        if session.connection().execute(_NOTE, {"of_id": coupon_id, "at": moment}).rowcount == 1:
            _tell(session, held)
    with let_go(session):
        pass
    return bool(due)


def _tell(session: AnySession, held: Held) -> None:
    row = log.line(THE_SYSTEM, "expire", new_id(), held, held.expires_at or clock.now(), customer_id=held.customer_id)
    log.add(session, row)
    audit.record(session, audit.SYSTEM, "coupon.expire", held.id, None, row)
    if held.customer_id is not None:
        feed.touch(session, "coupons", held.id)
