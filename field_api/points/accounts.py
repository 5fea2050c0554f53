"""Accounts: opened once, held while something is done to them, closed, and followed where they were merged."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from field_api import clock
from field_api.errors import Clash, NotFound
from field_api.points.models import accounts
from field_api.store import audit
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.web.identity import Principal


@dataclass(frozen=True)
class Account:
    """An account as it stands, held until the transaction ends when it came from `hold`."""

    id: str
    customer_id: str
    opened_at: datetime
    closed_at: datetime | None
    merged_into_id: str | None
    debt: int


# What phones follow of an account (`sync.py`).
BALANCES = "point_balances"

_COLUMNS = tuple(accounts.c[name] for name in Account.__dataclass_fields__)
_BY_ID = select(*_COLUMNS).where(accounts.c.id == bindparam("of_id"))
_HELD = _BY_ID.with_for_update()
_OPEN_SQLITE = insert_sqlite(accounts).on_conflict_do_nothing().returning(accounts.c.id)
_OPEN_POSTGRESQL = insert_postgresql(accounts).on_conflict_do_nothing().returning(accounts.c.id)
_CLOSE = (
    update(accounts)
    .where(accounts.c.id == bindparam("of_id"), accounts.c.closed_at.is_(None))
    .values(closed_at=bindparam("at"), merged_into_id=bindparam("into_id"))
)


def open_account(session: AnySession, principal: Principal, *, account_id: str, customer_id: str) -> Account:
    """Open an account; the same again is the same answer. Raises Clash when the id is another customer's account."""
    account = Account(account_id, customer_id, clock.now(), None, None, 0)
    row = vars(account)
    connection = session.connection()
    opening = _OPEN_SQLITE if connection.dialect.name == "sqlite" else _OPEN_POSTGRESQL
    if connection.execute(opening, row).first() is None:
        return _first_opened(session, account_id, customer_id)
    audit.record(session, principal.actor, "points.open", account_id, None, row)
    feed.touch(session, BALANCES, account_id)
    return account


def _first_opened(session: AnySession, account_id: str, customer_id: str) -> Account:
    standing = read_account(session, account_id)
    if standing.customer_id != customer_id:
        raise Clash(f"The id {account_id} stands for another account; each one has an id of its own.")
    return standing


def close_account(session: AnySession, principal: Principal, account_id: str) -> Account:
    """Let an account take nothing any more; what comes back to it afterwards expires. Raises NotFound."""
    account = hold(session, account_id)
    if account.closed_at is None:
        shut(session, account, None)
        audit.record(session, principal.actor, "points.close", account.id, vars(account), None)
    return read_account(session, account.id)


def shut(session: AnySession, account: Account, into_id: str | None) -> None:
    """Mark an account as closed, or as merged into another one."""
    values: dict[str, Any] = {"of_id": account.id, "at": clock.now(), "into_id": into_id}
    session.connection().execute(_CLOSE, values)
    feed.touch(session, BALANCES, account.id)


def read_account(session: AnySession, account_id: str) -> Account:
    """The account of an id. Raises NotFound."""
    account = _find(session, account_id)
    if account is None:
        raise NotFound(f"There is no account {account_id}.")
    return account


def hold(session: AnySession, account_id: str) -> Account:
    """The account, or the one into which it was merged, locked until the transaction ends.

    Everything that moves points holds the accounts first, so that two operations on one account come one by one.
    Raises NotFound.
    """
    [held] = hold_all(session, account_id)
    return held


def hold_all(session: AnySession, *account_ids: str) -> list[Account]:
    """The same of several, in the order given; they are locked in the order of their ids."""
    while True:
        final = [standing_for(session, one).id for one in account_ids]
        held = {one: _lock(session, one) for one in sorted(set(final))}
        # One that was merged while we waited hands on to another, which is then to be held as well.
        if all(one.merged_into_id is None for one in held.values()):
            return [held[one] for one in final]


def standing_for(session: AnySession, account_id: str) -> Account:
    """The account itself, or the one that stands for it since it was merged. Raises NotFound."""
    account = read_account(session, account_id)
    while account.merged_into_id is not None:
        account = read_account(session, account.merged_into_id)
    return account


def check_open(account: Account) -> None:
    """Raises Clash for an account that was closed."""
    if account.closed_at is not None:
        raise Clash(f"The account {account.id} was closed on {account.closed_at.isoformat()}.")


def _lock(session: AnySession, account_id: str) -> Account:
    return Account(*session.connection().execute(_HELD, {"of_id": account_id}).one())


def _find(session: AnySession, account_id: str) -> Account | None:
    row = session.connection().execute(_BY_ID, {"of_id": account_id}).first()
    return None if row is None else Account(*row)
