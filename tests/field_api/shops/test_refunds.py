"""Refunds by API: in part or in whole, once each, together never more than was paid, whoever races whom."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from field_api.shops.checks import CHECKS
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from tests.field_api.shops.stall import Stall, sale


def test_a_purchase_is_refunded_in_parts_until_nothing_is_left(stall: Stall) -> None:
    own = stall.sell(customer_id=stall.sector.customer_id).get_json()["id"]
    assert stall.refund(own, amount_minor=4000).status_code == 201
    refused = stall.refund(own, amount_minor=501)
    assert (refused.status_code, "500 of 4500" in refused.get_json()["detail"]) == (409, True)
    assert stall.refund(own, amount_minor=500).status_code == 201
    assert stall.refund(own, amount_minor=1).status_code == 409
    assert stall.sector.get(f"/v1/purchases/{own}").get_json()["refunded_minor"] == 4500
    listed = stall.sector.get(f"/v1/purchases/{own}/refunds").get_json()["items"]
    assert sorted(one["amount_minor"] for one in listed) == [500, 4000]


def test_the_same_refund_again_is_the_first_answer_again(stall: Stall) -> None:
    own, refund_id = stall.sell().get_json()["id"], new_id()
    answers = [stall.refund(own, id=refund_id, amount_minor=3000) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].get_json() == answers[1].get_json()
    assert stall.refund(own, id=refund_id, amount_minor=2999).status_code == 409
    other = stall.sell().get_json()["id"]
    assert stall.refund(other, id=refund_id, amount_minor=3000).status_code == 409
    assert stall.sector.get(f"/v1/purchases/{own}").get_json()["refunded_minor"] == 3000


@pytest.mark.parametrize("change", [{"currency": "CHF"}, {"occurred_at": "2026-02-28T10:00:00Z"}])
def test_a_refund_is_in_the_currency_of_its_purchase_and_comes_after_it(stall: Stall, change: dict[str, Any]) -> None:
    assert stall.refund(stall.sell().get_json()["id"], **change).status_code == 409


def test_a_till_gives_back_what_its_own_shop_sold(stall: Stall) -> None:
    own = stall.sell(customer_id=stall.sector.foreign_id).get_json()["id"]
    assert stall.refund(own, stall.foreign_till).status_code == 404
    assert stall.refund(own, stall.sector.rep).status_code == 404
    assert stall.refund(own).status_code == 201
    assert stall.refund(new_id()).status_code == 404


def test_refunds_that_race_never_exceed_the_purchase(app: Flask, stall: Stall) -> None:
    own = stall.sell(customer_id=stall.sector.customer_id).get_json()["id"]

    def give_back(_number: int) -> int:
        client = app.test_client()
        document = {"id": new_id(), "amount_minor": 1000, "currency": "EUR", "occurred_at": "2026-03-02T10:00:00Z"}
        return client.post(f"/v1/purchases/{own}/refunds", json=document, headers=stall.till).status_code

    with ThreadPoolExecutor(12) as threads:
        statuses = list(threads.map(give_back, range(12)))
    assert sorted(statuses) == [201] * 4 + [409] * 8
    assert stall.sector.get(f"/v1/purchases/{own}").get_json()["refunded_minor"] == 4000


def test_twins_of_one_purchase_that_race_are_one_purchase(app: Flask, stall: Stall) -> None:
    document = sale() | {"customer_id": stall.sector.customer_id}

    def sell(_number: int) -> tuple[int, Any]:
        answer = app.test_client().post("/v1/purchases", json=document, headers=stall.till)
        return answer.status_code, answer.get_json()

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(sell, range(8)))
    assert answers == [answers[0]] * 8
    assert answers[0][0] == 201
    path = f"/v1/customers/{stall.sector.customer_id}"
    assert len(stall.sector.get(f"{path}/purchases").get_json()["items"]) == 1
    assert len(stall.sector.get(f"{path}/interactions").get_json()["items"]) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE purchases SET refunded_minor = amount_minor + 1",
        "UPDATE purchases SET refunded_minor = -1",
        "UPDATE refunds SET amount_minor = 0",
        "UPDATE purchase_lines SET quantity = 0",
    ],
)
def test_the_tables_themselves_refuse_what_the_rules_refuse(app: Flask, stall: Stall, statement: str) -> None:
    stall.refund(stall.sell().get_json()["id"])
    with app.app_context(), pytest.raises(IntegrityError), writing(db.session):
        db.session.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("SELECT 1", []),
        ("UPDATE purchase_lines SET amount_minor = amount_minor + 1 WHERE position = 1", [0]),
        ("UPDATE purchases SET refunded_minor = 0", [1]),
        ("UPDATE refunds SET amount_minor = 9000", [1]),
        ("DELETE FROM interactions WHERE about_kind = 'purchase'", [2]),
    ],
)
def test_the_checks_find_what_was_broken_behind_our_back(
    app: Flask, stall: Stall, statement: str, broken: list[int]
) -> None:
    stall.refund(stall.sell(customer_id=stall.sector.customer_id).get_json()["id"])
    with app.app_context():
        with writing(db.session):
            db.session.execute(text(statement))
        assert [place for place, check in enumerate(CHECKS) if check.find(db.session)] == broken
