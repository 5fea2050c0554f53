"""Which clock a TZID means, whoever wrote it."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from field_api.agenda import zones
from field_api.agenda.components import Component
from field_api.agenda.content_lines import read_lines


@pytest.mark.parametrize(
    ("tzid", "name"),
    [
        ("Europe/Paris", "Europe/Paris"),
        ('"Romance Standard Time"', "Europe/Paris"),
        ("/freeassociation.sourceforge.net/Europe/Paris", "Europe/Paris"),
        ("/citadel.org/20260101_1/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
    ],
)
def test_a_name_means_its_zone_however_it_is_written(tzid: str, name: str) -> None:
    assert zones.named(tzid) == ZoneInfo(name)


@pytest.mark.parametrize("tzid", ["UTC", "GMT", "Z"])
def test_utc_has_more_than_one_name(tzid: str) -> None:
    assert zones.named(tzid) is UTC


@pytest.mark.parametrize("tzid", ["Nowhere Standard Time", "../../etc/passwd", "", "Europe/"])
def test_a_name_that_nobody_knows_means_no_zone(tzid: str) -> None:
    assert zones.named(tzid) is None


def _told(rule: str) -> tzinfo | None:
    """The zone that a VTIMEZONE with this rule tells."""
    observance = f"DTSTART:19700329T020000\r\n{rule}\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
    lines = read_lines(
        f"BEGIN:VTIMEZONE\r\nTZID:Odd\r\nBEGIN:DAYLIGHT\r\n{observance}END:DAYLIGHT\r\nEND:VTIMEZONE".encode()
    )
    return zones.told(Component("VTIMEZONE", 0, len(lines) - 1), [line.raw for line in lines])


def test_a_zone_whose_rule_ends_after_all_years_is_read() -> None:
    zone = _told("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=99991231T235959Z")
    assert datetime(2026, 7, 1, tzinfo=zone).utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize("rule", ["FREQ=HOURLY", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=SECONDLY", "nonsense"])
def test_a_zone_that_no_clock_follows_is_not_known(rule: str) -> None:
    assert _told("\r\n".join([f"RRULE:{rule}"] * 200)) is None


def test_every_windows_name_that_icalendar_knows_means_the_same_zone_here() -> None:
    known = {name: zones.named(name) for name in WINDOWS_TO_OLSON}
    assert known == {name: UTC if name == "UTC" else ZoneInfo(zone) for name, zone in WINDOWS_TO_OLSON.items()}
