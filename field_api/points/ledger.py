"""How an operation is written: it enters the log, moves points between books, and its entries add up to zero.

Only this file writes entries and the counts of lots. The accounts are held by the caller (`accounts.hold`), so that the
counts read before still stand when they are written.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, update

from field_api import clock
from field_api.points import log
from field_api.points.accounts import BALANCES, Account
from field_api.points.commands import Command
from field_api.points.log import Operation
from field_api.points.models import LOT_BOOKS, MEMBER_BOOKS, accounts, entries, lots
from field_api.points.rules import is_over
from field_api.store import audit
from field_api.store.engine import AnySession
from field_api.sync import feed
from field_api.web.identity import Principal
from field_api.web.instants import happened


class Lot(NamedTuple):
    """A lot with what stands of it."""

    id: int
    account_id: str
    expires_at: datetime | None
    points: int
    pending: int
    available: int
    reserved: int
    leased: int
    expired: int


LOT_COLUMNS = tuple(lots.c[name] for name in Lot._fields)
_OPEN_LOT = insert(lots).returning(lots.c.id)
_COUNT: dict[str, Any] = {book: lots.c[book] + bindparam(f"more_{book}") for book in LOT_BOOKS}
# The condition decides, whatever was read before; the CHECK constraints stand behind it.
_COUNT_LOTS = (
    update(lots)
    .where(lots.c.id == bindparam("of_id"))
    .where(*(lots.c[book] + bindparam(f"more_{book}") >= 0 for book in LOT_BOOKS))
    .values(_COUNT)
)
_ADD_ENTRIES = insert(entries)
_COUNT_DEBT = (
    update(accounts)
    .where(accounts.c.id == bindparam("of_id"), accounts.c.debt + bindparam("more") >= 0)
    .values(debt=accounts.c.debt + bindparam("more"))
)


class Posting:
    """One operation while it is written: it has entered the log, and gathers what it moves until `close`."""

    def __init__(self, session: AnySession, principal: Principal, operation: Operation, *held: Account) -> None:
        """Enter the operation, which moves points of the accounts `held`. Raises Clash when its id is taken."""
        log.add(session, operation)
        self.session, self.principal, self.operation = session, principal, operation
        self.accounts = {one.id: one for one in held}
        self.debts = {one.id: one.debt for one in held}
        self._entries: list[tuple[str, str | None, int | None, int]] = []

    def move(self, lot: Lot, source: str, target: str, points: int) -> None:
        """Move points of a lot from one book to another."""
        if points:
            for book, count in ((source, -points), (target, points)):
                self._enter(book, lot.account_id, lot.id, count)

    def arrive(self, lot: Lot, source: str, points: int) -> None:
        """Let points come to their account: a lot that is over expires, a debt is paid first, the rest is free."""
        account = self.accounts[lot.account_id]
        if is_over(lot.expires_at, self.operation.recorded_at) or account.closed_at is not None:
            self.move(lot, source, "expired", points)
            return
        paid = min(points, self.debts[account.id])
        self.move(lot, source, "debt", paid)
        self.move(lot, source, "available", points - paid)

    def hand_on_debt(self, source: str, target: str) -> None:
        """Let one account owe what another one owed."""
        if owed := self.debts[source]:
            self._enter("debt", source, None, owed)
            self._enter("debt", target, None, -owed)

    def hand_on(self, lot: Lot, target: str) -> None:
        """Let a lot lie in another account, whatever book its points are in."""
        for book in ("pending", "available", "reserved", "leased"):
            if points := getattr(lot, book):
                self._entries += [(book, lot.account_id, lot.id, -points), (book, target, lot.id, points)]

    def open_lot(
        self, account_id: str, points: int, expires_at: datetime | None, from_lot_id: int | None = None
    ) -> Lot:
        """A new lot, of which nothing stands in any book yet."""
        fresh: dict[str, Any] = dict.fromkeys(LOT_BOOKS, 0)
        fresh |= {"account_id": account_id, "origin_id": self.operation.id, "from_lot_id": from_lot_id}
        fresh |= {"expires_at": expires_at, "points": points}
        own_id: int = self.session.connection().execute(_OPEN_LOT, fresh).scalar_one()
        return Lot(own_id, account_id, expires_at, points, 0, 0, 0, 0, 0)

    def close(self) -> Operation:
        """Write the entries and what repeats them, the audit line, and what phones are told."""
        if sum(points for *_, points in self._entries) != 0:
            raise ArithmeticError(f"The entries of {self.operation.id} do not add up to zero.")
        self._count_lots()
        self._count_debts()
        if self._entries:
            self.session.connection().execute(_ADD_ENTRIES, [*self._rows()])
        action = f"points.{self.operation.kind}"
        audit.record(self.session, self.principal.actor, action, self.operation.account_id, None, vars(self.operation))
        for account_id in self.accounts:
            feed.touch(self.session, BALANCES, account_id)
        return self.operation

    def _enter(self, book: str, account_id: str, lot_id: int | None, points: int) -> None:
        whose = account_id if book in MEMBER_BOOKS else None
        self._entries.append((book, whose, lot_id, points))
        if book == "debt":
            self.debts[account_id] -= points

    def _rows(self) -> Iterable[dict[str, Any]]:
        for number, (book, account_id, lot_id, points) in enumerate(self._entries):
            yield {
                "operation_id": self.operation.id,
                "number": number,
                "book": book,
                "account_id": account_id,
                "lot_id": lot_id,
                "points": points,
            }

    def _count_lots(self) -> None:
        nothing = {f"more_{book}": 0 for book in LOT_BOOKS}
        counts: defaultdict[int, dict[str, int]] = defaultdict(lambda: dict(nothing))
        for book, _, lot_id, points in self._entries:
            if lot_id is not None and book in LOT_BOOKS:
                counts[lot_id][f"more_{book}"] += points
        changes = [more | {"of_id": lot_id} for lot_id, more in sorted(counts.items()) if any(more.values())]
        if changes and self.session.connection().execute(_COUNT_LOTS, changes).rowcount != len(changes):
            raise ArithmeticError(f"The lots of {self.operation.id} do not hold what it takes of them.")

    def _count_debts(self) -> None:
        for account_id, debt in self.debts.items():
            if more := debt - self.accounts[account_id].debt:
                self.session.connection().execute(_COUNT_DEBT, {"of_id": account_id, "more": more})


def begin(
    session: AnySession, principal: Principal, command: Command, points: int, *held: Account, **more: Any
) -> Posting:
    """Enter the operation of a command on the accounts held, the first of which is its own."""
    operation = Operation(
        id=command.operation_id,
        kind=command.kind,
        account_id=held[0].id,
        points=points,
        occurred_at=happened(command.occurred_at),
        recorded_at=clock.now(),
        event=command.event,
        purchase_id=command.purchase_id,
        reason=command.reason,
        why=None if command.why is None else dict(command.why),
        fingerprint=command.fingerprint(),
        recorded_by_kind=principal.actor.kind,
        recorded_by_id=principal.actor.id,
        **more,
    )
    return Posting(session, principal, operation, *held)
