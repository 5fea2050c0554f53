"""Books of points of any size, written in bulk: the rows that the use cases would have written, as `furet check` finds.

Each account earns in rounds, as all others do at that time, and spends after every third from its oldest lots, so that
what belongs to one account lies scattered over the file as after years.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert, select, text

from field_api.customers.models import customers
from field_api.points.models import accounts, entries, lots, operations
from field_api.store.base import db

BEGAN = datetime(2024, 6, 1, tzinfo=UTC)
EARNED = 100
# Two lots and a third, so that most spends leave a part of a lot.
SPENT = 230
A_ROUND = timedelta(days=30)
LIFE = timedelta(days=365 * 3)
ROUNDS = 25
SPEND_EVERY = 3
AT_ONCE = 20_000

WHY = '{"rule_id": "0190aaaa-0000-7000-8000-000000000001", "rule_version": 3}'


@dataclass
class Filled:
    """What was written: the accounts, and how many entries."""

    account_ids: list[str]
    entries: int = 0
    open_lots: dict[int, list[list[int]]] = field(default_factory=dict)


def fill(customer_id: str, count: int, rounds: int = ROUNDS, spending: bool = True, born: datetime = BEGAN) -> Filled:
    """So many accounts of copies of a customer, with what happened to them in so many rounds.

    Wants an application context, and an empty set of books.
    """
    found = Filled([_id(0xA, number) for number in range(count)])
    connection = db.session.connection()
    _set(connection, "foreign_keys=OFF", "synchronous=OFF", "ignore_check_constraints=ON")
    indexes = _without_indexes(connection)
    _copy_customer(connection, customer_id, count)
    pens = {table.name: _Pen(connection, table) for table in (accounts, operations, lots, entries)}
    for number, own in enumerate(found.account_ids):
        pens["point_accounts"].write((own, _id(0xC, number), _text(born), None, None, 0))
    written = _rounds(pens, found, rounds, spending, born)
    for pen in pens.values():
        pen.flush()
    _write_lots(pens["point_lots"], found, written)
    for index in indexes:
        index.create(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT setval('point_lots_id_seq', (SELECT max(id) FROM point_lots))"))
        connection.execute(text("SET session_replication_role = DEFAULT"))
    db.session.commit()
    connection = db.session.connection()
    connection.execute(text("ANALYZE"))
    _set(connection, "foreign_keys=ON", "synchronous=FULL", "ignore_check_constraints=OFF")
    db.session.commit()
    return found


def _rounds(pens: dict[str, Any], found: Filled, rounds: int, spending: bool, born: datetime) -> list[tuple[Any, ...]]:
    """Write the operations and entries; gives the lots as (account's place, origin, expiry)."""
    write_operation, write_entry = pens["point_operations"].write, pens["point_entries"].write
    standing: list[list[list[int]]] = [[] for _ in found.account_ids]
    opened: list[tuple[Any, ...]] = []
    number = 0
    for turn in range(rounds):
        moment, expires_at = _text(born + turn * A_ROUND), _text(born + turn * A_ROUND + LIFE)
        for place, account_id in enumerate(found.account_ids):
            number += 1
            own = _id(0xE, number)
            write_operation(_operation(own, "earn", account_id, EARNED, moment, expires_at))
            opened.append((place, own, expires_at))
            lot_id = len(opened)
            standing[place].append([lot_id, EARNED])
            write_entry((own, 0, "issued", None, lot_id, -EARNED))
            write_entry((own, 1, "available", account_id, lot_id, EARNED))
            found.entries += 2
            if spending and turn % SPEND_EVERY == SPEND_EVERY - 1:
                number += 1
                own = _id(0xE, number)
                write_operation(_operation(own, "spend", account_id, SPENT, moment, None))
                for count, (drawn, part) in enumerate(_draw(standing[place], SPENT)):
                    write_entry((own, 2 * count, "available", account_id, drawn, -part))
                    write_entry((own, 2 * count + 1, "redeemed", None, drawn, part))
                    found.entries += 2
    found.open_lots = dict(enumerate(standing))
    return opened


def _draw(standing: list[list[int]], points: int) -> Iterator[tuple[int, int]]:
    while points:
        lot = standing[0]
        part = min(lot[1], points)
        points -= part
        lot[1] -= part
        if not lot[1]:
            standing.pop(0)
        yield lot[0], part


def _write_lots(pen: "_Pen", found: Filled, opened: list[tuple[Any, ...]]) -> None:
    left = {lot_id: points for standing in found.open_lots.values() for lot_id, points in standing}
    for before, (place, origin_id, expires_at) in enumerate(opened):
        lot_id = before + 1
        counts = (EARNED, 0, left.get(lot_id, 0), 0, 0, 0)
        pen.write((lot_id, found.account_ids[place], origin_id, None, expires_at, *counts))
    pen.flush()


def _operation(own: str, kind: str, account_id: str, points: int, at: str, expires_at: str | None) -> tuple[Any, ...]:
    """A row in the order of the table's columns."""
    told = (own, kind, account_id, None, None, None, points, False, at, at, expires_at, None, None)
    return (*told, "purchase", None, None, WHY, own.replace("-", ""), "system", None)


class _Pen:
    """Writes rows of a table past SQLAlchemy: by `executemany` on SQLite, by COPY on PostgreSQL."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self.raw: Any = connection.connection.driver_connection
        names = [column.name for column in table.columns]
        self.on_sqlite = connection.dialect.name == "sqlite"
        marks = ", ".join("?" for _ in names)
        self.insert = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"
        self.copy = f"COPY {table.name} ({', '.join(names)}) FROM STDIN"
        self.rows: list[tuple[Any, ...]] = []

    def write(self, row: tuple[Any, ...]) -> None:
        self.rows.append(row)
        if len(self.rows) >= AT_ONCE:
            self.flush()

    def flush(self) -> None:
        if self.on_sqlite:
            self.raw.executemany(self.insert, self.rows)
        else:
            with self.raw.cursor() as cursor, cursor.copy(self.copy) as copy:
                for row in self.rows:
                    copy.write_row(row)
        self.rows.clear()


def _text(at: datetime) -> str:
    """An instant as SQLite keeps it and PostgreSQL reads it."""
    return at.isoformat(timespec="microseconds")[:26] + "Z"


def _id(kind: int, number: int) -> str:
    """A UUID of version 7 in form; those of one kind grow with their number."""
    digits = f"{number:012x}"
    return f"0{kind:x}{digits[:6]}-{digits[6:10]}-7{digits[10:]}0-8000-000000000000"


def _without_indexes(connection: Connection) -> list[Any]:
    """Drop the indexes of the books and put the keys aside: a bulk load builds them once, at its end."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = replica"))
    found = [index for table in (accounts, operations, lots, entries) for index in table.indexes]
    for index in found:
        index.drop(connection)
    return found


def _set(connection: Connection, *pragmas: str) -> None:
    """Set pragmas of SQLite, which it hears between transactions alone."""
    if connection.dialect.name == "sqlite":
        raw: Any = connection.connection.driver_connection
        for statement in ("COMMIT", *(f"PRAGMA {pragma}" for pragma in pragmas), "BEGIN IMMEDIATE"):
            raw.execute(statement)


def _copy_customer(connection: Connection, customer_id: str, count: int) -> None:
    """So many copies of a customer under ids of their own."""
    row = connection.execute(select(customers).where(customers.c.id == customer_id)).one()._asdict()
    for start in range(0, count, AT_ONCE):
        copies = [row | {"id": _id(0xC, number)} for number in range(start, min(count, start + AT_ONCE))]
        connection.execute(insert(customers), copies)
