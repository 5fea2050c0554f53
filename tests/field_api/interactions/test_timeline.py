"""The timeline by API: added to, corrected by entries that point at the old, read newest first and by filters."""

from datetime import timedelta
from typing import Any

import pytest

from field_api import clock
from field_api.store.columns import new_id
from tests.field_api.sector import Sector

CALL: dict[str, Any] = {"channel": "call", "direction": "inbound", "content": "Asked for the opening hours."}


def days_ago(days: int) -> str:
    return (clock.now() - timedelta(days=days)).isoformat()


def path(sector: Sector) -> str:
    return f"/v1/customers/{sector.customer_id}/interactions"


def ids(answer: Any) -> list[str]:
    return [entry["id"] for entry in answer.get_json()["items"]]


def test_an_entry_is_kept_as_told_with_who_recorded_it(sector: Sector) -> None:
    told = sector.post(path(sector), CALL | {"occurred_at": "2026-03-01T10:30:00+01:00"})
    assert told.status_code == 201
    [kept] = sector.get(path(sector)).get_json()["items"]
    assert kept == told.get_json()
    assert {name: kept[name] for name in CALL} == CALL
    assert (kept["occurred_at"], kept["recorded_by_kind"]) == ("2026-03-01T09:30:00Z", "user")


def test_pages_go_from_newest_to_oldest_whatever_the_order_of_arrival(sector: Sector) -> None:
    told = {
        day: sector.post(path(sector), CALL | {"occurred_at": days_ago(day)}).get_json()["id"] for day in (3, 1, 4, 2)
    }
    found, link = [], f"{path(sector)}?limit=3"
    while link:
        answer = sector.get(link)
        found += ids(answer)
        link = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert found == [told[day] for day in (1, 2, 3, 4)]


def test_entries_at_one_instant_are_neither_lost_nor_repeated_between_pages(sector: Sector) -> None:
    at = days_ago(1)
    told = {sector.post(path(sector), CALL | {"occurred_at": at}).get_json()["id"] for _ in range(3)}
    first = sector.get(path(sector), limit=2)
    link = first.headers["Link"].partition(">")[0].removeprefix("<")
    assert sorted(ids(first) + ids(sector.get(link))) == sorted(told)


def test_the_timeline_is_filtered_by_channel_and_date(sector: Sector) -> None:
    old = sector.post(path(sector), CALL | {"occurred_at": days_ago(9)}).get_json()["id"]
    visit = sector.post(path(sector), CALL | {"channel": "visit", "occurred_at": days_ago(5)}).get_json()["id"]
    new = sector.post(path(sector), CALL | {"occurred_at": days_ago(1)}).get_json()["id"]
    assert ids(sector.get(path(sector), channel="call")) == [new, old]
    assert ids(sector.get(path(sector), from_at=days_ago(6))) == [new, visit]
    assert ids(sector.get(path(sector), until_at=days_ago(4), from_at=days_ago(6))) == [visit]
    assert sector.get(path(sector), channel="pigeon").status_code == 422


def test_a_correction_points_at_the_old_entry_which_stays(sector: Sector) -> None:
    old = sector.post(path(sector), CALL | {"occurred_at": days_ago(1)}).get_json()["id"]
    fixed = sector.post(path(sector), CALL | {"content": "Asked for a visit.", "corrects_id": old}).get_json()
    newest, oldest = sector.get(path(sector)).get_json()["items"]
    assert (newest["id"], newest["corrects_id"], newest["corrected_by_id"]) == (fixed["id"], old, None)
    assert (oldest["content"], oldest["corrected_by_id"]) == (CALL["content"], fixed["id"])
    assert ids(sector.get(path(sector), standing="true")) == [fixed["id"]]


def test_an_entry_is_corrected_once_and_the_second_is_told_by_what(sector: Sector) -> None:
    old = sector.post(path(sector), CALL).get_json()["id"]
    fixed = sector.post(path(sector), CALL | {"corrects_id": old}).get_json()["id"]
    again = sector.post(path(sector), CALL | {"corrects_id": old})
    assert again.status_code == 409
    assert fixed in again.get_json()["detail"]
    assert sector.post(path(sector), CALL | {"corrects_id": fixed}).status_code == 201


def test_an_entry_of_another_customer_is_not_there_to_be_corrected(sector: Sector) -> None:
    foreign = f"/v1/customers/{sector.foreign_id}/interactions"
    theirs = sector.post(foreign, CALL, headers=sector.admin).get_json()["id"]
    assert sector.post(path(sector), CALL | {"corrects_id": theirs}).status_code == 404
    assert sector.post(foreign, CALL).status_code == 404
    assert sector.get(foreign).status_code == 404


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"content": ""}, 422),
        ({"content": "x" * 4001}, 422),
        ({"direction": None}, 422),
        ({"occurred_at": "2026-03-01"}, 422),
        ({"recorded_at": "2026-03-01T09:00:00Z"}, 422),
        ({"occurred_at": "2199-03-01T09:00:00Z"}, 409),
    ],
)
def test_what_cannot_be_an_entry_is_refused(sector: Sector, change: dict[str, Any], status: int) -> None:
    assert sector.post(path(sector), CALL | change).status_code == status
    assert ids(sector.get(path(sector))) == []


def test_a_retry_with_its_key_adds_one_entry(sector: Sector) -> None:
    own = new_id()
    answers = [sector.post(path(sector), CALL | {"id": own}, None, **{"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [answer.get_json()["id"] for answer in answers] == [own, own]
    assert ids(sector.get(path(sector))) == [own]
    assert sector.post(path(sector), CALL | {"id": own}).status_code == 409
