"""A till finds the one person who gave a phone or an e-mail, and cannot browse."""

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from field_api import clock
from field_api.shops.look_up import MOST_ASKED, MOST_MISSED
from field_api.store.audit import AuditEntry
from field_api.store.base import db
from tests.field_api.people import bearer, service_token
from tests.field_api.sector import make_customer
from tests.field_api.shops.stall import Stall

PHONE = {"kind": "phone", "value": "06 39 98 12 34"}
EMAIL = {"kind": "email", "value": "Anne.Martin@example.fr"}


def ask(stall: Stall, way: str, value: str, till: dict[str, str] | None = None) -> Any:
    return stall.sector.post("/v1/till/look-up", {"way": way, "value": value}, headers=till or stall.till)


def known(app: Flask, territory_id: str, *points: dict[str, Any]) -> str:
    with app.app_context():
        return make_customer(territory_id, "Martin", given_name="Anne", contact_points=list(points))


def test_whoever_gives_a_phone_or_an_email_is_found_wherever_they_live(app: Flask, stall: Stall) -> None:
    own = known(app, stall.sector.foreign_territory_id, PHONE, EMAIL)
    found = {"customer": {"id": own, "display_name": "Anne Martin"}}
    assert ask(stall, "phone", "+33 6 39 98 12 34").get_json() == found
    assert ask(stall, "email", "anne.martin@EXAMPLE.fr").get_json() == found


def test_nobody_part_of_a_number_and_no_number_at_all_find_nobody(app: Flask, stall: Stall) -> None:
    known(app, stall.sector.territory_id, PHONE)
    for value in ("06 39 98 99 99", "06 39 98", "%", "Martin"):
        answer = ask(stall, "phone", value)
        assert (answer.status_code, answer.get_json()) == (200, {"customer": None})


def test_two_who_give_the_same_unverified_number_are_nobody_for_certain(app: Flask, stall: Stall) -> None:
    known(app, stall.sector.territory_id, PHONE)
    known(app, stall.sector.territory_id, PHONE)
    assert ask(stall, "phone", PHONE["value"]).get_json() == {"customer": None}


def test_a_look_up_leaves_its_line_in_the_trail_and_a_miss_none(app: Flask, stall: Stall) -> None:
    own = known(app, stall.sector.territory_id, PHONE)
    ask(stall, "phone", PHONE["value"])
    ask(stall, "phone", "06 39 98 99 99")
    with app.app_context():
        lines = db.session.execute(
            select(AuditEntry.subject_id, AuditEntry.actor_kind).where(AuditEntry.action == "customer.look_up")
        ).all()
    assert [tuple(line) for line in lines] == [(own, "service")]


def test_a_till_that_tries_out_numbers_is_stopped_and_others_are_not(app: Flask, stall: Stall) -> None:
    own = known(app, stall.sector.territory_id, PHONE)
    for number in range(MOST_MISSED):
        assert ask(stall, "phone", f"06 39 98 00 {number:02}").status_code == 200
    stopped = ask(stall, "phone", PHONE["value"])
    assert (stopped.status_code, 0 < int(stopped.headers["Retry-After"]) <= 600) == (429, True)
    assert ask(stall, "phone", PHONE["value"], stall.foreign_till).get_json()["customer"]["id"] == own
    with clock.ahead_by(timedelta(minutes=11)):
        assert ask(stall, "phone", PHONE["value"]).get_json()["customer"]["id"] == own


def test_a_till_asks_no_more_often_than_people_come_to_it(app: Flask, stall: Stall) -> None:
    known(app, stall.sector.territory_id, PHONE)
    statuses = [ask(stall, "phone", PHONE["value"]).status_code for _ in range(MOST_ASKED + 1)]
    assert statuses == [200] * MOST_ASKED + [429]


def test_the_look_up_is_for_tills_that_sell(app: Flask, stall: Stall) -> None:
    with app.app_context():
        other = bearer(service_token(db.session, stall.shop_id, "coupons:redeem"))
    assert ask(stall, "phone", PHONE["value"], other).status_code == 403
    assert ask(stall, "phone", PHONE["value"], stall.sector.rep).status_code == 403
    assert stall.sector.get("/v1/till/look-up", headers=stall.till).status_code == 405
