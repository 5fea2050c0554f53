"""Customers held out show what a campaign did; where the data are too few, that is said instead of a number."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from field_api import clock
from field_api.coupons import comparison
from field_api.coupons.models import campaigns, operations
from field_api.shops.models import purchases
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.web.identity import THE_SYSTEM, Principal
from tests.field_api.coupons import makers
from tests.field_api.coupons.counter import Counter
from tests.field_api.sector import make_customer

LATER = timedelta(days=40)


@pytest.fixture
def context(counter: Counter) -> Iterator[Counter]:
    with counter.app.app_context():
        yield counter


def crowd(counter: Counter, count: int) -> list[str]:
    return [make_customer(counter.sector.territory_id, f"Customer {number}") for number in range(count)]


def launch(people: list[str], percent: int = 50) -> tuple[str, list[str], list[str]]:
    """A campaign given to these people: its id, who has a coupon, who is held out."""
    campaign_id = makers.make_campaign(db.session, kind="personal", hold_out_percent=percent)
    given = makers.give(db.session, campaign_id, *people)
    treated = [one["customer_id"] for one in given["coupons"]]
    return campaign_id, treated, [one for one in people if one not in treated]


def buy(
    people: list[str], amount: int = 4_000, after_days: float = 3, currency: str = "EUR", refunded_minor: int = 0
) -> None:
    moment = clock.now() + timedelta(days=after_days)
    row = {
        "shop_id": None,
        "channel": "web",
        "currency": currency,
        "refunded_minor": refunded_minor,
        "occurred_at": moment,
    }
    row |= {"recorded_at": moment, "recorded_by_kind": "system", "recorded_by_id": None, "amount_minor": amount}
    with writing(db.session):
        db.session.execute(insert(purchases), [row | {"id": new_id(), "customer_id": one} for one in people])


def give_later(campaign_id: str, people: list[str], days: int, **change: Any) -> list[str]:
    """Give the campaign to people so much later, after a change of it; who got a coupon."""
    with clock.ahead_by(timedelta(days=days)):
        if change:
            with writing(db.session):
                db.session.execute(update(campaigns).where(campaigns.c.id == campaign_id).values(**change))
        return [one["customer_id"] for one in makers.give(db.session, campaign_id, *people)["coupons"]]


def told(campaign_id: str, principal: Principal = THE_SYSTEM, **change: Any) -> dict[str, Any]:
    with clock.ahead_by(LATER):
        return comparison.compare(db.session, principal, campaign_id, **({"window_days": 28} | change))


def test_a_clear_lift_is_claimed_with_its_interval_and_counts_all_purchases(context: Counter) -> None:
    campaign_id, treated, held_out = launch(crowd(context, 160))
    buy(treated[: len(treated) * 3 // 4])
    buy(held_out[: len(held_out) // 4])
    found = told(campaign_id)
    assert (found["treated"]["customers"], found["held_out"]["customers"]) == (len(treated), len(held_out))
    for lift in (found["purchase_rate"], *found["revenue_per_customer"]):
        assert lift["claim"]
        assert 0 < lift["difference"]["low"] < lift["difference"]["estimate"] < lift["difference"]["high"]
        assert 1 < lift["ratio"]["low"] < lift["ratio"]["estimate"] < lift["ratio"]["high"]
        assert "effect is positive" in lift["sentence"]["en"]
        assert "effet de la campagne est positif" in lift["sentence"]["fr"]
    assert found["purchase_rate"]["difference"]["estimate"] == pytest.approx(0.5, abs=0.03)


def test_what_may_be_chance_is_said_to_be(context: Counter) -> None:
    campaign_id, treated, held_out = launch(crowd(context, 110))
    for group in (treated, held_out):
        buy(group[: len(group) // 3])
    for lift in (told(campaign_id)["purchase_rate"], *told(campaign_id)["revenue_per_customer"]):
        assert not lift["claim"]
        assert "may be chance" in lift["sentence"]["en"]
        assert lift["difference"]["low"] < 0 < lift["difference"]["high"]


def test_too_few_customers_too_few_buyers_and_nobody_held_out_each_have_their_sentence(context: Counter) -> None:
    small, treated, _ = launch(crowd(context, 20))
    buy(treated)
    assert "each group needs 30" in told(small)["purchase_rate"]["sentence"]["en"]
    assert told(small)["purchase_rate"]["difference"] is None
    everybody, _, _ = launch(crowd(context, 40), percent=0)
    assert "Nobody was held out" in told(everybody)["purchase_rate"]["sentence"]["en"]
    rare, treated, held_out = launch(crowd(context, 110))
    buy([*treated[:20], *held_out[:9]])
    [revenue] = told(rare)["revenue_per_customer"]
    assert (revenue["claim"], revenue["sentence"]["en"][:14]) == (False, "Too few buyers")


def test_purchases_outside_the_window_do_not_count_and_who_still_has_time_waits(context: Counter) -> None:
    campaign_id, treated, _ = launch(crowd(context, 8), percent=0)
    buy(treated[:1], after_days=-1)
    buy(treated[:1], after_days=28.5)
    buy(treated[1:2], amount=700, after_days=27)
    found = told(campaign_id)
    assert (found["treated"]["buyers"], found["treated"]["revenue"]) == (1, [{"currency": "EUR", "amount_minor": 700}])
    waiting = told(campaign_id, window_days=41)
    assert (waiting["treated"]["customers"], waiting["treated"]["waiting"]) == (0, len(treated))


def test_each_customers_window_begins_with_their_own_coupon(context: Counter) -> None:
    people = crowd(context, 4)
    campaign_id, _, _ = launch(people[:2], percent=0)
    give_later(campaign_id, people[2:], days=10)
    # Thirty days after the first coupons, which is too late for these, and twenty after the others.
    buy(people, amount=900, after_days=30)
    found = told(campaign_id)["treated"]
    assert (found["customers"], found["waiting"], found["buyers"]) == (4, 0, 2)
    assert found["revenue"] == [{"currency": "EUR", "amount_minor": 1_800}]


def test_who_is_held_out_twice_is_followed_from_the_first_time_on(context: Counter) -> None:
    people = crowd(context, 30)
    campaign_id, _, held_out = launch(people)
    give_later(campaign_id, people, days=5)
    buy(held_out, after_days=3)
    buy(held_out, amount=9_000, after_days=30)
    found = told(campaign_id)["held_out"]
    assert (found["customers"], found["buyers"]) == (len(held_out), len(held_out))
    assert found["revenue"] == [{"currency": "EUR", "amount_minor": 4_000 * len(held_out)}]


def test_who_was_held_out_and_got_a_coupon_later_belongs_to_neither_group(context: Counter) -> None:
    campaign_id, treated, held_out = launch(crowd(context, 40))
    late = give_later(campaign_id, held_out[:3], days=1, hold_out_percent=0)
    assert sorted(late) == sorted(held_out[:3])
    found = told(campaign_id)
    assert found["crossed"] == 3
    assert (found["treated"]["customers"], found["held_out"]["customers"]) == (len(treated), len(held_out) - 3)


def test_what_was_refunded_does_not_count_as_revenue(context: Counter) -> None:
    campaign_id, treated, _ = launch(crowd(context, 3), percent=0)
    buy(treated[:2], amount=5_000, refunded_minor=1_500)
    assert told(campaign_id)["treated"]["revenue"] == [{"currency": "EUR", "amount_minor": 7_000}]


def test_the_same_customers_are_held_out_each_time_and_get_nothing(context: Counter) -> None:
    people = crowd(context, 40)
    campaign_id, treated, held_out = launch(people, percent=30)
    again = makers.give(db.session, campaign_id, *people)
    assert [one["customer_id"] for one in again["coupons"]] == treated
    withheld = select(operations.c.customer_id).where(operations.c.kind == "withhold").distinct()
    assert set(db.session.scalars(withheld)) == set(held_out) != set()
    assert told(campaign_id)["held_out"]["customers"] == len(held_out)


def test_a_share_near_the_one_asked_for_is_held_out(context: Counter) -> None:
    _, _, held_out = launch(crowd(context, 300), percent=20)
    assert 30 <= len(held_out) <= 95


def test_a_manager_compares_the_customers_of_their_own_territories(context: Counter) -> None:
    campaign_id, treated, held_out = launch([*crowd(context, 6), context.sector.foreign_id])
    neighbour = Principal(new_id(), "manager", territory_ids=frozenset({context.sector.foreign_territory_id}))
    seen = told(campaign_id, neighbour)
    assert seen["treated"]["customers"] + seen["held_out"]["customers"] == 1
    assert len(treated) + len(held_out) == 7


def test_money_of_each_currency_is_compared_by_itself(context: Counter) -> None:
    campaign_id, treated, held_out = launch(crowd(context, 110))
    buy([*treated[:20], *held_out[:20]])
    buy([*treated[:15], *held_out[:15]], currency="CHF")
    assert [one["currency"] for one in told(campaign_id)["revenue_per_customer"]] == ["CHF", "EUR"]


def test_the_route_answers_an_admin_and_refuses_a_rep(counter: Counter) -> None:
    path = f"/v1/campaigns/{counter.campaign(kind='personal', hold_out_percent=10)}/lift"
    answer = counter.sector.get(path, counter.sector.admin)
    assert (answer.status_code, answer.get_json()["hold_out_percent"]) == (200, 10)
    assert counter.sector.get(path).status_code == 403
    assert counter.sector.get(path, counter.sector.admin, window_days=0).status_code == 422
