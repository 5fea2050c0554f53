"""Ends and numbers at their very bounds: the instant at which an offer is over, and how many are told."""

from datetime import timedelta

from field_api import clock
from field_api.offers.eligible import eligible_offers
from field_api.offers.models import offers
from field_api.offers.scope import live_at
from field_api.store.base import db
from field_api.web.identity import THE_SYSTEM
from tests.field_api.offers.stand import Stand


def test_an_offer_is_no_longer_live_at_the_very_instant_of_its_end(stand: Stand) -> None:
    ends_at = clock.now().replace(microsecond=0) + timedelta(days=1)
    own = stand.live(ends_at=ends_at.isoformat())["id"]
    with stand.sector.client.application.app_context():
        for at, found in ((ends_at - timedelta(microseconds=1), [own]), (ends_at, [])):
            assert db.session.scalars(db.select(offers.c.id).where(*live_at(at))).all() == found


def test_as_many_offers_as_are_asked_for_are_told_and_no_more(stand: Stand) -> None:
    made = [stand.live(priority=priority)["id"] for priority in (3, 2, 1)]
    with stand.sector.client.application.app_context():
        for most in (1, 2, 9):
            found = eligible_offers(db.session, THE_SYSTEM, stand.sector.customer_id, clock.now(), most)
            assert [one["id"] for one in found] == made[:most]
