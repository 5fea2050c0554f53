"""Whoever tries out codes is slowed down, by identity and by address."""

from datetime import timedelta

from flask import Flask

from field_api import clock
from field_api.coupons import codes, guesses
from field_api.store.base import db
from tests.field_api.coupons.counter import Counter
from tests.field_api.people import as_user, make_user
from tests.field_api.sector import Headers


def rep(app: Flask) -> Headers:
    with app.app_context():
        return as_user(db.session, make_user(db.session, "rep"))


def guess(counter: Counter, headers: Headers) -> int:
    return counter.redeem(codes.draw(), headers=headers).status_code


def test_an_identity_that_tries_codes_is_refused_even_a_right_one_until_time_has_passed(counter: Counter) -> None:
    right = counter.code()
    tried = [guess(counter, counter.till) for _ in range(guesses.MOST_BY_IDENTITY)]
    assert set(tried) == {404}
    refused = counter.redeem(right)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    with clock.ahead_by(guesses.WINDOW + timedelta(seconds=1)):
        assert counter.redeem(right).status_code == 201


def test_an_address_that_tries_codes_as_many_people_is_refused_too(counter: Counter) -> None:
    for _ in range(guesses.MOST_BY_ADDRESS // guesses.MOST_BY_IDENTITY):
        someone = rep(counter.app)
        for _ in range(guesses.MOST_BY_IDENTITY):
            assert guess(counter, someone) == 404
    assert guess(counter, rep(counter.app)) == 429


def test_a_misread_code_is_no_guess(counter: Counter) -> None:
    right = counter.code()
    wrong = right[:-1] + ("0" if right[-1] != "0" else "2")
    for _ in range(guesses.MOST_BY_IDENTITY + 1):
        answer = counter.redeem(wrong)
        assert (answer.status_code, "character" in answer.get_json()["detail"]) == (404, True)
    assert counter.redeem(right).status_code == 201


def test_a_basket_of_guesses_counts_each(counter: Counter) -> None:
    basket = {"codes": [codes.draw() for _ in range(guesses.MOST_BY_IDENTITY)]}
    assert counter.sector.post("/v1/coupons/baskets", basket, headers=counter.till).status_code == 200
    assert counter.sector.post("/v1/coupons/baskets", basket, headers=counter.till).status_code == 429


def test_a_code_of_ten_thousand_characters_is_refused_with_its_field(counter: Counter) -> None:
    refused = counter.redeem("7" * 10_000)
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["pointer"] == "/code"
