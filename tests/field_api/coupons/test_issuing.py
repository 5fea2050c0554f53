"""Coupons are issued under an operation's id: codes in batches, personal ones to those for whom the offer is meant."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from field_api.coupons import codes
from field_api.coupons.models import coupons, operations
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import AnySession
from tests.field_api.coupons import makers
from tests.field_api.coupons.counter import Counter, broken
from tests.field_api.people import make_territory
from tests.field_api.sector import make_customer

ROUNDS = 6


def test_an_admin_issues_a_batch_and_the_same_batch_again_is_the_same_answer(counter: Counter) -> None:
    path, told = f"/v1/campaigns/{counter.campaign()}/batches", {"id": new_id(), "count": 7}
    first, again = (counter.send(path, told, counter.sector.admin) for _ in range(2))
    assert (first.status_code, first.get_json()) == (201, again.get_json())
    other = counter.send(path, told | {"count": 8}, counter.sector.admin)
    assert other.status_code == 409
    with counter.app.app_context():
        assert db.session.execute(select(func.count()).select_from(coupons)).scalar_one() == 7


def test_a_code_that_is_in_use_is_drawn_again(session: AnySession, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign_id = makers.make_campaign(session)
    [taken] = makers.make_codes(session, campaign_id)
    draw, drawn = codes.draw, iter([taken, taken, taken])
    monkeypatch.setattr(codes, "draw", lambda: next(drawn, None) or draw())
    assert len(set(makers.make_codes(session, campaign_id, 5))) == 5
    assert broken(session) == []


def test_a_batch_may_clash_with_itself(session: AnySession, monkeypatch: pytest.MonkeyPatch) -> None:
    draw, twice = codes.draw, codes.draw()
    drawn = iter([twice, twice])
    monkeypatch.setattr(codes, "draw", lambda: next(drawn, None) or draw())
    assert len(set(makers.make_codes(session, makers.make_campaign(session), 5))) == 5


@pytest.mark.slow
def test_a_million_codes_have_no_clash(session: AnySession) -> None:
    campaign_id = makers.make_campaign(session)
    assert len(set(makers.make_codes(session, campaign_id, 1_000_000))) == 1_000_000


def test_a_customer_has_one_personal_coupon_of_a_campaign_however_often_it_is_issued(counter: Counter) -> None:
    path = f"/v1/campaigns/{counter.campaign(kind='personal')}/coupons"
    answers = [
        counter.send(
            path, {"id": new_id(), "customer_ids": [counter.sector.customer_id]}, counter.sector.rep
        ).get_json()
        for _ in range(2)
    ]
    assert answers[0]["coupons"] == answers[1]["coupons"]
    assert len(answers[0]["coupons"]) == 1


def test_two_admins_give_to_one_customer_at_one_moment_and_each_of_the_others_gets_theirs(counter: Counter) -> None:
    with counter.app.app_context():
        people = sorted(make_customer(counter.sector.territory_id, f"Robin {number}") for number in range(30))
    for _ in range(ROUNDS):
        path = f"/v1/campaigns/{counter.campaign(kind='personal')}/coupons"
        halves = [{"id": new_id(), "customer_ids": some} for some in (people[:20], people[10:])]
        answers = at_once(counter, path, halves)
        assert [one.status_code for one in answers] == [201, 201]
        given = [one.get_json()["coupons"] for one in answers]
        assert [len(some) for some in given] == [20, 20]
        assert given[0][10:] == given[1][:10]


def at_once(counter: Counter, path: str, bodies: list[dict[str, Any]]) -> list[TestResponse]:
    """The answers to commands that an admin sends at one moment."""
    start = Barrier(len(bodies))

    def send(told: dict[str, Any]) -> TestResponse:
        headers = counter.sector.admin | {"Idempotency-Key": new_id()}
        start.wait()
        return counter.app.test_client().post(path, json=told, headers=headers)

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(send, bodies))


def test_an_id_that_stands_for_something_else_issues_nothing_and_says_so(counter: Counter) -> None:
    used = counter.redeem(counter.code()).get_json()["id"]
    paths = [f"/v1/campaigns/{counter.campaign(kind='personal')}/coupons" for _ in range(2)]
    told = {"id": new_id(), "customer_ids": [counter.sector.customer_id]}
    assert counter.send(paths[0], told, counter.sector.rep).status_code == 201
    for path, own in ((paths[0], used), (paths[1], used), (paths[1], told["id"])):
        refused = counter.send(path, told | {"id": own}, counter.sector.rep)
        assert (refused.status_code, own in refused.get_json()["detail"]) == (409, True)


def test_who_is_not_in_the_audience_gets_none_and_is_told_why(counter: Counter) -> None:
    offer_id = counter.offer(audience={"roles": ["ambassador"]})
    path = f"/v1/campaigns/{counter.campaign(offer_id, kind='personal')}/coupons"
    told = {"id": new_id(), "customer_ids": [counter.sector.customer_id]}
    answer = counter.send(path, told, counter.sector.rep).get_json()
    assert answer["coupons"] == []
    reason = answer["refused"][0]["reason"]
    assert ("Role:" in reason["en"], "Rôle :" in reason["fr"]) == (True, True)


def test_a_rep_gives_no_coupon_to_a_neighbours_customer(counter: Counter) -> None:
    path = f"/v1/campaigns/{counter.campaign(kind='personal')}/coupons"
    told = {"id": new_id(), "customer_ids": [counter.sector.foreign_id]}
    assert counter.send(path, told, counter.sector.rep).status_code == 404


def test_the_hold_out_group_gets_none_and_stands_in_the_log(session: AnySession) -> None:
    territory_id = make_territory(session).id
    customers = [make_customer(territory_id, f"Customer {number}") for number in range(60)]
    campaign_id = makers.make_campaign(session, kind="personal", hold_out_percent=50)
    given = {one["customer_id"] for one in makers.give(session, campaign_id, *customers)["coupons"]}
    withheld = set(session.scalars(select(operations.c.customer_id).where(operations.c.kind == "withhold")))
    assert (given | withheld, given & withheld) == (set(customers), set())
    assert 10 < len(withheld) < 50


def test_a_closed_campaign_issues_nothing(counter: Counter) -> None:
    path = f"/v1/campaigns/{counter.campaign(state='closed')}/batches"
    assert counter.send(path, {"id": new_id(), "count": 1}, counter.sector.admin).status_code == 409
