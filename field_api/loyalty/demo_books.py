"""The points of the demo company's members: rows of the books, as the use cases would have written them."""

from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import Table, bindparam, cast, func, insert, literal, null, select, text

from field_api.customers.demo import id_at
from field_api.points.commands import fingerprint_of
from field_api.points.models import accounts, entries, lots, operations
from field_api.store.columns import Id
from field_api.store.engine import AnySession

Row = dict[str, Any]

# What nothing here has is left out altogether: a column less to bind, in hundreds of thousands of rows.
_NO_OPERATION: Row = dict.fromkeys(("ends_id", "about_id", "expires_at", "event", "purchase_id", "why"))
_NO_OPERATION |= {"pending": False, "recorded_by_kind": "system"}

# Most earnings just become free, and most entries are theirs: the database writes them from the lots, which takes a
# third of the time. Those of which nothing was entered yet are such.
_entered = select(entries.c.operation_id).where(entries.c.operation_id == lots.c.origin_id, entries.c.number == 0)
_PLAIN = (lots.c.id >= bindparam("first"), lots.c.id < bindparam("next"), ~_entered.exists())
_COLUMNS = ["operation_id", "number", "book", "account_id", "lot_id", "points"]
_INTO_AVAILABLE = insert(entries).from_select(
    _COLUMNS,
    select(lots.c.origin_id, literal(1), literal("available"), lots.c.account_id, lots.c.id, lots.c.points).where(
        *_PLAIN
    ),
)
_OUT_OF_ISSUED = insert(entries).from_select(
    _COLUMNS,
    select(lots.c.origin_id, literal(0), literal("issued"), cast(null(), Id), lots.c.id, -lots.c.points).where(*_PLAIN),
)


class Purse:
    """An account while its history is told: what is left of its lots, in the order in which they are spent."""

    def __init__(self, row: Row) -> None:
        """An empty one."""
        self.row, self.id = row, str(row["id"])
        self.lots: list[Row] = []
        self.of_operation: dict[str, Row] = {}

    @property
    def free(self) -> int:
        """What can be spent."""
        return sum(lot["available"] for lot in self.lots)


class DemoBooks:
    """Gathers rows and writes them in batches; told everything in the order of time, and nothing that has expired."""

    def __init__(self, session: AnySession, rng: Random) -> None:
        """Numbers of lots go on after those that stand."""
        self.session, self.rng = session, rng
        # Ends of points by what decides them, worked out once.
        self.ends: dict[tuple[int, ...], datetime | None] = {}
        self._next_lot = int(session.execute(select(func.coalesce(func.max(lots.c.id), 0))).scalar_one()) + 1
        self._written_lots = self._next_lot
        self._rows: dict[Table, list[Row]] = {accounts: [], operations: [], lots: [], entries: []}

    def open(self, account_id: str, customer_id: str, at: datetime) -> Purse:
        """An account."""
        row: Row = {"id": account_id, "customer_id": customer_id, "opened_at": at, "closed_at": None, "debt": 0}
        row["merged_into_id"] = None
        self._rows[accounts].append(row)
        return Purse(row)

    def earn(
        self, purse: Purse, own_id: str, points: int, at: datetime, expires_at: datetime | None, told: Row, **more: Any
    ) -> Row:
        """Points that are free at once, or pending; a debt is paid first."""
        operation = self._operation("earn", own_id, purse, points, at, told, expires_at=expires_at, **more)
        counts: Row = dict.fromkeys(("pending", "available", "reserved", "leased", "expired"), 0)
        lot: Row = counts | {"id": self._next_lot, "account_id": purse.id, "origin_id": own_id, "from_lot_id": None}
        lot |= {"expires_at": expires_at, "points": points}
        self._next_lot += 1
        self._rows[lots].append(lot)
        purse.of_operation[own_id] = lot
        if operation["pending"]:
            self._enter(operation, purse, [(lot, "issued", "pending", points)])
        elif purse.row["debt"]:
            self._arrive(operation, purse, lot, "issued", points)
        else:
            lot["available"] = points
            self._keep(purse, lot)
        return operation

    def confirm(self, purse: Purse, own_id: str, earned: Row, at: datetime) -> Row:
        """Pending points become free."""
        told = {"ends_id": earned["id"]}
        operation = self._operation("confirm", own_id, purse, earned["points"], at, told, ends_id=earned["id"])
        self._arrive(operation, purse, purse.of_operation[earned["id"]], "pending", earned["points"])
        return operation

    def cancel(self, purse: Purse, own_id: str, earned: Row, at: datetime) -> Row:
        """Pending points are dropped."""
        told = {"ends_id": earned["id"]}
        operation = self._operation("cancel", own_id, purse, earned["points"], at, told, ends_id=earned["id"])
        lot = purse.of_operation[earned["id"]]
        self._enter(operation, purse, [(lot, "pending", "issued", earned["points"])])
        return operation

    def take_back(self, purse: Purse, own_id: str, earned: Row, points: int, at: datetime, why: Row) -> Row:
        """An earning is taken back as far as it is unspent; the rest is owed."""
        told = {"reversed_id": earned["id"]}
        operation = self._operation("reverse", own_id, purse, points, at, told, about_id=earned["id"], why=why)
        lot = purse.of_operation[earned["id"]]
        unspent = min(points, lot["available"])
        moves = [(lot, "available", "issued", unspent), (lot, "debt", "issued", points - unspent)]
        self._enter(operation, purse, [move for move in moves if move[3]])
        return operation

    def spend(self, purse: Purse, points: int, at: datetime, **more: Any) -> Row:
        """Points are taken, those that end first."""
        own_id = id_at(self.rng, at)
        operation = self._operation("spend", own_id, purse, points, at, {"id": own_id}, **more)
        moves, missing = [], points
        for lot in purse.lots:
            part = min(lot["available"], missing)
            if part:
                moves.append((lot, "available", "redeemed", part))
                missing -= part
            if not missing:
                break
        self._enter(operation, purse, moves)
        return operation

    def write(self) -> None:
        """Write what was gathered."""
        for table, rows in self._rows.items():
            if rows:
                self.session.execute(insert(table), rows)
            rows.clear()
        mine = {"first": self._written_lots, "next": self._next_lot}
        for statement in (_INTO_AVAILABLE, _OUT_OF_ISSUED):
            self.session.execute(statement, mine)
        self._written_lots = self._next_lot

    def close(self) -> None:
        """Let the database go on numbering where we stopped."""
        self.write()
        if self.session.get_bind().dialect.name == "postgresql":
            following = text("SELECT setval(pg_get_serial_sequence('point_lots', 'id'), :last, true)")
            self.session.execute(following, {"last": max(1, self._next_lot - 1)})

    def _arrive(self, operation: Row, purse: Purse, lot: Row, source: str, points: int) -> None:
        paid = min(points, purse.row["debt"])
        moves = [(lot, source, "debt", paid), (lot, source, "available", points - paid)]
        self._enter(operation, purse, [move for move in moves if move[3]])
        if lot["available"]:
            self._keep(purse, lot)

    @staticmethod
    def _keep(purse: Purse, lot: Row) -> None:
        """They are earned in the order in which they end, but for those that waited."""
        purse.lots = [one for one in purse.lots if one["available"]] + [lot]
        if len(purse.lots) > 1 and purse.lots[-2]["expires_at"] >= lot["expires_at"]:
            purse.lots.sort(key=lambda one: (one["expires_at"], one["id"]))

    def _enter(self, operation: Row, purse: Purse, moves: list[tuple[Row, str, str, int]]) -> None:
        number, rows = 0, self._rows[entries]
        for lot, source, target, points in moves:
            for book, count in ((source, -points), (target, points)):
                whose = purse.id if book in _MEMBERS else None
                rows.append(
                    {
                        "operation_id": operation["id"],
                        "number": number,
                        "book": book,
                        "account_id": whose,
                        "lot_id": lot["id"],
                        "points": count,
                    }
                )
                number += 1
                if book == "debt":
                    purse.row["debt"] -= count
                elif whose is not None:
                    lot[book] += count

    def _operation(
        self, kind: str, own_id: str, purse: Purse, points: int, at: datetime, told: Row, **more: Any
    ) -> Row:
        row = _NO_OPERATION | {"id": own_id, "kind": kind, "account_id": purse.id, "points": points}
        row |= {"occurred_at": at, "recorded_at": at, "fingerprint": fingerprint_of(kind, told), **more}
        self._rows[operations].append(row)
        return row


_MEMBERS = frozenset(("pending", "available", "debt"))
