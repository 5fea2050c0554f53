"""A till orders, hands over and cancels for the card shown, and for no other."""

from field_api.store.base import db
from field_api.store.columns import new_id
from tests.field_api.gifts.club import make_member
from tests.field_api.gifts.conftest import Counter
from tests.field_api.sector import make_customer


def test_the_card_shown_orders_and_fetches_at_the_till(counter: Counter) -> None:
    shown = counter.at_till("cards/gifts").get_json()
    assert [(one["id"], one["within_reach"]) for one in shown["items"]] == [(counter.gift_id, True)]
    ordered = counter.at_till("gift-orders", id=new_id(), gift_id=counter.gift_id, points=200)
    assert ordered.status_code == 201, ordered.text
    order = ordered.get_json()
    assert order["shop_id"] == counter.shop_id
    assert [one["id"] for one in counter.at_till("cards/gifts").get_json()["waiting"]] == [order["id"]]
    fetched = counter.at_till("gift-hand-overs", id=new_id(), order_id=order["id"])
    assert fetched.status_code == 201, fetched.text
    assert counter.points() == (800, 0)
    assert counter.at_till("cards/gifts").get_json()["waiting"] == []


def test_a_till_that_retries_after_weeks_is_answered_as_the_first_time(counter: Counter) -> None:
    told = {"id": new_id(), "gift_id": counter.gift_id}
    first, again = (counter.at_till("gift-orders", **told) for _ in range(2))
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert counter.stock()["units"] == 4


def test_an_order_is_not_fetched_with_somebody_elses_card(counter: Counter) -> None:
    order = counter.order().get_json()["id"]
    with counter.app.app_context():
        other = make_member(db.session, counter.programme_id, make_customer(counter.sector.territory_id, "Petit"))
    number = counter.sector.get(f"/v1/members/{other}").get_json()["number"]
    for path in ("gift-hand-overs", "gift-cancellations"):
        answer = counter.at_till(path, id=new_id(), order_id=order, number=number)
        assert (answer.status_code, "of this member" in answer.get_json()["detail"]) == (404, True)
    assert counter.at_till("gift-cancellations", id=new_id(), order_id=order, reason="broken").status_code == 201


def test_a_number_that_nobody_has_is_not_found_and_a_wrong_digit_is_told(counter: Counter) -> None:
    wrong = str(int(counter.number[:-1] + str((int(counter.number[-1]) + 1) % 10)))
    assert counter.at_till("cards/gifts", number=wrong).status_code == 422
    assert counter.at_till("cards/gifts", number="100000000003").status_code in {404, 422}
