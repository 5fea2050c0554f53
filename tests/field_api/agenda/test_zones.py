"""Which clock a TZID means, whoever wrote it."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from field_api.agenda import zones


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


def test_every_windows_name_that_icalendar_knows_means_the_same_zone_here() -> None:
    known = {name: zones.named(name) for name in WINDOWS_TO_OLSON}
    assert known == {name: UTC if name == "UTC" else ZoneInfo(zone) for name, zone in WINDOWS_TO_OLSON.items()}
