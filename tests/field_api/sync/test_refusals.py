"""What was refused is kept in full until the rep has seen it."""

from sqlalchemy import delete, update

from field_api.access.models import Device, Token
from field_api.store.columns import new_id
from field_api.store.engine import writing
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
    for unknown in (device, new_id()):
        answer = bobs.client.get(f"/v1/devices/{unknown}/refusals", headers=bobs.headers)
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    answer = bobs.client.delete(f"/v1/devices/{device}/refusals/{refusal['id']}", headers=bobs.headers)
    assert answer.status_code == 404
    bobs.headers = company.admin
    assert bobs.refusals(device) == [refusal]


def test_a_device_to_which_nothing_was_refused_has_an_empty_list(company: Company, alices: Phone) -> None:
    assert company.refusals(alices) == []


def test_what_was_refused_outlives_the_sign_in_of_its_device(company: Company, alices: Phone) -> None:
    device = _refused(company, alices)
    with writing(company.session):
        company.session.execute(update(Token).where(Token.device_id == device).values(device_id=None, kind="personal"))
        company.session.execute(delete(Device).where(Device.id == device))
    again = company.phone(company.alice)
    assert len(again.refusals(device)) == 1
