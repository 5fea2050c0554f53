"""Tiers are replayed: against a slow oracle that looks at every instant, and on histories one can follow."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from field_api.loyalty.rules import months_later
from field_api.loyalty.rules_tiers import Counted, Period, standing

BEGAN = datetime(2024, 1, 1, tzinfo=UTC)


def terms(*ladder: tuple[str, int, int], window: int = 12, kinds: list[str] | None = None) -> dict[str, Any]:
    tiers = [{"code": code, "entry_points": entry, "keep_points": keep} for code, entry, keep in ladder]
    return {"tiers": tiers, "window_months": window, "tier_kinds": kinds}


TWO = terms(("silver", 100, 60), ("gold", 300, 200))


def at(days: int) -> datetime:
    return BEGAN + timedelta(days=days)


def test_a_tier_is_entered_kept_on_less_and_lost_step_by_step() -> None:
    counted = [Counted(at(10), "purchase", 300), Counted(at(200), "purchase", 70)]
    periods = [Period(BEGAN, 1, TWO)]
    assert standing(counted, periods, at(9)).tier is None
    gold = standing(counted, periods, at(10))
    assert (gold.tier, gold.since_at, gold.points) == ("gold", at(10), 300)
    # The 300 leave the window a year later: 70 keep silver, which 70 would not have entered.
    assert gold.due_at == months_later(at(10), 12)
    fallen = standing(counted, periods, months_later(at(10), 12))
    assert (fallen.tier, fallen.points, fallen.due_at) == ("silver", 70, months_later(at(200), 12))
    assert standing(counted, periods, months_later(at(200), 12)).tier is None


def test_what_is_taken_back_counts_from_then_on() -> None:
    counted = [Counted(at(10), "purchase", 120, [(at(20), 70)])]
    periods = [Period(BEGAN, 1, TWO)]
    assert standing(counted, periods, at(19)).tier == "silver"
    assert standing(counted, periods, at(20)).tier is None


def test_other_terms_count_from_their_start_and_another_ladder_judges_anew() -> None:
    counted = [Counted(at(10), "purchase", 120), Counted(at(20), "visit", 500)]
    stricter = terms(("silver", 600, 500), ("gold", 900, 800), kinds=["purchase"])
    periods = [Period(BEGAN, 1, TWO), Period(at(50), 2, stricter), Period(at(80), 3, terms(("guest", 0, 0)))]
    assert standing(counted, periods, at(49)).tier == "gold"
    assert standing(counted, periods, at(50)).tier is None
    assert standing(counted, periods, at(80)).tier == "guest"


HISTORIES = st.lists(
    st.builds(
        Counted,
        st.integers(0, 240).map(at),
        st.sampled_from(["purchase", "visit"]),
        st.integers(1, 200),
        st.lists(st.tuples(st.integers(0, 360).map(at), st.just(0)), max_size=2),
    ),
    max_size=8,
)
LADDERS = st.lists(st.tuples(st.integers(1, 400), st.integers(0, 100)), min_size=1, max_size=3).map(
    lambda steps: [(f"t{place}", entry, max(0, entry - less)) for place, (entry, less) in enumerate(sorted(set(steps)))]
)


@settings(max_examples=40)
@given(HISTORIES, LADDERS, st.sampled_from([None, ["purchase"]]), st.integers(1, 6), st.integers(0, 400), st.data())
def test_the_replay_is_what_looking_at_every_day_gives(
    history: list[Counted],
    ladder: list[tuple[str, int, int]],
    kinds: list[str] | None,
    window: int,
    day: int,
    data: st.DataObject,
) -> None:
    for one in history:
        one.taken_back = [(when, data.draw(st.integers(1, max(1, one.points // 2)))) for when, _ in one.taken_back]
    held = terms(*ladder, window=window, kinds=kinds)
    assert standing(history, [Period(BEGAN, 1, held)], at(day)).tier == _day_by_day(history, held, day)


def _day_by_day(history: list[Counted], held: dict[str, Any], until: int) -> str | None:
    """The tier by its definition; everything in these histories happens at midnight."""
    rank = -1
    for day in range(until + 1):
        points = sum(_points(one, held, at(day)) for one in history)
        kept = [place for place, tier in enumerate(held["tiers"]) if place <= rank and points >= tier["keep_points"]]
        entered = [place for place, tier in enumerate(held["tiers"]) if points >= tier["entry_points"]]
        rank = max([-1, *kept, *[place for place in entered if place > rank]])
    return held["tiers"][rank]["code"] if rank >= 0 else None


def _points(one: Counted, held: dict[str, Any], now: datetime) -> int:
    if held["tier_kinds"] is not None and one.kind not in held["tier_kinds"]:
        return 0
    if not one.at <= now < months_later(one.at, held["window_months"]):
        return 0
    return one.points - sum(points for when, points in one.taken_back if max(when, one.at) <= now)
