"""Appointments by JSON: made, changed under a version, moved, called off, and seen by who may."""

import pytest

from field_api.agenda.components import read_object
from tests.field_api.agenda.diary import Diary
from tests.field_api.agenda.test_editing import STAMPS, lines_but


def test_an_appointment_is_read_as_it_was_made(diary: Diary) -> None:
    told = {"title": "Déjeuner; à deux", "purpose": "courtesy", "alarms": [{"action": "display", "minutes_before": 15}]}
    made = diary.make(**told, customer_id=diary.customer_id)
    read = diary.get(f"/v1/appointments/{made['id']}").get_json()
    assert {name: read[name] for name in told} == told
    assert (read["starts"], read["time_zone"], read["owner_id"]) == (
        "2026-03-02T09:00:00",
        "Europe/Paris",
        diary.rep_id,
    )


def test_a_change_of_the_title_changes_one_line_of_the_text(diary: Diary) -> None:
    own_id = diary.make()["id"]
    before = diary.text(own_id)
    assert diary.patch(own_id, title="Another").get_json()["title"] == "Another"
    assert lines_but(diary.text(own_id), STAMPS | {"SUMMARY"}) == lines_but(before, STAMPS | {"SUMMARY"})


def test_a_change_wants_the_version_that_stands(diary: Diary) -> None:
    own_id = diary.make()["id"]
    old = diary.etags[own_id]
    assert diary.patch(own_id, title="First").status_code == 200
    diary.etags[own_id] = old
    assert diary.patch(own_id, title="Second").status_code == 412
    answer = diary.client.patch(f"/v1/appointments/{own_id}", headers=diary.rep, json={"title": "Third"})
    assert answer.status_code == 428


def test_what_it_falls_on_is_named_and_not_refused(diary: Diary) -> None:
    first = diary.make("First")
    second = diary.make("Second", rule="FREQ=DAILY;COUNT=3")
    assert [one["appointment_id"] for one in second["clashes"]] == [first["id"]]
    free = diary.make("Third", "2026-03-03T14:00:00")
    assert free["clashes"] == []
    moved = diary.act(free["id"], "moves", starts="2026-03-03T09:30:00", ends="2026-03-03T10:30:00").get_json()
    assert [one["occurrence"] for one in moved["clashes"]] == ["2026-03-03T09:00:00"]


def test_one_occurrence_is_moved_and_another_called_off(diary: Diary) -> None:
    own_id = diary.make("Weekly", rule="FREQ=WEEKLY;COUNT=4")["id"]
    to = {"starts": "2026-03-10T14:00:00", "ends": "2026-03-10T15:00:00"}
    assert diary.act(own_id, "moves", occurrence="2026-03-09T09:00:00", scope="this", **to).status_code == 200
    assert diary.act(own_id, "cancellations", occurrence="2026-03-16T09:00:00", scope="this").status_code == 200
    told = [(one["starts_at"], one["status"]) for one in diary.month()]
    assert told == [
        ("2026-03-02T08:00:00Z", "confirmed"),
        ("2026-03-10T13:00:00Z", "confirmed"),
        ("2026-03-16T08:00:00Z", "cancelled"),
        ("2026-03-23T08:00:00Z", "confirmed"),
    ]


def test_what_follows_an_occurrence_is_moved_into_an_appointment_of_its_own(diary: Diary) -> None:
    own_id = diary.make("Weekly", rule="FREQ=WEEKLY;BYDAY=MO;COUNT=6", customer_id=diary.customer_id)["id"]
    to = {"starts": "2026-03-17T11:00:00", "ends": "2026-03-17T12:00:00"}
    rest = diary.act(own_id, "moves", occurrence="2026-03-16T09:00:00", scope="following", **to).get_json()
    assert (rest["id"] != own_id, rest["customer_id"]) == (True, diary.customer_id)
    starts = [one["starts_at"] for one in diary.month()]
    assert starts == [f"2026-03-{day}:00:00Z" for day in ("02T08", "09T08", "17T10", "24T10", "31T09")]
    assert diary.get(f"/v1/appointments/{rest['id']}").get_json()["rule"] == "FREQ=WEEKLY;BYDAY=TU;COUNT=4"


def test_a_whole_series_is_moved_by_one_of_its_occurrences(diary: Diary) -> None:
    own_id = diary.make("Weekly", rule="FREQ=WEEKLY;COUNT=3", excepted=["2026-03-09T09:00:00"])["id"]
    to = {"starts": "2026-03-17T10:00:00", "ends": "2026-03-17T11:00:00"}
    diary.act(own_id, "moves", occurrence="2026-03-16T09:00:00", scope="all", **to)
    assert [one["starts_at"] for one in diary.month()] == ["2026-03-03T09:00:00Z", "2026-03-17T09:00:00Z"]


def test_a_series_that_is_called_off_from_a_day_on_ends_before_it(diary: Diary) -> None:
    own_id = diary.make("Daily", rule="FREQ=DAILY")["id"]
    diary.act(own_id, "cancellations", occurrence="2026-03-05T09:00:00", scope="following")
    assert [one["occurrence"][8:10] for one in diary.month()] == ["02", "03", "04"]


def test_a_manager_sees_when_something_private_is_and_nothing_else(diary: Diary) -> None:
    open_id = diary.make("Visit", location="Rennes")["id"]
    own_id = diary.make("Doctor", "2026-03-05T09:00:00", privacy="private", location="Clinic", description="x")["id"]
    read = diary.get(f"/v1/appointments/{own_id}", diary.manager)
    assert read.status_code == 200
    assert not {"title", "location", "description", "uid"} & read.get_json().keys()
    assert diary.get(f"/v1/appointments/{open_id}", diary.manager).get_json()["title"] == "Visit"
    seen = diary.month(diary.manager, territory_id=diary.territory_id)
    assert [(one.get("title"), one["busy"]) for one in seen] == [("Visit", True), (None, True)]
    assert diary.patch(open_id, diary.manager, title="Mine").status_code == 404


@pytest.mark.parametrize("who", ["colleague", "stranger"])
def test_nobody_else_sees_anything(diary: Diary, who: str) -> None:
    own_id = diary.make()["id"]
    headers = getattr(diary, who)
    assert diary.get(f"/v1/appointments/{own_id}", headers).status_code == 404
    asked = {"from_at": "2026-03-01T00:00:00Z", "until_at": "2026-04-01T00:00:00Z", "owner_id": diary.rep_id}
    assert diary.get("/v1/appointments", headers, **asked).status_code == 404


def test_colleagues_of_a_territory_know_when_they_can_meet(diary: Diary) -> None:
    diary.make("One")
    diary.make("Two", "2026-03-02T09:30:00", ends="2026-03-02T11:00:00")
    diary.make("Free", "2026-03-03T09:00:00", busy=False)
    asked = {"from_at": "2026-03-01T00:00:00Z", "until_at": "2026-04-01T00:00:00Z"}
    told = diary.get("/v1/free-busy", diary.colleague, territory_id=diary.territory_id, **asked).get_json()["items"]
    period = {"starts_at": "2026-03-02T08:00:00Z", "ends_at": "2026-03-02T10:00:00Z"}
    assert told == [{"owner_id": diary.rep_id, "busy": [period]}]


def test_the_timeline_tells_how_a_visit_went_and_a_second_note_corrects_it(diary: Diary) -> None:
    own_id = diary.make(customer_id=diary.customer_id)["id"]
    for outcome, notes in (("met", "All well"), ("ordered", "Three boxes")):
        assert (
            diary.post(f"/v1/appointments/{own_id}/outcomes", {"outcome": outcome, "notes": notes}).status_code == 201
        )
    told = diary.get(f"/v1/customers/{diary.customer_id}/interactions", standing="true").get_json()["items"]
    assert [(one["content"], one["about_id"], one["channel"]) for one in told] == [("Three boxes", own_id, "visit")]
    read = diary.get(f"/v1/appointments/{own_id}").get_json()
    assert [one["outcome"] for one in read["outcomes"]] == ["ordered"]


def test_what_is_still_to_come_has_no_outcome_yet(diary: Diary) -> None:
    own_id = diary.make(starts="2199-03-02T09:00:00")["id"]
    assert diary.post(f"/v1/appointments/{own_id}/outcomes", {"outcome": "met"}).status_code == 409


def test_the_customers_view_shows_what_comes_next(diary: Diary) -> None:
    diary.make("Next", "2026-03-02T09:00:00", rule="FREQ=DAILY", customer_id=diary.customer_id)
    shown = diary.get(f"/v1/customers/{diary.customer_id}/360", diary.manager).get_json()["sections"]["appointments"]
    assert {one["title"] for one in shown["next"]} == {"Next"}


@pytest.mark.parametrize(
    "told",
    [
        {"starts": "2026-03-02T10:00:00", "ends": "2026-03-02T09:00:00"},
        {"starts": "2026-02-30", "ends": "2026-03-02"},
        {"starts": "2026-03-02", "ends": "2026-03-02T09:00:00"},
        {"starts": "2026-03-02", "ends": "2026-03-03", "time_zone": "Nowhere/Atlantis"},
        {"starts": "2026-03-02T09:00:00", "ends": "2026-03-02T10:00:00", "time_zone": "Nowhere/Atlantis"},
        {"starts": "2026-03-02T09:00:00", "ends": "2026-03-02T10:00:00", "rule": "FREQ=SECONDLY"},
        {"starts": "2026-03-02T09:00:00", "ends": "2026-03-02T10:00:00", "rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"},
        {"starts": "2026-03-02T09:00:00", "ends": "2026-03-02T10:00:00", "rule": "FREQ=DAILY\r\nX-EVIL:1"},
        {"starts": "2026-03-02T09:00:00Z", "ends": "2026-03-02T10:00:00Z"},
        {"starts": "2026-03-02T09:00:00", "ends": "2026-03-02T10:00:00", "alarms": [{"action": "email"}]},
    ],
)
def test_what_cannot_be_an_appointment_is_refused_with_its_reason(diary: Diary, told: dict[str, object]) -> None:
    answer = diary.post("/v1/appointments", {"title": "Odd", **told})
    if "Nowhere/Atlantis" in told.values() and "T" not in str(told["starts"]):
        assert answer.status_code == 201  # a day is the same in every zone
    else:
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert len(diary.month()) == (answer.status_code == 201)


def test_a_text_in_json_never_becomes_a_property(diary: Diary) -> None:
    own_id = diary.make("One\r\nDTSTART:19990101T000000Z")["id"]
    read = read_object(diary.text(own_id))
    assert read.leading.value("SUMMARY") == "One\\nDTSTART:19990101T000000Z"
