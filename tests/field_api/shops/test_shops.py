"""Shops by API: admins keep them, all staff know them."""

from typing import Any

import pytest

from field_api.store.columns import new_id
from tests.field_api.shops.stall import Stall, shop_like


def test_a_shop_is_read_as_it_was_added(stall: Stall) -> None:
    told = stall.sector.get(f"/v1/shops/{stall.shop_id}")
    shop = told.get_json()
    sent = shop_like(stall.sector.territory_id)
    assert {name: shop[name] for name in sent} == sent
    assert (shop["time_zone"], shop["country"], shop["exceptions"], shop["closed_at"]) == (
        "Europe/Paris",
        "FR",
        [],
        None,
    )


def test_all_staff_know_all_shops_and_admins_alone_decide_them(stall: Stall) -> None:
    assert stall.sector.get(f"/v1/shops/{stall.foreign_shop_id}").status_code == 200
    assert stall.sector.post("/v1/shops", shop_like(stall.sector.territory_id)).status_code == 403
    assert stall.sector.get("/v1/shops", headers=stall.till).status_code == 403


def test_shops_are_listed_by_name_in_pages_and_by_territory(stall: Stall) -> None:
    for name in ("Antenne de Brest", "Zinc de Vannes"):
        stall.sector.post(
            "/v1/shops", shop_like(stall.sector.territory_id) | {"name": name}, headers=stall.sector.admin
        )
    found, link = [], "/v1/shops?limit=2"
    while link:
        answer = stall.sector.get(link)
        found += [shop["name"] for shop in answer.get_json()["items"]]
        link = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert found == ["Antenne de Brest", "Maison de Rennes", "Maison de Rennes", "Zinc de Vannes"]
    there = stall.sector.get("/v1/shops", territory_id=stall.sector.foreign_territory_id).get_json()["items"]
    assert [shop["id"] for shop in there] == [stall.foreign_shop_id]


def patch(stall: Stall, document: dict[str, Any], etag: str | None) -> Any:
    headers = stall.sector.admin | ({"If-Match": etag} if etag else {})
    headers["Content-Type"] = "application/merge-patch+json"
    return stall.sector.client.patch(f"/v1/shops/{stall.shop_id}", json=document, headers=headers)


def test_a_change_wants_the_version_it_was_made_from(stall: Stall) -> None:
    etag = stall.sector.get(f"/v1/shops/{stall.shop_id}").headers["ETag"]
    christmas = {"exceptions": [{"date": "2026-12-25", "periods": []}], "street": "2 rue du Chapitre"}
    changed = patch(stall, christmas, etag)
    assert (changed.status_code, changed.get_json()["version"]) == (200, 2)
    assert {name: changed.get_json()[name] for name in christmas} == christmas
    assert patch(stall, {"name": "Other"}, etag).status_code == 412
    assert patch(stall, {"name": "Other"}, None).status_code == 428
    again = patch(stall, {"street": None}, changed.headers["ETag"])
    assert (again.get_json()["street"], again.get_json()["exceptions"]) == (None, christmas["exceptions"])


def test_opening_is_told_now_and_at_any_instant(stall: Stall) -> None:
    path = f"/v1/shops/{stall.shop_id}/opening"
    monday = {"open": True, "changes_at": "2026-03-02T18:00:00Z"}
    assert stall.sector.get(path, at="2026-03-02T09:00:00Z").get_json() == monday
    assert stall.sector.get(path, at="2026-03-02T20:00:00+01:00").get_json()["open"] is False
    assert set(stall.sector.get(path).get_json()) == {"open", "changes_at"}


def test_a_shop_closed_for_good_does_not_open_again(stall: Stall) -> None:
    patch(stall, {"closed_at": "2026-02-28T18:00:00Z"}, "*")
    path = f"/v1/shops/{stall.shop_id}/opening"
    assert stall.sector.get(path, at="2026-03-02T09:00:00Z").get_json() == {"open": False, "changes_at": None}
    assert stall.sector.get(path, at="2026-02-27T09:00:00Z").get_json()["open"] is True


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"time_zone": "Europe/Rennes"}, "/time_zone"),
        ({"lat": 91}, "/lat"),
        ({"opening_hours": [{"weekday": 8, "opens": "09:00", "closes": "19:00"}]}, "/opening_hours/0/weekday"),
        ({"opening_hours": [{"weekday": 1, "opens": "9:00", "closes": "19:00"}]}, "/opening_hours/0/opens"),
        ({"exceptions": [{"date": "25/12/2026", "periods": []}]}, "/exceptions/0/date"),
        ({"name": ""}, "/name"),
    ],
)
def test_nonsense_is_refused_at_its_place(stall: Stall, change: dict[str, Any], pointer: str) -> None:
    refused = stall.sector.post("/v1/shops", shop_like(stall.sector.territory_id) | change, headers=stall.sector.admin)
    assert (refused.status_code, refused.get_json()["errors"][0]["pointer"]) == (422, pointer)


def test_a_shop_stands_in_a_territory_that_exists(stall: Stall) -> None:
    assert stall.sector.post("/v1/shops", shop_like(new_id()), headers=stall.sector.admin).status_code == 404
    taken = shop_like(stall.sector.territory_id) | {"id": stall.shop_id}
    assert stall.sector.post("/v1/shops", taken, headers=stall.sector.admin).status_code == 409
