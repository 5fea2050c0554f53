"""What no calendar can hold is refused by name, and in bounded time."""

import contextlib
import time
from zoneinfo import ZoneInfo

import pytest

from field_api.agenda.components import MOST_BYTES, read_object
from field_api.agenda.projection import project
from field_api.agenda.refusals import BadObject, ObjectTooLarge
from tests.field_api.agenda.texts import event, wrapped

PARIS = ZoneInfo("Europe/Paris")
_SPARSE = b"RRULE:FREQ=YEARLY;BYDAY=53MO\r\n"
_NEVER = b"RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\r\n"


def _zones(count: int, rules: bytes) -> bytes:
    """An event that names so many zones of its own, whose clocks change by these rules."""
    body = b"DTSTART:19000101T000000\r\n" + rules + b"TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
    told = [
        b"BEGIN:VTIMEZONE\r\nTZID:Odd%d\r\nBEGIN:STANDARD\r\n%sEND:STANDARD\r\nEND:VTIMEZONE\r\n" % (number, body)
        for number in range(count)
    ]
    named = b"".join(b"EXDATE;TZID=Odd%d:20260301T090000\r\n" % number for number in range(count))
    return event(extra=named, RRULE="FREQ=DAILY").replace(b"BEGIN:VEVENT", b"".join(told) + b"BEGIN:VEVENT")


@pytest.mark.parametrize(
    ("text", "precondition"),
    [
        (event(RRULE="FREQ=SECONDLY"), "max-instances"),
        (event(RRULE="FREQ=MINUTELY"), "max-instances"),
        (event(RRULE="FREQ=DAILY;COUNT=5000000"), "max-instances"),
        (event(RRULE="FREQ=HOURLY;UNTIL=20990101T000000Z"), "max-instances"),
        (event(RRULE="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), "valid-calendar-data"),
        (event(RRULE="FREQ=MONTHLY;BYDAY=6MO"), "valid-calendar-data"),
        (event().replace(b"UID:one", b"UID:one\xff\xfe"), "valid-calendar-data"),
        (event(SUMMARY="a\x00b"), "valid-calendar-data"),
        (event(RRULE="FREQ=DAILY;UNTIL=99991231T235959Z"), "max-instances"),
        (event(extra=b"RRULE:FREQ=DAILY\r\n" * 5), "max-instances"),
        (event() + event(), "valid-calendar-data"),
        (event()[:-20], "valid-calendar-data"),
        (b"", "valid-calendar-data"),
        (b"<xml/>", "valid-calendar-data"),
        (b"\x00" * 100, "valid-calendar-data"),
        (wrapped("UID:one"), "valid-calendar-data"),
        (wrapped("UID:one", "DTSTART:20261345T000000Z"), "valid-calendar-data"),
        (wrapped("UID:one", "DTSTART:20260301T090000Z", "DURATION:PT"), "valid-calendar-data"),
        (wrapped("UID:one", "DTSTART:00010101T000000Z"), "min-date-time"),
        (wrapped("UID:one", "DTSTART;VALUE=DATE:22000101"), "max-date-time"),
        (wrapped("UID:one", "DTSTART:20260301T090000Z", "DTEND:99991231T235959Z"), "max-date-time"),
        (event(RRULE="FREQ=WEEKLY", RDATE="18991231T090000"), "min-date-time"),
        (event(RRULE="FREQ=WEEKLY", EXDATE="99991231T090000"), "max-date-time"),
        (wrapped("DTSTART:20260301T090000Z"), "valid-calendar-object-resource"),
        (wrapped("UID:" + "x" * 300, "DTSTART:20260301T090000Z"), "valid-calendar-object-resource"),
        (event().replace(b"VERSION", b"METHOD:REQUEST\r\nVERSION"), "valid-calendar-object-resource"),
        (event().replace(b"VERSION:2.0", b"VERSION:1.0"), "supported-calendar-data"),
        (wrapped("UID:one", component="VFREEBUSY"), "supported-calendar-component"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(text: bytes, precondition: str) -> None:
    with pytest.raises(BadObject) as refused:
        project(read_object(text), PARIS)
    assert refused.value.precondition == precondition


def test_two_uids_in_one_object_are_refused() -> None:
    two = event("one").replace(
        b"END:VCALENDAR", b"BEGIN:VEVENT\r\nUID:two\r\nDTSTART:20260301\r\nEND:VEVENT\r\nEND:VCALENDAR"
    )
    with pytest.raises(BadObject) as refused:
        read_object(two)
    assert refused.value.precondition == "valid-calendar-object-resource"


def test_an_object_over_the_limit_is_refused_before_it_is_read() -> None:
    began = time.perf_counter()
    with pytest.raises(ObjectTooLarge):
        read_object(event(DESCRIPTION="x" * (5 * MOST_BYTES)))
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    "text",
    [
        event(extra=b"BEGIN:VALARM\r\n" * 5_000),
        event(extra=b"X-A:1\r\n" * 100_000),
        event(DESCRIPTION="\\n" * 400_000),
        event(extra=b"EXDATE:" + b",".join([b"20260301T090000Z"] * 50_000) + b"\r\n"),
        event(extra=b"RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\r\n" * 50),
        event(extra=_SPARSE * 4, start="19000301T090000"),
        _zones(1, b"RRULE:FREQ=HOURLY;BYMINUTE=0,15,30,45\r\n"),
        _zones(1, _NEVER * 10_000),
        _zones(10, _SPARSE * 20),
        _zones(200, _SPARSE * 20),
        event(extra=b"A" * 900_000 + b"\r\n"),
        event(extra=b"A;" + b'B="' * 100_000 + b"\r\n"),
    ],
)
def test_a_bomb_costs_seconds_at_the_most(text: bytes) -> None:
    began = time.process_time()
    with contextlib.suppress(BadObject, ObjectTooLarge):
        project(read_object(text), PARIS)
    assert time.process_time() - began < 10
