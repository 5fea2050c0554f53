"""A suggestion ends with what makes it pointless: a contact, a refusal, its customer's retirement, or time."""

from datetime import timedelta
from typing import Any

from field_api import clock
from field_api.store.base import db
from tests.field_api.insights import findings
from tests.field_api.insights.conftest import Desk
from tests.field_api.sync.phone import Phone

CALL = {"channel": "call", "direction": "outbound", "content": "Called"}
REFUSAL = {"purpose": "profiling", "granted": False, "channel": "any", "language": "fr", "source": "visit"}


def beside(desk: Desk, what: str, told: dict[str, Any]) -> None:
    answer = desk.post(f"/v1/customers/{desk.sector.customer_id}/{what}", told)
    assert answer.status_code == 201, answer.text


def days_ago(days: float) -> str:
    return (clock.now() - timedelta(days=days)).isoformat()


def test_a_contact_ends_it_at_once(desk: Desk) -> None:
    desk.publish()
    beside(desk, "interactions", CALL)
    assert (desk.listed(), desk.ends()) == ([], ["contact"])


def test_a_contact_of_long_ago_that_is_noted_late_does_not(desk: Desk) -> None:
    desk.publish()
    beside(desk, "interactions", CALL | {"occurred_at": days_ago(31)})
    assert desk.ends() == [None]


def test_a_contact_pushed_by_a_phone_ends_it_too(desk: Desk) -> None:
    desk.publish()
    phone = Phone(desk.sector.client, desk.sector.rep, desk.sector.territory_id, collection="interactions")
    own = "0197a000-0000-7000-8000-0000000000bb"
    phone.docs[own] = {"id": own, "customer_id": desk.sector.customer_id, **CALL, "_deleted": False}
    phone.docs[own]["occurred_at"] = clock.now().isoformat(timespec="seconds").replace("+00:00", "Z")
    assert phone.push() == []
    assert desk.ends() == ["contact"]


def test_an_appointment_that_took_place_ends_it_with_the_hour(desk: Desk) -> None:
    desk.publish()
    entry = CALL | {"channel": "visit", "about_kind": "appointment", "about_id": desk.sector.customer_id}
    with desk.app.app_context():
        findings.append(db.session, desk.sector.customer_id, entry)
    assert desk.ends() == [None]
    desk.tidy()
    assert desk.ends() == ["contact"]


def test_a_refusal_to_be_profiled_ends_it_at_once_and_other_consents_do_not(desk: Desk) -> None:
    desk.publish()
    told = REFUSAL | {"wording": "May we?"}
    beside(desk, "consents", told | {"purpose": "offers"})
    beside(desk, "consents", told | {"granted": True})
    beside(desk, "consents", told | {"occurred_at": days_ago(9)})
    assert desk.ends() == [None]
    beside(desk, "consents", told)
    assert desk.ends() == ["refused"]
    desk.run()
    assert desk.listed() == []


def test_a_refusal_told_by_a_phone_whose_clock_runs_ahead_counts_at_once(desk: Desk) -> None:
    desk.publish()
    beside(desk, "consents", REFUSAL | {"wording": "May we?", "occurred_at": days_ago(-0.5)})
    assert desk.ends() == ["refused"]


def test_it_goes_with_a_customer_who_moves_and_ends_with_one_who_retires(desk: Desk) -> None:
    desk.publish()
    customer, admin = f"/v1/customers/{desk.sector.customer_id}", desk.sector.admin
    moved = {"territory_id": desk.sector.foreign_territory_id}
    headers = admin | {"If-Match": "*", "Content-Type": "application/merge-patch+json"}
    assert desk.sector.client.patch(customer, headers=headers, json=moved).status_code == 200
    assert desk.listed() == []
    assert len(desk.listed(admin, territory_id=desk.sector.foreign_territory_id)) == 2
    assert desk.post(f"{customer}/retire", headers=admin).status_code == 200
    assert desk.ends() == ["retired"]
    assert desk.post(f"{customer}/restore", headers=admin).status_code == 200
    desk.run()
    assert desk.ends() == ["retired", None]


def test_it_expires_after_sixty_days_and_is_not_made_again_of_the_same_answers(desk: Desk) -> None:
    desk.publish()
    with clock.ahead_by(timedelta(days=61)):
        desk.run()
        assert desk.ends() == ["expired"]
    desk.run()
    assert desk.ends() == ["expired"]


def test_a_gesture_that_ends_takes_its_suggestions_along_and_another_one_follows(desk: Desk) -> None:
    desk.publish()
    headers = desk.sector.admin | {"If-Match": "*", "Content-Type": "application/merge-patch+json"}
    path = f"/v1/gestures/{desk.gesture_id}"
    assert desk.sector.client.patch(path, headers=headers, json={"state": "ended"}).status_code == 200
    with desk.app.app_context():
        findings.make_gesture(db.session, kind="visit")
    desk.run()
    assert desk.ends() == ["gesture_ended", None]
    assert [one["gesture"]["kind"] for one in desk.listed()] == ["visit"]
