"""Phones follow the coupons of their customers, and hear of every step of their life."""

from typing import Any

import pytest

from field_api.store.base import db
from field_api.store.columns import new_id
from tests.field_api.coupons.counter import Counter, broken
from tests.field_api.sync.phone import Phone


@pytest.fixture
def phone(counter: Counter) -> Phone:
    return Phone(counter.sector.client, counter.sector.rep, counter.sector.territory_id, collection="coupons")


def shown(phone: Phone) -> dict[str, Any]:
    phone.pull()
    return phone.shown()


def test_a_phone_has_its_customers_coupons_and_nobody_elses(counter: Counter, phone: Phone) -> None:
    own, foreign = counter.personal(), counter.personal(counter.sector.foreign_id)
    counter.code()
    found = shown(phone)
    assert (set(found), foreign["id"] in found) == ({own["id"]}, False)
    assert (found[own["id"]]["code"], found[own["id"]]["state"]) == (own["code"], "issued")


def test_a_phone_hears_of_every_step(counter: Counter, phone: Phone) -> None:
    coupon = counter.personal()
    states = [shown(phone)[coupon["id"]]["state"]]
    counter.send(f"/v1/coupons/{coupon['id']}/views", {"id": new_id()}, counter.sector.rep)
    states.append(shown(phone)[coupon["id"]]["state"])
    used = counter.redeem(coupon["code"]).get_json()["id"]
    states.append(shown(phone)[coupon["id"]]["state"])
    counter.end(used, "reversal")
    states.append(shown(phone)[coupon["id"]]["state"])
    assert states == ["issued", "viewed", "redeemed", "viewed"]
    assert phone.is_whole()


def test_a_coupon_cannot_be_pushed(counter: Counter, phone: Phone) -> None:
    coupon = counter.personal()
    phone.pull()
    phone.edit(coupon["id"], redeemed=0, state="issued", uses=100)
    assert phone.send(phone.rows()).status_code == 403
    assert counter.redeem(coupon["code"]).status_code == 201


def test_the_360_view_shows_the_latest_coupons(counter: Counter) -> None:
    coupon = counter.personal()
    view = counter.sector.get(f"/v1/customers/{counter.sector.customer_id}/360").get_json()
    assert [one["id"] for one in view["sections"]["coupons"]["latest"]] == [coupon["id"]]
    listed = counter.sector.get(f"/v1/customers/{counter.sector.customer_id}/coupons").get_json()["items"]
    assert [one["code"] for one in listed] == [coupon["code"]]


def test_a_tampered_book_is_found_by_the_checks(counter: Counter) -> None:
    coupon = counter.personal(budget_total=5)
    counter.redeem(coupon["code"])
    for tampering in ("UPDATE coupons SET redeemed = 0", "UPDATE coupon_meters SET taken = 0"):
        with counter.app.app_context():
            db.session.connection().exec_driver_sql(tampering)
            assert broken(db.session) != []
            db.session.rollback()
