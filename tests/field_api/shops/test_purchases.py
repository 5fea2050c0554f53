"""Purchases by API: recorded once under their own id, seen by those who may, told in the timeline."""

from typing import Any

import pytest

from field_api.store.columns import new_id
from tests.field_api.shops.stall import Stall, sale


def test_a_till_records_what_a_customer_bought_in_its_shop(stall: Stall) -> None:
    told = stall.sell(customer_id=stall.sector.customer_id)
    assert told.status_code == 201, told.text
    recorded = told.get_json()
    assert (recorded["amount_minor"], recorded["shop_id"], recorded["recorded_by_kind"]) == (
        4500,
        stall.shop_id,
        "service",
    )
    kept = stall.sector.get(told.headers["Location"]).get_json()
    assert kept == recorded | {"refunded_minor": 0}
    assert stall.sector.get(f"/v1/customers/{stall.sector.customer_id}/purchases").get_json()["items"] == [kept]


def test_the_same_purchase_again_is_the_first_answer_again_even_after_a_refund(stall: Stall) -> None:
    document = sale() | {"customer_id": stall.sector.customer_id}
    first = stall.sell(**document)
    stall.refund(document["id"])
    again = stall.sell(**document)
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert len(stall.sector.get(f"/v1/customers/{stall.sector.customer_id}/purchases").get_json()["items"]) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"currency": "CHF"},
        {"channel": "web"},
        {"occurred_at": "2026-03-01T10:00:01Z"},
        {"lines": [{"category": "bakery", "quantity": 1, "amount_minor": 4500}]},
    ],
)
def test_the_same_id_with_another_content_is_refused(stall: Stall, change: dict[str, Any]) -> None:
    document = sale()
    assert stall.sell(**document).status_code == 201
    assert stall.sell(**document | change).status_code == 409


def test_a_purchase_stands_in_the_timeline_of_its_customer(stall: Stall) -> None:
    own = stall.sell(customer_id=stall.sector.customer_id).get_json()["id"]
    stall.refund(own)
    refund, bought = stall.sector.get(f"/v1/customers/{stall.sector.customer_id}/interactions").get_json()["items"]
    assert (bought["about_kind"], bought["about_id"], bought["channel"]) == ("purchase", own, "shop")
    assert bought["content"] == "45.00 EUR: bakery, grocery"
    assert (refund["about_kind"], refund["content"]) == ("refund", "-10.00 EUR")
    path = f"/v1/customers/{stall.sector.customer_id}/interactions"
    entry = {"channel": "shop", "direction": "inbound", "corrects_id": bought["id"]}
    assert stall.sector.post(path, entry).status_code == 409


def test_a_till_records_for_its_own_shop_alone(stall: Stall) -> None:
    assert stall.sell(shop_id=stall.foreign_shop_id).status_code == 404
    assert stall.sell(customer_id=stall.sector.foreign_id).status_code == 201
    assert stall.sell(customer_id=new_id()).status_code == 404


def test_a_rep_records_for_their_customers_in_any_shop_and_for_nobody_in_their_own(stall: Stall) -> None:
    rep, mine = stall.sector.rep, stall.sector.customer_id
    assert stall.sell(rep, customer_id=mine, shop_id=stall.foreign_shop_id).status_code == 201
    assert stall.sell(rep, customer_id=mine, channel="visit").status_code == 201
    assert stall.sell(rep, shop_id=stall.shop_id).status_code == 201
    assert stall.sell(rep, shop_id=stall.foreign_shop_id).status_code == 404
    assert stall.sell(rep, customer_id=stall.sector.foreign_id).status_code == 404
    assert stall.sell(rep, customer_id=mine, shop_id=new_id()).status_code == 404


def test_what_others_customers_bought_is_not_seen_even_in_ones_own_shop(stall: Stall) -> None:
    foreign = stall.sell(customer_id=stall.sector.foreign_id).get_json()["id"]
    nobodys = stall.sell().get_json()["id"]
    elsewhere = stall.sell(stall.foreign_till).get_json()["id"]
    unplaced = stall.sell(stall.sector.rep).get_json()["id"]
    seen = {
        own: stall.sector.get(f"/v1/purchases/{own}").status_code for own in (foreign, nobodys, elsewhere, unplaced)
    }
    assert list(seen.values()) == [404, 200, 404, 200]
    assert stall.sector.get(f"/v1/customers/{stall.sector.foreign_id}/purchases").status_code == 404
    for own in seen:
        assert stall.sector.get(f"/v1/purchases/{own}", headers=stall.sector.admin).status_code == 200


def test_a_till_never_browses(stall: Stall) -> None:
    own = stall.sell(customer_id=stall.sector.customer_id).get_json()["id"]
    for path in (f"/v1/purchases/{own}", f"/v1/customers/{stall.sector.customer_id}/purchases", "/v1/customers"):
        assert stall.sector.get(path, headers=stall.till).status_code == 403


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"lines": []}, 422),
        ({"lines": [{"category": "bakery", "quantity": 0, "amount_minor": 1}]}, 422),
        ({"lines": [{"category": "bakery", "quantity": 1, "amount_minor": -1}]}, 422),
        ({"lines": [{"category": "bakery", "quantity": 1, "amount_minor": 1.5}]}, 422),
        ({"currency": "eur"}, 422),
        ({"amount_minor": 4500}, 422),
        ({"occurred_at": "2199-01-01T00:00:00Z"}, 409),
    ],
)
def test_what_cannot_be_a_purchase_is_refused(stall: Stall, change: dict[str, Any], status: int) -> None:
    assert stall.sell(**change).status_code == status


def test_purchases_are_listed_newest_first_in_pages(stall: Stall) -> None:
    mine = stall.sector.customer_id
    ids = [
        stall.sell(customer_id=mine, occurred_at=f"2026-02-{day:02}T10:00:00Z").get_json()["id"]
        for day in range(5, 0, -1)
    ]
    found, link = [], f"/v1/customers/{mine}/purchases?limit=2"
    while link:
        answer = stall.sector.get(link)
        found += [one["id"] for one in answer.get_json()["items"]]
        link = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert found == ids


def test_recency_frequency_and_amount_can_be_asked_for_a_past_date(stall: Stall) -> None:
    mine = stall.sector.customer_id
    for month in (1, 2, 3):
        last = stall.sell(customer_id=mine, occurred_at=f"2026-0{month}-01T10:00:00Z").get_json()["id"]
    stall.refund(last, amount_minor=4500, occurred_at="2026-03-05T10:00:00Z")
    path = f"/v1/customers/{mine}/purchases/habit"
    before = stall.sector.get(path, at="2026-03-02T10:00:00Z").get_json()
    assert (before["recency_days"], before["frequency"]) == (1, 3)
    assert before["amounts"] == [{"currency": "EUR", "amount_minor": 13500}]
    after = stall.sector.get(path, at="2026-03-06T10:00:00Z", window_days=40).get_json()
    assert (after["last_purchase_at"], after["frequency"]) == ("2026-02-01T10:00:00Z", 1)
    assert stall.sector.get(path, at="1000-01-01T00:00:00Z").get_json()["frequency"] == 0
