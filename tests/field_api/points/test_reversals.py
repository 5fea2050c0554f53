"""What is taken back, what comes back, and what is owed then."""

from datetime import timedelta

import pytest

from field_api import clock
from field_api.errors import Clash, Invalid, NotFound
from field_api.points.balances import balance
from field_api.points.commands import Adjust, Cancel
from field_api.points.earning import adjust
from field_api.points.endings import cancel
from field_api.points.history import moved_by
from field_api.points.rules import TooFew, undo
from field_api.store.base import db
from field_api.store.columns import new_id
from tests.field_api.points.makers import days, do, give, take, take_back


def test_a_spend_that_is_taken_back_restores_its_very_lots(account_id: str) -> None:
    first, second = days(10), days(20)
    give(account_id, 50, first)
    give(account_id, 50, second)
    spent = take(account_id, 70)
    take_back(spent)
    assert [*balance(db.session, account_id).lots] == [(first, 50), (second, 50)]
    with pytest.raises(Clash, match="taken back whole"):
        take_back(spent)


def test_a_part_leaves_what_a_smaller_spend_would_have_left(account_id: str) -> None:
    first, second = days(10), days(20)
    give(account_id, 50, first)
    give(account_id, 50, second)
    spent = take(account_id, 70)
    take_back(spent, 15)
    take_back(spent, 15)
    assert [*balance(db.session, account_id).lots] == [(first, 10), (second, 50)]
    with pytest.raises(TooFew):
        take_back(spent, 41)


def test_parts_begin_where_the_last_one_ended() -> None:
    drawn = [(1, 50), (2, 20)]
    assert [*undo(drawn, 0, 30)] == [(2, 20), (1, 10)]  # type: ignore[arg-type]  # tuples are drawn as named ones are
    assert [*undo(drawn, 30, 40)] == [(1, 40)]  # type: ignore[arg-type]


def test_a_lot_that_is_restored_after_its_expiry_comes_back_expired(account_id: str) -> None:
    give(account_id, 50, days(1))
    give(account_id, 50, days(20))
    spent = take(account_id, 70)
    with clock.ahead_by(timedelta(days=1)):
        back = take_back(spent)
        assert balance(db.session, account_id).points == 50
        moved = moved_by(db.session, [back.id])[back.id]
    assert [(one.book, one.points) for one in moved if one.points > 0] == [("available", 20), ("expired", 50)]


def test_an_earning_whose_points_have_expired_unspent_leaves_no_debt(account_id: str) -> None:
    earned = give(account_id, 50, days(1))
    with clock.ahead_by(timedelta(days=2)):
        take_back(earned)
        assert balance(db.session, account_id).debt == 0


def test_a_debt_leaves_other_lots_alone_and_is_paid_by_what_comes_next(account_id: str) -> None:
    give(account_id, 50, days(30))
    earned = give(account_id, 100, days(10))
    take(account_id, 100)
    take_back(earned)
    found = balance(db.session, account_id)
    assert (found.points, found.debt) == (50, 100)
    do(adjust, Adjust(operation_id=new_id(), account_id=account_id, points=30, reason="A kind gesture"))
    found = balance(db.session, account_id)
    assert (found.points, found.debt) == (50, 70)


@pytest.mark.parametrize("points", [0, -5, 1.5, True, "7", 2**63, 10**9 + 1])
def test_what_are_no_points_is_refused_and_changes_nothing(account_id: str, points: object) -> None:
    give(account_id, 100)
    before = balance(db.session, account_id)
    for command in (give, take):
        with pytest.raises(Invalid) as refused:
            command(account_id, points)  # type: ignore[arg-type]  # as a careless caller would
        assert [fault.where for fault in refused.value.faults] == ["/points"]
    assert balance(db.session, account_id) == before


def test_a_reversal_is_not_taken_back_nor_is_anything_but_earnings_and_spends(account_id: str) -> None:
    earned = give(account_id, 100)
    put = do(adjust, Adjust(operation_id=new_id(), account_id=account_id, points=5, reason="Found"))
    back = take_back(earned, 10)
    for operation, told in ((back, "is a reversal"), (put, "of the kind adjust")):
        with pytest.raises(Clash, match=told):
            take_back(operation)
    with pytest.raises(NotFound):
        take_back(new_id())


def test_what_is_pending_or_was_cancelled_is_not_taken_back(account_id: str) -> None:
    waiting = give(account_id, 100, pending=True)
    with pytest.raises(Clash, match="cancel it"):
        take_back(waiting)
    do(cancel, Cancel(operation_id=new_id(), ends_id=waiting.id))
    with pytest.raises(Clash, match="cancelled"):
        take_back(waiting)
    assert balance(db.session, account_id).pending == 0


def test_an_adjustment_says_why_and_takes_no_more_than_there_is(account_id: str) -> None:
    with pytest.raises(Invalid) as refused:
        do(adjust, Adjust(operation_id=new_id(), account_id=account_id, points=0, reason=" "))
    assert [fault.where for fault in refused.value.faults] == ["/points", "/reason"]
    give(account_id, 10)
    with pytest.raises(TooFew):
        do(adjust, Adjust(operation_id=new_id(), account_id=account_id, points=-11, reason="Too much"))
