"""Ends and numbers at their very bounds: the instant at which an offer is over, and how many are told."""

from datetime import timedelta

import pytest

from field_api import clock
from field_api.errors import Clash
from field_api.offers.eligible import eligible_offers
from field_api.offers.models import offers
from field_api.offers.people import _bought
from field_api.offers.rules import check_still_ahead
from field_api.offers.scope import live_at
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.web.identity import THE_SYSTEM
from tests.field_api.offers.stand import Stand


def test_an_offer_is_no_longer_live_at_the_very_instant_of_its_end(stand: Stand) -> None:
    ends_at = clock.now().replace(microsecond=0) + timedelta(days=1)
    own = stand.live(ends_at=ends_at.isoformat())["id"]
    with stand.sector.client.application.app_context():
        for at, found in ((ends_at - timedelta(microseconds=1), [own]), (ends_at, [])):
            assert db.session.scalars(db.select(offers.c.id).where(*live_at(at))).all() == found


def test_as_many_offers_as_are_asked_for_are_told_and_no_more(stand: Stand) -> None:
    made = [stand.live(priority=priority)["id"] for priority in (3, 2, 1)]
    with stand.sector.client.application.app_context():
        for most in (1, 2, 9):
            found = eligible_offers(db.session, THE_SYSTEM, stand.sector.customer_id, clock.now(), most)
            assert [one["id"] for one in found] == made[:most]


def test_an_offer_whose_period_ends_at_this_very_instant_is_not_published() -> None:
    ends_at = clock.now()
    check_still_ahead(ends_at, ends_at - timedelta(microseconds=1))
    with pytest.raises(Clash, match="move ends_at first"):
        check_still_ahead(ends_at, ends_at)


def test_a_part_of_a_budget_may_be_all_of_it_and_no_more(stand: Stand) -> None:
    assert stand.draft(budget_total=5, budget_per_day=5, budget_per_customer=5).status_code == 201
    assert stand.draft(budget_total=5, budget_per_day=6).status_code == 422


def test_a_last_purchase_is_not_older_and_younger_than_the_same_days(stand: Stand) -> None:
    for older, status in ((9, 201), (10, 422)):
        last = {"older_than_days": older, "younger_than_days": 10}
        assert stand.draft(audience={"last_purchase": last}).status_code == status


def test_an_offer_does_not_end_as_it_starts(stand: Stand) -> None:
    starts_at = "2026-01-01T00:00:00Z"
    assert stand.draft(starts_at=starts_at, ends_at=starts_at).status_code == 422
    assert stand.draft(starts_at=starts_at, ends_at="2026-01-01T00:00:01Z").status_code == 201


def test_a_purchase_counts_from_its_instant_on_and_what_was_given_back_from_its_own(stand: Stand) -> None:
    bought_at, returned_at = (clock.now().replace(microsecond=0) - timedelta(hours=hours) for hours in (3, 1))
    lines = [{"category": "grocery", "quantity": 1, "amount_minor": 900}]
    sale = {"id": new_id(), "currency": "EUR", "lines": lines, "occurred_at": bought_at.isoformat()}
    sale |= {"customer_id": stand.sector.customer_id}
    assert stand.sector.post("/v1/purchases", sale, stand.sector.rep).status_code == 201
    back = {"id": new_id(), "amount_minor": 400, "currency": "EUR", "occurred_at": returned_at.isoformat()}
    assert stand.sector.post(f"/v1/purchases/{sale['id']}/refunds", back, stand.sector.rep).status_code == 201
    instant = timedelta(microseconds=1)
    with stand.sector.client.application.app_context():
        found = [
            [
                one.refunded_minor
                for one in _bought(db.session, [stand.sector.customer_id], at)[stand.sector.customer_id]
            ]
            for at in (bought_at - instant, bought_at, returned_at - instant, returned_at)
        ]
    assert found == [[], [0], [0], [400]]
