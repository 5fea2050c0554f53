"""The intervals of lift, written out in the service, equal those of scipy and statsmodels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from field_api import intervals
from field_api.intervals import Share, Spread

SHARES = st.integers(1, 400).flatmap(lambda size: st.builds(Share, st.integers(0, size), st.just(size)))


@given(SHARES)
def test_a_share_has_the_score_interval_of_statsmodels(one: Share) -> None:
    expected = proportion_confint(one.buyers, one.customers, alpha=0.1, method="wilson")
    assert one.interval == pytest.approx(expected, abs=1e-12)


@given(SHARES, SHARES)
def test_the_difference_of_shares_is_newcombes(one: Share, other: Share) -> None:
    found = intervals.rate_difference(one, other)
    counts = (one.buyers, one.customers, other.buyers, other.customers)
    expected = confint_proportions_2indep(*counts, compare="diff", method="newcomb", alpha=0.1)
    assert (found.low, found.high) == pytest.approx(expected, abs=1e-9)


def test_the_difference_of_shares_is_that_of_the_paper() -> None:
    # Newcombe 1998, table II, example (a), method 10: .0524 to .3339 at 95 %; ours at 90 % lies inside.
    found = intervals.rate_difference(Share(56, 70), Share(48, 80))
    assert found.estimate == pytest.approx(0.2)
    assert 0.0524 < found.low < found.estimate < found.high < 0.3339


@given(SHARES, SHARES)
def test_the_ratio_of_shares_is_that_of_katz(one: Share, other: Share) -> None:
    found = intervals.rate_ratio(one, other)
    if not one.buyers or not other.buyers:
        assert found is None
        return
    counts = (one.buyers, one.customers, other.buyers, other.customers)
    expected = confint_proportions_2indep(*counts, compare="ratio", method="log", alpha=0.1)
    assert found is not None
    assert (found.low, found.high) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("freedom", [10, 12.5, 29, 100, 1e6])
def test_students_quantile_is_that_of_scipy(freedom: float) -> None:
    assert intervals.student_quantile(freedom) == pytest.approx(stats.t.ppf(0.95, freedom), abs=1e-5)


@pytest.mark.parametrize("seed", range(5))
def test_the_difference_of_means_is_welchs(seed: int) -> None:
    one, other = spending(seed, 300, 0.4), spending(seed + 100, 45, 0.3)
    found = intervals.mean_difference(Spread.of(one), Spread.of(other))
    compared = CompareMeans(DescrStatsW(one), DescrStatsW(other))
    assert (found.low, found.high) == pytest.approx(compared.tconfint_diff(alpha=0.1, usevar="unequal"), rel=1e-5)


@pytest.mark.parametrize("seed", range(5))
def test_fiellers_ends_are_the_ratios_that_are_only_just_not_refused(seed: int) -> None:
    one, other = (Spread.of(spending(seed + more, size, 0.5)) for more, size in ((0, 300), (100, 200)))
    found = intervals.mean_ratio(one, other)
    assert found is not None
    critical = intervals._critical(one, other)
    for ratio in (found.low, found.high):
        distance = abs(one.mean - ratio * other.mean) / np.sqrt(one.variance + ratio**2 * other.variance)
        assert distance == pytest.approx(critical)


def test_without_a_clear_denominator_there_is_no_ratio_of_means() -> None:
    assert intervals.mean_ratio(Spread.of([1.0, 2.0] * 20), Spread.of([0.0] * 39 + [1.0])) is None
    assert intervals.mean_ratio(Spread.of([1.0, 2.0] * 20), Spread.of([0.0] * 40)) is None


@settings(max_examples=50)
@given(st.lists(st.integers(0, 10**7), min_size=30, max_size=60), st.lists(st.integers(0, 10**7), min_size=30))
def test_no_spending_breaks_the_formulas(one: list[int], other: list[int]) -> None:
    spreads = Spread.of(one), Spread.of(other)
    difference, ratio = intervals.mean_difference(*spreads), intervals.mean_ratio(*spreads)
    assert difference.low <= difference.estimate <= difference.high
    assert ratio is None or ratio.low <= ratio.estimate + 1e-9 <= ratio.high + 2e-9


def test_nine_of_ten_intervals_hold_the_truth_where_spending_is_as_skewed_as_it_is() -> None:
    truth, hits, rounds = np.exp(8 + 0.32) * (0.35 - 0.3), 0, 600
    for seed in range(rounds):
        found = intervals.mean_difference(
            Spread.of(spending(seed, 800, 0.35)), Spread.of(spending(seed + 9_999, 100, 0.3))
        )
        hits += found.low <= truth <= found.high
    assert 0.86 <= hits / rounds <= 0.93


def spending(seed: int, size: int, rate: float) -> list[float]:
    """What customers spend: most nothing, the others a skewed amount (log-normal, sigma 0.8, mean exp(8.32))."""
    rng = np.random.default_rng(seed)
    amounts: list[float] = (np.exp(rng.normal(8, 0.8, size)) * (rng.random(size) < rate)).tolist()
    return amounts
