"""What is set aside: for a device until a deadline, or for an order until it is handed over."""

from datetime import timedelta

import pytest

from field_api import clock
from field_api.errors import Clash, Invalid
from field_api.points import holding, jobs
from field_api.points.balances import balance
from field_api.points.commands import Cancel, Confirm, Lease, Return
from field_api.points.endings import cancel, confirm
from field_api.points.leases import grant_lease, return_lease
from field_api.points.log import Operation
from field_api.points.rules import TooFew
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from tests.field_api.points.makers import days, do, give, set_aside, take, take_back


def lease(account_id: str, points: int, for_days: float = 2, **more: str) -> Operation:
    told = {"operation_id": new_id(), "device_id": new_id()} | more
    return do(grant_lease, Lease(account_id=account_id, points=points, deadline_at=days(for_days), **told))


def run_the_job() -> None:
    with writing(db.session):
        jobs.expire(db.session, {})


def test_two_phones_cannot_spend_the_same_points(account_id: str) -> None:
    give(account_id, 100)
    first, second = lease(account_id, 60), lease(account_id, 40)
    with pytest.raises(TooFew):
        lease(account_id, 1)
    with pytest.raises(TooFew):
        take(account_id, 1)
    take(account_id, 60, lease_id=first.id)
    take(account_id, 40, lease_id=second.id)
    with pytest.raises(TooFew):
        take(account_id, 1, lease_id=first.id)
    found = balance(db.session, account_id)
    assert (found.points, found.leased) == (0, 0)


@pytest.mark.parametrize("the_job_has_run", [True, False])
def test_what_is_left_of_a_lease_returns_at_its_deadline(account_id: str, the_job_has_run: bool) -> None:
    give(account_id, 100)
    granted = lease(account_id, 60)
    take(account_id, 25, lease_id=granted.id)
    with clock.ahead_by(timedelta(days=2)):
        if the_job_has_run:
            run_the_job()
        # Late: an ordinary spend by now, and never more than the lease had left.
        with pytest.raises(TooFew) as refused:
            take(account_id, 36, lease_id=granted.id)
        assert refused.value.there == 35
        take(account_id, 35, lease_id=granted.id)
        run_the_job()
        found = balance(db.session, account_id)
    assert (found.points, found.leased) == (40, 0)


def test_a_late_spend_is_refused_when_somebody_else_was_quicker(account_id: str) -> None:
    give(account_id, 100)
    granted = lease(account_id, 60)
    with clock.ahead_by(timedelta(days=2)):
        run_the_job()
        take(account_id, 70)
        with pytest.raises(TooFew):
            take(account_id, 60, lease_id=granted.id)
        assert balance(db.session, account_id).points == 30


def test_a_lease_takes_only_points_that_outlive_it(account_id: str) -> None:
    give(account_id, 100, days(1))
    give(account_id, 30, days(5))
    with pytest.raises(TooFew):
        lease(account_id, 31)
    lease(account_id, 30)
    assert balance(db.session, account_id).points == 100


def test_a_lease_lasts_a_week_at_most_and_ends_after_now(account_id: str) -> None:
    give(account_id, 100)
    for for_days in (-1, 8):
        with pytest.raises(Invalid) as refused:
            lease(account_id, 10, for_days)
        assert [fault.where for fault in refused.value.faults] == ["/deadline_at"]


def test_a_device_returns_its_lease_once_and_the_same_return_again_is_the_same_answer(account_id: str) -> None:
    give(account_id, 100)
    device_id = new_id()
    granted = lease(account_id, 60, device_id=device_id)
    assert [one.points_left for one in holding.of_device(db.session, device_id)] == [60]
    told = Return(operation_id=new_id(), lease_id=granted.id)
    assert do(return_lease, told) == do(return_lease, told)
    with pytest.raises(Clash, match="was returned"):
        do(return_lease, Return(operation_id=new_id(), lease_id=granted.id))
    assert holding.of_device(db.session, device_id) == []
    assert balance(db.session, account_id).points == 100


def test_the_lease_of_another_account_is_no_use(account_id: str, other_id: str) -> None:
    give(account_id, 100)
    granted = lease(account_id, 60)
    with pytest.raises(Clash, match="of another account"):
        take(other_id, 10, lease_id=granted.id)


def test_a_reservation_is_confirmed_though_its_points_would_have_expired_since(account_id: str) -> None:
    give(account_id, 100, days(1))
    ordered = set_aside(account_id, 80)
    with clock.ahead_by(timedelta(days=3)):
        run_the_job()
        do(confirm, Confirm(operation_id=new_id(), ends_id=ordered.id))
        # Taken back after their expiry, they expire.
        take_back(ordered)
        found = balance(db.session, account_id)
    assert (found.points, found.reserved) == (0, 0)


def test_a_cancelled_reservation_gives_its_lots_back_and_what_is_over_expires(account_id: str) -> None:
    give(account_id, 50, days(1))
    give(account_id, 50, days(9))
    ordered = set_aside(account_id, 80)
    with clock.ahead_by(timedelta(days=2)):
        do(cancel, Cancel(operation_id=new_id(), ends_id=ordered.id))
        assert balance(db.session, account_id).points == 50


def test_a_reservation_past_its_deadline_is_not_confirmed_and_the_job_gives_it_back(account_id: str) -> None:
    give(account_id, 100)
    ordered = set_aside(account_id, 80, deadline_at=days(1))
    with clock.ahead_by(timedelta(days=1)):
        with pytest.raises(Clash, match="lapsed"):
            do(confirm, Confirm(operation_id=new_id(), ends_id=ordered.id))
        run_the_job()
        assert balance(db.session, account_id).points == 100
