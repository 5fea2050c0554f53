"""Odd objects come back byte for byte, are found when they are, and hide nothing else of their calendar."""

from datetime import UTC, datetime
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from field_api.agenda import calendars, checks, found, objects
from field_api.agenda.components import read_object
from field_api.agenda.moments import Clocks
from field_api.agenda.projection import project
from field_api.agenda.series import Series
from field_api.store.engine import AnySession, writing
from field_api.web.identity import Principal
from tests.field_api.agenda.corpus import ODD
from tests.field_api.people import make_user

PARIS = ZoneInfo("Europe/Paris")
FIRST, LAST = -(1 << 33), 1 << 33


def starts_of(name: str, home: ZoneInfo = PARIS, most: int = 12) -> list[str]:
    """The first occurrences of an object, in UTC."""
    read = read_object(ODD[name])
    series = Series(read, Clocks(read, home))
    one = sorted({*islice(map(series.at, series.unchanged()), most), *series.changed()}, key=lambda each: each.start_s)
    return [f"{datetime.fromtimestamp(each.start_s, UTC):%m-%dT%H:%M}" for each in one]


def test_every_odd_object_comes_back_byte_for_byte(session: AnySession) -> None:
    rep = Principal(id=make_user(session).id, role="rep")
    agenda = calendars.agenda_of(session, rep.id)
    for name, text in ODD.items():
        with writing(session):
            objects.put_object(session, rep, agenda, f"{name}.ics", text)
    assert {href: text for href, _, text in objects.read_objects(session, agenda)} == {
        f"{name}.ics": text for name, text in ODD.items()
    }
    met = [one.href for one in found.objects_in(session, agenda, "VEVENT", FIRST, LAST, most=1)]
    assert sorted(met) == sorted(f"{name}.ics" for name in ODD)
    assert [fault for check in checks.CHECKS for fault in check.find(session)] == []


@pytest.mark.parametrize(
    ("name", "starts"),
    [
        ("windows_tzid", ["03-02T08:00"]),
        ("windows_tzid_with_vtimezone", ["07-02T07:00"]),
        ("unknown_tzid", ["03-02T08:00"]),
        ("prefixed_tzid", ["03-02T08:00"]),
        ("floating", ["03-02T08:00"]),
        ("dst_gap", ["03-29T01:30"]),
        ("dst_fold", ["10-25T00:30"]),
        ("all_day_series", ["03-01T23:00", "03-08T23:00", "03-15T23:00"]),
        ("detached_alone", ["03-10T08:00"]),
        ("rdate_and_periods", ["03-02T08:00", "03-05T13:00", "03-07T09:00", "03-09T08:00", "03-10T08:00"]),
        ("exdate_forms", [f"03-{day:02}T08:00" for day in (2, 6, 7, 8, 9, 10, 11)]),
        ("until_as_date", [f"03-{day:02}T08:00" for day in (2, 3, 4, 5, 6)]),
        ("midnight_of_another_day", ["03-01T11:00", "03-08T11:00", "03-15T11:00"]),
        ("override_of_a_day", ["03-01T23:00", "03-09T23:00", "03-15T23:00", "03-22T23:00"]),
        ("lower_case", ["03-02T08:00", "03-03T08:00"]),
        ("leap_second", ["12-31T23:59"]),
        (
            "this_and_future",
            ["03-02T08:00", "03-09T08:00", "03-16T10:00", "03-23T10:00", "03-30T09:00", "04-06T09:00"],
        ),
    ],
)
def test_an_odd_object_is_when_it_says(name: str, starts: list[str]) -> None:
    assert starts_of(name) == starts


@pytest.mark.parametrize(("home", "starts"), [("America/Sao_Paulo", "03-02T03:00"), ("Pacific/Apia", "03-01T11:00")])
def test_a_day_begins_at_midnight_where_its_owner_lives(home: str, starts: str) -> None:
    assert starts_of("all_day_without_end", ZoneInfo(home)) == [starts]


def test_a_zone_that_nobody_knows_is_flagged() -> None:
    assert project(read_object(ODD["unknown_tzid"]), PARIS).oddities == "unknown_zone"
    assert project(read_object(ODD["windows_tzid"]), PARIS).oddities == ""


def test_the_end_of_a_long_series_is_exact_and_only_its_beginning_is_stored() -> None:
    told = project(read_object(ODD["twenty_thousand_instances"]), PARIS)
    assert datetime.fromtimestamp(told.last_end_s, UTC) == datetime(2054, 10, 3, 7, 10, tzinfo=UTC)
    assert told.spans is not None
    assert len(told.spans) < 20_000
    assert told.spans_until_s is not None
