"""`furet check` finds whoever tampers with the books, and the tables refuse most of it outright."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.exc import DBAPIError

from field_api import clock
from field_api.points.models import accounts, entries, holds, lots, operations
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from tests.field_api.points.laws import broken
from tests.field_api.points.makers import days, give, set_aside, take, take_back


def _one_sided_entry(spent_id: str) -> None:
    lot_id = db.session.scalar(entries.select().with_only_columns(entries.c.lot_id))
    row = {"operation_id": spent_id, "number": 9, "book": "expired", "account_id": None, "lot_id": lot_id, "points": 5}
    db.session.execute(insert(entries), row)


def _a_lot_counts_more(_: str) -> None:
    db.session.execute(update(lots).where(lots.c.available < lots.c.points).values(available=lots.c.available + 1))


def _a_debt_from_nowhere(_: str) -> None:
    db.session.execute(update(accounts).values(debt=7))


def _a_hold_is_lost(_: str) -> None:
    db.session.execute(delete(holds))


def _a_hold_counts_more(_: str) -> None:
    db.session.execute(update(holds).values(points_left=99))


def _a_lot_is_stolen(_: str) -> None:
    # The last account that was opened has nothing of its own.
    target = db.session.scalar(accounts.select().with_only_columns(accounts.c.id).order_by(accounts.c.id.desc()))
    db.session.execute(update(lots).values(account_id=target))


def _an_expiry_is_moved_back(_: str) -> None:
    db.session.execute(update(lots).values(expires_at=clock.now() - timedelta(minutes=5)))


def _an_expiry_is_overlooked(_: str) -> None:
    db.session.execute(update(lots).values(expires_at=clock.now() - timedelta(days=2)))


def _a_spend_says_more(spent_id: str) -> None:
    row = db.session.execute(operations.select().where(operations.c.id == spent_id)).one()._asdict()
    db.session.execute(insert(operations), row | {"id": new_id()})


def _a_reversal_too_many(spent_id: str) -> None:
    row = db.session.execute(operations.select().where(operations.c.id == spent_id)).one()._asdict()
    more = {"kind": "reverse", "about_id": spent_id, "points": 1000}
    db.session.execute(insert(operations), row | more | {"id": new_id()})


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (_one_sided_entry, "add up to 5"),
        (_a_lot_counts_more, "does not count what its entries say"),
        (_a_debt_from_nowhere, "owes 7 by its row and 0 by its entries"),
        (_a_hold_is_lost, "has ended or it is set aside"),
        (_a_hold_counts_more, "has not set aside in its lots"),
        (_a_lot_is_stolen, "of its points in"),
        (_an_expiry_is_moved_back, "was used after that, by the spend"),
        (_an_expiry_is_overlooked, "is there a worker?"),
        (_a_spend_says_more, "its entries moved 0"),
        (_a_reversal_too_many, "were taken back"),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_the_offender_is_named(account_id: str, other_id: str, tamper: Callable[[str], None], told: str) -> None:
    give(account_id, 100, days(30))
    spent = take(account_id, 30)
    set_aside(account_id, 10)
    assert broken(db.session) == []
    with writing(db.session):
        tamper(spent.id)
    assert any(told in sentence for sentence in broken(db.session)), broken(db.session)


@pytest.mark.parametrize("table", [entries, operations], ids=str)
def test_the_books_are_append_only(account_id: str, table: object) -> None:
    give(account_id, 100)
    for statement in (update(table).values(points=1), delete(table)):  # type: ignore[arg-type]  # tables, both
        with pytest.raises(DBAPIError, match="append-only"), writing(db.session):
            db.session.execute(statement)


def test_what_was_written_of_a_person_can_be_taken_out_of_an_operation(account_id: str) -> None:
    give(account_id, 100, reason="For Madame Martin", why={"said": "her birthday"})
    with writing(db.session):
        db.session.execute(update(operations).values(reason=None, why=None))
    assert broken(db.session) == []


def test_the_tables_refuse_a_lot_below_zero(account_id: str) -> None:
    take_back(give(account_id, 100), 10)
    with pytest.raises(DBAPIError, match="not_below_zero"), writing(db.session):
        db.session.execute(update(lots).values(available=-1))
