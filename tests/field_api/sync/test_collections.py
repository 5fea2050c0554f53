"""What lies where a customer lies comes, moves and goes with them; reference data follows its own bounds."""

from tests.field_api.sync.conftest import Company
from tests.field_api.sync.phone import Doc, Phone

CALL = {"channel": "call", "direction": "outbound", "content": "Called"}
CONSENT = {
    "purpose": "offers",
    "channel": "email",
    "granted": True,
    "wording": "May we write to you?",
    "language": "en",
    "source": "visit",
}


def _beside(phone: Phone, collection: str) -> Phone:
    return Phone(phone.client, phone.headers, phone.territory_id, collection)


def _new(phone: Phone, doc_id: str, document: Doc) -> str:
    phone.docs[doc_id] = {"id": doc_id, **document, "_deleted": False}
    return doc_id


def _sold(company: Company, customer_id: str) -> str:
    lines = [{"category": "cheese", "quantity": 2, "amount_minor": 1800}]
    own = "0197a000-0000-7000-8000-0000000000aa"
    told = {"id": own, "customer_id": customer_id, "channel": "call", "currency": "EUR", "lines": lines}
    headers = company.admin | {"Idempotency-Key": own}
    answer = company.client.post("/v1/purchases", json=told | {"occurred_at": "2026-01-02T10:00:00Z"}, headers=headers)
    assert answer.status_code == 201, answer.text
    return own


def test_the_timeline_the_consents_and_the_purchases_move_and_go_with_their_customer(company: Company) -> None:
    customer = company.create(company.north)
    company.post(f"/customers/{customer['id']}/interactions", CALL)
    company.post(f"/customers/{customer['id']}/consents", CONSENT)
    _sold(company, customer["id"])
    home = {name: _beside(company.phone(company.alice), name) for name in ("interactions", "consents", "purchases")}
    away = {name: _beside(company.phone(company.bob), name) for name in home}

    def seen(phones: dict[str, Phone]) -> list[int]:
        for phone in phones.values():
            phone.pull()
            assert phone.is_whole()
        return [len(phone.shown()) for phone in phones.values()]

    assert (seen(home), seen(away)) == ([2, 1, 1], [0, 0, 0])
    company.change(customer["id"], territory_id=company.south.id)
    assert (seen(home), seen(away)) == ([0, 0, 0], [2, 1, 1])
    company.post(f"/customers/{customer['id']}/retire")
    assert seen(away) == [0, 0, 0]
    company.post(f"/customers/{customer['id']}/restore")
    assert seen(away) == [2, 1, 1]


def test_what_a_phone_notes_of_a_customer_stands_in_the_timeline(company: Company, alices: Phone) -> None:
    customer = company.create(company.north)
    notes, consents = _beside(alices, "interactions"), _beside(alices, "consents")
    own = "0197a000-0000-7000-8000-0000000000bb"
    _new(notes, own, {"customer_id": customer["id"], **CALL, "occurred_at": "2026-01-02T10:00:00Z"})
    _new(consents, own, {"customer_id": customer["id"], **CONSENT, "occurred_at": "2026-01-02T10:00:00Z"})
    assert (notes.push(), consents.push()) == ([], [])
    notes.sync(), consents.sync()
    assert notes.docs[own]["recorded_by_kind"] == "user"
    assert (notes.is_whole(), consents.is_whole()) == (True, True)


def test_an_entry_of_the_timeline_is_never_changed(company: Company, alices: Phone) -> None:
    customer = company.create(company.north)
    noted = company.post(f"/customers/{customer['id']}/interactions", CALL)
    notes = _beside(alices, "interactions")
    notes.pull()
    notes.edit(noted["id"], content="Never said")
    notes.sync()
    assert notes.docs[noted["id"]]["content"] == "Called"
    notes.delete(noted["id"])
    notes.sync()
    assert notes.docs[noted["id"]]["content"] == "Called"


def test_a_refund_reaches_the_purchase_on_the_phone(company: Company, alices: Phone) -> None:
    bought = _sold(company, company.create(company.north)["id"])
    purchases = _beside(alices, "purchases")
    purchases.pull()
    own = "0197a000-0000-7000-8000-0000000000cc"
    refund = {"id": own, "currency": "EUR", "amount_minor": 800, "occurred_at": "2026-01-03T10:00:00Z"}
    headers = company.admin | {"Idempotency-Key": own}
    answer = company.client.post(f"/v1/purchases/{bought}/refunds", json=refund, headers=headers)
    assert answer.status_code == 201, answer.text
    purchases.pull()
    assert purchases.docs[bought]["refunded_minor"] == 800
    assert purchases.docs[bought]["lines"] == [{"category": "cheese", "quantity": 2, "amount_minor": 1800}]


def test_all_staff_follow_the_shops_and_each_their_own_territories(company: Company, alices: Phone) -> None:
    shop = {"name": "Bourg", "territory_id": company.south.id, "town": "Bourg", "lat": 46.2, "lon": 5.2}
    made = company.post("/shops", shop)
    below = company.post("/territories", {"name": "Below", "parent_id": company.north.id})
    shops, territories = _beside(alices, "shops"), _beside(alices, "territories")
    shops.pull(), territories.pull()
    assert list(shops.shown()) == [made["id"]]
    assert below["id"] not in territories.shown()
    assert (shops.is_whole(), territories.is_whole()) == (True, True)


def test_what_is_to_read_only_cannot_be_pushed(company: Company, alices: Phone) -> None:
    shops = _beside(alices, "shops")
    _new(shops, "0197a000-0000-7000-8000-0000000000dd", {"name": "Mine"})
    answer = shops.send(shops.rows())
    assert answer.status_code == 403
    assert answer.mimetype == "application/problem+json"
