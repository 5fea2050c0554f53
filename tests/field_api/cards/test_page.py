"""The page of a card: whoever has the link sees it, nobody else does, and it keeps itself to itself."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert

from field_api import clock
from field_api.loyalty.leaving import merge
from field_api.loyalty.models import pending_earnings
from field_api.points.commands import Adjust, Cancel, Confirm, Earn
from field_api.points.earning import adjust, earn
from field_api.points.endings import cancel, confirm
from field_api.store.audit import Actor, AuditEntry
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.web import links
from field_api.web.identity import THE_SYSTEM
from tests.field_api.cards.conftest import Desk, add_rule
from tests.field_api.gifts.club import give_points, make_gift, make_member
from tests.field_api.sector import make_customer

PARTS = ("", "manifest.webmanifest", "statements/2026-10", "pass.pkpass", "google-wallet", "leave")


def test_the_page_goes_nowhere_else_and_is_kept_by_nobody(desk: Desk) -> None:
    answer = desk.get(desk.link())
    headers = answer.headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in headers["X-Robots-Tag"]
    assert headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in headers
    assert "http://" not in answer.text.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in answer.text
    assert " style=" not in answer.text
    assert "<script>" not in answer.text


def test_it_shows_the_balance_the_tier_what_ends_and_what_is_missing(desk: Desk) -> None:
    with desk.app.app_context():
        give_points(db.session, desk.member_id, 40, clock.now() + timedelta(days=10))
        make_gift(db.session, desk.programme_id, points=1_100)
    page = desk.get(f"{desk.link()}?language=fr").text
    for told in (
        "<strong>1\u202f040</strong>",
        "À utiliser jusqu’au",
        "<strong>40</strong>",
        "Il manque 60",
        "Argent",
        "Or",
    ):
        assert told in page, told


def test_gifts_within_reach_come_first_and_of_the_others_the_next_with_what_is_missing(desk: Desk) -> None:
    with desk.app.app_context():
        for points in (1_500, 300, 2_000, 1_200, 1_800):
            make_gift(db.session, desk.programme_id, points=points, title={"en": f"G{points}", "fr": f"C{points}"})
    page = desk.get(f"{desk.link()}?language=en").text
    assert re.findall(r">(G\d+)<", page) == ["G300", "G1200", "G1500", "G1800"]
    assert page.index("Within your reach") < page.index("G300") < page.index("Soon:") < page.index("G1200")
    assert re.findall(r"Still missing: (\d+)", page) == ["200", "500", "800"]


def test_what_waited_stands_in_the_history_once_as_what_it_was_for(desk: Desk) -> None:
    with desk.app.app_context(), writing(db.session):
        waited, given_up, waits = (_pending(desk.member_id, points) for points in (70, 80, 90))
        told_when = {"operation_id": waits, "member_id": desk.member_id, "due_at": clock.now() + timedelta(days=9)}
        db.session.execute(insert(pending_earnings), told_when)
        confirm(db.session, THE_SYSTEM, Confirm(operation_id=new_id(), ends_id=waited))
        cancel(db.session, THE_SYSTEM, Cancel(operation_id=new_id(), ends_id=given_up))
    page = desk.get(f"{desk.link()}?language=en").text
    history = re.findall(r'<li><span>([^<]+)</span> <span class="value[^"]*">([^<]+)</span>\n<small>([^<]+)<', page)
    told = [(what, points, when.endswith("pending")) for what, points, when in history]
    assert told[:2] == [("Purchase", "+70", False), ("Purchase", "+90", True)]
    assert "80" not in [points.strip("+−") for _, points, _ in told]


def test_a_reason_given_by_people_is_told_and_one_of_the_system_is_not(desk: Desk) -> None:
    with desk.app.app_context(), writing(db.session):
        given = Adjust(operation_id=new_id(), account_id=desk.member_id, points=5, reason="With our excuses")
        adjust(db.session, replace(THE_SYSTEM, actor=Actor("user", new_id())), given)
        adjust(db.session, THE_SYSTEM, replace(given, operation_id=new_id(), reason="The deadline has come."))
    page = desk.get(f"{desk.link()}?language=en").text
    assert "With our excuses" in page
    assert "deadline" not in page


def _pending(member_id: str, points: int) -> str:
    told = Earn(operation_id=new_id(), account_id=member_id, points=points, pending=True, event="purchase")
    return earn(db.session, THE_SYSTEM, told).id


def test_gifts_that_cannot_be_had_are_left_out(desk: Desk) -> None:
    with desk.app.app_context():
        make_gift(db.session, desk.programme_id, units=0, title={"en": "Gone", "fr": "Parti"})
        make_gift(db.session, desk.programme_id, tiers=["gold"], title={"en": "For gold", "fr": "Pour l’or"})
    page = desk.get(f"{desk.link()}?language=fr").text
    assert "Parti" not in page
    assert "Pour l’or" not in page


@pytest.mark.parametrize("part", PARTS)
def test_a_link_that_was_changed_or_made_void_opens_nothing(desk: Desk, part: str) -> None:
    link = desk.link()
    changed = link[:10] + ("A" if link[10] != "A" else "B") + link[11:]
    forged = desk.get(f"{changed}{part}")
    assert forged.status_code == 404
    gone = desk.client.delete(f"/v1/members/{desk.member_id}/card-link", headers=desk.sector.rep)
    assert gone.status_code == 204, gone.text
    void = desk.get(f"{link}{part}")
    assert (void.status_code, void.text) == (404, forged.text)
    assert desk.get(desk.link()).status_code == 200


def test_a_link_to_confirm_is_no_link_to_a_card(desk: Desk) -> None:
    secret = desk.app.config["SETTINGS"].secret
    desk.link()
    for purpose in ("confirm", "Card", ""):
        assert desk.get(f"/card/{links.sign(secret, purpose, desk.member_id)}/").status_code == 404


def test_the_card_of_a_merged_member_is_that_of_the_one_who_stands_for_them(desk: Desk) -> None:
    with desk.app.app_context():
        other = make_member(db.session, desk.programme_id, make_customer(desk.sector.territory_id, "Petit"), 500)
    link = desk.link(other)
    with desk.app.app_context(), writing(db.session):
        merge(db.session, THE_SYSTEM, other, {"id": new_id(), "into_id": desk.member_id})
    page = desk.get(f"{link}?language=en").text
    assert "Martin" in page
    assert "<strong>1,500</strong>" in page


def test_links_of_who_was_merged_into_a_member_are_void_with_theirs(desk: Desk) -> None:
    with desk.app.app_context():
        other = make_member(db.session, desk.programme_id, make_customer(desk.sector.territory_id, "Petit"), 500)
    links_given = [desk.link(other), desk.link()]
    with desk.app.app_context(), writing(db.session):
        merge(db.session, THE_SYSTEM, other, {"id": new_id(), "into_id": desk.member_id})
    assert [desk.get(link).status_code for link in links_given] == [200, 200]
    gone = desk.client.delete(f"/v1/members/{desk.member_id}/card-link", headers=desk.sector.rep)
    assert (gone.status_code, [desk.get(link).status_code for link in links_given]) == (204, [404, 404])
    assert desk.get(desk.link(other)).status_code == 200


def test_what_waits_at_the_shop_is_shown_however_many_orders_have_come_since(desk: Desk) -> None:
    with desk.app.app_context():
        gift = make_gift(db.session, desk.programme_id, units=9, points=10, title={"en": "Mug", "fr": "Tasse"})
    path = f"/v1/members/{desk.member_id}/gift-orders"
    orders = [desk.post_as_admin(path, {"id": new_id(), "gift_id": gift})["id"] for _ in range(7)]
    for own in orders[1:]:
        desk.post_as_admin(f"/v1/gift-orders/{own}/cancellation", {"id": new_id()})
    assert "To fetch at the shop" in desk.get(f"{desk.link()}?language=en").text


def test_keeping_the_card_earns_once_and_says_so(desk: Desk) -> None:
    link = desk.link()
    assert desk.client.post(f"{link}installed").get_json() == {
        "points": 0,
        "text": "Merci de garder la carte : 0 points.",
    }
    with desk.app.app_context():
        add_rule(db.session, desk.programme_id, "card_installed", 25)
    assert desk.client.post(f"{link}installed").get_json()["points"] == 0
    with desk.app.app_context():
        other = make_member(db.session, desk.programme_id, make_customer(desk.sector.territory_id, "Petit"))
    link = desk.link(other)
    assert [desk.client.post(f"{link}installed").get_json()["points"] for _ in range(3)] == [25, 0, 0]
    with desk.app.app_context():
        acts = db.session.execute(db.select(AuditEntry).where(AuditEntry.action == "card.install")).scalars().all()
        assert {(one.actor_kind, one.actor_id) for one in acts} == {("member", desk.member_id), ("member", other)}


def test_a_phone_is_told_how_to_keep_the_card(desk: Desk) -> None:
    link = desk.link()
    manifest = desk.get(f"{link}manifest.webmanifest")
    told = manifest.get_json(force=True)
    assert manifest.mimetype == "application/manifest+json"
    assert (told["start_url"], told["scope"], told["display"]) == ("./", "./", "standalone")
    for one in told["icons"]:
        icon = desk.get(f"{link}{one['src']}")
        assert one["sizes"] == f"{int.from_bytes(icon.data[16:20])}x{int.from_bytes(icon.data[20:24])}"
    assert desk.get(f"{link}icon-100000.png").status_code == 404
    worker = desk.get(f"{link}worker.js")
    assert worker.mimetype == "text/javascript"
    assert "Service-Worker-Allowed" not in worker.headers


def test_files_are_named_by_their_content_and_kept_for_a_year(desk: Desk) -> None:
    page = desk.get(desk.link()).text
    names = re.findall(r'"(/(?:card|page)-assets/[^"]+)"', page)
    assert len(names) == 3
    for name in names:
        answer = desk.get(name)
        assert (answer.status_code, "immutable" in answer.headers["Cache-Control"]) == (200, True)
    assert desk.get("/card-assets/0/card.css").status_code == 404
    assert desk.get("/card-assets/0/../cards.py").status_code == 404
    assert desk.get("/page-assets/0/base.css").status_code == 404


def test_pending_and_owed_points_are_told_apart_from_the_balance(desk: Desk) -> None:
    with desk.app.app_context(), writing(db.session):
        waiting = Earn(operation_id=new_id(), account_id=desk.member_id, points=70, pending=True, event="purchase")
        earn(db.session, THE_SYSTEM, waiting)
        due = {"operation_id": waiting.operation_id, "member_id": desk.member_id, "due_at": clock.now()}
        db.session.execute(db.insert(pending_earnings), due)
    page = desk.get(f"{desk.link()}?language=en").text
    assert "<strong>1,000</strong>" in page
    assert "70 pending" in page
    assert "+70" in page
