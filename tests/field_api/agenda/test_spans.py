"""The occurrences of our own are those of recurring_ical_events, and stored ones those that are computed."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st

from field_api.agenda import zones
from field_api.agenda.components import read_object
from field_api.agenda.moments import Clocks
from field_api.agenda.projection import MOST_SPANS, pack, project, unpack
from field_api.agenda.series import Series
from tests.field_api.agenda.texts import wrapped

ZONES = ("Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata")
RULES = (
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=WEEKLY;INTERVAL=2",
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYDAY=2TU,-1FR",
    "FREQ=MONTHLY;BYMONTHDAY=31",
    "FREQ=YEARLY",
)


@st.composite
def series(draw: st.DrawFn) -> bytes:
    """A series with an end, exceptions, additions and occurrences that were moved."""
    zone = draw(st.sampled_from(ZONES))
    start = datetime(2026, draw(st.integers(1, 12)), draw(st.integers(1, 28)), draw(st.integers(4, 20)), 15)  # noqa: DTZ001
    length = timedelta(minutes=draw(st.integers(0, 600)))
    rule = f"{draw(st.sampled_from(RULES))};COUNT={draw(st.integers(1, 12))}"
    lines = ["UID:one", "DTSTAMP:20260101T000000Z"]
    times = [f"DTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}", f"DTEND;TZID={zone}:{start + length:%Y%m%dT%H%M%S}"]
    read = read_object(wrapped(*lines, *times, f"RRULE:{rule}"))
    known = list(Series(read, Clocks(read, ZoneInfo(zone))).identities())
    gone = draw(st.lists(st.sampled_from(known), max_size=2, unique=True))
    # Not by whole hours: the oracle takes an RDATE for excluded whose UTC reads like the wall clock of an EXDATE.
    added = [
        start + timedelta(days=one, minutes=20) for one in draw(st.lists(st.integers(1, 60), max_size=2, unique=True))
    ]
    told = [f"EXDATE;TZID={zone}:{one:%Y%m%dT%H%M%S}" for one in gone]
    told += [f"RDATE;TZID={zone}:{one:%Y%m%dT%H%M%S}" for one in added]
    moved = draw(st.lists(st.sampled_from(known), max_size=2, unique=True))
    extra = b"END:VEVENT\r\n"
    for one in moved:
        to = one + timedelta(hours=draw(st.integers(-3, 3)), days=draw(st.integers(-1, 1)))
        extra += (
            f"BEGIN:VEVENT\r\nUID:one\r\nRECURRENCE-ID;TZID={zone}:{one:%Y%m%dT%H%M%S}\r\n"
            f"DTSTART;TZID={zone}:{to:%Y%m%dT%H%M%S}\r\nDTEND;TZID={zone}:{to + length:%Y%m%dT%H%M%S}\r\nEND:VEVENT\r\n"
        ).encode()
    return wrapped(*lines, *times, f"RRULE:{rule}", *told, extra=extra.removesuffix(b"END:VEVENT\r\n"))


def brute_force(text: bytes) -> list[tuple[int, int]]:
    """All occurrences, by recurring_ical_events."""
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).after(datetime(2000, 1, 1, tzinfo=UTC))
    return sorted((int(one.start.timestamp()), int(one.end.timestamp())) for one in islice(found, 100))


@settings(max_examples=40, deadline=None)
@given(series())
def test_what_is_stored_is_what_brute_force_finds(text: bytes) -> None:
    told = project(read_object(text), ZoneInfo("Europe/Paris"))
    stored = sorted((one.start_s, one.end_s) for one in unpack(told.spans or b""))
    if told.spans is None:
        stored = [(told.first_start_s, told.last_end_s)]
    assert stored == brute_force(text)


def test_an_addition_stays_whose_utc_reads_like_the_wall_clock_of_an_exception() -> None:
    times = ("DTSTART;TZID=Europe/Paris:20260101T041500", "DTEND;TZID=Europe/Paris:20260101T044500")
    changes = ("RRULE:FREQ=DAILY;COUNT=2", "EXDATE;TZID=Europe/Paris:20260102T041500")
    text = wrapped("UID:one", "DTSTAMP:20260101T000000Z", *times, *changes, "RDATE;TZID=Europe/Paris:20260102T051500")
    told = project(read_object(text), ZoneInfo("Europe/Paris"))
    starts = [datetime.fromtimestamp(one.start_s, UTC) for one in unpack(told.spans or b"")]
    assert starts == [datetime(2026, 1, 1, 3, 15, tzinfo=UTC), datetime(2026, 1, 2, 4, 15, tzinfo=UTC)]


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(RULES), st.integers(0, 40 * 365), st.integers(1, 40))
def test_beyond_what_is_stored_the_same_is_found_as_by_walking_there(rule: str, days: int, width: int) -> None:
    start = datetime(2026, 1, 31, 9)  # noqa: DTZ001 - a wall clock
    times = ("DTSTART;TZID=Europe/Paris:20260131T090000", "DTEND;TZID=Europe/Paris:20260201T110000")
    read = read_object(wrapped("UID:one", *times, f"RRULE:{rule}"))
    whole = Series(read, Clocks(read, ZoneInfo("Europe/Paris")))
    begin = zones.seconds(start + timedelta(days=days), ZoneInfo("UTC"))
    end = begin + width * 86_400
    walked = []
    for one in map(whole.at, whole.unchanged()):
        if one.start_s > end:
            break
        if one.meets(begin, end):
            walked.append(one)
    assert list(whole.between(begin, end)) == walked


def test_occurrences_come_back_as_they_were_packed() -> None:
    read = read_object(wrapped("UID:one", "DTSTART:20260301T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY"))
    series = Series(read, Clocks(read, ZoneInfo("UTC")))
    some = list(islice(map(series.at, series.unchanged()), MOST_SPANS))
    assert unpack(pack(some)) == some
