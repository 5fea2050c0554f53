"""Defects that others published, as tests; each is named after its thread."""

from typing import Any

from tests.field_api.agenda.corpus import ODD
from tests.field_api.agenda.diary import Diary
from tests.field_api.agenda.texts import event, wrapped


def taken(diary: Diary, text: bytes) -> dict[str, Any]:
    report = diary.post("/v1/calendar-imports", {"text": text.decode()}).get_json()
    assert report["refused"] == []
    read: dict[str, Any] = diary.get(f"/v1/appointments/{report['taken'][0]['appointment_id']}").get_json()
    return read


def test_odoo_9268_a_series_keeps_its_wall_clock_when_summer_time_begins(diary: Diary) -> None:
    diary.make("Weekly", "2026-03-23T09:00:00", rule="FREQ=WEEKLY;COUNT=2")
    assert [one["starts_at"] for one in diary.month()] == ["2026-03-23T08:00:00Z", "2026-03-30T07:00:00Z"]


def test_nextcloud_calendar_125_a_series_made_in_summer_is_not_an_hour_off_in_winter(diary: Diary) -> None:
    diary.make("Weekly", "2026-10-19T09:00:00", rule="FREQ=WEEKLY;COUNT=2")
    autumn = {"from_at": "2026-10-01T00:00:00Z", "until_at": "2026-11-01T00:00:00Z"}
    assert [one["starts_at"] for one in diary.month(**autumn)] == ["2026-10-19T07:00:00Z", "2026-10-26T08:00:00Z"]


def test_radicale_1621_expanded_occurrences_follow_the_offset_of_their_own_day(diary: Diary) -> None:
    taken(diary, event(start="20260328T090000", RRULE="FREQ=DAILY;COUNT=3"))
    hours = [one["starts_at"][11:16] for one in diary.month()]
    assert hours == ["08:00", "07:00", "07:00"]


def test_odoo_8267_a_day_stays_that_day_in_every_zone(diary: Diary) -> None:
    own_id = diary.make("Fair", "2026-03-02", ends="2026-03-03")["id"]
    assert b"DTSTART;VALUE=DATE:20260302\r\nDTEND;VALUE=DATE:20260303" in diary.text(own_id)
    read = diary.get(f"/v1/appointments/{own_id}").get_json()
    assert (read["starts"], read["ends"], read["all_day"], "time_zone" in read) == (
        "2026-03-02",
        "2026-03-03",
        True,
        False,
    )


def test_davx5_503_two_days_are_two_days_and_not_three(diary: Diary) -> None:
    read = taken(diary, ODD["all_day_series"])
    assert (read["starts"], read["ends"]) == ("2026-03-02", "2026-03-04")
    first = diary.month()[0]
    assert (first["starts_at"], first["ends_at"]) == ("2026-03-01T23:00:00Z", "2026-03-03T23:00:00Z")


def test_espocrm_2865_a_timed_appointment_of_a_whole_day_is_not_shown_as_a_day(diary: Diary) -> None:
    text = wrapped("UID:midnight", "DTSTART:20260302T000000Z", "DTEND:20260303T000000Z", "SUMMARY:Night and day")
    read = taken(diary, text)
    assert (read["all_day"], read["starts"], read["time_zone"]) == (False, "2026-03-02T00:00:00", "UTC")


def test_radicale_1485_days_and_times_in_one_object_are_expanded_all_the_same(diary: Diary) -> None:
    text = wrapped(
        "UID:mixed",
        "DTSTART;TZID=Europe/Paris:20260302T090000",
        "DTEND;VALUE=DATE:20260303",
        "RRULE:FREQ=DAILY;UNTIL=20260305",
        "EXDATE;VALUE=DATE:20260303",
        "SUMMARY:Mixed",
    )
    taken(diary, text)
    assert [one["occurrence"][8:10] for one in diary.month()] == ["02", "04", "05"]


def test_davx5_1976_an_alarm_keeps_its_kind(diary: Diary) -> None:
    read = taken(diary, ODD["alarms_of_every_action"])
    before = [line for line in diary.text(read["id"]).splitlines() if line.startswith(b"ACTION")]
    assert diary.patch(read["id"], title="Louder", alarms=read["alarms"]).status_code == 200
    after = [line for line in diary.text(read["id"]).splitlines() if line.startswith(b"ACTION")]
    assert before == after == [b"ACTION:DISPLAY", b"ACTION:AUDIO", b"ACTION:EMAIL", b"ACTION:PROCEDURE"]
