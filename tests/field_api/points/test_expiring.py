"""Points expire by a job that can be stopped anywhere, and phones are told of it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from field_api import clock
from field_api.points import expiring, jobs
from field_api.points.balances import balance
from field_api.points.models import entries, lots, operations
from field_api.points.sync import COLLECTION
from field_api.store.audit import AuditEntry
from field_api.store.base import db
from field_api.store.engine import writing
from field_api.sync.models import Lane
from tests.field_api.points.laws import broken
from tests.field_api.points.makers import days, give, take


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiring, "_DUE", expiring._DUE.limit(2))


@pytest.mark.usefixtures("small_batches")
def test_a_job_that_is_stopped_goes_on_where_it_stopped(
    account_id: str, other_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for whose in (account_id, other_id, account_id, account_id, other_id):
        give(whose, 10, days(1))
    give(account_id, 10, days(5))
    with clock.ahead_by(timedelta(days=1)):
        _stop_after(monkeypatch, batches=1)
        with pytest.raises(KeyboardInterrupt), writing(db.session):
            jobs.expire(db.session, {})
        monkeypatch.undo()
        assert _expired() == 20
        with writing(db.session):
            jobs.expire(db.session, {})
        assert _expired() == 50
        with writing(db.session):
            jobs.expire(db.session, {})
        assert (_expired(), balance(db.session, account_id).points) == (50, 10)
    assert broken(db.session) == []


def test_each_account_has_one_operation_of_a_batch_and_the_batch_one_audit_line(account_id: str, other_id: str) -> None:
    for whose in (account_id, account_id, other_id):
        give(whose, 10, days(1))
    with clock.ahead_by(timedelta(days=2)), writing(db.session):
        jobs.expire(db.session, {})
    made = select(operations.c.account_id, operations.c.points).where(operations.c.kind == "expire")
    assert dict(db.session.execute(made).all()) == {account_id: 20, other_id: 10}  # type: ignore[arg-type]  # pairs
    lines = select(func.count()).where(AuditEntry.action == "points.expire")
    assert db.session.scalar(lines) == 1


def test_the_operations_of_a_batch_are_counted_by_their_ids_which_begin_like_that_of_the_audit_line(
    account_id: str, other_id: str
) -> None:
    for whose in (other_id, account_id):
        give(whose, 10, days(1))
    with clock.ahead_by(timedelta(days=2)), writing(db.session):
        jobs.expire(db.session, {})
    batch_id = db.session.scalar(select(AuditEntry.subject_id).where(AuditEntry.action == "points.expire"))
    made = select(operations.c.id, operations.c.fingerprint).where(operations.c.kind == "expire")
    found = db.session.execute(made.order_by(operations.c.account_id)).all()
    assert [own_id for own_id, _ in found] == [f"{str(batch_id)[:-4]}{number:04}" for number in (1, 2)]
    assert {fingerprint for _, fingerprint in found} == {str(batch_id).replace("-", "")}


def test_the_lots_of_an_operation_leave_its_account_one_after_the_other(account_id: str) -> None:
    for points in (30, 10, 20):
        give(account_id, points, days(1))
    lot_ids = db.session.execute(select(lots.c.id).order_by(lots.c.id)).scalars().all()
    with clock.ahead_by(timedelta(days=2)), writing(db.session):
        jobs.expire(db.session, {})
    own_id = db.session.scalar(select(operations.c.id).where(operations.c.kind == "expire"))
    row = (entries.c.number, entries.c.book, entries.c.account_id, entries.c.lot_id, entries.c.points)
    written = select(*row).where(entries.c.operation_id == own_id).order_by(entries.c.number)
    assert [tuple(one) for one in db.session.execute(written)] == [
        (0, "available", account_id, lot_ids[0], -30),
        (1, "expired", None, lot_ids[0], 30),
        (2, "available", account_id, lot_ids[1], -10),
        (3, "expired", None, lot_ids[1], 10),
        (4, "available", account_id, lot_ids[2], -20),
        (5, "expired", None, lot_ids[2], 20),
    ]


def test_the_document_of_a_phone_changes_by_what_is_written_and_not_by_the_clock(
    account_id: str, customer_id: str
) -> None:
    soon = days(1)
    give(account_id, 40, soon)
    give(account_id, 30)
    take(account_id, 10)
    before, number = _document(account_id), _number()
    assert before == {
        "id": account_id,
        "customer_id": customer_id,
        "points": 60,
        "pending": 0,
        "reserved": 0,
        "leased": 0,
        "debt": 0,
        "expiring": [{"expires_at": soon, "points": 30}],
    }
    with clock.ahead_by(timedelta(days=2)):
        assert _document(account_id) == before
        with writing(db.session):
            jobs.expire(db.session, {})
        after = _document(account_id)
    assert (after["points"], after["expiring"]) == (30, [])
    assert _number() > number


def _stop_after(monkeypatch: pytest.MonkeyPatch, batches: int) -> None:
    expire_some, calls = expiring.expire_some, iter(range(batches))

    def until_then(*told: object) -> int:
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return expire_some(*told)  # type: ignore[arg-type]  # as it is called

    monkeypatch.setattr(expiring, "expire_some", until_then)


def _expired() -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.coalesce(func.sum(lots.c.expired), 0))) or 0)


def _document(account_id: str) -> dict[str, object]:
    db.session.rollback()
    return COLLECTION.documents(db.session, [account_id])[account_id].document


def _number() -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.max(Lane.seq)).where(Lane.collection == COLLECTION.name)) or 0)
