"""Customers for whom a gesture was meant beside those held out of it: what they bought, and what may be claimed.

By intention to treat: who was drawn for a gesture counts there, whether it was done, declined or left to expire. To
compare those for whom it was done would compare customers whom reps call with customers whom they do not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select

from field_api import clock, intervals
from field_api.coupons.comparison import FEWEST_BUYERS, FEWEST_CUSTOMERS, Group
from field_api.customers.models import customers
from field_api.insights import words
from field_api.insights.models import arms
from field_api.intervals import Estimate
from field_api.shops.models import purchases
from field_api.store.engine import AnySession
from field_api.web.identity import Principal


def compare(
    session: AnySession, principal: Principal, insight_id: str, gesture_id: str, window_days: int
) -> dict[str, Any]:
    """What both groups bought in the `window_days` after each customer was drawn; only customers in sight."""
    window = timedelta(days=window_days)
    meant, held_out = (
        _group(session, (*_drawn(insight_id, gesture_id, side), *_seen(principal)), window) for side in (False, True)
    )
    return {
        "meant": meant.told(),
        "held_out": held_out.told(),
        "purchase_rate": _by_rate(meant, held_out),
        "spent_per_customer": [
            {"currency": currency} | _by_spending(meant, held_out, currency)
            for currency in sorted(meant.spent.keys() | held_out.spent.keys())
        ],
    }


def _drawn(insight_id: str, gesture_id: str, held_out: bool) -> tuple[ColumnElement[bool], ...]:
    side = arms.c.held_out if held_out else ~arms.c.held_out
    return arms.c.insight_id == insight_id, arms.c.gesture_id == gesture_id, side


def _seen(principal: Principal) -> tuple[ColumnElement[bool], ...]:
    """A researcher reads figures of the whole company, which name nobody."""
    if principal.territory_ids is None or principal.role == "researcher":
        return ()
    mine = select(customers.c.id).where(customers.c.territory_id.in_(sorted(principal.territory_ids)))
    return (arms.c.customer_id.in_(mine),)


def _group(session: AnySession, which: Sequence[ColumnElement[bool]], window: timedelta) -> Group:
    since = dict(session.execute(select(arms.c.customer_id, arms.c.assigned_at).where(*which)).all())
    now = clock.now()
    over: Mapping[str, datetime] = {one: at + window for one, at in since.items() if at + window <= now}
    group = Group(len(over), len(since) - len(over))
    if not over:
        return group
    net = purchases.c.amount_minor - purchases.c.refunded_minor
    bought = (
        select(purchases.c.customer_id, purchases.c.occurred_at, purchases.c.currency, net)
        .join(arms, arms.c.customer_id == purchases.c.customer_id)
        .where(*which, purchases.c.occurred_at >= arms.c.assigned_at, purchases.c.occurred_at < max(over.values()))
    )
    for customer_id, at, currency, amount in session.execute(bought):
        if customer_id in over and at < over[customer_id]:
            group.buyers.add(customer_id)
            spent = group.spent.setdefault(currency, {})
            spent[customer_id] = spent.get(customer_id, 0) + amount
    return group


def _by_rate(meant: Group, held_out: Group) -> dict[str, Any]:
    if _too_few(meant, held_out):
        return _nothing(meant, held_out)
    shares = meant.share, held_out.share
    difference = intervals.rate_difference(*shares)
    sentence = words.of_rates(*shares, difference)
    return {"difference": asdict(difference), "claim": _is_clear(difference), "sentence": sentence}


def _by_spending(meant: Group, held_out: Group, currency: str) -> dict[str, Any]:
    if _too_few(meant, held_out):
        return _nothing(meant, held_out)
    if min(len(group.spent.get(currency, {})) for group in (meant, held_out)) < FEWEST_BUYERS:
        return {"difference": None, "claim": False, "sentence": words.TOO_FEW_BUYERS}
    spreads = meant.spread(currency), held_out.spread(currency)
    difference = intervals.mean_difference(*spreads)
    sentence = words.of_spending(*spreads, difference, currency)
    return {"difference": asdict(difference), "claim": _is_clear(difference), "sentence": sentence}


def _too_few(meant: Group, held_out: Group) -> bool:
    return min(meant.customers, held_out.customers) < FEWEST_CUSTOMERS


def _nothing(meant: Group, held_out: Group) -> dict[str, Any]:
    """Nothing is claimed, and why: too early, where those who wait will be enough, or else too few."""
    if not held_out.customers and not held_out.waiting:
        sentence = words.NOBODY_HELD_OUT
    else:
        early = all(group.customers + group.waiting >= FEWEST_CUSTOMERS for group in (meant, held_out))
        sentence = words.too_few(meant.customers, held_out.customers, FEWEST_CUSTOMERS, early=early)
    return {"difference": None, "claim": False, "sentence": sentence}


def _is_clear(difference: Estimate) -> bool:
    return difference.low > 0 or difference.high < 0
