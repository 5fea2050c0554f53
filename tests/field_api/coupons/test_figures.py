"""What became of coupons is counted from the log, by day, channel and territory; a manager sees their own part."""

from datetime import timedelta
from typing import Any

import pytest

from field_api import clock
from field_api.reps.models import Territory
from field_api.store.base import db
from field_api.store.columns import new_id
from tests.field_api.coupons.counter import Counter
from tests.field_api.offers.stand import offer_like
from tests.field_api.people import as_user, make_user
from tests.field_api.sector import Headers
from tests.field_api.shops.stall import sale

NOTHING = dict.fromkeys(("issued", "withheld", "viewed", "redeemed", "reversed", "purchases"), 0) | {"revenue": []}


def sell(counter: Counter, **change: Any) -> str:
    """A purchase of 45.00 EUR at the counter."""
    sold = sale() | change
    made = counter.send("/v1/purchases", sold)
    assert made.status_code == 201, made.text
    return str(sold["id"])


def manager(counter: Counter, territory_id: str) -> Headers:
    with counter.app.app_context():
        return as_user(db.session, make_user(db.session, "manager", [db.session.get_one(Territory, territory_id)]))


def figures(counter: Counter, path: str, headers: Headers | None = None, **query: Any) -> dict[str, Any]:
    answer = counter.sector.get(f"/v1/{path}/figures", headers or counter.sector.admin, **query)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def test_a_campaign_is_counted_by_day_channel_and_territory(counter: Counter) -> None:
    campaign_id = counter.campaign()
    codes = counter.codes(5, campaign_id)
    for code in codes[:2] * 2:
        shown = counter.sector.post("/v1/coupons/views", {"id": new_id(), "code": code}, headers=counter.till)
        assert shown.status_code == 201, shown.text
    counter.redeem(codes[0], purchase_id=sell(counter))
    taken_back = counter.redeem(codes[1], purchase_id=sell(counter)).get_json()["id"]
    counter.end(taken_back, "reversal")
    counter.redeem(codes[2], channel="visit", headers=counter.sector.rep)
    told = figures(counter, f"campaigns/{campaign_id}")
    revenue = [{"currency": "EUR", "amount_minor": 4_500}]
    counted = {"issued": 5, "withheld": 0, "viewed": 2, "redeemed": 3, "reversed": 1, "purchases": 1}
    assert told["total"] == counted | {"revenue": revenue}
    assert told["by_day"] == [{"day": str(clock.today())} | told["total"]]
    assert told["by_channel"] == [
        {"channel": "shop"} | NOTHING | {"redeemed": 2, "reversed": 1, "purchases": 1, "revenue": revenue},
        {"channel": "visit"} | NOTHING | {"redeemed": 1},
        {"channel": None} | NOTHING | {"issued": 5, "viewed": 2},
    ]
    assert [(one["territory_id"], one["redeemed"]) for one in told["by_territory"]] == [
        (counter.sector.territory_id, 2),
        (None, 1),
    ]


def test_a_purchase_counts_once_whatever_was_stacked_on_it_and_net_of_refunds(counter: Counter) -> None:
    campaign_id, purchase_id = counter.campaign(), sell(counter)
    for code in counter.codes(2, campaign_id):
        assert counter.redeem(code, purchase_id=purchase_id).status_code == 201
    back = {"id": new_id(), "amount_minor": 1_000, "currency": "EUR", "occurred_at": clock.now().isoformat()}
    assert counter.send(f"/v1/purchases/{purchase_id}/refunds", back).status_code == 201
    total = figures(counter, f"campaigns/{campaign_id}")["total"]
    assert (total["redeemed"], total["purchases"]) == (2, 1)
    assert total["revenue"] == [{"currency": "EUR", "amount_minor": 3_500}]


def test_currencies_are_never_added_up(counter: Counter) -> None:
    campaign_id = counter.campaign()
    for code, currency in zip(counter.codes(2, campaign_id), ("EUR", "CHF"), strict=True):
        counter.redeem(code, purchase_id=sell(counter, currency=currency))
    revenue = figures(counter, f"campaigns/{campaign_id}")["total"]["revenue"]
    assert [one["currency"] for one in revenue] == ["CHF", "EUR"]


def test_an_offer_has_the_figures_of_all_its_campaigns(counter: Counter) -> None:
    offer_id = counter.offer()
    for count in (2, 3):
        counter.codes(count, counter.campaign(offer_id))
    assert figures(counter, f"offers/{offer_id}")["total"]["issued"] == 5
    assert figures(counter, f"offers/{counter.offer()}")["total"] == NOTHING


def test_a_manager_sees_the_figures_of_their_own_territories(counter: Counter) -> None:
    campaign_id = counter.campaign(kind="personal")
    told = {"id": new_id(), "customer_ids": [counter.sector.customer_id, counter.sector.foreign_id]}
    assert counter.send(f"/v1/campaigns/{campaign_id}/coupons", told, counter.sector.admin).status_code == 201
    path = f"campaigns/{campaign_id}"
    for territory_id in (counter.sector.territory_id, counter.sector.foreign_territory_id):
        seen = figures(counter, path, manager(counter, territory_id))
        assert [(one["territory_id"], one["issued"]) for one in seen["by_territory"]] == [(territory_id, 1)]
    assert figures(counter, path)["total"]["issued"] == 2
    assert counter.sector.get(f"/v1/{path}/figures").status_code == 403


def test_a_manager_hears_nothing_of_the_neighbours_offers_nor_of_drafts(counter: Counter) -> None:
    ours, theirs = (
        counter.offer(territory_ids=[one]) for one in (counter.sector.territory_id, counter.sector.foreign_territory_id)
    )
    asking = manager(counter, counter.sector.territory_id)
    assert figures(counter, f"offers/{ours}", asking)["total"] == NOTHING
    assert counter.sector.get(f"/v1/offers/{theirs}/figures", asking).status_code == 404
    draft = counter.sector.post("/v1/offers", offer_like(), headers=counter.sector.admin).get_json()["id"]
    assert counter.sector.get(f"/v1/offers/{draft}/figures", asking).status_code == 404
    assert figures(counter, f"offers/{draft}")["total"] == NOTHING


def test_a_coupon_is_viewed_once_on_the_first_day_it_was_shown(counter: Counter) -> None:
    campaign_id = counter.campaign(counter.offer(time_zone="UTC"))
    [code], first = counter.codes(1, campaign_id), clock.today()
    for days in (0, 1):
        with clock.ahead_by(timedelta(days=days)):
            shown = {"id": new_id(), "code": code}
            assert counter.sector.post("/v1/coupons/views", shown, headers=counter.till).status_code == 201
    told = figures(counter, f"campaigns/{campaign_id}")["by_day"]
    assert [(one["day"], one["viewed"]) for one in told] == [(str(first), 1)]


def test_a_use_lies_in_the_territory_of_its_customer_wherever_the_shop_is(counter: Counter) -> None:
    campaign_id = counter.campaign()
    [code] = counter.codes(1, campaign_id)
    assert counter.redeem(code, customer_id=counter.sector.foreign_id).status_code == 201
    told = figures(counter, f"campaigns/{campaign_id}")["by_territory"]
    redeemed = [one["territory_id"] for one in told if one["redeemed"]]
    assert redeemed == [counter.sector.foreign_territory_id]


def test_a_purchase_belongs_to_the_channel_of_its_first_redemption(counter: Counter) -> None:
    campaign_id, purchase_id = counter.campaign(), sell(counter)
    for code, channel in zip(counter.codes(2, campaign_id), ("visit", "shop"), strict=True):
        assert counter.redeem(code, channel=channel, purchase_id=purchase_id).status_code == 201
    told = figures(counter, f"campaigns/{campaign_id}")["by_channel"]
    assert [one["channel"] for one in told if one["purchases"]] == ["visit"]


@pytest.mark.parametrize(("first", "last", "issued"), [(0, 0, 1), (-9, -1, 0), (1, 9, 0), (-9, 9, 1)])
def test_days_are_limited_at_both_ends(counter: Counter, first: int, last: int, issued: int) -> None:
    campaign_id = counter.campaign(counter.offer(time_zone="UTC"))
    counter.codes(1, campaign_id)
    days = [clock.today().toordinal() + shift for shift in (first, last)]
    named = {
        name: type(clock.today()).fromordinal(day) for name, day in zip(("first_day", "last_day"), days, strict=True)
    }
    assert figures(counter, f"campaigns/{campaign_id}", **named)["total"]["issued"] == issued


def test_days_in_the_wrong_order_are_refused_at_the_parameter(counter: Counter) -> None:
    query = {"first_day": "2026-03-02", "last_day": "2026-03-01"}
    answer = counter.sector.get(f"/v1/campaigns/{counter.campaign()}/figures", counter.sector.admin, **query)
    assert (answer.status_code, answer.get_json()["errors"][0]["parameter"]) == (422, "last_day")
