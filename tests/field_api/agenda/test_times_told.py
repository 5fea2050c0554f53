"""Days and hours that do not exist, or of another age, are refused with their place wherever they are told."""

from typing import Any

import pytest

from tests.field_api.agenda.diary import Diary

NEXT_DAY = {"starts": "2026-03-03T09:00:00", "ends": "2026-03-03T10:00:00"}
MOVED = {"id": "2026-03-09T09:00:00", **NEXT_DAY}
NOWHEN = [
    "4258-76-52",
    "2026-02-29",
    "2026-03-02T24:30:00",
    "2026-03-02T09:00:00Z",
    "0001-01-01",
    "9999-12-31T23:59:59",
]


@pytest.mark.parametrize("never", NOWHEN)
@pytest.mark.parametrize(
    ("act", "told", "where"),
    [
        ("outcomes", {"outcome": "met", "occurrence": "never"}, "/occurrence"),
        ("cancellations", {"scope": "this", "occurrence": "never"}, "/occurrence"),
        ("moves", {"scope": "this", "occurrence": "never", **NEXT_DAY}, "/occurrence"),
        ("moves", NEXT_DAY | {"starts": "never"}, "/starts"),
        ("moves", {"scope": "following", "occurrence": "2026-03-09T09:00:00", **NEXT_DAY, "ends": "never"}, "/ends"),
    ],
)
def test_what_is_done_on_a_day_that_does_not_exist_is_refused_with_its_place(
    diary: Diary, never: str, act: str, told: dict[str, Any], where: str
) -> None:
    made = diary.make(rule="FREQ=WEEKLY")
    answer = diary.act(made["id"], act, **{name: never if value == "never" else value for name, value in told.items()})
    assert answer.status_code == 422, answer.text
    assert [one["pointer"] for one in answer.get_json()["errors"]] == [where]


@pytest.mark.parametrize("never", NOWHEN)
def test_an_appointment_is_not_changed_to_a_day_that_does_not_exist(diary: Diary, never: str) -> None:
    made = diary.make(rule="FREQ=WEEKLY")
    for change, where in (
        ({"starts": never, "ends": never}, ["/starts", "/ends"]),
        ({"excepted": [never]}, ["/excepted/0"]),
        ({"added": ["2026-03-04T09:00:00", never]}, ["/added/1"]),
        ({"occurrences": [MOVED | {"id": never}]}, ["/occurrences/0/id"]),
        ({"occurrences": [MOVED | {"starts": never}]}, ["/occurrences/0/starts"]),
    ):
        answer = diary.patch(made["id"], **change)
        assert answer.status_code == 422, answer.text
        assert [one["pointer"] for one in answer.get_json()["errors"]] == where


@pytest.mark.parametrize("at", ["1900-01-01T00:00:00", "2199-12-31T23:59:59"])
@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles", "UTC", None])
def test_an_appointment_may_be_on_the_first_and_on_the_last_day(diary: Diary, at: str, zone: str | None) -> None:
    made = diary.make(rule="FREQ=WEEKLY", time_zone=zone)
    moved = diary.act(made["id"], "moves", occurrence="2026-03-09T09:00:00", scope="following", starts=at, ends=at)
    assert moved.status_code == 200, moved.text
    another = diary.make(rule="FREQ=WEEKLY", time_zone=zone)
    changed = diary.patch(another["id"], starts=at, ends=at, added=[at], excepted=[at])
    assert changed.status_code == 200, changed.text
