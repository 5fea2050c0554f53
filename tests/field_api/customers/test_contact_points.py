"""Phones and e-mails, and who is the same person."""

from typing import Any

from tests.field_api.customers.conftest import Caller, Company, new

PHONE = {"kind": "phone", "value": "06 12 34 56 78"}


def verified(value: dict[str, str]) -> dict[str, Any]:
    return value | {"verified": True}


def add(caller: Caller, customer: dict[str, Any], point: dict[str, Any]) -> Any:
    return caller.call("POST", f"/customers/{customer['id']}/contact-points", point)


def test_a_verified_phone_belongs_to_one_customer_who_is_told_by_name(north: Caller) -> None:
    first = north.create("Durand", given_name="Zoé", contact_points=[verified(PHONE)])
    written_otherwise = {"kind": "phone", "value": "+33 (0)6.12.34.56.78"}
    on_creation = north.call("POST", "/customers", new(north.territory_id, "Twin", contact_points=[written_otherwise]))
    added = add(north, north.create("Twin"), written_otherwise)
    for answer in (on_creation, added):
        assert answer.status_code == 409
        assert "Zoé Durand" in answer.get_json()["detail"]
        assert first["id"] in answer.get_json()["detail"]


def test_verifying_what_another_has_verified_is_told_as_well(north: Caller) -> None:
    one, other = north.create("One", contact_points=[PHONE]), north.create("Other", contact_points=[PHONE])
    for customer, status in ((one, 200), (other, 409)):
        (point,) = north.get(f"/customers/{customer['id']}/contact-points")["items"]
        path = f"/customers/{customer['id']}/contact-points/{point['id']}"
        answer = north.call("PATCH", path, {"verified": True}, If_Match=customer["etag"])
        assert answer.status_code == status
    assert "One" in answer.get_json()["detail"]


def test_a_duplicate_out_of_sight_is_told_without_a_name_and_a_retired_one_as_retired(company: Company) -> None:
    hidden = company.south.create("Secret", contact_points=[verified(PHONE)])
    told = add(company.north, company.north.create("Mine"), PHONE).get_json()
    assert told["status"] == 409
    assert "Secret" not in told["detail"]
    assert hidden["id"] not in told["detail"]
    company.south.call("POST", f"/customers/{hidden['id']}/retire", If_Match=hidden["etag"])
    told = add(company.manager, company.north.create("Other"), PHONE).get_json()
    assert "Secret" in told["detail"]
    assert "retired" in told["detail"]


def test_the_same_value_twice_on_one_customer_clashes(north: Caller) -> None:
    twice = new(north.territory_id, contact_points=[PHONE, {"kind": "phone", "value": "0612345678"}])
    assert north.call("POST", "/customers", twice).status_code == 409
    assert add(north, north.create(contact_points=[PHONE]), PHONE).status_code == 409


def test_contact_points_are_labelled_unverified_and_removed_with_the_customers_etag(north: Caller) -> None:
    made = north.create()
    added = add(north, made, verified(PHONE))
    point, tag = added.get_json(), added.headers["ETag"]
    path = f"/customers/{made['id']}/contact-points/{point['id']}"
    assert point["verified_at"] is not None
    assert north.call("PATCH", path, {"label": "work"}, If_Match=made["etag"]).status_code == 412
    changed = north.call("PATCH", path, {"label": "work"}, If_Match=tag)
    assert (changed.get_json()["label"], changed.get_json()["verified_at"]) == ("work", point["verified_at"])
    changed = north.call("PATCH", path, {"verified": False}, If_Match=changed.headers["ETag"])
    assert (changed.get_json()["verified"], changed.get_json()["verified_at"]) == (False, None)
    assert north.call("DELETE", path).status_code == 428
    assert north.call("DELETE", path, If_Match=changed.headers["ETag"]).status_code == 204
    assert north.get(f"/customers/{made['id']}/contact-points")["items"] == []


def test_a_number_that_cannot_be_is_pointed_at(north: Caller) -> None:
    answer = add(north, north.create(), {"kind": "phone", "value": "06 12"})
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == "/value"
    assert "06 12" in answer.get_json()["errors"][0]["detail"]
