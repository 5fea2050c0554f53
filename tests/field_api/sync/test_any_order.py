"""Collections come in any order: what belongs to a customer may arrive before the customer does."""

from field_api.store.columns import new_id
from tests.field_api.sync.conftest import Company
from tests.field_api.sync.phone import Phone

NOTE = {"channel": "visit", "direction": "outbound", "content": "Met", "occurred_at": "2026-01-02T10:00:00Z"}


def _noted(phone: Phone, customer_id: str) -> tuple[Phone, str]:
    notes, own = Phone(phone.client, phone.headers, phone.territory_id, "interactions"), new_id()
    notes.docs[own] = {"id": own, "customer_id": customer_id, **NOTE, "_deleted": False}
    return notes, own


def test_a_note_that_arrives_before_its_customer_is_stored_with_them(company: Company, alices: Phone) -> None:
    customer = alices.make("Met in a cellar")
    notes, own = _noted(alices, customer)
    assert notes.push() == []
    (waiting,) = company.refusals(alices)
    assert waiting["awaits_id"] == customer
    assert alices.push() == []
    assert company.refusals(alices) == []
    notes.pull()
    assert notes.docs[own]["recorded_by_kind"] == "user"
    assert notes.is_whole()


def test_a_note_that_waits_is_kept_once_however_often_it_is_pushed(company: Company, alices: Phone) -> None:
    customer = alices.make("Met in a cellar")
    notes, _ = _noted(alices, customer)
    rows = notes.rows()
    assert [notes.send(rows).get_json() for _ in range(3)] == [[], [], []]
    alices.push()
    notes.pull()
    assert len(notes.shown()) == 1


def test_a_note_that_is_refused_in_the_end_leaves_the_phone_and_is_kept_as_refused(
    company: Company, alices: Phone
) -> None:
    customer = alices.make("Met in a cellar")
    notes, own = _noted(alices, customer)
    notes.edit(own, channel="telepathy")
    notes.push()
    alices.push()
    notes.pull()
    assert notes.shown() == {}
    (refusal,) = company.refusals(alices)
    assert refusal["problem"]["errors"][0]["pointer"] == "/channel"
    assert notes.is_whole()


def test_a_note_whose_customer_never_comes_leaves_the_phone_when_the_rep_says_so(
    company: Company, alices: Phone
) -> None:
    notes, _ = _noted(alices, new_id())
    notes.push()
    (waiting,) = company.refusals(alices)
    path = f"/v1/devices/{company.device_of(alices)}/refusals/{waiting['id']}"
    assert alices.client.delete(path, headers=alices.headers).status_code == 204
    notes.pull()
    assert notes.shown() == {}
    assert notes.is_whole()


def test_a_note_about_somebody_elses_customer_does_not_wait(company: Company, alices: Phone) -> None:
    foreign = company.create(company.south)
    notes, own = _noted(alices, foreign["id"])
    assert notes.push() == [{"id": own, "_deleted": True}]
    assert company.refusals(alices)[0]["awaits_id"] is None
