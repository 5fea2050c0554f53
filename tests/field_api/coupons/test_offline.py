"""Redemptions made offline: the first to reach the server wins, and the rep of the double is told."""

from typing import Any

from werkzeug.test import TestResponse

from field_api import clock
from field_api.coupons import guesses
from field_api.store.base import db
from field_api.store.columns import new_id
from tests.field_api.coupons import makers
from tests.field_api.coupons.counter import Counter
from tests.field_api.offers.stand import Stand
from tests.field_api.people import as_user, make_user
from tests.field_api.sector import Headers

EARLIER = "2026-03-01T10:00:00Z"


def offline(counter: Counter, code: str, headers: Headers, key: str | None = None, **change: Any) -> TestResponse:
    told = makers.use_of(code, channel="visit", redeemed_at=EARLIER) | change
    return counter.send("/v1/coupons/offline-redemptions", told, headers, key)


def refused_to(counter: Counter, headers: Headers) -> list[dict[str, Any]]:
    devices = counter.sector.get("/v1/devices", headers).get_json()["items"]
    path = f"/v1/devices/{devices[0]['id']}/refusals"
    items: list[dict[str, Any]] = counter.sector.get(path, headers).get_json()["items"]
    return items


def another_rep(counter: Counter) -> Headers:
    with counter.app.app_context():
        return as_user(db.session, make_user(db.session, "rep"))


def test_the_first_to_reach_the_server_wins_and_the_other_rep_sees_the_double(counter: Counter) -> None:
    code, late = counter.code(), another_rep(counter)
    first = offline(counter, code, counter.sector.rep)
    double = offline(counter, code, late, redeemed_at="2026-02-01T10:00:00Z")
    assert (first.status_code, double.status_code) == (201, 409)
    assert first.get_json()["id"] in double.get_json()["detail"]
    [refusal] = refused_to(counter, late)
    assert (refusal["collection"], refusal["document"]["code"]) == ("coupon_redemptions", code)
    assert refused_to(counter, counter.sector.rep) == []


def test_a_double_that_comes_again_is_told_the_same_with_and_without_its_receipt(counter: Counter) -> None:
    code, late = counter.code(), another_rep(counter)
    counter.redeem(code)
    own, key = new_id(), new_id()
    answers = [offline(counter, code, late, key, id=own), offline(counter, code, late, key, id=own)]
    assert answers[0].data == answers[1].data
    assert offline(counter, code, late, id=own).status_code == 409
    told = counter.sector.get("/v1/me", late)
    assert told.status_code == 200
    with counter.app.app_context():
        doubles = db.session.connection().exec_driver_sql(
            "SELECT count(*) FROM coupon_operations WHERE kind = 'double'"
        )
        assert doubles.scalar() == 1


def test_an_offline_use_is_judged_by_what_was_offered_at_that_moment(counter: Counter) -> None:
    stand = Stand(counter.sector)
    offer = stand.live()
    code, later = counter.codes(2, offer_id=offer["id"])
    moment = offer["updated_at"]
    assert stand.step(offer, "pause").status_code == 200
    assert counter.redeem(code).status_code == 409
    assert offline(counter, code, counter.sector.rep, redeemed_at=moment).status_code == 201
    assert offline(counter, later, counter.sector.rep, redeemed_at="2020-01-01T00:00:00Z").status_code == 409


def test_an_offline_use_of_nobodys_code_is_a_guess_of_which_its_rep_is_told(counter: Counter) -> None:
    for _ in range(guesses.MOST_BY_IDENTITY):
        assert offline(counter, "0000-0000-0000", counter.sector.rep).status_code == 404
    assert {one["problem"]["status"] for one in refused_to(counter, counter.sector.rep)} == {404}
    assert offline(counter, "0000-0000-0000", counter.sector.rep).status_code == 429


def test_a_use_that_was_refused_and_counts_after_all_is_refused_no_more(counter: Counter) -> None:
    campaign_id, own = counter.campaign(state="draft"), new_id()
    [code] = counter.codes(1, campaign_id)
    moment = clock.now().isoformat()
    assert offline(counter, code, counter.sector.rep, id=own, redeemed_at=moment).status_code == 409
    headers = counter.sector.admin | {"If-Match": "*"}
    opened = counter.sector.client.patch(f"/v1/campaigns/{campaign_id}", json={"state": "open"}, headers=headers)
    assert opened.status_code == 200
    assert offline(counter, code, counter.sector.rep, id=own, redeemed_at=moment).status_code == 201
    assert refused_to(counter, counter.sector.rep) == []
