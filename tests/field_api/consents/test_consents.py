"""Consents by API: each is kept with the words shown, and what stood at a past date can be asked."""

from datetime import timedelta
from typing import Any

from field_api import clock
from field_api.store.columns import new_id
from tests.field_api.sector import Sector

AGREED: dict[str, Any] = {
    "purpose": "offers",
    "channel": "email",
    "granted": True,
    "wording": "J’accepte de recevoir les offres par e-mail.",
    "language": "fr",
    "source": "paper",
}


def days_ago(days: int) -> str:
    return (clock.now() - timedelta(days=days)).isoformat()


def path(sector: Sector, below: str = "") -> str:
    return f"/v1/customers/{sector.customer_id}/consents{below}"


def test_what_stood_at_a_past_date_can_be_asked(sector: Sector) -> None:
    assert sector.post(path(sector), AGREED | {"occurred_at": days_ago(30)}).status_code == 201
    taken_back = sector.post(path(sector), AGREED | {"granted": False, "occurred_at": days_ago(10)})
    now = sector.get(path(sector)).get_json()["items"]
    assert [(word["granted"], word["event_id"]) for word in now] == [(False, taken_back.get_json()["id"])]
    assert [word["granted"] for word in sector.get(path(sector), at=days_ago(20)).get_json()["items"]] == [True]
    assert sector.get(path(sector), at=days_ago(40)).get_json()["items"] == []


def test_the_log_keeps_the_words_who_recorded_them_and_how(sector: Sector) -> None:
    told = sector.post(path(sector), AGREED)
    assert told.headers["Location"] == path(sector, "/log")
    [kept] = sector.get(path(sector, "/log")).get_json()["items"]
    assert kept == told.get_json()
    assert {name: kept[name] for name in AGREED} == AGREED
    assert (kept["recorded_by_kind"], kept["customer_id"]) == ("user", sector.customer_id)


def test_the_log_is_read_in_pages_newest_first(sector: Sector) -> None:
    ids = [sector.post(path(sector), AGREED | {"occurred_at": days_ago(day)}).get_json()["id"] for day in range(5)]
    found, link = [], path(sector, "/log?limit=2")
    while link:
        answer = sector.get(link)
        found += [one["id"] for one in answer.get_json()["items"]]
        link = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert found == ids


def test_anothers_customer_has_no_consents_here(sector: Sector) -> None:
    foreign = f"/v1/customers/{sector.foreign_id}/consents"
    assert sector.post(foreign, AGREED).status_code == 404
    assert sector.get(foreign).status_code == 404
    assert sector.get(f"{foreign}/log").status_code == 404
    assert sector.get(foreign, headers=sector.admin).get_json() == {"items": []}


def test_an_id_in_use_and_a_day_to_come_are_refused(sector: Sector) -> None:
    own = new_id()
    assert sector.post(path(sector), AGREED | {"id": own}).get_json()["id"] == own
    assert sector.post(path(sector), AGREED | {"id": own}).status_code == 409
    assert sector.post(path(sector), AGREED | {"occurred_at": days_ago(-3)}).status_code == 409
    assert len(sector.get(path(sector, "/log")).get_json()["items"]) == 1


def test_a_cursor_of_another_list_is_refused_by_name(sector: Sector) -> None:
    for forged in ("WyJ4IiwieSJd", "e30", "nonsense"):
        answer = sector.get(path(sector, "/log"), cursor=forged)
        assert (answer.status_code, answer.get_json()["errors"][0]["parameter"]) == (422, "cursor")


def test_the_wording_is_wanted(sector: Sector) -> None:
    answer = sector.post(path(sector), {name: value for name, value in AGREED.items() if name != "wording"})
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, "/wording")
