"""A shop is open by its own clock: weekly hours, exceptions, nights, and the days on which clocks change."""

from datetime import UTC, datetime
from typing import Any

from field_api.shops.opening import Opening, opening_at

# Monday 2 March 2026; Paris is an hour ahead of UTC until 29 March.
WEEK = [
    {"weekday": day, "opens": opens, "closes": closes}
    for day in range(1, 6)
    for opens, closes in (("09:00", "12:30"), ("14:00", "19:00"))
]


def utc(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def at(moment: datetime, hours: Any = WEEK, exceptions: Any = (), zone: str = "Europe/Paris") -> Opening:
    return opening_at(hours, exceptions, zone, moment)


def test_hours_are_those_of_the_shops_own_zone() -> None:
    assert at(utc(2, 8)) == Opening(True, utc(2, 11, 30))
    assert at(utc(2, 7, 59)) == Opening(False, utc(2, 8))
    assert at(utc(2, 8), zone="America/Guadeloupe") == Opening(False, utc(2, 13))


def test_the_minute_of_opening_is_open_and_that_of_closing_is_not() -> None:
    assert at(utc(2, 8)).open
    assert not at(utc(2, 11, 30)).open


def test_after_the_last_hours_of_a_week_the_next_change_is_monday() -> None:
    assert at(utc(6, 18)) == Opening(False, utc(9, 8))


def test_an_exception_takes_the_place_of_the_weekly_hours() -> None:
    closed, short = (
        {"date": "2026-03-02", "periods": []},
        {"date": "2026-03-08", "periods": [{"opens": "10:00", "closes": "12:00"}]},
    )
    assert at(utc(2, 8), exceptions=[closed]) == Opening(False, utc(3, 8))
    assert at(utc(8, 9), exceptions=[short]) == Opening(True, utc(8, 11))


def test_hours_may_run_past_midnight_and_belong_to_the_day_they_began_on() -> None:
    night = [{"weekday": 5, "opens": "18:00", "closes": "02:00"}]
    assert at(utc(7, 0, 30), hours=night) == Opening(True, utc(7, 1))
    assert not at(utc(6, 0, 30), hours=night).open
    closed_on_saturday = [{"date": "2026-03-07", "periods": []}]
    assert at(utc(7, 0, 30), hours=night, exceptions=closed_on_saturday).open


def test_hours_that_meet_are_one_opening() -> None:
    met = [{"weekday": 1, "opens": "09:00", "closes": "12:00"}, {"weekday": 1, "opens": "12:00", "closes": "18:00"}]
    assert at(utc(2, 8), hours=met) == Opening(True, utc(2, 17))


def test_open_day_and_night_is_told_without_a_change_soon() -> None:
    always = [{"weekday": day, "opens": "00:00", "closes": "00:00"} for day in range(1, 8)]
    told = at(utc(2, 3), hours=always)
    assert told.open
    assert (told.changes_at or utc(2, 3)) > utc(20, 0, month=4)


def test_opening_keeps_to_the_clock_on_the_wall_when_clocks_change() -> None:
    sundays = [{"weekday": 7, "opens": "09:00", "closes": "12:00"}]
    assert at(utc(22, 0), hours=sundays).changes_at == utc(22, 8)
    assert at(utc(29, 0), hours=sundays).changes_at == utc(29, 7)


def test_a_shop_without_hours_is_closed_and_stays_so() -> None:
    assert at(utc(2, 8), hours=[]) == Opening(False, None)
