"""How points expire: in batches, each kept by itself, so that a job that was stopped goes on where it stopped.

A batch is written where its lots stand: a row that comes to us and goes back costs several times that.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    String,
    bindparam,
    case,
    cast,
    false,
    func,
    insert,
    literal,
    select,
    text,
    true,
    union_all,
    update,
)

from field_api import clock
from field_api.points.accounts import BALANCES
from field_api.points.models import DUE, accounts, entries, lots, operations
from field_api.store import audit
from field_api.store.among import among
from field_api.store.columns import Id, Instant, new_id
from field_api.store.engine import AnySession
from field_api.sync import feed

# Lots in one transaction: enough to share its commit, and few enough to let others pass.
AT_ONCE = 1000
# The last digits of an operation's id count the accounts of its batch; decimal ones, which both databases write alike.
COUNTING_DIGITS = len(str(AT_ONCE))

_DUE = (
    select(lots.c.id, lots.c.account_id, lots.c.available)
    .where(lots.c.expires_at <= bindparam("at"), text(DUE))
    .order_by(lots.c.expires_at, lots.c.id)
    .limit(AT_ONCE)
)
_HELD = select(accounts.c.id).where(among(accounts.c.id)).with_for_update(skip_locked=True)

_counted = func.substr(cast(10**COUNTING_DIGITS + func.dense_rank().over(order_by=lots.c.account_id), String), 2)
_place = func.row_number().over(partition_by=lots.c.account_id, order_by=(lots.c.expires_at, lots.c.id))
# The lots of a batch, each with the operation of its account, and with its place in that one.
_batch = (
    select(
        cast(bindparam("begins", type_=String) + _counted, Id).label("operation_id"),
        _place.label("place"),
        lots.c.id.label("lot_id"),
        lots.c.account_id,
        lots.c.expires_at,
        lots.c.available,
    )
    .where(among(lots.c.id))
    .subquery("batch")
)
# What leaves one book comes into the other.
_book = union_all(
    select(literal(0).label("side"), literal("available").label("book"), literal(-1).label("sign")),
    select(literal(1), literal("expired"), literal(1)),
).subquery("books")
_OPERATION = {
    "id": _batch.c.operation_id,
    "kind": literal("expire"),
    "account_id": _batch.c.account_id,
    "points": func.sum(_batch.c.available),
    "pending": false(),
    "occurred_at": func.max(_batch.c.expires_at),
    "recorded_at": bindparam("at", type_=Instant),
    "fingerprint": bindparam("batch", type_=String),
    "recorded_by_kind": literal(audit.SYSTEM.kind),
}
_OPERATE = insert(operations).from_select(
    list(_OPERATION), select(*_OPERATION.values()).group_by(_batch.c.operation_id, _batch.c.account_id)
)
_ENTRY = {
    "operation_id": _batch.c.operation_id,
    "number": 2 * _batch.c.place - 2 + _book.c.side,
    "book": _book.c.book,
    "account_id": case((_book.c.side == 0, _batch.c.account_id)),
    "lot_id": _batch.c.lot_id,
    "points": _book.c.sign * _batch.c.available,
}
_ENTER = insert(entries).from_select(
    list(_ENTRY),
    select(*(value.label(name) for name, value in _ENTRY.items()))
    .join_from(_batch, _book, true())
    .order_by("operation_id", "number"),
)
_COUNT = update(lots).where(among(lots.c.id)).values(available=0, expired=lots.c.expired + lots.c.available)
# Rows inserted are counted on request alone.
_COUNTING = {"preserve_rowcount": True}


def expire_some(session: AnySession) -> int:
    """Let the lots that are due longest expire, AT_ONCE at most; tells how many did."""
    moment = clock.now()
    due = _due(session, moment)
    if session.get_bind().dialect.name != "sqlite":
        # Whoever holds an account may hold another one too, in any order: what they hold is left to the next run, so
        # that nobody waits in a circle. What was due a moment ago may have been spent before it was held.
        whose = set(session.connection().execute(_HELD, {"ids": sorted({row.account_id for row in due})}).scalars())
        due = [row for row in _due(session, moment) if row.account_id in whose]
    if due:
        _expire(session, due, moment)
    return len(due)


def _due(session: AnySession, at: datetime) -> Sequence[Any]:
    return session.connection().execute(_DUE, {"at": at}).all()


def _expire(session: AnySession, due: Sequence[Any], at: datetime) -> None:
    """One operation for each account, the entries of its lots, and one audit line for all of them.

    The batch has an id like that of an operation. Its operations share what that begins with, and have it for their
    fingerprint, since nobody told anything.
    """
    batch_id = new_id()
    these = {"ids": sorted(row.id for row in due), "at": at}
    these |= {"begins": batch_id[:-COUNTING_DIGITS], "batch": batch_id.replace("-", "")}
    whose = sorted({row.account_id for row in due})
    connection = session.connection()
    written = [
        connection.execute(statement, these, execution_options=_COUNTING).rowcount
        for statement in (_OPERATE, _ENTER, _COUNT)
    ]
    if written != [len(whose), 2 * len(due), len(due)]:
        raise ArithmeticError(f"{len(due)} lots of {len(whose)} accounts are due, and {written} were written.")
    expired = {"lots": {str(row.id): row.available for row in due}}
    audit.record(session, audit.SYSTEM, "points.expire", batch_id, None, expired)
    for account_id in whose:
        feed.touch(session, BALANCES, account_id)
