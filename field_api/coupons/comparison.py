"""Customers with a coupon of a campaign beside those held out of it: what they bought, and what may be claimed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import FromClause, func, select

from field_api import clock, intervals
from field_api.coupons import campaigns, lift_words
from field_api.coupons.models import coupons, operations
from field_api.customers.models import customers
from field_api.intervals import Estimate, Share, Spread
from field_api.shops.models import purchases
from field_api.store.engine import AnySession
from field_api.web.identity import Principal

# Below these the formulas are not to be trusted, and nothing is claimed.
FEWEST_CUSTOMERS = 30
FEWEST_BUYERS = 10


@dataclass
class Group:
    """Customers whose window is over; `spent` gives by currency what each buyer spent, net of refunds."""

    customers: int
    waiting: int
    buyers: set[str] = field(default_factory=set)
    spent: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def share(self) -> Share:
        """How many of them bought."""
        return Share(len(self.buyers), self.customers)

    def spread(self, currency: str) -> Spread:
        """What a customer spent, in minor units; most spent nothing."""
        spent = self.spent.get(currency, {})
        return Spread.of([*spent.values(), *[0] * (self.customers - len(spent))])

    def told(self) -> dict[str, Any]:
        """The group as it is shown."""
        revenue = [{"currency": one, "amount_minor": sum(spent.values())} for one, spent in sorted(self.spent.items())]
        rate = self.share.rate if self.customers else None
        counts = {"customers": self.customers, "waiting": self.waiting, "buyers": len(self.buyers)}
        return counts | {"purchase_rate": rate, "revenue": revenue}


def compare(session: AnySession, principal: Principal, campaign_id: str, window_days: int) -> dict[str, Any]:
    """What customers of a campaign bought in the `window_days` after their coupon was issued or withheld.

    All that they bought counts, with the coupon or without it. Who was held out and got a coupon later, because the
    share had been changed, belongs to neither group. Only customers in the caller's sight. Raises NotFound.
    """
    campaign = campaigns.read_campaign(session, principal, campaign_id)
    window = timedelta(days=window_days)
    sources = [_issued(campaign_id), _withheld(campaign_id)]
    since = [_assigned(session, principal, source) for source in sources]
    crossed = since[0].keys() & since[1].keys()
    ends = [{one: at + window for one, at in group.items() if one not in crossed} for group in since]
    treated, held_out = (_group(session, source, end) for source, end in zip(sources, ends, strict=True))
    return {
        "campaign_id": campaign_id,
        "hold_out_percent": campaign["hold_out_percent"],
        "window_days": window_days,
        "confidence_percent": round(100 * intervals.CONFIDENCE),
        "crossed": len(crossed),
        "treated": treated.told(),
        "held_out": held_out.told(),
        "purchase_rate": _by_rate(treated, held_out),
        "revenue_per_customer": [
            {"currency": currency} | _by_revenue(treated, held_out, currency)
            for currency in sorted(treated.spent.keys() | held_out.spent.keys())
        ],
    }


def _issued(campaign_id: str) -> FromClause:
    mine = (coupons.c.campaign_id == campaign_id, coupons.c.customer_id.is_not(None))
    return select(coupons.c.customer_id, coupons.c.issued_at.label("since")).where(*mine).subquery()


def _withheld(campaign_id: str) -> FromClause:
    """A customer is held out anew whenever the campaign is meant for them again; the first time counts."""
    mine = (operations.c.campaign_id == campaign_id, operations.c.kind == "withhold")
    first = func.min(operations.c.occurred_at).label("since")
    return select(operations.c.customer_id, first).where(*mine).group_by(operations.c.customer_id).subquery()


def _assigned(session: AnySession, principal: Principal, source: FromClause) -> dict[str, datetime]:
    asked = select(source.c.customer_id, source.c.since).join(customers, customers.c.id == source.c.customer_id)
    if principal.territory_ids is not None:
        asked = asked.where(customers.c.territory_id.in_(sorted(principal.territory_ids)))
    return {row.customer_id: row.since for row in session.execute(asked)}


def _group(session: AnySession, source: FromClause, ends: Mapping[str, datetime]) -> Group:
    now = clock.now()
    over = {one: end for one, end in ends.items() if end <= now}
    group = Group(len(over), len(ends) - len(over))
    if not over:
        return group
    net = purchases.c.amount_minor - purchases.c.refunded_minor
    bought = (
        select(purchases.c.customer_id, purchases.c.occurred_at, purchases.c.currency, net)
        .join(source, source.c.customer_id == purchases.c.customer_id)
        .where(purchases.c.occurred_at >= source.c.since, purchases.c.occurred_at < max(over.values()))
    )
    for customer_id, at, currency, amount in session.execute(bought):
        if customer_id in over and at < over[customer_id]:
            group.buyers.add(customer_id)
            spent = group.spent.setdefault(currency, {})
            spent[customer_id] = spent.get(customer_id, 0) + amount
    return group


def _by_rate(treated: Group, held_out: Group) -> dict[str, Any]:
    if _too_few(treated, held_out):
        return _nothing(treated, held_out)
    shares = treated.share, held_out.share
    difference, ratio = intervals.rate_difference(*shares), intervals.rate_ratio(*shares)
    words = lift_words.of_rates(*shares, difference)
    return {"difference": asdict(difference), "ratio": _told(ratio), "claim": _is_clear(difference), "sentence": words}


def _by_revenue(treated: Group, held_out: Group, currency: str) -> dict[str, Any]:
    fewest = min(len(group.spent.get(currency, {})) for group in (treated, held_out))
    if _too_few(treated, held_out):
        return _nothing(treated, held_out)
    spreads = treated.spread(currency), held_out.spread(currency)
    difference, ratio = intervals.mean_difference(*spreads), intervals.mean_ratio(*spreads)
    enough = fewest >= FEWEST_BUYERS
    words = (
        lift_words.of_revenue(*spreads, difference, currency) if enough else lift_words.too_few_buyers(FEWEST_BUYERS)
    )
    claim = enough and _is_clear(difference)
    return {"difference": asdict(difference), "ratio": _told(ratio), "claim": claim, "sentence": words}


def _too_few(treated: Group, held_out: Group) -> bool:
    return min(treated.customers, held_out.customers) < FEWEST_CUSTOMERS


def _nothing(treated: Group, held_out: Group) -> dict[str, Any]:
    nobody = not held_out.customers and not held_out.waiting
    counts = treated.customers, held_out.customers
    words = lift_words.NOBODY_HELD_OUT if nobody else lift_words.too_few_customers(*counts, FEWEST_CUSTOMERS)
    return {"difference": None, "ratio": None, "claim": False, "sentence": words}


def _is_clear(difference: Estimate) -> bool:
    return difference.low > 0 or difference.high < 0


def _told(ratio: Estimate | None) -> dict[str, float] | None:
    return None if ratio is None else asdict(ratio)
