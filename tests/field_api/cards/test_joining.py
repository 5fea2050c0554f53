"""The form on the web: nobody learns who is known, nobody is flooded, and a link is confirmed once, by a person."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from field_api import clock
from field_api.cards import jobs
from field_api.cards.models import web_enrolments
from field_api.customers.actions import hold, retire_customer
from field_api.customers.contact_points import add_contact_point
from field_api.loyalty import numbers
from field_api.loyalty.models import enrolments, members
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.web.identity import THE_SYSTEM
from tests.field_api.cards.conftest import Desk

CLOSED = {"state": "closed"}


def known(desk: Desk, *, verified: bool = True) -> None:
    """The desk's member has zoe@example.fr."""
    with desk.app.app_context(), writing(db.session):
        customer = hold(db.session, THE_SYSTEM, desk.sector.customer_id)
        point = {"kind": "email", "value": "zoe@example.fr", "verified": verified}
        add_contact_point(db.session, THE_SYSTEM, customer, point)


def without_the_link(text: str) -> str:
    return re.sub(r"/join/confirm/\S+", "(link)", text)


def member_count(desk: Desk) -> int:
    with desk.app.app_context():
        return int(db.session.scalar(db.select(db.func.count()).select_from(members)) or 0)


def test_a_known_address_is_answered_and_written_to_as_an_unknown_one(desk: Desk) -> None:
    stranger = desk.join()
    unknown = desk.mails()[-1]
    known(desk)
    member = desk.join()
    assert (member.status_code, member.text) == (stranger.status_code, stranger.text)
    assert dict(member.headers) | {"X-Request-Id": ""} == dict(stranger.headers) | {"X-Request-Id": ""}
    mails = desk.mails()
    assert len(mails) == 2
    assert without_the_link(mails[-1]["text"]) == without_the_link(unknown["text"])


def test_a_member_who_fills_in_the_form_again_finds_the_same_card(desk: Desk) -> None:
    known(desk)
    desk.join()
    card = desk.get(desk.client.post(desk.mailed_path()).headers["Location"].removeprefix("http://127.0.0.1:8000"))
    assert "Martin" in card.text
    assert "Durand" not in card.text
    assert member_count(desk) == 1
    with desk.app.app_context():
        assert sorted(db.session.scalars(db.select(enrolments.c.channel))) == ["rep", "web"]


def test_a_link_is_confirmed_once_and_leads_to_the_same_card_ever_after(desk: Desk) -> None:
    desk.join()
    path = desk.mailed_path()
    first, again = (desk.client.post(path) for _ in range(2))
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["Location"] == again.headers["Location"]
    assert member_count(desk) == 2


def test_looking_at_the_link_confirms_nothing(desk: Desk) -> None:
    desk.join()
    for _ in range(3):
        assert desk.get(desk.mailed_path()).status_code == 200
    assert member_count(desk) == 1


def test_a_link_ends_after_two_days_and_what_was_told_is_forgotten(desk: Desk) -> None:
    desk.join()
    path = desk.mailed_path()
    with clock.ahead_by(timedelta(hours=48, seconds=1)):
        assert desk.client.post(path).status_code == 404
        desk.run(jobs.FORGET.kind)
    with desk.app.app_context():
        assert db.session.scalars(db.select(web_enrolments.c.id)).all() == []


def test_an_address_is_written_to_three_times_a_day_and_never_told_so(desk: Desk) -> None:
    answers = {desk.join().text for _ in range(5)} | {desk.join(email="ZOE@Example.fr").text}
    assert len(answers) == 1
    assert len(desk.mails()) == 3
    with clock.ahead_by(timedelta(days=1, minutes=1)):
        desk.join()
    assert len(desk.mails()) == 4


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"email": "zoe"}, "Écrivez votre adresse"),
        ({"email": ""}, "Écrivez votre adresse"),
        ({"name": " "}, "Écrivez votre nom"),
        ({"given_name": "x" * 101}, "Écrivez votre prénom"),
        ({"name": "a\x00b"}, "Écrivez votre nom"),
        ({"consent": ""}, "Sans votre accord"),
        ({"referred_by": "123456789012"}, "Ce numéro n’est pas juste"),
    ],
)
def test_what_is_wrong_is_told_beside_its_line_and_nothing_is_kept(
    desk: Desk, change: dict[str, str], told: str
) -> None:
    answer = desk.join(**change)
    assert answer.status_code == 422
    assert told in answer.text
    assert 'value="zoe@example.fr"' in answer.text or "email" in change
    assert desk.mails() == []


@pytest.mark.parametrize("name", ["علی\u200cرضا", "Ka\u00adluza", "क्\u200dष"])
def test_a_name_may_hold_marks_that_are_not_printed(desk: Desk, name: str) -> None:
    assert desk.join(given_name=name, name=name).status_code == 200
    assert len(desk.mails()) == 1


def test_what_is_filled_in_stays_text(desk: Desk) -> None:
    answer = desk.join(name='"><script>alert(1)</script>', consent="")
    assert "<script>alert" not in answer.text
    desk.join(name="<b>Durand</b>", given_name="Zoé\u2028")
    assert all("\n\n" in one["text"] and "\r" not in one["subject"] for one in desk.mails())


def test_a_closed_form_and_one_that_does_not_exist_look_alike(desk: Desk) -> None:
    missing = desk.get("/join/01a225e6-3e1f-7c4a-a2fb-67ed22e7a323?language=fr")
    url = f"/v1/enrolment-forms/{desk.form_id}"
    headers = desk.sector.admin | {"If-Match": "*"}
    assert desk.client.patch(url, headers=headers, json=CLOSED).status_code == 200
    closed = desk.get(f"/join/{desk.form_id}?language=fr")
    assert (closed.status_code, closed.text) == (missing.status_code, missing.text) == (404, missing.text)
    assert desk.join().status_code == 404


def test_a_retired_person_is_told_to_ask_and_nothing_is_written(desk: Desk) -> None:
    known(desk)
    desk.join()
    with desk.app.app_context(), writing(db.session):
        retire_customer(db.session, THE_SYSTEM, hold(db.session, THE_SYSTEM, desk.sector.customer_id))
    answer = desk.client.post(desk.mailed_path())
    assert (answer.status_code, "Demandez en magasin" in answer.text) == (409, True)
    assert member_count(desk) == 1


def test_who_was_brought_by_a_member_is_known_and_a_wrong_number_keeps_nobody_out(desk: Desk) -> None:
    number = desk.sector.get(f"/v1/members/{desk.member_id}").get_json()["number"]
    desk.join(referred_by=number)
    desk.client.post(desk.mailed_path())
    desk.join(email="lea@example.fr", referred_by=numbers.completed("10000000000"))
    assert desk.client.post(desk.mailed_path()).status_code == 303
    with desk.app.app_context():
        brought = db.session.scalars(db.select(members.c.referred_by_id).order_by(members.c.created_at)).all()
    assert brought == [None, desk.member_id, None]


def test_the_form_speaks_the_language_of_the_browser_or_the_one_asked_for(desk: Desk) -> None:
    path = f"/join/{desk.form_id}"
    assert desk.get(path, headers={"Accept-Language": "en-GB"}).headers["Content-Language"] == "en"
    assert desk.get(path, headers={"Accept-Language": "de"}).headers["Content-Language"] == "fr"
    assert desk.get(f"{path}?language=en", headers={"Accept-Language": "fr"}).headers["Content-Language"] == "en"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_card_speaks_the_language_of_the_form(desk: Desk, language: str) -> None:
    desk.join(language=language)
    card = desk.client.post(desk.mailed_path()).headers["Location"].removeprefix("http://127.0.0.1:8000")
    assert desk.get(card).headers["Content-Language"] == language


def test_an_address_is_written_to_three_times_a_day_also_by_many_at_one_moment(desk: Desk) -> None:
    start = Barrier(8)

    def join(_number: int) -> int:
        start.wait()
        return desk.join().status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(join, range(8))) == {200}
    assert len(desk.mails()) == 3
