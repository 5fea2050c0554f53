"""A change by JSON changes the lines of the named properties and the stamps, and no other byte."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from field_api.agenda.components import read_object
from field_api.agenda.content_lines import read_lines
from field_api.agenda.documents import document_of
from field_api.agenda.editing import changed_text
from field_api.agenda.moments import Clocks
from field_api.agenda.series import Series
from tests.field_api.agenda.corpus import ODD

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
STAMPS = {"DTSTAMP", "LAST-MODIFIED", "SEQUENCE"}
PARIS = ZoneInfo("Europe/Paris")
LINES = {
    "title": {"SUMMARY"},
    "location": {"LOCATION"},
    "description": {"DESCRIPTION"},
    "status": {"STATUS"},
    "privacy": {"CLASS"},
    "busy": {"TRANSP"},
    "excepted": {"EXDATE"},
}
# Without blanks around them, which no reader of a line keeps.
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=120).map(str.strip)
WORDS = TEXTS | st.just("a;b,c\\n\nd")
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "title": WORDS,
        "location": st.none() | WORDS,
        "description": WORDS,
        "status": st.sampled_from(["tentative", "confirmed", "cancelled"]),
        "privacy": st.sampled_from(["public", "private"]),
        "busy": st.booleans(),
    },
)


def edited(text: bytes, changes: dict[str, Any]) -> bytes:
    read = read_object(text)
    return changed_text(read, Series(read, Clocks(read, PARIS)), changes, AT)


def document(text: bytes) -> dict[str, Any]:
    read = read_object(text)
    return document_of(read, Series(read, Clocks(read, PARIS)))


def lines_but(text: bytes, names: set[str]) -> list[bytes]:
    return [line.raw for line in read_lines(text) if line.name not in names]


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(sorted(ODD)), CHANGES)
def test_no_line_changes_but_those_that_are_named(name: str, changes: dict[str, Any]) -> None:
    before, after = ODD[name], edited(ODD[name], changes)
    names = STAMPS.union(*(LINES[field] for field in changes))
    assert lines_but(after, names) == lines_but(before, names)
    told = document(after)
    for field, value in changes.items():
        if value or field == "busy":
            assert told[field] == value
        else:
            assert field not in told


@pytest.mark.parametrize("name", sorted(ODD))
def test_what_is_inside_other_components_stays(name: str) -> None:
    """SUMMARY and DESCRIPTION stand in alarms too, which nobody named."""
    inside = [line.raw for one in read_object(ODD[name]).leading.inside for line in one.lines]
    after = read_object(edited(ODD[name], {"title": "Other", "description": "Other"}))
    assert [line.raw for one in after.leading.inside for line in one.lines] == inside


def test_a_new_time_changes_the_times_alone() -> None:
    after = edited(ODD["attendees"], {"starts": "2026-03-02T11:00:00", "ends": "2026-03-02T12:30:00"})
    names = STAMPS | {"DTSTART", "DTEND"}
    assert lines_but(after, names) == lines_but(ODD["attendees"], names)
    assert (b"DTSTART:20260302T110000Z" in after, b"DTEND:20260302T123000Z" in after) == (True, True)
    assert b"SEQUENCE:4" in after


def test_a_zone_that_stays_is_written_as_it_was() -> None:
    after = edited(ODD["windows_tzid"], {"starts": "2026-03-02T11:00:00"} | {"ends": "2026-03-02T12:00:00"})
    assert b"DTSTART;TZID=Romance Standard Time:20260302T110000" in after


def test_a_new_zone_comes_with_its_vtimezone() -> None:
    after = edited(ODD["utc"], {"time_zone": "America/New_York"})
    read = read_object(after)
    assert [zone.value("TZID") for zone in read.zones] == ["America/New_York"]
    assert document(after)["starts"] == "2026-03-02T08:00:00"


def test_a_series_that_is_moved_takes_its_exceptions_along() -> None:
    after = edited(ODD["exdate_forms"], {"starts": "2026-03-02T15:00:00", "ends": "2026-03-02T16:00:00"})
    read = read_object(after)
    days = [one.day for one in Series(read, Clocks(read, PARIS)).identities()]
    assert days == [2, 6, 7, 8, 9, 10, 11]


def test_alarms_that_are_kept_stay_as_they_came() -> None:
    told = document(ODD["alarms_of_every_action"])["alarms"]
    assert [one["action"] for one in told] == ["display", "audio", "email", "procedure"]
    after = edited(ODD["alarms_of_every_action"], {"alarms": [told[1], {"action": "display", "minutes_before": 60}]})
    assert Counter(one["action"] for one in document(after)["alarms"]) == Counter(["audio", "display"])
    assert b"ATTACH;VALUE=URI:Basso\r\n" in after
