"""A phone pulls what its user sees, page by page, and from then on only what changed."""

import pytest

from tests.field_api.sync.conftest import Company
from tests.field_api.sync.phone import Phone


@pytest.mark.parametrize("page", [1, 3, 7, 500])
def test_a_new_phone_receives_its_own_territory_at_any_page_size(company: Company, page: int) -> None:
    for number in range(7):
        company.create(company.north, f"North {number}")
        company.create(company.south, f"South {number}")
    phone = company.phone(company.alice, page=page)
    phone.pull()
    assert phone.names() == [f"North {number}" for number in range(7)]
    assert phone.is_whole()


def test_a_second_pull_brings_only_what_changed_since(company: Company, alices: Phone) -> None:
    first = company.create(company.north, "Before")
    company.create(company.north, "Untouched")
    alices.pull()
    company.change(first["id"], name="After")
    documents = alices.pull_page().get_json()["documents"]
    assert [one["name"] for one in documents] == ["After"]


def test_an_edit_at_the_desk_a_retirement_and_a_restoration_reach_the_phone(company: Company, alices: Phone) -> None:
    customer = company.create(company.north, "Durand")
    alices.pull()
    company.post(f"/customers/{customer['id']}/contact-points", {"kind": "phone", "value": "06 39 98 12 34"})
    alices.pull()
    assert alices.docs[customer["id"]]["contact_points"][0]["value"] == "+33639981234"
    company.post(f"/customers/{customer['id']}/retire")
    alices.pull()
    assert alices.names() == []
    assert alices.docs[customer["id"]] == {"id": customer["id"], "_deleted": True}
    company.post(f"/customers/{customer['id']}/restore")
    alices.pull()
    assert alices.names() == ["Durand"]
    assert alices.is_whole()


def test_a_customer_who_moves_vanishes_from_one_phone_and_appears_on_the_other(company: Company, alices: Phone) -> None:
    customer = company.create(company.north, "Nomad")
    bobs = company.phone(company.bob)
    alices.pull(), bobs.pull()
    company.change(customer["id"], territory_id=company.south.id)
    alices.pull(), bobs.pull()
    assert (alices.names(), bobs.names()) == ([], ["Nomad"])
    company.change(customer["id"], territory_id=company.north.id)
    alices.pull(), bobs.pull()
    assert (alices.names(), bobs.names()) == (["Nomad"], [])


def test_pages_are_full_although_most_of_what_changed_is_gone(company: Company) -> None:
    """RxDB takes a short page for the last one, so tombstones and repetitions must not shorten one."""
    phone = company.phone(company.alice, page=4)
    company.assign(company.alice, company.south)
    customers = [company.create(company.north, f"Mover {number}") for number in range(6)]
    for customer in customers:
        company.change(customer["id"], territory_id=company.south.id)
    for number in range(5):
        company.create(company.south, f"South {number}")
    phone.pull()
    assert len(phone.names()) == 11
    assert phone.is_whole()


def test_an_admin_receives_every_territory(company: Company) -> None:
    company.create(company.north, "North")
    company.create(company.south, "South")
    phone = Phone(company.client, company.admin)
    phone.pull()
    assert phone.names() == ["North", "South"]


def test_the_list_of_collections_lets_a_client_build_its_own(company: Company, alices: Phone) -> None:
    answer = company.client.get("/v1/sync", headers=alices.headers).get_json()
    (customers,) = [one for one in answer["collections"] if one["name"] == "customers"]
    assert customers["schema"]["primaryKey"] == "id"
    assert customers["schema"]["required"] == ["id"]
    assert not customers["read_only"]
    assert len(answer["epoch"]) == 8


def test_an_answer_is_small_for_a_client_that_takes_gzip(company: Company, alices: Phone) -> None:
    for number in range(20):
        company.create(company.north, f"North {number}")
    plain = alices.pull_page(limit=100)
    alices.headers |= {"Accept-Encoding": "gzip"}
    packed = alices.pull_page(limit=100)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert len(packed.data) < len(plain.data) / 4
