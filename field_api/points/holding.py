"""What is set aside at this moment: reservations and leases that have not ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from field_api.points.log import Operation
from field_api.points.models import holds
from field_api.store.engine import AnySession


@dataclass(frozen=True)
class Hold:
    """So many points set aside by an operation until a deadline, if there is one."""

    operation_id: str
    account_id: str
    kind: str
    points_left: int
    deadline_at: datetime | None
    device_id: str | None


_COLUMNS = tuple(holds.c[name] for name in Hold.__dataclass_fields__)
_THIS = holds.c.operation_id == bindparam("of_id")
_TAKE = (
    update(holds)
    .where(_THIS, holds.c.points_left >= bindparam("points"))
    .values(points_left=holds.c.points_left - bindparam("points"))
)
_END = delete(holds).where(_THIS)
_HAND_ON = update(holds).where(holds.c.account_id == bindparam("source")).values(account_id=bindparam("target"))
_OF_DEVICE = select(*_COLUMNS).where(holds.c.device_id == bindparam("device_id")).order_by(holds.c.operation_id)
_LAPSED = (
    select(*_COLUMNS)
    .where(holds.c.deadline_at <= bindparam("at"))
    .order_by(holds.c.deadline_at, holds.c.operation_id)
    .limit(bindparam("limit"))
)


def add(session: AnySession, operation: Operation) -> None:
    """Note that an operation set its points aside."""
    row: dict[str, Any] = {"operation_id": operation.id, "account_id": operation.account_id, "kind": operation.kind}
    row |= {"points_left": operation.points, "deadline_at": operation.deadline_at, "device_id": operation.device_id}
    session.connection().execute(insert(holds), row)


def take(session: AnySession, operation_id: str, points: int) -> None:
    """Note that so many of them were spent."""
    if session.connection().execute(_TAKE, {"of_id": operation_id, "points": points}).rowcount != 1:
        raise ArithmeticError(f"{operation_id} has not set {points} points aside.")


def end(session: AnySession, operation_id: str) -> None:
    """Note that nothing is set aside by it any more."""
    if session.connection().execute(_END, {"of_id": operation_id}).rowcount != 1:
        raise ArithmeticError(f"{operation_id} has set nothing aside.")


def hand_on(session: AnySession, source: str, target: str) -> None:
    """Let what was set aside of one account be set aside of another."""
    session.connection().execute(_HAND_ON, {"source": source, "target": target})


def of_device(session: AnySession, device_id: str) -> Sequence[Hold]:
    """The leases that a device holds."""
    return [Hold(*row) for row in session.connection().execute(_OF_DEVICE, {"device_id": device_id})]


def lapsed(session: AnySession, at: datetime, limit: int) -> Sequence[Hold]:
    """Those whose deadline has come, the earliest first."""
    return [Hold(*row) for row in session.connection().execute(_LAPSED, {"at": at, "limit": limit})]
