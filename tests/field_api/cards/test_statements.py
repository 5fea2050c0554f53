"""A statement adds up: what there was, each thing that moved, what there is then, for members and for staff."""

from datetime import UTC, date, timedelta

import pytest

from field_api import clock
from field_api.cards import statements, words
from field_api.cards.cards import card_of
from field_api.cards.showing import months_of
from field_api.cards.statements import bounds, statement
from field_api.loyalty.members import require_member
from field_api.loyalty.models import members
from field_api.points.commands import Confirm, Earn
from field_api.points.earning import earn
from field_api.points.endings import confirm
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.web.identity import THE_SYSTEM
from tests.field_api.cards.conftest import Desk
from tests.field_api.gifts.club import give_points

SOME_MONTHS = timedelta(days=70)


def joined_earlier(desk: Desk) -> None:
    with desk.app.app_context(), writing(db.session):
        db.session.execute(db.update(members).values(joined_at=clock.now() - timedelta(days=100)))


def test_a_month_begins_where_the_last_one_ended_and_adds_up(desk: Desk) -> None:
    with desk.app.app_context(), clock.ahead_by(SOME_MONTHS):
        give_points(db.session, desk.member_id, 250)
        with clock.ahead_by(timedelta(days=40)), writing(db.session):
            card = card_of(db.session, require_member(db.session, THE_SYSTEM, desk.member_id))
            months = list(reversed(months_of(card, "Europe/Paris")))
            told = [statement(db.session, card, first) for first in months]
    assert len(told) >= 3
    assert [one["opening"] for one in told[1:]] == [one["closing"] for one in told[:-1]]
    for one in told:
        assert one["opening"] + sum(move["points"] for move in one["moves"]) == one["closing"]
    assert told[0]["opening"] == 0
    assert told[-1]["closing"] == 1_250


def test_what_a_long_month_moved_beyond_its_lines_stands_in_one_sum(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "MOST_MOVES", 2)
    with desk.app.app_context(), clock.ahead_by(SOME_MONTHS):
        for points in (10, 20, 30, 40):
            give_points(db.session, desk.member_id, points)
        first = clock.today().replace(day=1)
        with clock.ahead_by(timedelta(days=40)):
            with writing(db.session):
                card = card_of(db.session, require_member(db.session, THE_SYSTEM, desk.member_id))
                told = statement(db.session, card, first)
            shown = desk.get(f"{desk.link()}statements/{first:%Y-%m}?language=en")
    assert ([move["points"] for move in told["moves"]], told["others"]) == ([10, 20], 70)
    assert "Other moves of the month" in shown.get_data(as_text=True)


def test_a_month_that_is_not_over_or_was_before_joining_has_no_statement(desk: Desk) -> None:
    joined_earlier(desk)
    link, this_month = desk.link(), clock.today().replace(day=1)
    last = (this_month - timedelta(days=1)).replace(day=1)
    assert desk.get(f"{link}statements/{last:%Y-%m}").status_code == 200
    for month in (f"{this_month:%Y-%m}", "2020-01", "2999-12", "2026-13", "2026-1", "today", "2026-10-01"):
        assert desk.get(f"{link}statements/{month}").status_code == 404, month


def test_what_was_confirmed_reads_as_what_it_was_earned_for(desk: Desk) -> None:
    with desk.app.app_context(), clock.ahead_by(SOME_MONTHS):
        with writing(db.session):
            waits = Earn(operation_id=new_id(), account_id=desk.member_id, points=70, pending=True, event="purchase")
            ended = Confirm(operation_id=new_id(), ends_id=earn(db.session, THE_SYSTEM, waits).id)
            confirm(db.session, THE_SYSTEM, ended)
        with clock.ahead_by(timedelta(days=40)), writing(db.session):
            card = card_of(db.session, require_member(db.session, THE_SYSTEM, desk.member_id))
            told = [statement(db.session, card, first) for first in months_of(card, "Europe/Paris")]
    [move] = [move for one in told for move in one["moves"] if move["points"] == 70]
    assert words.move(move["event"], move["kind"], "fr") == "Achat"


def test_staff_print_the_same_page_and_only_members_are_led_back_to_their_card(desk: Desk) -> None:
    joined_earlier(desk)
    last = clock.today().replace(day=1) - timedelta(days=1)
    page = desk.sector.get(f"/v1/members/{desk.member_id}/statements/{last:%Y-%m}")
    assert (page.status_code, "Relevé" in page.text, "Martin" in page.text) == (200, True, True)
    assert "Revenir" not in page.text
    assert 'href="../?language=fr"' in desk.get(f"{desk.link()}statements/{last:%Y-%m}?language=fr").text
    assert desk.sector.get(f"/v1/members/{desk.member_id}/statements/{last:%Y}").status_code == 404


@pytest.mark.parametrize(("first", "hours"), [("2026-03-01", 743), ("2026-10-01", 745), ("2026-02-01", 672)])
def test_a_month_is_as_long_as_its_clocks_say(first: str, hours: int) -> None:
    start, end = bounds(date.fromisoformat(first), "Europe/Paris")
    assert (end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() == hours * 3600
