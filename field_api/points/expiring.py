"""How points expire: in batches, each kept by itself, so that a job that was stopped goes on where it stopped."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, text, update

from field_api import clock
from field_api.points.accounts import BALANCES
from field_api.points.models import DUE, accounts, entries, lots, operations
from field_api.store import audit
from field_api.store.among import among
from field_api.store.columns import new_id
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
_EXPIRE = (
    update(lots)
    .where(lots.c.id == bindparam("of_id"), lots.c.available >= bindparam("count"))
    .values(available=lots.c.available - bindparam("count"), expired=lots.c.expired + bindparam("count"))
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
    """One operation for each account, with the entries of its lots, and one audit line for all of them."""
    by_account = defaultdict(list)
    for row in due:
        by_account[row.account_id].append(row)
    done = [_operation(account_id, rows, at) for account_id, rows in by_account.items()]
    moved = [entry for one in done for entry in _entries(one, by_account[one["account_id"]])]
    counts = [{"of_id": row.id, "count": row.available} for row in due]
    connection = session.connection()
    connection.execute(insert(operations), done)
    connection.execute(insert(entries), moved)
    if connection.execute(_EXPIRE, counts).rowcount != len(counts):
        raise ArithmeticError("A lot that is due was spent at this moment.")
    audit.record(session, audit.SYSTEM, "points.expire", new_id(), None, {"operations": done})
    for account_id in by_account:
        feed.touch(session, BALANCES, account_id)


_NOTHING_TOLD: dict[str, Any] = dict.fromkeys(column.name for column in operations.columns)


def _operation(account_id: str, rows: Sequence[Any], at: datetime) -> dict[str, Any]:
    own = new_id()
    return _NOTHING_TOLD | {
        "id": own,
        "kind": "expire",
        "account_id": account_id,
        "points": sum(row.available for row in rows),
        "pending": False,
        "occurred_at": rows[-1].expires_at,
        "recorded_at": at,
        # Nobody tells it, so that nothing told is the same.
        "fingerprint": own.replace("-", ""),
        "recorded_by_kind": audit.SYSTEM.kind,
    }


def _entries(operation: dict[str, Any], rows: Sequence[Any]) -> list[dict[str, Any]]:
    found = []
    for place, row in enumerate(rows):
        shared = {"operation_id": operation["id"], "lot_id": row.id}
        out = {"number": 2 * place, "book": "available", "account_id": row.account_id, "points": -row.available}
        into = {"number": 2 * place + 1, "book": "expired", "account_id": None, "points": row.available}
        found += [shared | out, shared | into]
    return found
