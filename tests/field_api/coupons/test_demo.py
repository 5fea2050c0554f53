"""The demo company's coupons have a history that the use cases could have written, and a lift to be seen."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from field_api.coupons import comparison
from field_api.coupons.demo import MOST_A_CUSTOMER
from field_api.coupons.meters import standing
from field_api.coupons.models import campaigns, coupons, operations
from field_api.demo import company
from field_api.offers.models import offers
from field_api.shops.models import purchases
from field_api.store.base import db
from field_api.sync.feed import entries, lanes
from field_api.web.identity import THE_SYSTEM

CUSTOMERS = 200
DAY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def filled(app: Flask) -> Flask:
    with app.app_context():
        told = {"new_password": lambda: "quiet-otter-27-lamps", "progress": lambda _done, _total: None}
        company.fill(db.session, customers=CUSTOMERS, seed=7, at=DAY, **told)
    return app


def test_the_history_is_whole(filled: Flask) -> None:
    with filled.app_context():
        the_number_asked_for_was_issued()
        every_step_follows_the_one_before()
        purchases_are_those_of_the_customer_at_that_moment()
        no_budget_of_an_offer_is_passed()
        customers_coupons_are_in_the_feed()
        a_campaign_has_a_lift_with_an_interval()


def the_number_asked_for_was_issued() -> None:
    kinds = dict(tuple(row) for row in db.session.execute(select(operations.c.kind, func.count()).group_by("kind")))
    assert db.session.scalar(select(func.count()).select_from(coupons)) == CUSTOMERS * MOST_A_CUSTOMER
    assert min(kinds[kind] for kind in ("view", "redeem", "reserve", "release", "reverse", "expire", "withhold")) > 0


def every_step_follows_the_one_before() -> None:
    asked = select(operations, coupons.c.issued_at, coupons.c.expires_at, coupons.c.viewed_at)
    asked = asked.join(coupons, coupons.c.id == operations.c.coupon_id)
    for row in db.session.execute(asked):
        assert row.issued_at <= row.occurred_at <= row.recorded_at <= DAY
        if row.kind in {"redeem", "reserve"}:
            assert row.expires_at is None or row.occurred_at < row.expires_at
        if row.kind == "redeem" and row.viewed_at is not None:
            assert row.viewed_at <= row.occurred_at
    ends = operations.alias("ends")
    pairs = select(operations.c.occurred_at, ends.c.occurred_at).join(ends, operations.c.ends_id == ends.c.id)
    assert all(later >= earlier for later, earlier in db.session.execute(pairs))


def purchases_are_those_of_the_customer_at_that_moment() -> None:
    asked = select(operations.c.customer_id, operations.c.occurred_at, purchases.c.customer_id, purchases.c.occurred_at)
    redeemed = asked.join(purchases, purchases.c.id == operations.c.purchase_id).where(operations.c.kind == "redeem")
    assert all((who, at) == (buyer, bought_at) for who, at, buyer, bought_at in db.session.execute(redeemed))


def no_budget_of_an_offer_is_passed() -> None:
    columns = (offers.c.budget_total, offers.c.budget_per_customer, offers.c.budget_per_day)
    asked = select(offers.c.id, operations.c.customer_id, operations.c.day, *columns)
    taken = asked.join(campaigns, campaigns.c.offer_id == offers.c.id).join(
        operations, operations.c.campaign_id == campaigns.c.id
    )
    rows = db.session.execute(taken.where(standing)).all()
    for place, limit in (((), 3), ((1,), 4), ((2,), 5)):
        counts = Counter((row[0], *(row[one] for one in place), row[limit]) for row in rows if row[limit] is not None)
        assert all(count <= key[-1] for key, count in counts.items())


def customers_coupons_are_in_the_feed() -> None:
    personal = select(func.count()).select_from(coupons).where(coupons.c.customer_id.is_not(None))
    entered = select(func.count()).select_from(entries).join(lanes, lanes.c.id == entries.c.lane_id)
    held = db.session.scalar(personal)
    assert db.session.scalar(entered.where(lanes.c.collection == "coupons")) == held != 0


def a_campaign_has_a_lift_with_an_interval() -> None:
    ids = db.session.scalars(select(campaigns.c.id).where(campaigns.c.kind == "personal"))
    found = [comparison.compare(db.session, THE_SYSTEM, own, 28)["purchase_rate"]["difference"] for own in ids]
    assert any(one is not None for one in found)
