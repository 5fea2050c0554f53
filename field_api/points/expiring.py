"""How points expire: in batches, each kept by itself, so that a job that was stopped goes on where it stopped."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Insert,
    bindparam,
    cast,
    func,
    insert,
    literal,
    literal_column,
    null,
    or_,
    select,
    text,
    update,
)

from field_api import clock
from field_api.points.accounts import BALANCES
from field_api.points.models import DUE, accounts, entries, lots, operations
from field_api.store import audit
from field_api.store.among import among
from field_api.store.columns import Id, new_id
from field_api.store.engine import AnySession
from field_api.sync import feed

# Lots in one transaction: enough to share its commit, and few enough to let others pass.
AT_ONCE = 1000

_DUE = (
    select(lots.c.id, lots.c.account_id, lots.c.expires_at, lots.c.available)
    .where(lots.c.expires_at <= bindparam("at"), text(DUE))
    .order_by(lots.c.expires_at, lots.c.id)
    .limit(AT_ONCE)
)
_HELD = select(accounts.c.id).where(among(accounts.c.id)).order_by(accounts.c.id).with_for_update()
# The operation of a lot's account in this batch. Those of a batch share their fingerprint, for nobody told anything.
_OF_BATCH = (
    (operations.c.account_id == lots.c.account_id)
    & (operations.c.recorded_at == bindparam("at"))
    & (operations.c.fingerprint == bindparam("batch"))
)
_UP_TO = (
    lots.c.expires_at <= bindparam("last_at"),
    or_(lots.c.expires_at < bindparam("last_at"), lots.c.id <= bindparam("last_id")),
    # As the index of what is due says it; operations have an expiry too.
    lots.c.available > literal_column("0"),
    lots.c.expires_at.is_not(None),
)
_PLACE = func.row_number().over(partition_by=operations.c.id, order_by=(lots.c.expires_at, lots.c.id))
_ENTRY = ("operation_id", "number", "book", "account_id", "lot_id", "points")


def _enter(number: ColumnElement[int], book: str, account_id: ColumnElement[Any], points: ColumnElement[int]) -> Insert:
    """Writes one entry for each lot of the batch, where it stands in the database."""
    row = (operations.c.id, number, literal(book), account_id, lots.c.id, points)
    found = select(*row).select_from(lots.join(operations, _OF_BATCH)).where(*_UP_TO)
    # Rows inserted are counted on request alone.
    return insert(entries).from_select(_ENTRY, found).execution_options(preserve_rowcount=True)


_TAKE_OUT = _enter(2 * _PLACE - 2, "available", lots.c.account_id, -lots.c.available)
_PUT_IN = _enter(2 * _PLACE - 1, "expired", cast(null(), Id), lots.c.available)
_EXPIRE = (
    update(lots)
    .where(*_UP_TO, select(operations.c.id).where(_OF_BATCH).exists())
    .values(available=0, expired=lots.c.expired + lots.c.available)
)
_EXPIRING = (
    select(lots.c.account_id, func.sum(lots.c.available))
    .where(lots.c.expires_at >= bindparam("start"), lots.c.expires_at < bindparam("end"), text(DUE))
    .group_by(lots.c.account_id)
    .order_by(lots.c.account_id)
)


def expire_some(session: AnySession) -> int:
    """Let the lots that are due longest expire, AT_ONCE at most; tells how many there were."""
    moment = clock.now()
    due = _due(session, moment)
    whose = {row.account_id for row in due}
    if session.get_bind().dialect.name != "sqlite":
        session.connection().execute(_HELD, {"ids": sorted(whose)})
        # While we waited, somebody may have spent of them.
        due = [row for row in _due(session, moment) if row.account_id in whose]
    if due:
        _expire(session, due, moment)
    return len(due)


def expiring(
    session: AnySession, start: datetime, end: datetime, *, after_account_id: str | None = None, limit: int
) -> list[tuple[str, int]]:
    """The accounts with free points that expire from `start` until, and without, `end`, and how many these are.

    A page of them in the order of their ids, from after `after_account_id` on.
    """
    asked = _EXPIRING if after_account_id is None else _EXPIRING.where(lots.c.account_id > after_account_id)
    rows = session.connection().execute(asked.limit(limit), {"start": start, "end": end})
    return [(account_id, int(points)) for account_id, points in rows]


def _due(session: AnySession, at: datetime) -> Sequence[Any]:
    return session.connection().execute(_DUE, {"at": at}).all()


def _expire(session: AnySession, due: Sequence[Any], at: datetime) -> None:
    """One operation for each account, the entries of its lots, and one audit line for all of them.

    Entries and counts are written where the lots stand: a row that comes to us and goes back costs several times that.
    """
    by_account = defaultdict(list)
    for row in due:
        by_account[row.account_id].append(row)
    batch = new_id().replace("-", "")
    done = [_operation(account_id, rows, at, batch) for account_id, rows in by_account.items()]
    connection = session.connection()
    connection.execute(insert(operations), done)
    these = {"at": at, "batch": batch, "last_at": due[-1].expires_at, "last_id": due[-1].id}
    written = [connection.execute(statement, these).rowcount for statement in (_TAKE_OUT, _PUT_IN, _EXPIRE)]
    if written != [len(due)] * 3:
        raise ArithmeticError(f"{len(due)} lots are due, and {written} were written.")
    audit.record(session, audit.SYSTEM, "points.expire", new_id(), None, {"operations": done})
    for account_id in by_account:
        feed.touch(session, BALANCES, account_id)


def _operation(account_id: str, rows: Sequence[Any], at: datetime, batch: str) -> dict[str, Any]:
    return {
        "id": new_id(),
        "kind": "expire",
        "account_id": account_id,
        "points": sum(row.available for row in rows),
        "pending": False,
        "occurred_at": rows[-1].expires_at,
        "recorded_at": at,
        "fingerprint": batch,
        "recorded_by_kind": audit.SYSTEM.kind,
    }
