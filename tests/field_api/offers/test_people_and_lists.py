"""Who an offer is for is decided on what was known at the moment asked for; closed lists are dated like all facts."""

from datetime import timedelta

from flask import Flask

from field_api import clock
from field_api.customers.actions import hold
from field_api.customers.facts import note_fact
from field_api.customers.roles import take_role
from field_api.offers.people import people_at, person_at
from field_api.shops.purchases import record_purchase
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.web.identity import THE_SYSTEM
from tests.field_api.offers.stand import Stand

LATER = timedelta(minutes=5)


def test_somebody_is_as_they_were_at_the_moment_asked_for(app: Flask, stand: Stand) -> None:
    own, offer = stand.sector.customer_id, stand.made()
    with app.app_context():
        before = clock.now()
        with clock.ahead_by(LATER), writing(db.session):
            take_role(db.session, THE_SYSTEM, hold(db.session, THE_SYSTEM, own), "ambassador", None)
            note_fact(db.session, THE_SYSTEM, own, "tier", "gold", source="staff")
            lines = [{"category": "wine", "quantity": 1, "amount_minor": 500}]
            sale = {"id": new_id(), "customer_id": own, "currency": "EUR", "lines": lines, "channel": "shop"}
            record_purchase(db.session, THE_SYSTEM, sale | {"occurred_at": clock.now()})
        with clock.ahead_by(LATER):
            listed = stand.sector.post(
                f"/v1/offers/{offer['id']}/listed", {"customer_ids": [own]}, headers=stand.sector.admin
            )
            assert listed.get_json() == {"added": 1}
        then, later = person_at(db.session, own, before), person_at(db.session, own, before + 2 * LATER)
        assert then is not None
        assert later is not None
        assert (then.role, then.facts, then.bought, then.listed_in) == ("client", {}, (), frozenset())
        assert (later.role, later.facts) == ("ambassador", {"tier": frozenset({"gold"})})
        assert [one.amount_minor for one in later.bought] == [500]
        assert later.listed_in == {offer["id"]}
        assert stand.sector.territory_id in later.territory_ids
        assert person_at(db.session, own, before - timedelta(days=3650)) is None
        assert people_at(db.session, [own, new_id()], before).keys() == {own}


def test_a_closed_list_is_added_to_and_taken_off(stand: Stand) -> None:
    offer, own, other = stand.made(), stand.sector.customer_id, stand.sector.foreign_id
    path, admin = f"/v1/offers/{offer['id']}/listed", stand.sector.admin
    assert stand.sector.post(path, {"customer_ids": [own, other, own]}, headers=admin).get_json() == {"added": 2}
    assert stand.sector.post(path, {"customer_ids": [own]}, headers=admin).get_json() == {"added": 0}
    first = stand.sector.get(path, admin, limit="1")
    assert [one["customer_id"] for one in first.get_json()["items"]] == [min(own, other)]
    link = first.headers["Link"]
    rest = stand.sector.get(link[1 : link.index(">")], admin).get_json()["items"]
    assert [one["customer_id"] for one in rest] == [max(own, other)]
    for status in (204, 404):
        assert stand.sector.client.delete(f"{path}/{own}", headers=admin).status_code == status
    assert stand.sector.post(path, {"customer_ids": [own]}, headers=admin).get_json() == {"added": 1}


def test_a_list_with_somebody_unknown_is_not_written_at_all(stand: Stand) -> None:
    offer, admin = stand.made(), stand.sector.admin
    path = f"/v1/offers/{offer['id']}/listed"
    answer = stand.sector.post(path, {"customer_ids": [stand.sector.customer_id, new_id()]}, headers=admin)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.get_json()["errors"]] == ["/customer_ids/1"]
    assert stand.sector.get(path, admin).get_json()["items"] == []


def test_the_360_view_shows_what_the_customer_may_have_now_and_why(stand: Stand) -> None:
    mine = stand.live(audience={"roles": ["client"]}, priority=5)
    first = stand.live(priority=9)
    stand.live(audience={"roles": ["prospect"]})
    stand.live(territory_ids=[stand.sector.foreign_territory_id])
    stand.live(starts_at="2090-01-01T00:00:00Z")
    stand.made()
    weekday = clock.now().isoweekday() % 7 + 1
    stand.live(weekly_hours=[{"weekday": (weekday + 1) % 7 + 1, "opens": "09:00", "closes": "10:00"}])
    view = stand.sector.get(f"/v1/customers/{stand.sector.customer_id}/360").get_json()["sections"]["offers"]
    assert [one["id"] for one in view] == [first["id"], mine["id"]]
    assert view[1]["reason"] == [
        {
            "clause": "roles",
            "holds": True,
            "en": "Role: Client; asked for: Client.",
            "fr": "Rôle : Client ; demandé : Client.",
        }
    ]
