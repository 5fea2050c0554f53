"""Our recurrence rules give what dateutil gives, and end in bounded time where dateutil does not."""

from datetime import date, datetime, timedelta
from itertools import islice, pairwise

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from field_api.agenda.recurrence_rule import WEEKDAYS, read_rule
from field_api.agenda.refusals import BadObject
from field_api.agenda.rule_instances import instances

FIRST, LAST = datetime(1990, 1, 1), datetime(2040, 1, 1)  # noqa: DTZ001 - wall clocks
STARTS = st.datetimes(FIRST, LAST).map(lambda at: at.replace(microsecond=0))


def _list(name: str, values: st.SearchStrategy[int], most: int = 3) -> st.SearchStrategy[str]:
    some = st.lists(values, min_size=1, max_size=most, unique=True)
    return st.one_of(st.just(""), some.map(lambda found: f";{name}=" + ",".join(map(str, found))))


def _signed(most: int) -> st.SearchStrategy[int]:
    return st.integers(-most, most).filter(bool)


def _days(frequency: str) -> st.SearchStrategy[str]:
    plain = st.sampled_from(WEEKDAYS)
    most = {"MONTHLY": 5, "YEARLY": 53}.get(frequency)
    some = st.lists(plain, min_size=1, max_size=3, unique=True)
    if most:
        # Either or: dateutil loses the plain days of a list that has numbered ones too.
        numbered = st.builds(lambda n, day: f"{n}{day}", _signed(most), plain)
        some = st.one_of(some, st.lists(numbered, min_size=1, max_size=3, unique=True))
    return st.one_of(st.just(""), some.map(lambda found: ";BYDAY=" + ",".join(found)))


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"]))
    text = f"FREQ={frequency};INTERVAL={draw(st.integers(1, 5))};WKST={draw(st.sampled_from(WEEKDAYS))}"
    # Counted from the end, dateutil loses the days of a first week that lie in the year before; of weeks 52 and 53 it
    # loses, in some years, those that lie in the year after.
    weeks = draw(_list("BYWEEKNO", st.integers(-51, 51).filter(bool))) if frequency == "YEARLY" else ""
    # Numbered days do not go with numbered weeks (RFC 5545, section 3.3.10).
    text += draw(_list("BYMONTH", st.integers(1, 12))) + draw(_days("WEEKLY" if weeks else frequency)) + weeks
    if frequency == "YEARLY" and not weeks:
        text += draw(_list("BYYEARDAY", _signed(366)))
    if frequency != "WEEKLY" and "BYWEEKNO" not in text:
        text += draw(_list("BYMONTHDAY", _signed(31)))
    text += draw(_list("BYHOUR", st.integers(0, 23), 2)) + draw(_list("BYMINUTE", st.integers(0, 59), 2))
    # Of a first week dateutil counts positions from the start on; a first month or year it counts whole, as we do.
    if text.count("BY") and frequency != "WEEKLY":
        text += draw(_list("BYSETPOS", _signed(6), 2))
    return text


@settings(max_examples=60, deadline=None)
@given(rules(), STARTS)
def test_a_rule_gives_what_dateutil_gives(text: str, start: datetime) -> None:
    ours = list(islice(instances(read_rule(text), start), 12))
    # No more than ours: dateutil looks for one more up to the year 9999.
    assert ours == _dateutils(text, start, len(ours))


def test_the_first_week_counted_from_the_end_has_all_of_its_days() -> None:
    # 2004 and 2009 have 53 weeks; the first ones begin in December (RFC 5545, section 3.3.10: as ISO 8601 counts).
    found = islice(instances(read_rule("FREQ=YEARLY;BYWEEKNO=-53"), datetime(2000, 1, 1)), 14)  # noqa: DTZ001
    monday, other = date(2003, 12, 29), date(2008, 12, 29)
    week = [timedelta(days=days) for days in range(7)]
    assert [one.date() for one in found] == [*(monday + one for one in week), *(other + one for one in week)]


@pytest.mark.parametrize("year", [2005, 2006, 2010, 2011, 2016, 2022])
def test_the_last_week_of_a_year_has_its_days_in_the_next_january(year: int) -> None:
    started = datetime(year, 12, 1)  # noqa: DTZ001
    found = islice(instances(read_rule("FREQ=YEARLY;BYWEEKNO=52,53"), started), 14)
    last = [date(year, 12, 1) + timedelta(days=days) for days in range(62)]
    assert [one.date() for one in found][:7] == [day for day in last if day.isocalendar().week >= 52][:7]


@pytest.mark.parametrize(("position", "days"), [(1, [4, 11, 18]), (-1, [3, 10, 17]), (2, [3, 10, 17])])
def test_positions_in_a_first_week_count_its_days_before_the_start(position: int, days: list[int]) -> None:
    # A Saturday; its week began on Tuesday the 28th, which is the first day of its set (RFC 5545, section 3.3.10).
    text = f"FREQ=WEEKLY;WKST=TU;BYDAY=MO,TU;BYSETPOS={position}"
    found = islice(instances(read_rule(text), datetime(2000, 1, 1)), 3)  # noqa: DTZ001
    assert [one.date() for one in found] == [date(2000, 1, day) for day in days]


def _dateutils(text: str, start: datetime, most: int) -> list[datetime]:
    try:
        return list(islice(rrulestr(text, dtstart=start), most))
    except ValueError:  # an hourly rule whose interval misses all of its hours
        return []


@settings(max_examples=30, deadline=None)
@given(rules(), STARTS, st.integers(0, 4 * 365))
def test_a_rule_that_is_entered_later_gives_the_same(text: str, start: datetime, days: int) -> None:
    since = datetime.fromordinal(start.toordinal() + days)
    rule = read_rule(text)
    entered = list(islice(instances(rule, start, since), 5))
    walked = islice((one for one in instances(rule, start) if one >= since), 5)
    assert entered == list(walked)


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=4,6,9,11;BYMONTHDAY=31",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
        "FREQ=YEARLY;INTERVAL=400;BYMONTH=2;BYMONTHDAY=29",
    ],
)
def test_a_rule_that_never_matches_ends_soon(text: str) -> None:
    # At 1,000,000 days looked at a second this is 40 ms; dateutil takes up to a minute.
    assert list(instances(read_rule(text), FIRST.replace(year=2026, day=31))) == []


@pytest.mark.parametrize(
    ("text", "precondition"),
    [
        ("FREQ=SECONDLY", "max-instances"),
        ("FREQ=MINUTELY;COUNT=5", "max-instances"),
        ("FREQ=DAILY;COUNT=5000000", "max-instances"),
        ("FREQ=DAILY;BYHOUR=0,1,2,3;BYMINUTE=" + ",".join(map(str, range(60))), "max-instances"),
        ("FREQ=DAILY;COUNT=0", "valid-calendar-data"),
        ("FREQ=DAILY;INTERVAL=0", "valid-calendar-data"),
        ("FREQ=DAILY;BYMONTH=13", "valid-calendar-data"),
        ("FREQ=DAILY;UNTIL=20260230", "valid-calendar-data"),
        ("FREQ=FORTNIGHTLY", "valid-calendar-data"),
        ("FREQ=DAILY;BYEASTER=1", "valid-calendar-data"),
        ("BYDAY=MO", "valid-calendar-data"),
        ("FREQ=MONTHLY;BYDAY=0MO", "valid-calendar-data"),
        ("FREQ=DAILY;COUNT=٣", "valid-calendar-data"),
        ("", "valid-calendar-data"),
    ],
)
def test_what_is_no_appointment_is_refused(text: str, precondition: str) -> None:
    with pytest.raises(BadObject) as refused:
        read_rule(text)
    assert refused.value.precondition == precondition


@pytest.mark.parametrize("end", ["99991231T235959Z", "22000101T000000Z"])
def test_an_end_after_all_years_is_their_end(end: str) -> None:
    assert read_rule(f"FREQ=DAILY;UNTIL={end}") == read_rule("FREQ=DAILY;UNTIL=21991231T235959Z")


def test_a_rule_that_ended_before_all_years_gives_nothing() -> None:
    assert list(instances(read_rule("FREQ=DAILY;UNTIL=00010101T000000Z"), FIRST)) == []


def test_no_series_goes_on_after_the_last_year() -> None:
    *_, last = instances(read_rule("FREQ=YEARLY;COUNT=20000"), FIRST)
    assert last == FIRST.replace(year=2199)


@given(rules(), STARTS)
@settings(max_examples=20, deadline=None)
def test_the_times_are_in_order_and_never_twice(text: str, start: datetime) -> None:
    given_times = list(islice(instances(read_rule(text), start), 30))
    assert all(one < next_one for one, next_one in pairwise(given_times))
    assert all(one >= start for one in given_times)
