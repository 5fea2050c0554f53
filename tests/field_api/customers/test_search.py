"""What a search over HTTP finds, and how it answers to what it cannot read."""

import pytest

from tests.field_api.customers.conftest import Caller


@pytest.fixture
def known(north: Caller) -> Caller:
    """A rep who knows a few people and a firm."""
    north.create(
        "Saint-Étienne-du-Bois",
        kind="firm",
        places=[{"town": "Saint-Étienne-du-Bois", "position": {"lat": 46.29, "lon": 5.29, "origin": "typed"}}],
    )
    north.create(
        "Durand",
        given_name="Zoé",
        contact_points=[{"kind": "phone", "value": "0612345678"}, {"kind": "email", "value": "zoe@example.fr"}],
        places=[{"town": "Bourg-en-Bresse", "position": {"lat": 46.205, "lon": 5.225, "origin": "gps"}}],
    )
    north.create("Durand", given_name="Aimé", role="client", places=[{"town": "Lyon"}])
    return north


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "st etienne du bois"}, ["Saint-Étienne-du-Bois"]),
        ({"q": "bois etienne"}, ["Saint-Étienne-du-Bois"]),
        ({"q": "zoe dur"}, ["Zoé Durand"]),
        ({"q": "durand"}, ["Zoé Durand", "Aimé Durand"]),
        ({"q": "durand", "order": "name"}, ["Aimé Durand", "Zoé Durand"]),
        ({"q": "durand", "role": "client"}, ["Aimé Durand"]),
        ({"q": "durand", "town": "bourg en bresse"}, ["Zoé Durand"]),
        ({"phone": "+33 6 12.34.56.78"}, ["Zoé Durand"]),
        ({"phone": "06 12 34 56 78", "town": "lyon"}, []),
        ({"phone": "06"}, []),
        ({"email": "ZOE@example.fr"}, ["Zoé Durand"]),
        ({"email": "zoe"}, []),
        ({"town": "st etienne"}, ["Saint-Étienne-du-Bois"]),
        ({"kind": "firm"}, ["Saint-Étienne-du-Bois"]),
        ({"role": "visitor"}, []),
        ({"near": "46.2052,5.2255"}, ["Zoé Durand"]),
        ({"near": "46.2052,5.2255", "radius_m": "20000"}, ["Zoé Durand", "Saint-Étienne-du-Bois"]),
        ({"near": "46.2052,5.2255", "radius_m": "20000", "q": "bois"}, ["Saint-Étienne-du-Bois"]),
        ({"near": "46.2052,5.2255", "radius_m": "20000", "role": "client"}, []),
        ({"q": "%_*"}, []),
        ({}, ["Aimé Durand", "Zoé Durand", "Saint-Étienne-du-Bois"]),
    ],
)
def test_a_search_finds_who_meets_all_that_is_asked(known: Caller, query: dict[str, str], names: list[str]) -> None:
    assert known.found(**query) == names
    assert known.found(**query, limit=1) == names


def test_near_tells_the_distance(known: Caller) -> None:
    (found,) = known.walk(near="46.2052,5.2255")
    assert found["distance_m"] == pytest.approx(44.6, abs=0.2)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"near": "91,0"}, "near"),
        ({"near": "46.2"}, "near"),
        ({"near": "46.2,5.2", "radius_m": "1e9"}, "radius_m"),
        ({"order": "shoe_size"}, "order"),
        ({"limit": "101"}, "limit"),
        ({"cursor": "!"}, "cursor"),
        ({"cursor": "WyJhIiwiYiJd", "order": "created_at"}, "cursor"),
        ({"cursor": "WzcsImEiLCJiIl0", "q": "durand"}, "cursor"),
        ({"name": "durand"}, "name"),
    ],
)
def test_what_cannot_be_read_is_named(north: Caller, query: dict[str, str], parameter: str) -> None:
    answer = north.client.get("/v1/customers", query_string=query, headers={"Authorization": f"Bearer {north.token}"})
    assert answer.status_code == 422
    assert [fault["parameter"] for fault in answer.get_json()["errors"]] == [parameter]
