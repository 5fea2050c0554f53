"""Accounts and commands for tests of the books; all of them commit."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from field_api import clock
from field_api.points import accounts
from field_api.points.commands import Command, Earn, Reserve, Reverse, Spend
from field_api.points.earning import earn
from field_api.points.log import Operation
from field_api.points.reversals import reverse
from field_api.points.spending import reserve, spend
from field_api.store.base import db
from field_api.store.columns import new_id
from field_api.store.engine import writing
from field_api.web.identity import THE_SYSTEM

Told = TypeVar("Told", bound=Command)


def do(use_case: Any, command: Command) -> Operation:
    """Carry out a command in a transaction of its own."""
    with writing(db.session):
        done: Operation = use_case(db.session, THE_SYSTEM, command)
    return done


def make_account(customer_id: str) -> str:
    """A fresh account of a customer."""
    own = new_id()
    with writing(db.session):
        accounts.open_account(db.session, THE_SYSTEM, account_id=own, customer_id=customer_id)
    return own


def days(number: float) -> datetime:
    """So many days from now."""
    return clock.now() + timedelta(days=number)


def give(account_id: str, points: int, expires_at: datetime | None = None, **more: Any) -> Operation:
    """Earn points."""
    told = {"operation_id": new_id(), "account_id": account_id, "points": points, "expires_at": expires_at}
    return do(earn, Earn(**told | more))


def take(account_id: str, points: int, **more: Any) -> Operation:
    """Spend points."""
    return do(spend, Spend(**{"operation_id": new_id(), "account_id": account_id, "points": points} | more))


def set_aside(account_id: str, points: int, **more: Any) -> Operation:
    """Reserve points."""
    return do(reserve, Reserve(**{"operation_id": new_id(), "account_id": account_id, "points": points} | more))


def take_back(operation: Operation | str, points: int | None = None, **more: Any) -> Operation:
    """Reverse an operation."""
    own = operation if isinstance(operation, str) else operation.id
    return do(reverse, Reverse(**{"operation_id": new_id(), "reversed_id": own, "points": points} | more))
