"""Points are earned in lots and spent earliest expiry first."""

import pytest

from field_api.points.balances import balance
from field_api.points.rules import TooFew
from field_api.store.base import db
from tests.field_api.points.makers import days, give, take


def test_the_lot_that_expires_first_is_spent_first(account_id: str) -> None:
    late, early, never = days(20), days(10), None
    for expires_at in (never, late, early):
        give(account_id, 100, expires_at)
    take(account_id, 150)
    found = balance(db.session, account_id)
    assert (found.points, [*found.lots]) == (150, [(late, 50), (None, 100)])


def test_more_than_there_is_is_refused_and_nothing_is_taken(account_id: str) -> None:
    give(account_id, 100)
    with pytest.raises(TooFew) as refused:
        take(account_id, 101)
    assert (refused.value.asked, refused.value.there) == (101, 100)
    assert balance(db.session, account_id).points == 100
