"""Refunds, recency, frequency and amount, by values alone."""

from datetime import UTC, datetime, timedelta

import pytest

from field_api.errors import Clash
from field_api.shops.money import written
from field_api.shops.rules import Bought, Habit, Sum, check_refund, habit

NOW = datetime(2026, 3, 1, tzinfo=UTC)
YEAR_AGO = NOW - timedelta(days=365)


def bought(days_ago: float, amount: int = 1000, refunded: int = 0, currency: str = "EUR") -> Bought:
    return Bought(NOW - timedelta(days=days_ago), currency, amount, refunded)


def test_nobody_bought_nothing() -> None:
    assert habit([], NOW, YEAR_AGO) == Habit(None, None, 0, ())


def test_frequency_and_amount_count_the_window_and_recency_looks_beyond_it() -> None:
    assert habit([bought(400)], NOW, YEAR_AGO) == Habit(400, NOW - timedelta(days=400), 0, ())
    told = habit([bought(400), bought(20.5), bought(10, 500)], NOW, YEAR_AGO)
    assert (told.recency_days, told.frequency, told.amounts) == (10, 2, (Sum("EUR", 1500),))


def test_what_comes_after_the_date_does_not_count() -> None:
    past = NOW - timedelta(days=100)
    assert habit([bought(150), bought(50)], past, past - timedelta(days=365)).frequency == 1


def test_a_part_given_back_is_taken_off_and_a_whole_counts_for_nothing() -> None:
    told = habit([bought(30, 1000, 400), bought(5, 700, 700)], NOW, YEAR_AGO)
    assert (told.recency_days, told.frequency, told.amounts) == (30, 1, (Sum("EUR", 600),))


def test_a_gift_of_nothing_is_still_a_purchase() -> None:
    assert habit([bought(3, 0)], NOW, YEAR_AGO).frequency == 1


def test_currencies_are_never_added_up() -> None:
    told = habit([bought(3, 100, currency="XPF"), bought(2, 200)], NOW, YEAR_AGO)
    assert told.amounts == (Sum("EUR", 200), Sum("XPF", 100))


def test_refunds_may_reach_the_purchase_and_not_pass_it() -> None:
    check_refund(1000, 400, 600)
    with pytest.raises(Clash, match="600 of 1000"):
        check_refund(1000, 400, 601)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [(4590, "EUR", "45.90 EUR"), (-5, "EUR", "-0.05 EUR"), (1200, "XPF", "1200 XPF"), (1234, "TND", "1.234 TND")],
)
def test_amounts_are_written_with_the_decimals_of_their_currency(amount: int, currency: str, text: str) -> None:
    assert written(amount, currency) == text
