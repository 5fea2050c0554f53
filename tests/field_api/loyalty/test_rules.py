"""What events earn, by values alone: amounts, categories, caps, what refunds leave, and until when points live."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field_api.errors import Invalid
from field_api.loyalty.rules import (
    MOST_RULE_POINTS,
    Already,
    Cap,
    Event,
    Line,
    Rule,
    birthdays_on,
    capped,
    check_kind,
    check_rule,
    day_of,
    earned,
    expiry,
    kept_points,
    months_later,
    points_of,
)

AT = datetime(2026, 3, 1, 10, tzinfo=UTC)
PARIS = "Europe/Paris"


def rule(**terms: Any) -> Rule:
    """A point a euro, unless told otherwise."""
    return Rule("rule", 1, "purchase", {"points": 1, "per_minor": 100, "currency": "EUR", "rounding": "down"} | terms)


def bought(*lines: tuple[str, int], currency: str = "EUR") -> Event:
    return Event("purchase", "purchase", AT, currency, tuple(Line(*line) for line in lines), "purchase")


@pytest.mark.parametrize(
    ("terms", "amount", "points"),
    [
        ({}, 99, 0),
        ({}, 100, 1),
        ({}, 199, 1),
        ({"rounding": "nearest"}, 149, 1),
        ({"rounding": "nearest"}, 150, 2),
        ({"points": 3, "per_minor": 1000}, 1999, 5),
        ({"least_minor": 2000}, 1999, 0),
        ({"least_minor": 2000}, 2000, 20),
        ({"currency": "CHF"}, 5000, 0),
        ({"points": 1000, "per_minor": 1}, 2 * 10**14, MOST_RULE_POINTS),
    ],
)
def test_an_amount_earns_by_the_rule(terms: dict[str, Any], amount: int, points: int) -> None:
    assert points_of(rule(**terms), bought(("grocery", amount))) == points


def test_a_rule_of_categories_counts_their_lines_together() -> None:
    tea = rule(categories=["tea"])
    assert points_of(tea, bought(("tea", 150), ("grocery", 9_000), ("tea", 150))) == 3
    assert [one.points for one in earned([tea, rule()], bought(("grocery", 120)))] == [1]


def test_a_rule_ends_at_its_very_instant() -> None:
    ended = rule(ends_at=AT.isoformat())
    assert points_of(ended, bought(("grocery", 500))) == 0
    assert (
        points_of(rule(ends_at=datetime(2026, 3, 1, 10, 0, 1, tzinfo=UTC).isoformat()), bought(("grocery", 500))) == 5
    )


LINES = st.lists(st.tuples(st.sampled_from(["tea", "grocery"]), st.integers(0, 10_000)), min_size=1, max_size=5)


@given(LINES, st.data())
def test_what_stays_of_a_purchase_shrinks_with_each_refund_and_ends_at_nothing(
    lines: list[tuple[str, int]], data: st.DataObject
) -> None:
    event, rules = bought(*lines), [rule(), rule(categories=["tea"], points=2, per_minor=150)]
    amount = sum(amount for _, amount in lines)
    before = sum(one.points for one in earned(rules, event))
    assert kept_points(rules, event, amount, 0) == before or amount == 0
    first, second = sorted((data.draw(st.integers(0, amount)), data.draw(st.integers(0, amount))))
    some, fewer = (kept_points(rules, event, amount, refunded) for refunded in (first, second))
    # A rest of the divisions may fall on a line of a category that earns more.
    assert fewer <= some + 2 <= before + 4
    assert kept_points(rules, event, amount, amount) == 0


def test_without_categories_a_refund_leaves_what_the_rest_would_have_earned() -> None:
    event = bought(("a", 3_333), ("b", 3_333), ("c", 3_334))
    for refunded in range(0, 10_001, 7):
        assert kept_points([rule()], event, 10_000, refunded) == (10_000 - refunded) // 100


def test_a_day_gives_no_more_than_its_caps() -> None:
    day = [Already("visit", 5), Already("visit", 5), Already("review", 20)]
    assert capped(5, "visit", [Cap("visit", None, 2)], day) == 0
    assert capped(5, "visit", [Cap("visit", None, 3)], day) == 5
    assert capped(5, "visit", [Cap("visit", 12, None)], day) == 2
    assert capped(5, "visit", [Cap(None, 31, None), Cap("review", 1, 1)], day) == 1
    assert capped(5, "visit", [Cap(None, 20, None)], day) == 0
    assert capped(5, "visit", [Cap(None, None, 3)], day) == 0


def test_points_end_with_a_month_by_the_programmes_clock() -> None:
    assert expiry(datetime(2026, 3, 1, tzinfo=UTC), 1, PARIS) == datetime(2026, 4, 30, 22, tzinfo=UTC)
    # In Paris it is April already.
    assert expiry(datetime(2026, 3, 31, 22, 30, tzinfo=UTC), 1, PARIS) == datetime(2026, 5, 31, 22, tzinfo=UTC)
    assert expiry(datetime(2024, 2, 29, tzinfo=UTC), 24, "UTC") == datetime(2026, 3, 1, tzinfo=UTC)
    assert expiry(AT, None, PARIS) is None


def test_months_end_on_their_last_day() -> None:
    assert months_later(datetime(2025, 1, 31, 8, tzinfo=UTC), 1) == datetime(2025, 2, 28, 8, tzinfo=UTC)
    assert months_later(datetime(2024, 2, 29, tzinfo=UTC), 12) == datetime(2025, 2, 28, tzinfo=UTC)
    assert months_later(datetime(2025, 12, 5, tzinfo=UTC), 1) == datetime(2026, 1, 5, tzinfo=UTC)


def test_a_day_is_as_long_as_the_clock_makes_it() -> None:
    since, until = day_of(datetime(2026, 3, 29, 12, tzinfo=UTC), PARIS)
    assert (until - since).total_seconds() == 23 * 3600
    assert since == datetime(2026, 3, 28, 23, tzinfo=UTC)


def test_who_was_born_on_29_february_is_not_forgotten_in_a_common_year() -> None:
    assert birthdays_on(date(2026, 2, 28)) == ("02-28", "02-29")
    assert birthdays_on(date(2028, 2, 28)) == ("02-28",)
    assert birthdays_on(date(2028, 2, 29)) == ("02-29",)
    assert birthdays_on(date(2100, 2, 28)) == ("02-28", "02-29")


@pytest.mark.parametrize(
    "kind", ["earn", "points_earned", "tier", "tier_up", "points", "spend", "double_points", "bonus"]
)
def test_a_rule_that_would_pay_itself_is_refused(kind: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_kind(kind)
    assert "pay itself" in refused.value.faults[0].detail


def test_kinds_that_come_later_need_no_change_here() -> None:
    for kind in ("purchase", "tasting_evening", "review", "recycled_jar", "earring_shown"):
        check_kind(kind)


def test_terms_go_with_the_kind_of_the_rule() -> None:
    with pytest.raises(Invalid) as missing:
        check_rule("purchase", {"points": 1})
    assert {one.where for one in missing.value.faults} == {"/currency", "/per_minor"}
    with pytest.raises(Invalid) as foreign:
        check_rule("visit", {"points": 1, "categories": ["tea"]})
    assert [one.where for one in foreign.value.faults] == ["/categories"]
