"""Points that move between accounts, and accounts that become one."""

import pytest

from field_api.errors import Clash, NotFound
from field_api.points import accounts, history
from field_api.points.balances import balance
from field_api.points.commands import Confirm, Merge, Transfer
from field_api.points.endings import confirm
from field_api.points.moving import merge, transfer
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.web.identity import THE_SYSTEM
from tests.field_api.points.laws import broken
from tests.field_api.points.makers import days, do, give, make_account, set_aside, take, take_back


def test_points_that_are_handed_over_keep_their_expiry(account_id: str, other_id: str) -> None:
    first, second = days(10), days(20)
    give(account_id, 50, second)
    give(account_id, 50, first)
    do(transfer, Transfer(operation_id=new_id(), account_id=account_id, to_account_id=other_id, points=70))
    assert [*balance(db.session, account_id).lots] == [(second, 30)]
    assert [*balance(db.session, other_id).lots] == [(first, 50), (second, 20)]


def test_nobody_hands_points_to_themselves_or_to_nobody(account_id: str) -> None:
    give(account_id, 50)
    with pytest.raises(Clash):
        do(transfer, Transfer(operation_id=new_id(), account_id=account_id, to_account_id=account_id, points=1))
    with pytest.raises(NotFound):
        do(transfer, Transfer(operation_id=new_id(), account_id=account_id, to_account_id=new_id(), points=1))


def test_who_was_merged_goes_on_in_the_other_account(account_id: str, other_id: str) -> None:
    earned = give(account_id, 100, days(10))
    waiting, ordered = give(account_id, 40, pending=True), set_aside(account_id, 30)
    spent = take(account_id, 20)
    told = Merge(operation_id=new_id(), account_id=account_id, into_account_id=other_id)
    assert do(merge, told) == do(merge, told)
    # What was begun under the old id ends in the new account; so does a phone's late earning.
    do(confirm, Confirm(operation_id=new_id(), ends_id=waiting.id))
    do(confirm, Confirm(operation_id=new_id(), ends_id=ordered.id))
    take_back(spent)
    late = give(account_id, 5)
    found = balance(db.session, account_id)
    assert (found.account_id, found.points, found.pending, found.reserved) == (other_id, 115, 0, 0)
    # 70 of the 100 are unspent.
    take_back(earned)
    found = balance(db.session, other_id)
    assert (found.points, found.debt) == (45, 30)
    assert late.account_id == other_id
    assert broken(db.session) == []


def test_the_history_of_the_other_account_has_both(account_id: str, other_id: str) -> None:
    ids = [give(account_id, 10).id, give(other_id, 20).id]
    ids.append(do(merge, Merge(operation_id=new_id(), account_id=account_id, into_account_id=other_id)).id)
    found, after = history.page(db.session, other_id, 2, None)
    assert ([row["id"] for row in found], after is None) == ([ids[2], ids[1]], False)


def test_a_balance_of_the_past_is_what_was_seen_then(account_id: str) -> None:
    give(account_id, 100, days(10))
    before = balance(db.session, account_id)
    moment = days(0)
    take(account_id, 30)
    set_aside(account_id, 10)
    assert balance(db.session, account_id, moment) == before
    now = balance(db.session, account_id)
    assert (now.points, now.reserved) == (60, 10)
    assert balance(db.session, account_id, days(0)) == now


def test_a_closed_account_takes_nothing_and_what_comes_back_expires(account_id: str) -> None:
    give(account_id, 100)
    spent = take(account_id, 40)
    with writing(db.session):
        accounts.close_account(db.session, THE_SYSTEM, account_id)
    with pytest.raises(Clash, match="was closed"):
        give(account_id, 1)
    take_back(spent)
    assert balance(db.session, account_id).points == 60


def test_an_account_is_opened_once_and_an_id_is_of_one_customer(account_id: str, customer_id: str) -> None:
    with writing(db.session):
        again = accounts.open_account(db.session, THE_SYSTEM, account_id=account_id, customer_id=customer_id)
    assert again == accounts.read_account(db.session, account_id)
    with pytest.raises(Clash), writing(db.session):
        accounts.open_account(db.session, THE_SYSTEM, account_id=account_id, customer_id=new_id())
    assert make_account(customer_id) != account_id
