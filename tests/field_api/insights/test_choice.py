"""Which gesture is chosen for whom, and who is held out: decided on values alone."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from field_api.insights.rules_choice import Person, Possible, Pull, choose, is_held_out, is_quiet, worth

AT = datetime(2026, 3, 2, tzinfo=UTC)
SECRET = b"a secret of thirty-two characters"
CARRIED = {"recognition", "trust"}


def gesture(own: str = "g1", driver: str = "recognition", minutes: int = 15, quiet_days: int = 30) -> Possible:
    return Possible(own, driver, minutes, quiet_days, 10)


def person(**change: Any) -> Person:
    pulls = (Pull("recognition", -0.3), Pull("trust", -0.1), Pull("service", 0.4))
    told: dict[str, Any] = {"id": "c", "at_risk": 0.5, "pulls": pulls, "turnover_minor": 100_000, "currency": "EUR"}
    return Person(**(told | change))


def chosen(one: Person, *gestures: Possible, carried: set[str] = CARRIED) -> tuple[str, int] | None:
    by_driver: dict[str, list[Possible]] = {}
    for each in gestures:
        by_driver.setdefault(each.driver, []).append(each)
    found = choose(one, carried, by_driver, AT)
    return None if found is None else (found.gesture.id, found.worth_minor)


def test_worth_is_what_may_be_lost_behind_one_driver() -> None:
    assert worth(0.5, 100_000, 0.75) == 37_500
    assert worth(0.0, 100_000, 1.0) == worth(0.5, 0, 1.0) == 0


def test_the_driver_that_pulls_down_most_gives_the_gesture() -> None:
    assert chosen(person(), gesture("trusting", "trust"), gesture()) == ("g1", 37_500)


def test_where_nothing_can_be_done_about_it_the_next_driver_does() -> None:
    assert chosen(person(), gesture("trusting", "trust")) == ("trusting", 12_500)
    assert chosen(person(), gesture(), gesture("trusting", "trust"), carried={"trust"}) == ("trusting", 12_500)
    assert chosen(person(spent={"g1"}), gesture(), gesture("trusting", "trust")) == ("trusting", 12_500)


def test_what_lifts_a_customer_is_no_reason_for_anything() -> None:
    assert chosen(person(), gesture(driver="service"), carried={"service"}) is None
    assert chosen(person(pulls=(Pull("recognition", 0.3),)), gesture()) is None
    assert chosen(person(pulls=()), gesture()) is None


def test_nothing_is_suggested_where_nothing_is_at_stake_or_the_customer_refused() -> None:
    for change in ({"at_risk": 0.0}, {"turnover_minor": 0}, {"currency": None}, {"refuses_profiling": True}):
        assert chosen(person(**change), gesture()) is None


def test_of_two_gestures_the_shorter_one_is_chosen_then_the_older_one() -> None:
    assert chosen(person(), gesture("long", minutes=60), gesture("short", minutes=5)) == ("short", 37_500)
    assert chosen(person(), gesture("b"), gesture("a")) == ("a", 37_500)


def test_each_gesture_waits_its_own_days_after_a_contact() -> None:
    met = person(last_contact_at=AT - timedelta(days=10))
    assert chosen(met, gesture(quiet_days=11)) is None
    assert chosen(met, gesture("patient", quiet_days=11), gesture("other", quiet_days=10, minutes=90)) == (
        "other",
        37_500,
    )
    assert is_quiet(None, 365, AT)
    assert is_quiet(AT, 0, AT)


def test_about_so_many_are_held_out_as_was_said_and_always_the_same() -> None:
    ids = [str(UUID(int=number)) for number in range(20_000)]
    held = [one for one in ids if is_held_out(SECRET, "g", one, 10)]
    assert 1_800 < len(held) < 2_200
    assert held == [one for one in ids if is_held_out(SECRET, "g", one, 10)]
    assert set(held) < {one for one in ids if is_held_out(SECRET, "g", one, 20)}
    # Another gesture, or another company, holds out others.
    for secret, own in ((SECRET, "h"), (b"another", "g")):
        both = sum(is_held_out(secret, own, one, 10) for one in held)
        assert 130 < both < 270
    assert not any(is_held_out(SECRET, "g", one, 0) for one in ids)


@given(
    at_risk=st.floats(0, 1),
    turnover=st.integers(0, 10**12),
    pulls=st.lists(st.floats(-5, 5), min_size=1, max_size=3),
)
def test_a_worth_is_never_more_than_what_is_bought_in_a_year(at_risk: float, turnover: int, pulls: list[float]) -> None:
    one = person(at_risk=at_risk, turnover_minor=turnover, pulls=tuple(Pull(f"d{n}", p) for n, p in enumerate(pulls)))
    carried = {f"d{number}" for number in range(3)}
    found = choose(one, carried, {name: [gesture(name, name)] for name in carried}, AT)
    if found is not None:
        assert 0 < found.worth_minor <= turnover
        assert next(one for one in one.pulls if one.driver == found.driver).pull == min(pulls) < 0
