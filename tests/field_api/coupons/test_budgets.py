"""Budgets of campaigns and offers: in total, a day and a customer; changed at any time, and never passed."""

from datetime import timedelta

from field_api import clock
from tests.field_api.coupons.counter import Counter

TAKEN, REFUSED = 201, 409


def test_a_campaigns_total_holds_over_all_its_codes(counter: Counter) -> None:
    answers = [counter.redeem(code) for code in counter.codes(3, budget_total=2)]
    assert [answer.status_code for answer in answers] == [TAKEN, TAKEN, REFUSED]
    assert "campaign allows 2 uses" in answers[2].get_json()["detail"]


def test_an_offers_total_holds_over_all_its_campaigns(counter: Counter) -> None:
    offer_id = counter.offer(budget_total=1)
    found = [counter.redeem(counter.code(offer_id=offer_id)).status_code for _ in range(2)]
    assert found == [TAKEN, REFUSED]


def test_a_days_budget_is_there_again_the_next_day(counter: Counter) -> None:
    first, second = counter.codes(2, budget_per_day=1)
    assert [counter.redeem(code).status_code for code in (first, second)] == [TAKEN, REFUSED]
    with clock.ahead_by(timedelta(days=1)):
        # The till's token has not run out: it is a service account's.
        assert counter.redeem(second).status_code == TAKEN


def test_a_customers_budget_is_each_customers_own(counter: Counter) -> None:
    codes = counter.codes(4, budget_per_customer=1)
    ours, theirs = counter.sector.customer_id, counter.sector.foreign_id
    whose = [ours, ours, theirs, None]
    found = [counter.redeem(code, customer_id=one).status_code for code, one in zip(codes, whose, strict=True)]
    assert found == [TAKEN, REFUSED, TAKEN, REFUSED]


def test_a_budget_that_is_set_later_counts_what_was_used_before(counter: Counter) -> None:
    campaign_id = counter.campaign()
    codes = counter.codes(4, campaign_id)
    assert [counter.redeem(code).status_code for code in codes[:2]] == [TAKEN, TAKEN]
    change(counter, campaign_id, budget_total=3)
    assert [counter.redeem(code).status_code for code in codes[2:]] == [TAKEN, REFUSED]


def test_a_budget_lowered_below_what_was_used_refuses_and_loses_nothing(counter: Counter) -> None:
    campaign_id = counter.campaign(budget_total=5)
    codes = counter.codes(4, campaign_id)
    first = [counter.redeem(code).get_json()["id"] for code in codes[:3]]
    change(counter, campaign_id, budget_total=2)
    assert counter.redeem(codes[3]).status_code == REFUSED
    assert [counter.end(own, "reversal").status_code for own in first[:2]] == [TAKEN, TAKEN]
    assert counter.redeem(codes[3]).status_code == TAKEN


def test_a_reversal_gives_back_the_day_on_which_it_was_used(counter: Counter) -> None:
    first, second = counter.codes(2, budget_per_day=1)
    own = counter.redeem(first).get_json()["id"]
    with clock.ahead_by(timedelta(days=1)):
        assert counter.end(own, "reversal").status_code == TAKEN
        assert counter.redeem(second).status_code == TAKEN
        assert counter.redeem(first).status_code == REFUSED


def test_a_reservation_that_lapses_to_make_a_coupon_free_gives_back_its_budgets_too(counter: Counter) -> None:
    # Found by the long run of the machine, whose oracle knew of the coupon and not of its budgets.
    code = counter.code(budget_total=1, budget_per_day=1)
    assert counter.reserve(code).status_code == TAKEN
    assert counter.redeem(code).status_code == REFUSED
    with clock.ahead_by(timedelta(minutes=16)):
        assert counter.redeem(code).status_code == TAKEN
    assert counter.faults() == []


def change(counter: Counter, campaign_id: str, **patch: object) -> None:
    path, admin = f"/v1/campaigns/{campaign_id}", counter.sector.admin
    tag = counter.sector.get(path, admin).headers["ETag"]
    answer = counter.sector.client.patch(path, json=patch, headers=admin | {"If-Match": tag})
    assert answer.status_code == 200, answer.text
