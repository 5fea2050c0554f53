"""A coupon is viewed, reserved until a deadline, and expires; each step shows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep

import pytest
from flask import Flask
from sqlalchemy import select, update

from field_api import clock
from field_api.coupons import jobs
from field_api.coupons.campaigns import hold_campaign
from field_api.coupons.models import Campaign, Coupon
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from tests.field_api.coupons.counter import Counter


def state(counter: Counter, coupon_id: str) -> str:
    found: str = counter.sector.get(f"/v1/coupons/{coupon_id}", counter.sector.admin).get_json()["state"]
    return found


def run_the_job(app: Flask) -> None:
    with app.app_context(), writing(db.session):
        jobs.expire(db.session, {})


def test_a_coupon_goes_through_its_life_and_every_step_shows(counter: Counter) -> None:
    coupon = counter.personal()
    seen = [state(counter, coupon["id"])]
    counter.send(f"/v1/coupons/{coupon['id']}/views", {"id": new_id()}, counter.sector.rep)
    seen.append(state(counter, coupon["id"]))
    own = counter.reserve(coupon["code"]).get_json()["id"]
    seen.append(state(counter, coupon["id"]))
    used = counter.end(own, "redemption").get_json()["id"]
    seen.append(state(counter, coupon["id"]))
    counter.end(used, "reversal")
    seen.append(state(counter, coupon["id"]))
    assert seen == ["issued", "viewed", "reserved", "redeemed", "viewed"]
    told = counter.sector.get(f"/v1/coupons/{coupon['id']}/operations").get_json()["items"]
    assert [one["kind"] for one in told] == ["reverse", "redeem", "reserve", "view"]


def test_a_reserved_coupon_is_refused_to_others_until_it_is_released(counter: Counter) -> None:
    code = counter.code()
    reserved = counter.reserve(code).get_json()
    refused = counter.redeem(code)
    assert refused.status_code == 409
    assert "reserved until" in refused.get_json()["detail"]
    assert counter.end(reserved["id"], "release").status_code == 201
    assert counter.redeem(code).status_code == 201


def test_a_reservation_past_its_deadline_holds_nobody_up(counter: Counter) -> None:
    code = counter.code(reservation_s=60)
    own = counter.reserve(code).get_json()["id"]
    with clock.ahead_by(timedelta(minutes=2)):
        assert counter.end(own, "redemption").status_code == 409
        assert counter.redeem(code).status_code == 201


def test_the_job_releases_what_lapsed_and_gives_its_budget_back(counter: Counter) -> None:
    first, second = counter.codes(2, reservation_s=60, budget_total=1)
    counter.reserve(first)
    with clock.ahead_by(timedelta(minutes=2)):
        assert counter.redeem(second).status_code == 409
        run_the_job(counter.app)
        assert counter.redeem(second).status_code == 201


def test_a_coupon_expires_by_the_clock_and_the_job_notes_it_once(counter: Counter) -> None:
    coupon = counter.personal(valid_days=1)
    with clock.ahead_by(timedelta(days=2)):
        assert counter.redeem(coupon["code"]).status_code == 409
        run_the_job(counter.app)
        run_the_job(counter.app)
        with counter.app.app_context():
            noted = db.session.connection().exec_driver_sql(
                "SELECT count(*) FROM coupon_operations WHERE kind = 'expire'"
            )
            assert noted.scalar() == 1


def test_a_redemption_reversed_after_its_end_comes_back_expired(counter: Counter) -> None:
    coupon = counter.personal(valid_days=1)
    own = counter.redeem(coupon["code"]).get_json()["id"]
    with clock.ahead_by(timedelta(days=2)):
        assert counter.end(own, "reversal").status_code == 201
        assert counter.redeem(coupon["code"]).status_code == 409


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"state": "closed"}, "campaign of this coupon is closed"),
        ({"state": "draft"}, "campaign of this coupon is draft"),
        ({"starts_at": "2099-01-01T00:00:00Z"}, "from 2099"),
        ({"ends_at": "2026-02-01T00:00:00Z"}, "until 2026-02-01"),
    ],
)
def test_what_cannot_be_used_says_why(counter: Counter, change: dict[str, str], told: str) -> None:
    code = counter.code() if change.get("state") == "closed" else counter.code(**change)
    if change.get("state") == "closed":
        with counter.app.app_context(), writing(db.session):
            db.session.connection().exec_driver_sql("UPDATE campaigns SET state = 'closed'")
    refused = counter.redeem(code)
    assert (refused.status_code, told in refused.get_json()["detail"]) == (409, True), refused.text


def test_a_coupon_is_for_the_channels_of_its_offer(counter: Counter) -> None:
    code = counter.code(offer_id=counter.offer(channels=["visit"]))
    assert counter.redeem(code).status_code == 409
    assert counter.redeem(code, channel="visit").status_code == 201


def test_what_was_done_cannot_be_rewritten(counter: Counter) -> None:
    counter.redeem(counter.code())
    for statement in ("UPDATE coupon_operations SET kind = 'view'", "DELETE FROM coupon_operations"):
        with (
            counter.app.app_context(),
            pytest.raises(Exception, match="append-only"),
            writing(db.session),
        ):
            db.session.connection().exec_driver_sql(statement)


def test_coupons_expire_behind_a_change_of_their_campaign_and_hold_none_of_them_meanwhile(counter: Counter) -> None:
    coupon = counter.personal(ends_at=(clock.now() + timedelta(minutes=5)).isoformat())
    with clock.ahead_by(timedelta(minutes=10)), counter.app.app_context(), ThreadPoolExecutor(1) as pool:
        with writing(db.session):
            hold_campaign(db.session, db.session.scalars(select(Campaign.id)).one())
            at_work = pool.submit(run_the_job, counter.app)
            sleep(0.5)
            mine = update(Coupon).where(Coupon.id == coupon["id"]).values(viewed_at=None)
            assert db.session.connection().execute(mine).rowcount == 1
        at_work.result()
    with clock.ahead_by(timedelta(minutes=10)):
        assert state(counter, coupon["id"]) == "expired"
