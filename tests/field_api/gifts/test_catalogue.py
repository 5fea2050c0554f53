"""Gifts are described, offered, changed and withdrawn; what they cost on a past day can be asked; stock is counted."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError

from field_api import clock
from field_api.app import CHECKS
from field_api.gifts import jobs
from field_api.gifts.models import MOST_UNITS, operations, stocks
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from tests.field_api.gifts.club import gift_like, make_gift
from tests.field_api.gifts.conftest import Counter
from tests.field_api.sync.phone import Phone


def draft(counter: Counter, **change: Any) -> str:
    answer = counter.post("/v1/gifts", gift_like(counter.programme_id, **change), counter.sector.admin)
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["id"])


def changed(counter: Counter, gift_id: str, **change: Any) -> dict[str, Any]:
    headers = counter.sector.admin | {"If-Match": "*"}
    answer = counter.sector.client.patch(f"/v1/gifts/{gift_id}", headers=headers, json=change)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def step(counter: Counter, gift_id: str, name: str) -> int:
    headers = counter.sector.admin | {"If-Match": "*"}
    return counter.sector.client.post(f"/v1/gifts/{gift_id}/{name}", headers=headers).status_code


def test_a_draft_is_known_to_admins_alone_and_is_ordered_by_nobody(counter: Counter) -> None:
    gift = draft(counter)
    assert counter.sector.get(f"/v1/gifts/{gift}").status_code == 404
    assert counter.sector.get(f"/v1/gifts/{gift}", counter.sector.admin).get_json()["state"] == "draft"
    assert counter.order(gift_id=gift).status_code == 404
    assert gift not in counter.sector.get("/v1/gifts").text
    assert step(counter, gift, "offer") == 200
    assert gift in counter.sector.get("/v1/gifts", state="offered").text


def test_a_withdrawn_gift_is_not_ordered_and_orders_that_stand_are_handed_over(counter: Counter) -> None:
    order = counter.order().get_json()["id"]
    assert [step(counter, counter.gift_id, name) for name in ("withdraw", "withdraw")] == [200, 409]
    assert counter.order().status_code == 409
    assert counter.hand_over(order).status_code == 201


def test_a_new_price_is_a_new_version_and_the_old_one_can_be_asked(counter: Counter) -> None:
    order, before = counter.order().get_json(), clock.now()
    assert changed(counter, counter.gift_id, points=250)["version"] == order["gift_version"] + 1
    path = f"/v1/gifts/{counter.gift_id}"
    assert counter.sector.get(path).get_json()["points"] == 250
    assert counter.sector.get(path, at=before.isoformat()).get_json()["points"] == 200
    assert counter.sector.get(path, at="2020-01-01T00:00:00Z").status_code == 404
    counter.hand_over(order["id"])
    assert counter.points() == (800, 0)
    assert counter.order().get_json()["points"] == 250


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"points": 0}, "/points"),
        ({"points": -5}, "/points"),
        ({"points": 2.5}, "/points"),
        ({"points": 10**9 + 1}, "/points"),
        ({"points": 2**63 - 1}, "/points"),
        ({"title": {"en": "Only English"}}, "/title/fr"),
        ({"ends_at": "2025-01-01T00:00:00Z"}, "/ends_at"),
        ({"collect_days": 0}, "/collect_days"),
        ({"picture_url": "javascript:alert(1)"}, "/picture_url"),
    ],
)
def test_what_no_gift_can_be_is_refused_with_its_place(counter: Counter, change: dict[str, Any], pointer: str) -> None:
    answer = counter.post("/v1/gifts", gift_like(counter.programme_id, **change), counter.sector.admin)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.get_json()["errors"]] == [pointer]


def test_stock_comes_goes_and_never_falls_below_zero(counter: Counter) -> None:
    path, admin = f"/v1/gifts/{counter.gift_id}/deliveries", counter.sector.admin
    told = {"id": new_id(), "units": 10}
    assert [counter.post(path, told, admin).status_code for _ in range(2)] == [201, 201]
    assert counter.stock()["units"] == 15
    assert counter.post(path, told | {"units": 11}, admin).status_code == 409
    taken = counter.post(path, {"id": new_id(), "units": -16, "reason": "broken"}, admin)
    assert (taken.status_code, "Only 15 are in stock" in taken.get_json()["detail"]) == (409, True)
    assert counter.post(path, {"id": new_id(), "units": -15, "reason": "broken"}, admin).status_code == 201
    assert counter.stock()["units"] == 0
    for units in (0, 10**6 + 1, 1.5):
        assert counter.post(path, {"id": new_id(), "units": units}, admin).status_code == 422


def test_an_order_that_nobody_fetches_is_cancelled_when_its_time_is_over(counter: Counter) -> None:
    with counter.app.app_context():
        short = make_gift(db.session, counter.programme_id, points=100, collect_days=7)
    late, kept = counter.order(gift_id=short).get_json(), counter.order().get_json()
    with counter.app.app_context(), clock.ahead_by(timedelta(days=8)), writing(db.session):
        jobs.lapse(db.session, {})
    states = {one: counter.sector.get(f"/v1/gift-orders/{one}").get_json()["state"] for one in (late["id"], kept["id"])}
    assert states == {late["id"]: "cancelled", kept["id"]: "ordered"}
    assert counter.points() == (800, 200)
    assert counter.hand_over(late["id"]).status_code == 409


def test_phones_follow_what_is_offered_and_whether_any_is_left(counter: Counter) -> None:
    phone = Phone(counter.sector.client, counter.sector.rep, collection="gifts")
    draft(counter)
    with counter.app.app_context():
        rare = make_gift(db.session, counter.programme_id, units=1, points=10)
    phone.pull()
    assert {own: one["in_stock"] for own, one in phone.shown().items()} == {counter.gift_id: True, rare: True}
    order = counter.order(gift_id=rare).get_json()["id"]
    counter.order()
    phone.pull()
    assert {own: one["in_stock"] for own, one in phone.shown().items()} == {counter.gift_id: True, rare: False}
    counter.cancel(order)
    phone.pull()
    assert phone.shown()[rare]["in_stock"]
    assert phone.is_whole()


def test_the_check_finds_a_stock_that_the_log_does_not_explain(counter: Counter) -> None:
    with counter.app.app_context():
        with writing(db.session):
            db.session.execute(update(stocks).values(units=9))
        faults = [fault for one in CHECKS if one.name.startswith("gifts") for fault in one.find(db.session)]
        assert faults == [f"Gift {counter.gift_id} has 9 units in stock; its log says 5."]
        with writing(db.session):
            db.session.execute(update(stocks).values(units=5))


@pytest.mark.parametrize("statement", ["DELETE FROM gift_operations", "UPDATE gift_operations SET points = 1"])
def test_nothing_of_the_log_is_changed_behind_its_back(counter: Counter, statement: str) -> None:
    counter.order()
    with counter.app.app_context(), pytest.raises(DatabaseError, match="append-only"), writing(db.session):
        db.session.execute(db.text(statement))


def test_neither_can_the_stock_fall_below_zero_nor_a_line_say_nonsense(counter: Counter) -> None:
    with counter.app.app_context():
        with pytest.raises(DatabaseError), writing(db.session):
            db.session.execute(update(stocks).values(units=-1))
        row = db.session.execute(db.select(operations)).first()
        assert row is not None
        wrong = row._asdict() | {"id": new_id(), "kind": "order", "units": 1}
        with pytest.raises(DatabaseError), writing(db.session):
            db.session.execute(operations.insert(), wrong)


def test_a_cancelled_order_always_finds_room_in_the_stock(counter: Counter) -> None:
    path, admin = f"/v1/gifts/{counter.gift_id}/deliveries", counter.sector.admin
    own = counter.order().get_json()["id"]
    whole = {"id": new_id(), "units": MOST_UNITS - 5}
    assert counter.post(path, whole, admin).status_code == 201
    more = counter.post(path, {"id": new_id(), "units": 1}, admin)
    assert (more.status_code, "1 wait for their members" in more.get_json()["detail"]) == (409, True)
    assert counter.cancel(own).status_code == 201
    assert counter.stock()["units"] == MOST_UNITS
