"""A gift is ordered, handed over or cancelled: points and stock go together, each operation once for ever."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest

from field_api.gifts.catalogue import hold_gift, step_gift
from field_api.loyalty.leaving import merge
from field_api.points.models import operations
from field_api.store.audit import AuditEntry
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.web.identity import THE_SYSTEM
from tests.field_api.gifts.club import make_gift, make_member
from tests.field_api.gifts.conftest import Counter
from tests.field_api.sector import make_customer

WHOLE = {"units": 5, "ordered": 0, "handed_over": 0}


def test_an_order_sets_points_and_one_unit_aside(counter: Counter) -> None:
    answer = counter.order()
    assert answer.status_code == 201, answer.text
    told = answer.get_json()
    assert (told["kind"], told["points"], told["gift_version"]) == ("order", 200, 2)
    assert counter.points() == (800, 200)
    assert counter.stock() == {"units": 4, "ordered": 1, "handed_over": 0}


def test_what_is_handed_over_is_spent(counter: Counter) -> None:
    order = counter.order().get_json()["id"]
    answer = counter.hand_over(order, shop_id=counter.shop_id)
    assert answer.status_code == 201, answer.text
    assert answer.get_json()["shop_id"] == counter.shop_id
    assert counter.points() == (800, 0)
    assert counter.stock() == {"units": 4, "ordered": 0, "handed_over": 1}


def test_a_cancelled_order_gives_points_and_unit_back(counter: Counter) -> None:
    order = counter.order().get_json()["id"]
    assert counter.cancel(order, reason="changed their mind").status_code == 201
    assert counter.points() == (1_000, 0)
    assert counter.stock() == WHOLE


def test_an_order_ends_once(counter: Counter) -> None:
    order = counter.order().get_json()["id"]
    assert counter.hand_over(order).status_code == 201
    for answer in (counter.cancel(order), counter.hand_over(order)):
        assert answer.status_code == 409
        assert "was handed over on" in answer.get_json()["detail"]
    assert counter.stock()["handed_over"] == 1


def test_the_same_operation_again_is_the_first_answer_under_any_key(counter: Counter) -> None:
    told = {"id": new_id(), "gift_id": counter.gift_id, "points": 200}
    path = f"/v1/members/{counter.member_id}/gift-orders"
    first, again = (counter.post(path, told) for _ in range(2))
    assert again.get_json() == first.get_json()
    end = {"id": new_id()}
    ended, twice = (counter.post(f"/v1/gift-orders/{told['id']}/hand-over", end) for _ in range(2))
    assert (twice.status_code, twice.get_json()) == (201, ended.get_json())
    assert counter.points() == (800, 0)
    assert counter.stock()["units"] == 4


def test_an_id_of_another_operation_is_refused(counter: Counter) -> None:
    order = counter.order().get_json()["id"]
    with counter.app.app_context():
        other = make_gift(db.session, counter.programme_id)
    for answer in (
        counter.order(id=order, gift_id=other),
        counter.order(id=order, points=100),
        counter.cancel(order, id=order),
    ):
        assert answer.status_code == 409
        assert "stands for another operation" in answer.get_json()["detail"]


def test_an_id_that_the_books_of_points_know_already_is_refused(counter: Counter) -> None:
    with counter.app.app_context():
        earned = db.session.scalars(
            db.select(operations.c.id).where(operations.c.account_id == counter.member_id)
        ).one()
    assert counter.order(id=earned).status_code == 409
    assert counter.stock() == WHOLE


def test_who_has_too_few_points_gets_nothing(counter: Counter) -> None:
    with counter.app.app_context():
        dear = make_gift(db.session, counter.programme_id, points=1_001)
    answer = counter.order(gift_id=dear)
    assert answer.status_code == 409
    assert "1001 points are asked for, and there are 1000" in answer.get_json()["detail"]
    assert counter.points() == (1_000, 0)


def test_the_last_one_goes_once(counter: Counter) -> None:
    with counter.app.app_context():
        rare = make_gift(db.session, counter.programme_id, units=1, points=10)
    assert counter.order(gift_id=rare).status_code == 201
    answer = counter.order(gift_id=rare)
    assert (answer.status_code, answer.get_json()["detail"]) == (409, "The last one of this gift has gone.")
    assert counter.points() == (990, 10)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"starts_at": "2126-01-01T00:00:00Z"}, "not offered yet"),
        ({"ends_at": "2026-01-02T00:00:00Z"}, "no longer offered"),
        ({"tiers": ["gold"]}, "kept for other tiers"),
    ],
)
def test_what_stands_against_an_order_is_told(counter: Counter, change: dict[str, object], told: str) -> None:
    with counter.app.app_context():
        gift = make_gift(db.session, counter.programme_id, **change)
    answer = counter.order(gift_id=gift)
    assert answer.status_code == 409
    assert told in answer.get_json()["detail"]


def test_another_price_than_the_customer_was_told_is_refused_with_the_price_of_now(counter: Counter) -> None:
    answer = counter.order(points=150)
    assert answer.status_code == 409
    assert "200 points now, not 150" in answer.get_json()["detail"]


def test_every_act_leaves_its_line_in_the_trail(counter: Counter) -> None:
    counter.hand_over(counter.order().get_json()["id"])
    counter.cancel(counter.order().get_json()["id"])
    with counter.app.app_context():
        query = db.select(AuditEntry.action).where(AuditEntry.subject_id == counter.gift_id).order_by(AuditEntry.id)
        acts = list(db.session.scalars(query))
    ours = ["gift.create", "gift.offer", "gift.stock", "gift.order", "gift.hand_over", "gift.order", "gift.cancel"]
    assert acts == ours


def test_a_member_sees_what_is_within_reach_and_what_is_missing(counter: Counter) -> None:
    with counter.app.app_context():
        gone = make_gift(db.session, counter.programme_id, units=0, points=5)
        dear = make_gift(db.session, counter.programme_id, points=1_500)
    items = counter.sector.get(f"/v1/members/{counter.member_id}/gifts").get_json()["items"]
    assert [(one["id"], one["within_reach"], one["points_missing"]) for one in items] == [
        (gone, False, 0),
        (counter.gift_id, True, 0),
        (dear, False, 500),
    ]
    assert items[0]["against"][0]["fr"] == "Il n’en reste plus."


def test_orders_are_listed_newest_first_with_what_became_of_them(counter: Counter) -> None:
    first, second = (counter.order().get_json()["id"] for _ in range(2))
    counter.cancel(first, reason="wrong colour")
    path = f"/v1/members/{counter.member_id}/gift-orders"
    page = counter.sector.get(path, limit=1)
    assert [(one["id"], one["state"]) for one in page.get_json()["items"]] == [(second, "ordered")]
    rest = counter.sector.get(page.headers["Link"].split(">")[0][1:]).get_json()["items"]
    assert [(one["id"], one["state"], one["reason"]) for one in rest] == [(first, "cancelled", "wrong colour")]
    assert rest[0]["title"]["fr"] == "Plaid de pique-nique"


def test_the_customer_is_shown_with_what_waits_for_them(counter: Counter) -> None:
    order = counter.order().get_json()["id"]
    shown = counter.sector.get(f"/v1/customers/{counter.sector.customer_id}/360").get_json()["sections"]["gifts"]
    assert [one["id"] for one in shown["waiting"]] == [order]


def test_orders_of_a_member_who_was_merged_wait_for_the_customer_who_stands_for_them(counter: Counter) -> None:
    order = counter.order().get_json()["id"]
    with counter.app.app_context():
        heir = make_customer(counter.sector.territory_id, "Petit")
        into = make_member(db.session, counter.programme_id, heir)
        with writing(db.session):
            merge(db.session, THE_SYSTEM, counter.member_id, {"id": new_id(), "into_id": into})
    shown = counter.sector.get(f"/v1/customers/{heir}/360").get_json()["sections"]["gifts"]
    assert [one["id"] for one in shown["waiting"]] == [order]


def test_a_gift_that_is_withdrawn_at_this_moment_is_not_ordered_any_more(counter: Counter) -> None:
    with counter.app.app_context(), ThreadPoolExecutor(1) as pool:
        with writing(db.session):
            gift = hold_gift(db.session, counter.gift_id)
            ordered = pool.submit(counter.order)
            sleep(0.5)
            step_gift(db.session, THE_SYSTEM, gift, "withdrawn")
        assert ordered.result().status_code == 409
