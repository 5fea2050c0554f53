"""A gift is wished for on the page of a card by whoever has its link, and ordered by its member alone."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from field_api import clock
from field_api.cards.wishes import MOST_MAILS_A_DAY
from field_api.gifts import log
from field_api.points.balances import balance
from field_api.store.base import db
from tests.field_api.cards.conftest import Desk
from tests.field_api.cards.test_notices import reachable
from tests.field_api.gifts.club import make_gift

TITLE = {"en": "Mug", "fr": "Tasse"}


@pytest.fixture
def gift_id(desk: Desk) -> str:
    with desk.app.app_context():
        return make_gift(db.session, desk.programme_id, units=2, points=300, title=TITLE)


def points(desk: Desk) -> tuple[int, int]:
    """What can be spent, and what is set aside."""
    with desk.app.app_context():
        found = balance(db.session, desk.member_id)
        return found.points, found.reserved


def asked(desk: Desk, gift_id: str) -> int:
    return desk.client.post(f"{desk.link()}gifts/{gift_id}", data={"language": "fr"}).status_code


def test_a_gift_is_ordered_by_the_button_behind_the_link_of_the_mail_and_once(desk: Desk, gift_id: str) -> None:
    reachable(desk)
    card = desk.get(f"{desk.link()}?language=fr").text
    [path] = re.findall(r'href="(gifts/[^"]+)"', card)
    page = desk.get(f"{desk.link()}{path}")
    assert ("Tasse" in page.text, "martin@" in page.text) == (True, False)
    assert (asked(desk, gift_id), points(desk)) == (200, (1_000, 0))
    [mail] = desk.mails()
    assert (mail["to"], "Tasse, pour 300 points" in mail["text"]) == ("martin@example.fr", True)
    link = desk.mailed_path()
    shown = desk.get(link)
    assert ("Commander" in shown.text, points(desk)) == (True, (1_000, 0))
    ordered = [desk.client.post(link, data={"language": "fr"}) for _ in range(2)]
    assert ([one.status_code for one in ordered], points(desk)) == ([303, 303], (700, 300))
    there = desk.get(ordered[0].headers["Location"].removeprefix("http://127.0.0.1:8000"))
    assert "À retirer en magasin" in there.text


def test_a_member_without_a_confirmed_address_is_told_to_ask_at_the_shop(desk: Desk, gift_id: str) -> None:
    reachable(desk, verified=False)
    page = desk.get(f"{desk.link()}gifts/{gift_id}?language=en")
    assert ("at the shop" in page.text, "<button" in page.text) == (True, False)
    assert (asked(desk, gift_id), desk.mails()) == (409, [])


def test_nobody_is_flooded_by_whoever_has_their_card(desk: Desk, gift_id: str) -> None:
    reachable(desk)
    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(lambda _: asked(desk, gift_id), range(6))) == {200}
    assert len(desk.mails()) == MOST_MAILS_A_DAY
    with clock.ahead_by(timedelta(days=1)):
        asked(desk, gift_id)
    assert len(desk.mails()) == MOST_MAILS_A_DAY + 1


def test_a_link_orders_what_it_says_and_only_while_it_is_good(desk: Desk, gift_id: str) -> None:
    reachable(desk)
    asked(desk, gift_id)
    link = desk.mailed_path()
    cheaper = link.replace("/300/", "/1/")
    longer = re.sub(r"/(\d{10})/", lambda found: f"/{int(found[1]) + 9_999}/", link)
    forged = link[:-1] + ("A" if link[-1] != "A" else "B")
    assert len({link, cheaper, longer, forged}) == 4
    assert [desk.client.post(one).status_code for one in (cheaper, longer, forged)] == [404, 404, 404]
    with clock.ahead_by(timedelta(days=2, minutes=1)):
        assert (desk.get(link).status_code, desk.client.post(link).status_code) == (404, 404)
    assert points(desk) == (1_000, 0)


def test_what_has_another_price_by_now_is_not_ordered_and_moves_nothing(desk: Desk, gift_id: str) -> None:
    reachable(desk)
    asked(desk, gift_id)
    headers = desk.sector.admin | {"If-Match": "*"}
    dearer = desk.client.patch(f"/v1/gifts/{gift_id}", json={"points": 400}, headers=headers)
    assert dearer.status_code == 200
    assert (desk.client.post(desk.mailed_path()).status_code, points(desk)) == (409, (1_000, 0))


def test_what_is_out_of_reach_is_not_wished_for(desk: Desk, gift_id: str) -> None:
    reachable(desk)
    with desk.app.app_context():
        dear = make_gift(db.session, desk.programme_id, points=1_001)
    assert (desk.get(f"{desk.link()}gifts/{dear}").status_code, asked(desk, dear), desk.mails()) == (404, 404, [])


def test_the_log_says_that_the_member_ordered(desk: Desk, gift_id: str) -> None:
    reachable(desk)
    asked(desk, gift_id)
    desk.client.post(desk.mailed_path())
    with desk.app.app_context():
        by = db.session.execute(db.select(log.operations).where(log.operations.c.kind == "order")).one()
    assert (by.recorded_by_kind, by.recorded_by_id) == ("member", desk.member_id)
