"""Phones work on the agenda offline: they make, change and remove appointments, and managers' phones follow."""

from typing import Any

import pytest

from field_api.store.columns import new_id
from tests.field_api.agenda.diary import Diary
from tests.field_api.sync.phone import Phone


@pytest.fixture
def phone(diary: Diary) -> Phone:
    return Phone(diary.client, diary.rep, diary.territory_id, collection="appointments")


@pytest.fixture
def managers(diary: Diary) -> Phone:
    return Phone(diary.client, diary.manager, diary.territory_id, collection="team_appointments")


def shown(phone: Phone) -> dict[str, Any]:
    phone.pull()
    return phone.shown()


def planned(phone: Phone, **more: Any) -> str:
    own_id = new_id()
    times = {"starts": "2026-03-02T09:00:00", "ends": "2026-03-02T10:00:00", "time_zone": "Europe/Paris"}
    phone.docs[own_id] = {"id": own_id, "title": "Offline", **times, **more, "_deleted": False}
    return own_id


def test_an_appointment_made_offline_is_kept_and_seen_by_the_manager(
    diary: Diary, phone: Phone, managers: Phone
) -> None:
    own_id = planned(phone, customer_id=diary.customer_id)
    assert phone.push() == []
    assert [one["title"] for one in diary.month()] == ["Offline"]
    assert shown(managers)[own_id]["title"] == "Offline"
    phone.pull()
    assert (phone.is_whole(), managers.is_whole()) == (True, True)


def test_one_occurrence_is_moved_offline_and_a_note_is_taken(diary: Diary, phone: Phone) -> None:
    own_id = diary.make("Weekly", rule="FREQ=WEEKLY;COUNT=3", customer_id=diary.customer_id)["id"]
    shown(phone)
    moved = {"id": "2026-03-09T09:00:00", "starts": "2026-03-10T11:00:00", "ends": "2026-03-10T12:00:00"}
    note = {"id": new_id(), "occurrence": "2026-03-02T09:00:00", "outcome": "met", "notes": "Offline"}
    phone.edit(own_id, occurrences=[moved], outcomes=[note])
    phone.push()
    assert [one["starts_at"] for one in diary.month()] == [
        f"2026-03-{one}:00:00Z" for one in ("02T08", "10T10", "16T08")
    ]
    told = diary.get(f"/v1/customers/{diary.customer_id}/interactions").get_json()["items"]
    assert [one["content"] for one in told] == ["Offline"]


def test_edits_of_different_fields_from_two_devices_both_stand(diary: Diary, phone: Phone) -> None:
    own_id = diary.make("Visit")["id"]
    shown(phone)
    diary.patch(own_id, location="Rennes")
    phone.edit(own_id, title="From the phone")
    phone.push()
    read = diary.get(f"/v1/appointments/{own_id}").get_json()
    assert (read["title"], read["location"]) == ("From the phone", "Rennes")


def test_what_is_removed_offline_is_gone_everywhere(diary: Diary, phone: Phone, managers: Phone) -> None:
    own_id = diary.make()["id"]
    assert (own_id in shown(phone), own_id in shown(managers)) == (True, True)
    phone.delete(own_id)
    phone.push()
    assert (diary.month(), shown(managers)) == ([], {})


def test_a_private_appointment_reaches_the_managers_phone_as_busy_time(
    diary: Diary, phone: Phone, managers: Phone
) -> None:
    own_id = diary.make("Doctor", privacy="private", location="Clinic")["id"]
    seen = shown(managers)[own_id]
    assert (seen["starts"], seen["busy"], "title" in seen, "location" in seen) == (
        "2026-03-02T09:00:00",
        True,
        False,
        False,
    )
    assert shown(phone)[own_id]["title"] == "Doctor"
    diary.patch(own_id, privacy="public")
    assert shown(managers)[own_id]["title"] == "Doctor"
    assert managers.is_whole()


def test_a_bad_appointment_is_refused_and_loses_no_other(diary: Diary, phone: Phone) -> None:
    planned(phone, rule="FREQ=SECONDLY")
    good = planned(phone, title="Good")
    told = phone.push()
    assert len(told) == 1
    assert [one["appointment_id"] for one in diary.month()] == [good]


@pytest.mark.parametrize("who", ["colleague", "stranger"])
def test_others_phones_hear_of_nothing(diary: Diary, who: str) -> None:
    diary.make()
    for collection in ("appointments", "team_appointments"):
        assert shown(Phone(diary.client, getattr(diary, who), diary.territory_id, collection=collection)) == {}
