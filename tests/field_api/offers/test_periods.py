"""When an offer holds: against brute force over instants, across changes of clocks, and hours that overlap."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from field_api.offers.periods import holds_at, overlapping

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
CLOCK_TIMES = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))
HOURS = st.fixed_dictionaries({"weekday": st.integers(1, 7), "opens": CLOCK_TIMES, "closes": CLOCK_TIMES})
# Clocks go forward and back in these; Samoa left out a whole day, Lord Howe changes by half an hour.
ZONES = st.sampled_from(("Europe/Paris", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "UTC"))
CHANGES = ((2026, 3, 28), (2026, 10, 24), (2011, 12, 29), (2026, 4, 4))
AROUND_CHANGES = st.builds(
    lambda day, minutes: datetime(*day, tzinfo=UTC) + timedelta(minutes=minutes),
    st.sampled_from(CHANGES),
    st.integers(0, 2 * 24 * 60),
)


def hours(weekday: int, opens: str, closes: str) -> dict[str, Any]:
    return {"weekday": weekday, "opens": opens, "closes": closes}


def brute_force(weekly: list[dict[str, Any]], zone: ZoneInfo, at: datetime) -> bool:
    """Every opening of a fortnight around the instant, laid out in UTC."""
    for number in range(-7, 8):
        day: date = at.astimezone(zone).date() + timedelta(days=number)
        for one in weekly:
            if one["weekday"] == day.isoweekday():
                last = day + timedelta(days=one["closes"] <= one["opens"])
                opens, closes = (
                    datetime.combine(on, time.fromisoformat(one[name]), zone).astimezone(UTC)
                    for on, name in ((day, "opens"), (last, "closes"))
                )
                if opens <= at < closes:
                    return True
    return False


@given(weekly=st.lists(HOURS, min_size=1, max_size=6), name=ZONES, at=AROUND_CHANGES)
@settings(max_examples=400, deadline=None)
def test_weekly_hours_hold_as_when_every_opening_is_laid_out(
    weekly: list[dict[str, Any]], name: str, at: datetime
) -> None:
    assert holds_at(LONG_AGO, None, name, weekly, at) == brute_force(weekly, ZoneInfo(name), at)


@given(weekly=st.lists(HOURS, max_size=5))
@settings(max_examples=400, deadline=None)
def test_hours_overlap_when_some_minute_of_the_week_lies_in_two_of_them(weekly: list[dict[str, Any]]) -> None:
    covered: list[set[int]] = []
    for one in weekly:
        opens, closes = (int(text[:2]) * 60 + int(text[3:]) for text in (one["opens"], one["closes"]))
        length = (closes - opens) % 1440 or 1440
        covered.append({((one["weekday"] - 1) * 1440 + opens + minute) % 10_080 for minute in range(length)})
    twice = any(covered[one] & covered[other] for one in range(len(covered)) for other in range(one))
    assert bool(list(overlapping(weekly))) == twice


def test_a_period_begins_with_its_first_instant_and_ends_before_its_last() -> None:
    starts_at, ends_at = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    moment = timedelta(microseconds=1)
    for at, holds in (
        (starts_at - moment, False),
        (starts_at, True),
        (ends_at - moment, True),
        (ends_at, False),
    ):
        assert holds_at(starts_at, ends_at, "Europe/Paris", [], at) is holds


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        ("2026-03-28T16:30:00Z", True),  # Saturday 17:30 in winter time
        ("2026-03-29T16:30:00Z", False),  # Sunday 18:30 in summer time, an hour after closing
        ("2026-03-29T15:30:00Z", True),
    ],
)
def test_hours_follow_the_clock_on_the_wall(at: str, holds: bool) -> None:
    weekly = [hours(6, "17:00", "18:00"), hours(7, "17:00", "18:00")]
    assert holds_at(LONG_AGO, None, "Europe/Paris", weekly, datetime.fromisoformat(at)) is holds


def test_hours_that_touch_do_not_overlap_and_sunday_night_runs_into_monday() -> None:
    assert list(overlapping([hours(1, "09:00", "12:00"), hours(1, "12:00", "14:00")])) == []
    assert list(overlapping([hours(7, "22:00", "02:00"), hours(1, "01:00", "03:00")])) == [(1, 0)]
    assert list(overlapping([hours(2, "09:00", "12:00"), hours(2, "11:00", "13:00")])) == [(1, 0)]


def test_hours_past_midnight_run_over_a_day_that_the_zone_leaves_out() -> None:
    # Samoa went from Thursday, 29 December 2011 to Saturday: Thursday's night ends on Saturday at two.
    night = [hours(4, "22:00", "02:00")]
    for told, holds in (("2011-12-30T07:59", False), ("2011-12-30T11:00", True), ("2011-12-30T12:00", False)):
        at = datetime.fromisoformat(told).replace(tzinfo=UTC)
        assert holds_at(LONG_AGO, None, "Pacific/Apia", night, at) is holds
