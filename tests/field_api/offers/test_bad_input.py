"""What an offer cannot be is refused with a pointer at each wrong field, and nothing of it is kept."""

from typing import Any

import pytest

from field_api.store.columns import new_id
from tests.field_api.offers.stand import RENNES, Stand

CROSSING = {"type": "Polygon", "coordinates": [[[2, 48], [3, 49], [3, 48], [2, 49], [2, 48]]]}
OPEN = {"type": "Polygon", "coordinates": [[[2, 48], [3, 48], [3, 49], [2, 49]]]}
FLAT = {"type": "Polygon", "coordinates": [[[2, 48], [3, 48], [2, 48], [2, 48]]]}
MILLION = {"type": "Polygon", "coordinates": [[[2.0, 48.0]] * 1_000_000]}
MORNING = {"weekday": 2, "opens": "09:00", "closes": "12:00"}

BAD: dict[str, tuple[dict[str, Any], str]] = {
    "a latitude of 91": ({"places": [RENNES | {"lat": 91}]}, "/places/0/lat"),
    "a latitude with a comma": ({"places": [RENNES | {"lat": "48,85"}]}, "/places/0/lat"),
    "a latitude in quotes": ({"places": [RENNES | {"lat": "48.85"}]}, "/places/0/lat"),
    "a radius of nothing": ({"places": [RENNES | {"radius_m": 0}]}, "/places/0/radius_m"),
    "a point without radius": ({"places": [{"lat": 48, "lon": 2}]}, "/places/0/radius_m"),
    "swapped order": (
        {"places": [{"polygon": {"type": "Polygon", "coordinates": [[[48, 102], [49, 102], [49, 103], [48, 102]]]}}]},
        "/places/0/polygon/coordinates/0/0",
    ),
    "a polygon that crosses itself": ({"places": [{"polygon": CROSSING}]}, "/places/0/polygon/coordinates"),
    "an open polygon": ({"places": [RENNES, {"polygon": OPEN}]}, "/places/1/polygon/coordinates/0/3"),
    "a polygon with a centre": ({"places": [RENNES | {"polygon": OPEN}]}, "/places/0/lat"),
    "nowhere": ({"places": []}, "/places"),
    "everywhere and somewhere": ({"everywhere": True}, "/places"),
    "an end before the start": ({"ends_at": "2025-12-31T00:00:00Z"}, "/ends_at"),
    "a start without zone": ({"starts_at": "2026-01-01T00:00:00"}, "/starts_at"),
    "a budget of -1": ({"budget_total": -1}, "/budget_total"),
    "a day's budget above all": ({"budget_total": 5, "budget_per_day": 6}, "/budget_per_day"),
    "overlapping hours": (
        {"weekly_hours": [MORNING, MORNING | {"opens": "11:00", "closes": "14:00"}]},
        "/weekly_hours/1",
    ),
    "hours of the 25th hour": ({"weekly_hours": [MORNING | {"closes": "25:00"}]}, "/weekly_hours/0/closes"),
    "a zone nobody knows": ({"time_zone": "Europe/Lutece"}, "/time_zone"),
    "a percentage of nothing": ({"percent": 0}, "/percent"),
    "a percentage without size": ({"percent": None}, "/percent"),
    "a service with a size": ({"kind": "service"}, "/percent"),
    "an amount without currency": ({"kind": "amount", "percent": None, "amount_minor": 5}, "/currency"),
    "a title in one language": ({"title": {"en": "Ten"}}, "/title/fr"),
    "a picture over plain HTTP": ({"picture_url": "http://example.org/a.jpg"}, "/picture_url"),
    "a picture at no host": ({"picture_url": "https://[/a.jpg"}, "/picture_url"),
    "a clause misspelt": ({"audience": {"role": ["client"]}}, "/audience/role"),
    "a role nobody has": ({"audience": {"roles": ["king"]}}, "/audience/roles/0"),
    "asked for and left out": (
        {"audience": {"facts": {"tag": {"any_of": ["a"], "none_of": ["a"]}}}},
        "/audience/facts/tag",
    ),
    "more at least than at most": (
        {"audience": {"purchases": {"within_days": 9, "count_at_least": 3, "count_at_most": 2}}},
        "/audience/purchases/count_at_most",
    ),
    "an amount of no currency": (
        {"audience": {"purchases": {"within_days": 9, "amount_minor_at_least": 3}}},
        "/audience/purchases/currency",
    ),
    "a territory nobody knows": ({"territory_ids": [new_id()]}, "/territory_ids/0"),
    "an audience of a territory nobody knows": ({"audience": {"territories": [new_id()]}}, "/audience/territories/0"),
    "a state of one's own": ({"state": "live"}, "/state"),
}


@pytest.mark.parametrize(("change", "pointer"), BAD.values(), ids=BAD)
def test_it_is_refused_at_its_field(stand: Stand, change: dict[str, Any], pointer: str) -> None:
    answer = stand.draft(**change)
    assert answer.status_code == 422, answer.text
    assert pointer in [fault["pointer"] for fault in answer.get_json()["errors"]], answer.text
    assert stand.sector.get("/v1/offers", stand.sector.admin).get_json()["items"] == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"time_zone": "Europe/Lutece"}, "Nobody knows this zone; write an IANA name such as Europe/Paris."),
        ({"weekly_hours": [MORNING | {"opens": "9h"}]}, "Write a time of day as in 09:30."),
        ({"places": [RENNES | {"lat": "48,85"}]}, "Write a number with a point and without quotes, as in 48.85."),
        ({"picture_url": "http://example.org/a.jpg"}, "Write a link as in https://example.org/a.jpg."),
        ({"title": {"en": "Ten", "fr": "Dix\n"}}, "Write one line, without control characters."),
        ({"stacking_group": "Spring 2026"}, "Write small letters, digits, hyphens and underscores."),
        (
            {"kind": "amount", "percent": None, "amount_minor": 5, "currency": "€"},
            "Write the code of ISO 4217, as in EUR.",
        ),
        (
            {"places": [{"polygon": FLAT}]},
            "A ring has fewer than three corners that differ, and one of them is at longitude 2, latitude 48.",
        ),
    ],
)
def test_one_is_told_how_to_write_it(stand: Stand, change: dict[str, Any], told: str) -> None:
    assert [fault["detail"] for fault in stand.draft(**change).get_json()["errors"]] == [told]


def test_nan_and_a_million_points_are_refused(stand: Stand) -> None:
    headers = stand.sector.admin | {"Content-Type": "application/json"}
    body = '{"kind": "service", "places": [{"lat": NaN, "lon": 2, "radius_m": 5}]}'
    assert stand.sector.client.post("/v1/offers", data=body, headers=headers).status_code == 400
    answer = stand.draft(places=[{"polygon": MILLION}])
    assert answer.status_code in {413, 422}
    assert answer.mimetype == "application/problem+json"


def test_a_bad_change_leaves_a_live_offer_as_it_was(stand: Stand) -> None:
    live = stand.live()
    answer = stand.change(live, percent=30, places=[{"polygon": CROSSING}])
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == "/places/0/polygon/coordinates"
    assert stand.read(live).get_json() == live


def test_every_contradiction_is_told_at_once(stand: Stand) -> None:
    answer = stand.draft(ends_at="2025-01-01T00:00:00Z", places=[], budget_total=1, budget_per_customer=2)
    assert {fault["pointer"] for fault in answer.get_json()["errors"]} == {
        "/ends_at",
        "/places",
        "/budget_per_customer",
    }
