"""The log of operations: each enters it once for ever, and the same told again gives the first answer."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from field_api.errors import Clash, NotFound
from field_api.points.commands import Command, fingerprint_of
from field_api.points.models import operations
from field_api.store.among import among
from field_api.store.engine import AnySession


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One line of the log, as `models.PointOperation` explains it."""

    id: str
    kind: str
    account_id: str
    other_account_id: str | None = None
    ends_id: str | None = None
    about_id: str | None = None
    points: int
    pending: bool = False
    occurred_at: datetime
    recorded_at: datetime
    expires_at: datetime | None = None
    deadline_at: datetime | None = None
    device_id: str | None = None
    event: str | None = None
    purchase_id: str | None = None
    reason: str | None = None
    why: dict[str, Any] | None = None
    fingerprint: str
    recorded_by_kind: str
    recorded_by_id: str | None = None


NAMES = tuple(field.name for field in fields(Operation))
COLUMNS = tuple(operations.c[name] for name in NAMES)
_BY_ID = select(*COLUMNS).where(operations.c.id == bindparam("own_id"))
_BY_IDS = select(*COLUMNS).where(among(operations.c.id))
_ENDER = select(*COLUMNS).where(operations.c.ends_id == bindparam("ended_id"))
_ADD_SQLITE = insert_sqlite(operations).on_conflict_do_nothing().returning(operations.c.id)
_ADD_POSTGRESQL = insert_postgresql(operations).on_conflict_do_nothing().returning(operations.c.id)


def of_row(row: Any) -> Operation:
    """The operation of a row of COLUMNS."""
    return Operation(**dict(zip(NAMES, row, strict=True)))


def find(session: AnySession, operation_id: str) -> Operation | None:
    """The operation of an id."""
    row = session.connection().execute(_BY_ID, {"own_id": operation_id}).first()
    return None if row is None else of_row(row)


def find_all(session: AnySession, operation_ids: Collection[str]) -> dict[str, Operation]:
    """The operations of these ids, by their ids."""
    rows = session.connection().execute(_BY_IDS, {"ids": list(operation_ids)})
    return {one.id: one for one in map(of_row, rows)}


def read(session: AnySession, operation_id: str, *kinds: str) -> Operation:
    """The operation of an id, which must be of one of these kinds where any are given. Raises NotFound."""
    found = find(session, operation_id)
    if found is None or (kinds and found.kind not in kinds):
        raise NotFound(f"There is no {' or '.join(kinds) or 'operation'} {operation_id}.")
    return found


def ender(session: AnySession, operation_id: str) -> Operation | None:
    """What ended a pending earning, a reservation or a lease, if something did."""
    row = session.connection().execute(_ENDER, {"ended_id": operation_id}).first()
    return None if row is None else of_row(row)


def first_answer(session: AnySession, command: Command) -> Operation | None:
    """What stands under the id of a command, when it says the same. Raises Clash when it says something else."""
    return _same(find(session, command.operation_id), command.operation_id, command.fingerprint())


def replayed(session: AnySession, kind: str, operation_id: str, told: Any) -> Operation | None:
    """The same for a caller that has not decided yet what to command: None when the id is new.

    `told` is what the command will carry as `told`. Raises Clash when the id stands for something else.
    """
    return _same(find(session, operation_id), operation_id, fingerprint_of(kind, told))


def add(session: AnySession, operation: Operation) -> None:
    """Enter an operation. Raises Clash when its id, or what it ends, was taken by another at this moment."""
    connection = session.connection()
    statement = _ADD_SQLITE if connection.dialect.name == "sqlite" else _ADD_POSTGRESQL
    # What is not told is left out: a JSON column would keep a None as JSON's null.
    told = {name: value for name, value in vars(operation).items() if value is not None}
    if connection.execute(statement, told).first() is None:
        raise _another(operation.id)


def _same(first: Operation | None, operation_id: str, fingerprint: str) -> Operation | None:
    if first is not None and first.fingerprint != fingerprint:
        raise _another(operation_id)
    return first


def _another(operation_id: str) -> Clash:
    return Clash(f"The id {operation_id} stands for another operation; each one has an id of its own.")
