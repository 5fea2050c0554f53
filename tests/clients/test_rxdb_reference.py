"""RxDB clients that follow what they only read: territories, shops, code lists; and every other collection besides."""

from datetime import timedelta
from typing import Any

import pytest

from field_api import clock
from field_api.app import CODE_LISTS, COLLECTIONS
from field_api.code_lists.lists import CodeList, Label
from field_api.store.base import db
from field_api.store.columns import new_id
from tests.clients.conftest import Kit
from tests.field_api.gifts.club import gift_like
from tests.field_api.insights import findings
from tests.field_api.loyalty.club import programme_like
from tests.field_api.offers.stand import offer_like
from tests.field_api.surveys.questions import make_survey

pytestmark = pytest.mark.clients

LOYALTY = ("programmes", "cards", "point_balances", "gifts")

CALL = {"channel": "call", "direction": "outbound", "content": "Called"}
CONSENT = {"purpose": "offers", "channel": "any", "granted": True, "wording": "May we?", "language": "en"}
PURCHASE = {"channel": "call", "currency": "EUR"}
SHOP = {"name": "Bourg", "town": "Bourg", "lat": 46.2, "lon": 5.2}
VISIT = {"title": "Visit", "starts": "2026-03-02T09:00:00", "ends": "2026-03-02T10:00:00"}


def test_every_collection_replicates_whole_and_brings_what_the_desk_wrote(kit: Kit) -> None:
    home = kit.site.open_territory("Home")
    customer = kit.site.create(home, "Durand")
    for path, document in (
        ("/shops", SHOP | {"territory_id": home.id}),
        (f"/customers/{customer}/interactions", CALL),
        (f"/customers/{customer}/consents", CONSENT | {"source": "visit"}),
    ):
        made = kit.site.call("POST", path, document, {"If-Match": "*"})
        assert made.status_code == 201, made.text
    own, lines = new_id(), [{"category": "cheese", "quantity": 1, "amount_minor": 900}]
    # Within the year of which insights ask what somebody bought.
    sold_at = (clock.now() - timedelta(days=30)).isoformat()
    sale = PURCHASE | {"id": own, "customer_id": customer, "lines": lines, "occurred_at": sold_at}
    made = kit.site.call("POST", "/purchases", sale, {"Idempotency-Key": own})
    assert made.status_code == 201, made.text
    _give_a_coupon(kit, customer)
    _enrol(kit, customer)
    _suggest(kit, customer)
    rep = kit.site.rep(home)
    kit.site.call("POST", "/appointments", VISIT, kit.site.bearer(rep)).raise_for_status()
    held, torn = {}, []
    for one in COLLECTIONS:
        phone = kit.phone(rep, name=one.name, unmodified=True)
        held[one.name] = len(phone.docs())
        torn += [] if phone.is_whole() else [one.name]
        kit.put_away(phone)
    assert held.pop("code_lists") == sum(len(one.labels) for one in CODE_LISTS)
    # The shops are all of the company's; the timeline tells of the purchase too.
    assert held.pop("shops") >= 1
    once = (
        "customers",
        "consents",
        "purchases",
        "territories",
        "offers",
        "coupons",
        *LOYALTY,
        "next_gestures",
        "appointments",
    )
    assert held == {"interactions": 2, "team_appointments": 0, **dict.fromkeys(once, 1)}
    assert torn == []
    led = kit.phone(kit.site.manager(home), name="team_appointments", unmodified=True)
    assert [one["title"] for one in led.docs().values()] == ["Visit"]


def _enrol(kit: Kit, customer: str) -> None:
    """A programme is published with a gift, and the customer has its card."""
    programme = kit.site.done("POST", "/programmes", programme_like())["id"]
    kit.site.done("POST", f"/programmes/{programme}/publish", None, {"If-Match": "*"})
    gift = kit.site.done("POST", "/gifts", gift_like(programme))["id"]
    kit.site.done("POST", f"/gifts/{gift}/offer", None, {"If-Match": "*"})
    kit.site.done("POST", "/members", {"id": new_id(), "programme_id": programme, "customer_id": customer})


def _suggest(kit: Kit, customer: str) -> None:
    """A survey that the customer answered has been read, and its insight published."""
    with kit.site.app.app_context():
        survey_id = make_survey(db.session)
        findings.make_answers(db.session, survey_id, [customer])
        findings.make_gesture(db.session, quiet_days=0)
        findings.make_insight(db.session, survey_id, [findings.score_like(survey_id, customer)])
        findings.run(db.session)


def _give_a_coupon(kit: Kit, customer: str) -> None:
    """An offer to all is published, and the customer has a personal coupon for it."""
    offer = offer_like(audience={})
    drafted = kit.site.call("POST", "/offers", offer)
    offer_id = drafted.json()["id"]
    kit.site.call("POST", f"/offers/{offer_id}/publish", {}, {"If-Match": drafted.headers["ETag"]}).raise_for_status()
    campaign = {"offer_id": offer_id, "name": "Spring", "kind": "personal", "starts_at": "2026-01-01T00:00:00Z"}
    made = kit.site.call("POST", "/campaigns", campaign)
    path = f"/campaigns/{made.json()['id']}"
    kit.site.call("PATCH", path, {"state": "open"}, {"If-Match": made.headers["ETag"]}).raise_for_status()
    own = new_id()
    issued = kit.site.call("POST", f"{path}/coupons", {"id": own, "customer_ids": [customer]}, {"Idempotency-Key": own})
    assert issued.status_code == 201, issued.text


def test_code_lists_of_an_older_version_become_those_of_this_one_when_it_starts(kit: Kit) -> None:
    older = CodeList("customers.kind", {"firm": Label("Company", "Société"), "club": Label("Club", "Club")})
    kit.site.declare((older, *CODE_LISTS[1:]))
    phone = kit.phone(kit.site.rep(kit.site.territory()), name="code_lists", unmodified=True)
    assert _kinds(phone.docs()) == [("firm", "Company"), ("club", "Club")]
    kit.site.restart()
    phone.sync()
    assert _kinds(phone.docs()) == [("person", "Person"), ("firm", "Firm")]
    assert phone.is_whole()


def _kinds(documents: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    kinds = [one for one in documents.values() if one["list"] == "customers.kind"]
    return [(one["code"], one["label"]["en"]) for one in sorted(kinds, key=lambda one: one["order"])]
