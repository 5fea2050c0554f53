"""Phones follow the open suggestions of their customers, and hear of every change; they write none."""

from datetime import timedelta

import pytest

from field_api import clock
from tests.field_api.insights.conftest import Desk
from tests.field_api.sync.phone import Phone


@pytest.fixture
def phone(desk: Desk) -> Phone:
    return Phone(desk.sector.client, desk.sector.rep, desk.sector.territory_id, collection="next_gestures")


def shown(phone: Phone) -> dict[str, dict[str, object]]:
    phone.pull()
    assert phone.is_whole()
    return phone.shown()


def test_a_phone_shows_what_is_worth_doing_without_a_network(desk: Desk, phone: Phone) -> None:
    desk.publish()
    [(own, one)] = shown(phone).items()
    [listed] = desk.listed()
    assert own == listed["id"]
    assert (one["customer_id"], one["kind"], one["reason"]) == (desk.sector.customer_id, "call", listed["reason"])
    assert one["worth_minor"] == listed["worth_minor"]


def test_a_phone_hears_of_not_now_and_of_the_end(desk: Desk, phone: Phone) -> None:
    desk.publish()
    [own] = shown(phone)
    desk.say(own, "not_now")
    assert "hidden_until" in shown(phone)[own]
    desk.say(own, "declined")
    assert shown(phone) == {}


def test_a_withdrawn_or_expired_suggestion_leaves_the_phone(desk: Desk, phone: Phone) -> None:
    insight_id = desk.publish()
    assert len(shown(phone)) == 1
    desk.post(f"/v1/insights/{insight_id}/withdraw", headers=desk.sector.admin)
    desk.tidy()
    assert shown(phone) == {}
    desk.publish()
    assert len(shown(phone)) == 1
    with clock.ahead_by(timedelta(days=61)):
        desk.tidy()
    assert shown(phone) == {}


def test_a_suggestion_moves_and_goes_with_its_customer(desk: Desk, phone: Phone) -> None:
    desk.publish()
    assert len(shown(phone)) == 1
    path, headers = f"/v1/customers/{desk.sector.customer_id}", desk.sector.admin | {"If-Match": "*"}
    as_patch = headers | {"Content-Type": "application/merge-patch+json"}
    for territory_id, count in ((desk.sector.foreign_territory_id, 0), (desk.sector.territory_id, 1)):
        moved = desk.sector.client.patch(path, headers=as_patch, json={"territory_id": territory_id})
        assert (moved.status_code, len(shown(phone))) == (200, count)
    assert desk.sector.client.post(f"{path}/retire", headers=headers).status_code == 200
    assert shown(phone) == {}


def test_a_phone_cannot_write_one(desk: Desk, phone: Phone) -> None:
    desk.publish()
    [own] = shown(phone)
    phone.edit(own, worth_minor=1)
    assert phone.send(phone.rows()).status_code == 403


def test_the_360_view_shows_it_with_its_reason(desk: Desk) -> None:
    desk.publish()
    view = desk.sector.get(f"/v1/customers/{desk.sector.customer_id}/360").get_json()
    [listed] = desk.listed()
    told = view["sections"]["insights"]["next_gesture"]
    assert (told["id"], told["reason"]) == (listed["id"], listed["reason"])
