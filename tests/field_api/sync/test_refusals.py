"""What was refused is kept in full until the rep has seen it."""

from tests.field_api.sync.conftest import Company
from tests.field_api.sync.phone import Phone


def _refused(company: Company, phone: Phone, count: int = 1) -> str:
    for number in range(count):
        phone.make(f"Bad {number}", kind="nonsense")
    phone.push()
    return company.device_of(phone)


def test_a_refused_edit_is_kept_once_however_often_it_is_pushed(company: Company, alices: Phone) -> None:
    alices.make("Bad", kind="nonsense")
    rows = alices.rows()
    for _ in range(3):
        alices.send(rows)
    (refusal,) = company.refusals(alices)
    assert refusal["collection"] == "customers"
    assert refusal["doc_id"] == refusal["document"]["id"]
    assert refusal["problem"]["status"] == 422


def test_a_refused_edit_that_was_seen_is_forgotten(company: Company, alices: Phone) -> None:
    device = _refused(company, alices, 2)
    first, second = alices.refusals(device)
    answer = alices.client.delete(f"/v1/devices/{device}/refusals/{first['id']}", headers=alices.headers)
    assert answer.status_code == 204
    assert alices.refusals(device) == [second]


def test_refused_edits_are_listed_page_by_page(company: Company, alices: Phone) -> None:
    device = _refused(company, alices, 5)
    found, path = [], f"/v1/devices/{device}/refusals?limit=2"
    while path:
        answer = alices.client.get(path, headers=alices.headers)
        found += answer.get_json()["items"]
        link = answer.headers.get("Link", "")
        path = link[1 : link.index(">")] if link else ""
    assert [one["document"]["name"] for one in found] == [f"Bad {number}" for number in range(5)]


def test_nobody_else_but_an_admin_sees_them(company: Company, alices: Phone) -> None:
    device = _refused(company, alices)
    (refusal,) = alices.refusals(device)
    bobs = company.phone(company.bob)
    assert bobs.refusals(device) == []
    answer = bobs.client.delete(f"/v1/devices/{device}/refusals/{refusal['id']}", headers=bobs.headers)
    assert answer.status_code == 404
    bobs.headers = company.admin
    assert bobs.refusals(device) == [refusal]
