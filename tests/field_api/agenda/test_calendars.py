"""Secret addresses of an agenda, and files that are imported."""

import pytest

from field_api.agenda import importing
from tests.field_api.agenda.corpus import ODD
from tests.field_api.agenda.diary import Diary
from tests.field_api.agenda.texts import event


def test_whoever_holds_the_address_reads_the_agenda_until_it_is_revoked(diary: Diary) -> None:
    diary.post("/v1/calendar-imports", {"text": ODD["attendees"].decode()})
    diary.make("Visit")
    made = diary.post("/v1/calendar-subscriptions", {"name": "laptop"}).get_json()
    answer = diary.client.get(made["path"])
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert answer.text.count("BEGIN:VEVENT") == 2
    # What tells of others stays here.
    assert "someone@example.org" not in answer.text
    assert "camille@example.org" not in answer.text
    held = {"If-None-Match": answer.headers["ETag"]}
    assert diary.client.get(made["path"], headers=held).status_code == 304
    diary.make("Another", "2026-03-03T09:00:00")
    assert diary.client.get(made["path"], headers=held).status_code == 200
    gone = diary.client.delete(f"/v1/calendar-subscriptions/{made['id']}", headers=diary.rep)
    assert gone.status_code == 204
    assert diary.client.get(made["path"]).status_code == 404


def test_the_secret_is_told_once_and_kept_nowhere(diary: Diary) -> None:
    key = {"Idempotency-Key": "once"}
    made = diary.post("/v1/calendar-subscriptions", {"name": "laptop"}, **key).get_json()
    assert diary.post("/v1/calendar-subscriptions", {"name": "laptop"}, **key).status_code == 409
    listed = diary.get("/v1/calendar-subscriptions")
    assert made["path"].split("/")[2].removesuffix(".ics") not in listed.text
    assert diary.get("/v1/calendar-subscriptions", diary.colleague).get_json()["items"] == []
    assert diary.client.get("/calendars/guess.ics").status_code == 404


def test_a_file_is_taken_event_by_event(diary: Diary) -> None:
    bodies = [event(str(number)) for number in range(3)] + [event("bad", RRULE="FREQ=SECONDLY"), ODD["this_and_future"]]
    inner = b"".join(text.partition(b"Tests//EN\r\n")[2].removesuffix(b"END:VCALENDAR\r\n") for text in bodies[:4])
    future = ODD["this_and_future"].partition(b"Odd//EN\r\n")[2].removesuffix(b"END:VCALENDAR\r\n")
    whole = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:PUBLISH\r\n" + inner + future + b"END:VCALENDAR\r\n"
    report = diary.post("/v1/calendar-imports", {"text": whole.decode()}).get_json()
    assert sorted(one["uid"] for one in report["taken"]) == ["0", "1", "2", "future"]
    assert [(one["uid"], "SECONDLY" in one["reason"]) for one in report["refused"]] == [("bad", True)]
    again = diary.post("/v1/calendar-imports", {"text": whole.decode()}).get_json()
    assert (again["taken"], len(again["unchanged"])) == ([], 4)


def test_what_is_no_calendar_at_all_is_refused(diary: Diary) -> None:
    answer = diary.post("/v1/calendar-imports", {"text": "<html></html>"})
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


def test_a_file_that_takes_too_long_to_be_read_is_refused_whole(diary: Diary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_CPU_S", 0.1)
    rare = [event(str(number), start="19000301T090000", RRULE="FREQ=YEARLY;BYDAY=53MO") for number in range(9)]
    inner = b"".join(text.partition(b"Tests//EN\r\n")[2].removesuffix(b"END:VCALENDAR\r\n") for text in rare)
    whole = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + inner + b"END:VCALENDAR\r\n"
    answer = diary.post("/v1/calendar-imports", {"text": whole.decode()})
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, "/text")
    window = {"from_at": "1905-01-01T00:00:00Z", "until_at": "1905-12-31T00:00:00Z"}
    assert diary.month(**window) == []
