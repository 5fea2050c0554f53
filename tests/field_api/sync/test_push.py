"""A phone's edits are stored by the same use cases as those made at the desk, each for itself."""

from field_api.store.audit import AuditEntry
from tests.field_api.sync.conftest import Company
from tests.field_api.sync.phone import Phone


def test_a_customer_made_on_a_phone_stands_on_the_server_with_all_parts(company: Company, alices: Phone) -> None:
    point = {"id": "0197a000-0000-7000-8000-000000000001", "kind": "email", "value": "a@b.example", "verified": True}
    place = {"id": "0197a000-0000-7000-8000-000000000002", "town": "Bourg", "country": "FR"}
    doc_id = alices.make("Neuf", role="client", contact_points=[point], places=[place])
    assert alices.push() == []
    assert company.read(doc_id)["role"] == "client"
    alices.pull()
    assert alices.docs[doc_id]["places"][0]["created_at"]
    assert alices.is_whole()
    actions = [line.action for line in company.session.query(AuditEntry).filter_by(subject_id=doc_id)]
    assert actions == ["customer.create"]


def test_edits_of_every_kind_run_through_the_use_cases(company: Company, alices: Phone) -> None:
    customer = company.create(
        company.north,
        "Durand",
        contact_points=[{"kind": "email", "value": "old@b.example"}],
        places=[{"town": "Bourg"}],
    )
    alices.pull()
    one = alices.docs[customer["id"]]
    kept = {**one["places"][0], "street": "1 rue Neuve"}
    added = {"id": "0197a000-0000-7000-8000-000000000003", "kind": "phone", "value": "+33639981234", "verified": False}
    alices.edit(one["id"], name="Dupont", role="client", job_title="Chef", contact_points=[added], places=[kept])
    assert alices.push() == []
    alices.pull()
    shown = alices.docs[one["id"]]
    assert (shown["name"], shown["role"], shown["job_title"]) == ("Dupont", "client", "Chef")
    assert [point["value"] for point in shown["contact_points"]] == ["+33639981234"]
    assert shown["places"][0]["street"] == "1 rue Neuve"
    assert alices.is_whole()
    trail = {line.action for line in company.session.query(AuditEntry)}
    assert trail >= {
        "customer.change",
        "customer.role",
        "contact_point.create",
        "contact_point.remove",
        "place.change",
    }


def test_what_is_stored_otherwise_than_pushed_comes_back_at_once(company: Company, alices: Phone) -> None:
    written = {"id": "0197a000-0000-7000-8000-000000000001", "kind": "phone", "value": "06 39 98 12 34"}
    doc_id = alices.make(contact_points=[written])
    (answer,) = alices.push()
    assert answer["contact_points"][0]["value"] == "+33639981234"
    assert alices.dirty() == []
    assert company.refusals(alices) == []
    assert company.read(doc_id)["name"] == "Durand"


def test_the_same_push_again_changes_nothing(company: Company, alices: Phone) -> None:
    doc_id = alices.make()
    rows = alices.rows()
    alices.push()
    before = company.read(doc_id)
    assert alices.send(rows).get_json() == []
    assert company.read(doc_id) == before
    assert company.refusals(alices) == []


def test_edits_to_different_fields_merge_and_both_phones_agree(company: Company, alices: Phone) -> None:
    customer = company.create(company.north, "Durand", places=[{"town": "Bourg"}])
    other = company.phone(company.alice)
    alices.pull(), other.pull()
    alices.edit(customer["id"], given_name="Anne")
    added = {"id": "0197a000-0000-7000-8000-000000000009", "town": "Lyon", "country": "FR"}
    other.edit(customer["id"], job_title="Chef", places=[*other.docs[customer["id"]]["places"], added])
    alices.sync(), other.sync(), alices.sync(), other.sync()
    assert alices.docs == other.docs
    shown = alices.docs[customer["id"]]
    assert (shown["given_name"], shown["job_title"]) == ("Anne", "Chef")
    assert sorted(place["town"] for place in shown["places"]) == ["Bourg", "Lyon"]


def test_edits_to_the_same_field_keep_the_first_and_tell_the_second(company: Company, alices: Phone) -> None:
    customer = company.create(company.north, "Durand")
    other = company.phone(company.alice)
    alices.pull(), other.pull()
    alices.edit(customer["id"], name="First")
    other.edit(customer["id"], name="Second", job_title="Chef")
    alices.sync(), other.sync(), alices.sync()
    assert alices.docs == other.docs
    # What does not clash of the second edit is kept.
    assert (alices.docs[customer["id"]]["name"], alices.docs[customer["id"]]["job_title"]) == ("First", "Chef")
    (refusal,) = company.refusals(other)
    assert refusal["document"]["name"] == "Second"
    assert refusal["problem"]["status"] == 409
    assert "name" in refusal["problem"]["detail"]


def test_a_second_edit_before_the_echo_of_the_first_is_kept(company: Company, alices: Phone) -> None:
    customer = company.create(company.north, "Durand")
    alices.pull()
    alices.edit(customer["id"], name="First")
    alices.push()
    alices.edit(customer["id"], name="Second")
    assert alices.push() == []
    alices.pull()
    assert alices.names() == ["Second"]


def test_an_edit_of_what_was_deleted_elsewhere_is_refused_with_a_bare_tombstone(
    company: Company, alices: Phone
) -> None:
    customer = company.create(company.north, "Durand")
    alices.pull()
    company.post(f"/customers/{customer['id']}/retire")
    alices.edit(customer["id"], name="Edited")
    assert alices.push() == [{"id": customer["id"], "_deleted": True}]
    assert company.refusals(alices)[0]["document"]["name"] == "Edited"


def test_a_deletion_of_what_was_edited_elsewhere_is_refused_and_a_plain_one_retires(
    company: Company, alices: Phone
) -> None:
    edited, plain = company.create(company.north, "Edited"), company.create(company.north, "Plain")
    alices.pull()
    company.change(edited["id"], job_title="Chef")
    alices.delete(edited["id"]), alices.delete(plain["id"])
    alices.sync()
    assert alices.names() == ["Edited"]
    assert company.read(plain["id"])["retired_at"]
    assert alices.is_whole()


def test_of_a_hundred_edits_one_invalid_ninety_nine_are_stored(company: Company, alices: Phone) -> None:
    for number in range(99):
        alices.make(f"Good {number}")
    bad = alices.make("Bad", kind="nonsense")
    assert alices.push() == [{"id": bad, "_deleted": True}]
    alices.pull()
    assert len(alices.shown()) == 99
    assert alices.is_whole()
    (refusal,) = company.refusals(alices)
    assert refusal["document"]["name"] == "Bad"
    assert refusal["problem"]["errors"][0]["pointer"] == "/kind"


def test_what_the_database_itself_refuses_lets_the_others_pass_and_each_has_one_line_in_the_trail(
    company: Company, alices: Phone
) -> None:
    point = {"kind": "email", "value": "a@b.example"}
    taken = company.create(company.north, contact_points=[point])["id"]
    alices.pull()
    (held,) = alices.docs[taken]["contact_points"]
    made = [alices.make(f"Good {number}") for number in range(3)]
    bad = alices.make("Bad", contact_points=[{**held, "value": "c@d.example"}])
    made += [alices.make(f"Good {number}") for number in range(3, 6)]
    assert alices.push() == [{"id": bad, "_deleted": True}]
    trail = company.session.query(AuditEntry.subject_id).filter_by(action="customer.create")
    assert sorted(row.subject_id for row in trail) == sorted([taken, *made])
    assert [one["problem"]["status"] for one in company.refusals(alices)] == [409]
    alices.pull()
    assert alices.is_whole()


def test_fields_that_are_the_servers_are_ignored_and_corrected(company: Company, alices: Phone) -> None:
    customer = company.create(company.north, "Durand")
    alices.pull()
    true = alices.docs[customer["id"]]["created_at"]
    alices.edit(customer["id"], created_at="1999-01-01T00:00:00Z", facts=[{"id": customer["id"], "value": "gold"}])
    alices.sync()
    assert alices.docs[customer["id"]]["created_at"] == true
    assert "facts" not in alices.docs[customer["id"]]
    assert alices.is_whole()


def test_two_edits_of_one_document_in_one_push_are_taken_in_their_order(company: Company, alices: Phone) -> None:
    customer = company.create(company.north, "Durand")
    alices.pull()
    base = alices.docs[customer["id"]]
    first, second = {**base, "name": "First"}, {**base, "name": "Second"}
    rows = [{"newDocumentState": first, "assumedMasterState": base}]
    rows.append({"newDocumentState": second, "assumedMasterState": first})
    assert alices.send(rows).get_json() == []
    assert company.read(customer["id"])["name"] == "Second"
