"""What goes out of a user's sight leaves their phones, and what comes back into it comes back whole."""

from datetime import timedelta

from field_api import clock
from tests.field_api.people import assign
from tests.field_api.sync.conftest import Company
from tests.field_api.sync.phone import Phone


def _customers(company: Company, count: int) -> list[str]:
    return [company.create(company.north, f"North {number}")["id"] for number in range(count)]


def test_the_end_of_an_assignment_empties_the_phone_page_by_page(company: Company, alices: Phone) -> None:
    _customers(company, 12)
    alices.pull()
    company.unassign(company.alice, company.north)
    alices.pull()
    assert alices.names() == []
    assert all(one == {"id": doc_id, "_deleted": True} for doc_id, one in alices.docs.items())
    assert alices.is_whole()


def test_an_assignment_that_ends_by_the_clock_alone_takes_the_customers_with_it(company: Company) -> None:
    _customers(company, 3)
    assign(company.session, company.bob, company.north, ends_at=clock.now() + timedelta(minutes=5))
    phone = company.phone(company.bob)
    phone.pull()
    assert len(phone.names()) == 3
    with clock.ahead_by(timedelta(minutes=6)):
        phone.pull()
    assert phone.names() == []


def test_customers_who_arrive_after_the_end_are_not_named(company: Company, alices: Phone) -> None:
    _customers(company, 2)
    alices.pull()
    company.unassign(company.alice, company.north)
    alices.pull_page()
    later = _customers(company, 2)
    alices.pull()
    assert not set(later) & alices.docs.keys()


def test_a_territory_granted_again_comes_back_in_full(company: Company, alices: Phone) -> None:
    kept, retired, *_ = _customers(company, 8)
    alices.pull()
    company.unassign(company.alice, company.north)
    alices.pull()
    company.post(f"/customers/{retired}/retire")
    company.change(kept, name="Changed meanwhile")
    company.assign(company.alice, company.north)
    alices.pull()
    assert len(alices.names()) == 7
    assert "Changed meanwhile" in alices.names()
    assert alices.is_whole()


def test_a_phone_that_slept_through_end_and_renewal_loses_nothing(company: Company, alices: Phone) -> None:
    _customers(company, 3)
    alices.pull()
    awake = company.phone(company.alice)
    company.unassign(company.alice, company.north)
    awake.pull()
    company.assign(company.alice, company.north)
    alices.pull()
    assert len(alices.names()) == 3
    assert alices.is_whole()


def test_a_new_territory_arrives_although_its_customers_are_old(company: Company) -> None:
    company.create(company.south, "Old")
    alices = company.phone(company.alice)
    _customers(company, 3)
    alices.pull()
    company.assign(company.alice, company.south)
    alices.pull()
    assert "Old" in alices.names()


def test_an_edit_queued_before_the_end_is_refused_and_shows_nothing(company: Company, alices: Phone) -> None:
    (doc_id,) = _customers(company, 1)
    alices.pull()
    alices.edit(doc_id, name="Late")
    company.unassign(company.alice, company.north)
    company.change(doc_id, name="Secret")
    assert alices.push() == [{"id": doc_id, "_deleted": True}]
    assert company.read(doc_id)["name"] == "Secret"
    assert company.refusals(alices)[0]["document"]["name"] == "Late"


def test_a_refused_edit_does_not_hide_the_customer_once_the_territory_is_granted_again(
    company: Company, alices: Phone
) -> None:
    (doc_id,) = _customers(company, 1)
    alices.pull()
    alices.edit(doc_id, name="Late")
    company.unassign(company.alice, company.north)
    alices.push()
    company.assign(company.alice, company.north)
    alices.pull()
    assert alices.names() == ["North 0"]
    assert alices.is_whole()


def test_a_customer_pushed_but_never_pulled_is_taken_back_too(company: Company) -> None:
    company.assign(company.alice, company.south)
    phone = company.phone(company.alice, company.south)
    phone.pull()
    phone.make("Made here")
    phone.push()
    company.unassign(company.alice, company.south)
    phone.pull()
    assert phone.names() == []


def test_a_foreign_customer_can_neither_be_taken_nor_be_put_elsewhere(company: Company, alices: Phone) -> None:
    foreign = company.create(company.south, "Foreign")
    alices.make("Grabbed", id=foreign["id"])
    assert alices.push() == [{"id": foreign["id"], "_deleted": True}]
    own = alices.make("Own")
    alices.sync()
    alices.edit(own, territory_id=company.south.id)
    alices.push()
    assert company.read(own)["territory_id"] == company.north.id
    assert company.read(foreign["id"])["name"] == "Foreign"


def test_a_deletion_queued_before_a_customer_moved_away_is_refused_and_told(company: Company, alices: Phone) -> None:
    doc_id, gone = _customers(company, 2)
    alices.pull()
    alices.delete(doc_id), alices.delete(gone)
    rows = alices.rows()
    company.change(doc_id, territory_id=company.south.id)
    company.post(f"/customers/{gone}/retire")
    # Of the one that was deleted by somebody else there is nothing to tell.
    assert alices.send(rows).get_json() == [{"id": doc_id, "_deleted": True}]
    assert [one["doc_id"] for one in company.refusals(alices)] == [doc_id]
    assert not company.read(doc_id).get("retired_at")
