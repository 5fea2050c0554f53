"""Mails about points that end, and about the month that is over: once each, by daylight, and only where they may go."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from field_api import clock
from field_api.cards import jobs
from field_api.cards.models import notices as noted
from field_api.consents import actions as consents
from field_api.customers.actions import hold
from field_api.customers.contact_points import add_contact_point
from field_api.reps.company import Company, is_quiet
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.web.identity import THE_SYSTEM
from tests.field_api.cards.conftest import Desk
from tests.field_api.gifts.club import give_points, make_member
from tests.field_api.people import as_user, make_user
from tests.field_api.sector import Headers, make_customer


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let it be that moment."""
    with clock.ahead_by(moment - clock.now()):
        yield


def noon(days: int = 0) -> datetime:
    """Noon in UTC, so many days from today; nobody is asleep in Paris."""
    return datetime.combine(clock.today() + timedelta(days=days), time(12), UTC)


def reachable(desk: Desk, *, verified: bool = True) -> None:
    with desk.app.app_context(), writing(db.session):
        customer = hold(db.session, THE_SYSTEM, desk.sector.customer_id)
        point = {"kind": "email", "value": "martin@example.fr", "verified": verified}
        add_contact_point(db.session, THE_SYSTEM, customer, point)


def said(desk: Desk, **change: Any) -> None:
    word: dict[str, Any] = {
        "purpose": "loyalty",
        "channel": "any",
        "granted": True,
        "wording": "Yes.",
        "language": "en",
    }
    with desk.app.app_context(), writing(db.session):
        consents.record(db.session, THE_SYSTEM, desk.sector.customer_id, word | {"source": "shop"} | change)


def ending(desk: Desk, points: int, when: datetime) -> None:
    with desk.app.app_context():
        give_points(db.session, desk.member_id, points, when)


def month_start(months: int) -> datetime:
    """Midnight in UTC on the first of a coming month, which is that day in Paris too."""
    first = clock.today().replace(day=1)
    for _ in range(months):
        first = (first + timedelta(days=32)).replace(day=1)
    return datetime.combine(first, time(12), UTC)


def test_points_that_end_within_thirty_days_are_told_once_for_their_month(desk: Desk) -> None:
    reachable(desk)
    start = month_start(2)
    ending(desk, 40, start + timedelta(days=4))
    ending(desk, 60, start + timedelta(days=9))
    for days, mails in ((-40, 0), (-27, 0), (-25, 1), (-24, 1), (-20, 1), (5, 1)):
        with at(start + timedelta(days=days)):
            desk.run(jobs.TELL.kind)
        assert len([one for one in desk.mails() if "40" in one["text"]]) == mails, days
    told = desk.mails()[0]
    assert told["to"] == "martin@example.fr"
    assert "des points à utiliser bientôt" in told["subject"]
    assert " : 40 points" in told["text"]
    assert " : 60 points" in told["text"]
    assert "/card/" in told["text"]


def test_points_that_end_at_midnight_end_with_the_month_before(desk: Desk) -> None:
    reachable(desk)
    first = month_start(2)
    start = datetime(first.year, first.month, 1, tzinfo=ZoneInfo("Europe/Paris"))
    ending(desk, 40, start)
    with at(first - timedelta(days=20)):
        desk.run(jobs.TELL.kind)
    with desk.app.app_context():
        months = db.session.scalars(db.select(noted.c.month).where(noted.c.kind == "expiry")).all()
    assert months == [(start - timedelta(days=3)).date().replace(day=1)]


@pytest.mark.parametrize("refusal", [{}, {"channel": "email"}])
def test_who_refuses_the_programmes_mails_gets_none(desk: Desk, refusal: dict[str, str]) -> None:
    reachable(desk)
    said(desk, granted=False, **refusal)
    ending(desk, 40, noon(10))
    with at(noon(1)):
        desk.run(jobs.TELL.kind)
    assert desk.mails() == []


def test_an_address_that_nobody_has_verified_gets_nothing(desk: Desk) -> None:
    reachable(desk, verified=False)
    ending(desk, 40, noon(10))
    with at(noon(1)):
        desk.run(jobs.TELL.kind)
    assert desk.mails() == []


def test_a_statement_goes_to_who_has_agreed_and_once(desk: Desk) -> None:
    reachable(desk)
    with at(month_start(1)):
        desk.run(jobs.TELL.kind)
        assert desk.mails() == []
    with desk.app.app_context(), writing(db.session):
        db.session.execute(db.delete(noted))
    said(desk)
    with at(month_start(1)):
        desk.run(jobs.TELL.kind)
        desk.run(jobs.TELL.kind)
        [mail] = desk.mails()
        assert "votre relevé" in mail["subject"]
        path = next(line for line in mail["text"].split() if "/statements/" in line)
        page = desk.get(path.removeprefix("http://127.0.0.1:8000"))
        assert (page.status_code, "1\u202f000" in page.text) == (200, True)


def test_a_month_in_which_nothing_moved_is_not_written_about(desk: Desk) -> None:
    reachable(desk)
    said(desk)
    with at(month_start(3)):
        desk.run(jobs.TELL.kind)
    assert desk.mails() == []


def test_nobody_is_written_to_at_night(desk: Desk) -> None:
    reachable(desk)
    ending(desk, 40, noon(10))
    with at(noon(1) + timedelta(hours=9)):
        desk.run(jobs.TELL.kind)
        assert desk.mails() == []
    with at(noon(2)):
        desk.run(jobs.TELL.kind)
        assert len(desk.mails()) == 1


@pytest.mark.parametrize(
    ("quiet", "hour", "expected"),
    [
        (("20:00", "08:00"), 6, True),
        (("20:00", "08:00"), 11, False),
        (("20:00", "08:00"), 19, True),
        (("12:00", "14:00"), 12, True),
        (("12:00", "14:00"), 14, False),
        (("00:00", "00:00"), 3, False),
    ],
)
def test_quiet_hours_are_those_of_the_companys_clock(quiet: tuple[str, str], hour: int, expected: bool) -> None:
    firm = Company(time_zone="Europe/Paris", quiet_from=quiet[0], quiet_until=quiet[1])
    assert is_quiet(firm, datetime(2026, 1, 10, hour, tzinfo=UTC)) == expected


def test_who_has_refused_and_agrees_again_is_told_what_ends(desk: Desk) -> None:
    reachable(desk)
    said(desk, granted=False)
    said(desk, channel="email")
    ending(desk, 40, noon(10))
    with at(noon(1)):
        desk.run(jobs.TELL.kind)
    assert len(desk.mails()) == 1


def test_a_month_in_which_points_were_handed_over_is_told_to_both(desk: Desk) -> None:
    reachable(desk)
    said(desk)
    with desk.app.app_context():
        other = make_member(db.session, desk.programme_id, make_customer(desk.sector.territory_id, "Petit"), 500)
    told = {"id": new_id(), "points": 50, "to_member_id": desk.member_id}
    with at(month_start(1)):
        desk.post_as_admin(f"/v1/members/{other}/transfers", told, signed_in(desk))
    with at(month_start(2)):
        desk.run(jobs.TELL.kind)
    assert [one["to"] for one in desk.mails()] == ["martin@example.fr"]


def signed_in(desk: Desk) -> Headers:
    """An admin who has just signed in."""
    with desk.app.app_context():
        return as_user(db.session, make_user(db.session, "admin"))
