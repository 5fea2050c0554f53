"""Creating a customer, and what is refused."""

from datetime import timedelta
from typing import Any

from field_api import clock
from field_api.store.columns import new_id
from tests.field_api.customers.conftest import Caller, Company, new


def test_a_new_customer_is_told_with_their_etag_and_location(north: Caller) -> None:
    answer = north.call("POST", "/customers", new(north.territory_id, "Durand", given_name="Zoé"))
    made = answer.get_json()
    assert answer.status_code == 201
    assert made["display_name"] == "Zoé Durand"
    assert made["role"] == "prospect"
    assert answer.headers["Location"] == f"/v1/customers/{made['id']}"
    read = north.call("GET", f"/customers/{made['id']}")
    assert read.headers["ETag"] == answer.headers["ETag"] == made["etag"]
    assert read.get_json() == made


def test_a_new_customer_brings_contact_points_and_places(north: Caller) -> None:
    made = north.create(
        contact_points=[{"kind": "phone", "value": "06 12 34 56 78"}, {"kind": "email", "value": "Zoe@Example.FR"}],
        places=[{"town": "Bourg-en-Bresse", "position": {"lat": 46.2, "lon": 5.2, "origin": "gps", "accuracy_m": 8}}],
    )
    assert made["town"] == "Bourg-en-Bresse"
    points = north.get(f"/customers/{made['id']}/contact-points")["items"]
    assert {point["value"] for point in points} == {"+33612345678", "zoe@example.fr"}
    (place,) = north.get(f"/customers/{made['id']}/places")["items"]
    assert place["position"] == {"lat": 46.2, "lon": 5.2, "origin": "gps", "accuracy_m": 8}
    assert place["country"] == "FR"


def test_the_first_touch_keeps_its_source_and_date_and_begins_the_first_role(north: Caller) -> None:
    made = north.create(
        first_touch_source="referral", first_touch_detail="by a neighbour", first_touch_at="2025-03-01T09:30:00Z"
    )
    assert (made["first_touch_source"], made["first_touch_detail"]) == ("referral", "by a neighbour")
    (role,) = north.get(f"/customers/{made['id']}/roles")["items"]
    assert role == {"role": "prospect", "starts_at": "2025-03-01T09:30:00Z", "ends_at": None}


def test_an_id_made_by_the_client_is_kept_in_lower_case_and_clashes_the_second_time(north: Caller) -> None:
    own = new_id()
    assert north.create(id=own.upper())["id"] == own
    again = north.call("POST", "/customers", new(north.territory_id, id=own))
    assert again.status_code == 409
    assert own in again.get_json()["detail"]


def test_a_retry_with_the_same_key_makes_one_customer(north: Caller) -> None:
    body = new(north.territory_id, "Unique")
    first, second = (north.call("POST", "/customers", body, Idempotency_Key="one-intention") for _ in range(2))
    assert first.get_json() == second.get_json()
    assert north.found(q="unique") == ["Unique"]


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"contact_points": [{"kind": "phone", "value": "12"}]}, "/contact_points/0/value"),
    ({"contact_points": [{"kind": "email", "value": "nobody"}]}, "/contact_points/0/value"),
    ({"places": [{"town": "Paris", "position": {"lat": 91, "lon": 0, "origin": "gps"}}]}, "/places/0/position/lat"),
    ({"name": " "}, "/name"),
    ({"name": "two\nlines"}, "/name"),
    ({"first_touch_source": "dream"}, "/first_touch_source"),
    ({"version": 3}, "/version"),
    ({"kind": "robot"}, "/kind"),
)


def test_what_is_wrong_is_pointed_at_and_nothing_is_kept(north: Caller) -> None:
    for wrong, pointer in WRONG:
        answer = north.call("POST", "/customers", new(north.territory_id) | wrong)
        assert answer.status_code == 422
        assert [fault["pointer"] for fault in answer.get_json()["errors"]] == [pointer]
    assert north.walk() == []


def test_a_first_touch_to_come_is_refused_and_a_fast_clock_is_forgiven(north: Caller) -> None:
    far = (clock.now() + timedelta(days=2)).isoformat()
    assert north.call("POST", "/customers", new(north.territory_id, first_touch_at=far)).status_code == 409
    fast = (clock.now() + timedelta(minutes=3)).isoformat()
    assert north.create(first_touch_at=fast)["first_touch_at"] < fast


def test_nobody_puts_a_customer_into_a_territory_out_of_their_sight(company: Company, nowhere: str) -> None:
    for caller, territory_id in (
        (company.north, company.south.territory_id),
        (company.manager, nowhere),
        (company.admin, nowhere),
    ):
        answer = caller.call("POST", "/customers", new(territory_id))
        assert answer.status_code == 404
        assert territory_id in answer.get_json()["detail"]


def test_people_belong_to_firms_that_the_caller_sees(company: Company) -> None:
    north = company.north
    firm = north.create("Menuiserie Petit", kind="firm")
    member = north.create("Petit", given_name="Luc", firm_id=firm["id"], job_title="owner")
    assert north.found(firm_id=firm["id"]) == ["Luc Petit"]
    foreign = company.south.create("Garage du Sud", kind="firm")
    for wrong, status in ((foreign["id"], 404), (member["id"], 409)):
        assert north.call("POST", "/customers", new(north.territory_id, firm_id=wrong)).status_code == status
