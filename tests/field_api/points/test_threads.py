"""What went wrong with points in other systems, each named after the public thread that told of it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from field_api import clock
from field_api.errors import Clash
from field_api.points import jobs
from field_api.points.balances import balance
from field_api.points.commands import Confirm, Earn
from field_api.points.earning import earn
from field_api.points.endings import confirm
from field_api.points.rules import TooFew
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from tests.field_api.points.laws import broken
from tests.field_api.points.makers import days, do, give, set_aside, take, take_back


@pytest.fixture(autouse=True)
def _books(app: Flask, account_id: str) -> Iterator[None]:
    """All laws hold at the end of each."""
    yield
    assert broken(db.session) == []


def test_odoo_222372_what_is_confirmed_twice_on_a_network_fault_counts_once(account_id: str) -> None:
    waiting = give(account_id, 100, pending=True)
    told = Confirm(operation_id=new_id(), ends_id=waiting.id)
    assert do(confirm, told) == do(confirm, told)
    # The client that lost the answer and makes a new id is refused, and not counted either.
    with pytest.raises(Clash, match="was confirmed"):
        do(confirm, Confirm(operation_id=new_id(), ends_id=waiting.id))
    assert balance(db.session, account_id).points == 100


def test_odoo_249775_confirming_many_orders_at_once_never_ends_below_zero(account_id: str) -> None:
    give(account_id, 150)
    first = set_aside(account_id, 100)
    with pytest.raises(TooFew):
        set_aside(account_id, 100)
    do(confirm, Confirm(operation_id=new_id(), ends_id=first.id))
    found = balance(db.session, account_id)
    assert (found.points, found.reserved) == (50, 0)


def test_odoo_257854_who_buys_and_gives_back_does_not_keep_the_points(account_id: str) -> None:
    purchase_id = new_id()
    earned = give(account_id, 100, purchase_id=purchase_id)
    take(account_id, 60)
    take_back(earned, purchase_id=purchase_id)
    found = balance(db.session, account_id)
    # 40 were unspent and are gone; the 60 that were spent are owed, and paid first from what is earned next.
    assert (found.points, found.debt) == (0, 60)
    give(account_id, 80)
    found = balance(db.session, account_id)
    assert (found.points, found.debt) == (20, 0)


@pytest.mark.parametrize("the_job_has_run", [True, False])
def test_odoo_171453_points_that_are_over_are_gone(account_id: str, the_job_has_run: bool) -> None:
    give(account_id, 100, days(30))
    give(account_id, 5, days(60))
    with clock.ahead_by(timedelta(days=30)):
        if the_job_has_run:
            with writing(db.session):
                jobs.expire(db.session, {})
        assert balance(db.session, account_id).points == 5
        with pytest.raises(TooFew):
            take(account_id, 6)


def test_erpnext_59050_points_of_another_document_expire_and_are_spent_once_as_all_others(account_id: str) -> None:
    give(account_id, 70, days(10), event="review")
    give(account_id, 30, days(20), event="purchase", purchase_id=new_id())
    take(account_id, 80)
    assert balance(db.session, account_id).points == 20
    with pytest.raises(TooFew):
        take(account_id, 80)
    with clock.ahead_by(timedelta(days=20)):
        assert balance(db.session, account_id).points == 0


def test_erpnext_32951_a_return_takes_back_its_part_of_the_points(account_id: str) -> None:
    earned = give(account_id, 100)
    take_back(earned, 30)
    take_back(earned, 20)
    assert balance(db.session, account_id).points == 50
    with pytest.raises(TooFew):
        take_back(earned, 51)


def test_oca_pos_185_an_offline_till_that_retries_does_not_double_the_points(account_id: str) -> None:
    told = Earn(operation_id=new_id(), account_id=account_id, points=40, purchase_id=new_id())
    answers = [do(earn, told) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    with clock.ahead_by(timedelta(days=90)):
        # Weeks after, when no receipt of the request is kept any more.
        assert do(earn, told) == answers[0]
    assert balance(db.session, account_id).points == 40
    with pytest.raises(Clash):
        do(earn, Earn(operation_id=told.operation_id, account_id=account_id, points=41, purchase_id=told.purchase_id))
