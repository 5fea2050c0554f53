"""Use case of recency, frequency and amount: derived from the purchases whenever asked, as of any date."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from field_api import clock
from field_api.customers.actions import require_customer
from field_api.shops.models import purchases, refunds
from field_api.shops.rules import Bought, Habit, habit
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

USUAL_WINDOW_DAYS = 365


def habit_of(
    session: AnySession,
    principal: Principal,
    customer_id: str,
    at: datetime | None = None,
    window_days: int = USUAL_WINDOW_DAYS,
) -> Habit:
    """How the customer bought as of `at` (now without it). Raises NotFound out of sight."""
    customer = require_customer(session, principal, customer_id)
    moment = at or clock.now()
    bought = _bought(session, customer.id, moment)
    # A window that begins before the calendar does takes in everything.
    since = moment - min(timedelta(days=window_days), moment - datetime.min.replace(tzinfo=moment.tzinfo))
    return habit(bought, moment, since)


def _bought(session: AnySession, customer_id: str, at: datetime) -> list[Bought]:
    mine = (purchases.c.customer_id == customer_id, purchases.c.occurred_at <= at)
    columns = (purchases.c.id, purchases.c.occurred_at, purchases.c.currency, purchases.c.amount_minor)
    rows = session.execute(select(*columns, purchases.c.refunded_minor).where(*mine)).all()
    given_back = {}
    if any(row.refunded_minor for row in rows):
        by_then = select(refunds.c.purchase_id, func.sum(refunds.c.amount_minor)).join_from(purchases, refunds)
        sums = by_then.where(*mine, refunds.c.occurred_at <= at).group_by(refunds.c.purchase_id)
        given_back = {purchase_id: int(total) for purchase_id, total in session.execute(sums)}
    return [Bought(at_, currency, amount, given_back.get(own, 0)) for own, at_, currency, amount, _ in rows]
