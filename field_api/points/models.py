"""The tables of the books: accounts, operations, their entries, lots, and what is set aside at this moment.

Operations and entries are only ever added. All the rest repeats what they say, so that it need not be added up each
time: `furet check` adds up and compares.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from field_api.store.base import Base
from field_api.store.columns import INTERNAL, ORDINARY, Id, Instant, Json, personal

OPERATION_KINDS = (
    "earn",
    "spend",
    "reserve",
    "lease",
    "confirm",
    "cancel",
    "return",
    "reverse",
    "adjust",
    "transfer",
    "merge",
    "expire",
)
# What belongs to an account, and what points come from or go to.
MEMBER_BOOKS = ("pending", "available", "reserved", "leased", "debt")
SYSTEM_BOOKS = ("issued", "redeemed", "expired", "adjusted", "moved")
BOOKS = MEMBER_BOOKS + SYSTEM_BOOKS
# A lot counts how much of it stands in each of these; what is in none of them is used, or was taken back.
LOT_BOOKS = ("pending", "available", "reserved", "leased", "expired")

GIVE = "know the points that a member has, and where they came from"

# Lots that something can still become of. SQLite uses the index for queries that say the very same.
OPEN = "available + pending + reserved + leased > 0"
DUE = "available > 0 AND expires_at IS NOT NULL"


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class PointAccount(Base):
    """The points of one owner, who lies where the customer lies. `debt` repeats the entries of the book `debt`.

    A closed account takes nothing; one that was merged hands on to `merged_into_id`.
    """

    __tablename__ = "point_accounts"
    __table_args__ = (
        CheckConstraint("debt >= 0", name="debt"),
        CheckConstraint("merged_into_id IS NULL OR closed_at IS NOT NULL", name="merged"),
        CheckConstraint("merged_into_id <> id", name="merged_into_id"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[str] = mapped_column(Id, ForeignKey("customers.id"), index=True, info=personal(INTERNAL, GIVE))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    merged_into_id: Mapped[str | None] = mapped_column(Id, ForeignKey("point_accounts.id"), index=True)
    debt: Mapped[int] = mapped_column(BigInteger, info=personal(ORDINARY, GIVE))


class PointOperation(Base):
    """What was done once, under an id that its author gave it and that nobody ever uses again.

    `fingerprint` is that of what its author told: the same again is the same operation, anything else is another.
    `ends_id` names what this one ends, once: a pending earning, a reservation or a lease. `about_id` names what a
    reversal takes back, or the lease that a spend draws on. `points` counts what was asked for, and is below zero for
    adjustments alone. `why` is what the caller said decided it.
    """

    __tablename__ = "point_operations"
    __table_args__ = (
        CheckConstraint(f"kind IN {OPERATION_KINDS}", name="kind"),
        CheckConstraint("points > 0 OR kind IN ('adjust', 'return', 'merge')", name="points"),
        CheckConstraint("points >= 0 OR kind = 'adjust'", name="below_zero"),
        CheckConstraint("(ends_id IS NOT NULL) = (kind IN ('confirm', 'cancel', 'return'))", name="ends"),
        CheckConstraint("about_id IS NOT NULL OR kind <> 'reverse'", name="about"),
        CheckConstraint("(other_account_id IS NOT NULL) = (kind IN ('transfer', 'merge'))", name="other_account"),
        CheckConstraint("deadline_at IS NOT NULL OR kind <> 'lease'", name="deadline"),
        CheckConstraint("reason IS NOT NULL OR kind <> 'adjust'", name="reason"),
        Index("ix_point_operations_account", "account_id", "recorded_at", "id"),
        Index("ix_point_operations_other", "other_account_id", "recorded_at", **_only("other_account_id IS NOT NULL")),
        Index("ix_point_operations_ends", "ends_id", unique=True, **_only("ends_id IS NOT NULL")),
        Index("ix_point_operations_about", "about_id", **_only("about_id IS NOT NULL")),
        Index("ix_point_operations_purchase", "purchase_id", **_only("purchase_id IS NOT NULL")),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("point_accounts.id"))
    other_account_id: Mapped[str | None] = mapped_column(Id, ForeignKey("point_accounts.id"))
    ends_id: Mapped[str | None] = mapped_column(Id, ForeignKey("point_operations.id"))
    about_id: Mapped[str | None] = mapped_column(Id, ForeignKey("point_operations.id"))
    points: Mapped[int] = mapped_column(BigInteger, info=personal(ORDINARY, GIVE))
    pending: Mapped[bool]
    occurred_at: Mapped[datetime] = mapped_column(Instant, info=personal(ORDINARY, GIVE))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    deadline_at: Mapped[datetime | None] = mapped_column(Instant)
    device_id: Mapped[str | None] = mapped_column(Id)
    event: Mapped[str | None] = mapped_column(String(40), info=personal(ORDINARY, GIVE))
    purchase_id: Mapped[str | None] = mapped_column(Id, info=personal(ORDINARY, GIVE))
    reason: Mapped[str | None] = mapped_column(String(200), info=personal(ORDINARY, GIVE))
    why: Mapped[dict[str, Any] | None] = mapped_column(Json, info=personal(ORDINARY, GIVE))
    fingerprint: Mapped[str] = mapped_column(String(32))
    recorded_by_kind: Mapped[str] = mapped_column(String(16))
    recorded_by_id: Mapped[str | None] = mapped_column(Id)


class PointEntry(Base):
    """Points that came into a book (above zero) or left it; those of one operation, and those of one lot, add up to 0.

    The books of `MEMBER_BOOKS` are an account's; the system's own have no account, so that no row of theirs is hot. A
    `debt` is below zero while it is owed. Only a debt that moves to another account has no lot.
    """

    __tablename__ = "point_entries"
    __table_args__ = (
        CheckConstraint(f"book IN {BOOKS}", name="book"),
        CheckConstraint("points <> 0", name="points"),
        CheckConstraint(f"(account_id IS NOT NULL) = (book IN {MEMBER_BOOKS})", name="account"),
        CheckConstraint("lot_id IS NOT NULL OR book = 'debt'", name="lot"),
        {"sqlite_with_rowid": False},
    )

    operation_id: Mapped[str] = mapped_column(Id, ForeignKey("point_operations.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    book: Mapped[str] = mapped_column(String(9))
    account_id: Mapped[str | None] = mapped_column(Id, ForeignKey("point_accounts.id"))
    lot_id: Mapped[int | None] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), ForeignKey("point_lots.id")
    )
    points: Mapped[int] = mapped_column(BigInteger, info=personal(ORDINARY, GIVE))


class PointLot(Base):
    """Points of one earning, or a part of them that moved here, with the instant from which they cannot be spent.

    The counts repeat the entries. `account_id` is who holds the lot now: a merge hands lots on whole. The numbers of
    lots are our own, since nobody outside makes any: they keep an entry short, and say which of two lots is older.
    """

    __tablename__ = "point_lots"
    __table_args__ = (
        CheckConstraint(" AND ".join(f"{book} >= 0" for book in LOT_BOOKS), name="not_below_zero"),
        CheckConstraint(f"{' + '.join(LOT_BOOKS)} <= points", name="not_above_points"),
        CheckConstraint("points > 0", name="points"),
        Index("ix_point_lots_open", "account_id", "expires_at", "id", **_only(OPEN)),
        Index("ix_point_lots_due", "expires_at", "id", **_only(DUE)),
        Index("ix_point_lots_origin", "origin_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("point_accounts.id"))
    origin_id: Mapped[str] = mapped_column(Id, ForeignKey("point_operations.id"))
    from_lot_id: Mapped[int | None] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), ForeignKey("point_lots.id")
    )
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    points: Mapped[int] = mapped_column(BigInteger, info=personal(ORDINARY, GIVE))
    pending: Mapped[int] = mapped_column(BigInteger, info=personal(ORDINARY, GIVE))
    available: Mapped[int] = mapped_column(BigInteger, info=personal(ORDINARY, GIVE))
    reserved: Mapped[int] = mapped_column(BigInteger, info=personal(ORDINARY, GIVE))
    leased: Mapped[int] = mapped_column(BigInteger, info=personal(ORDINARY, GIVE))
    expired: Mapped[int] = mapped_column(BigInteger, info=personal(ORDINARY, GIVE))


class PointHold(Base):
    """A reservation or a lease that has not ended: how much of it is `left`, for whom, and until when."""

    __tablename__ = "point_holds"
    __table_args__ = (
        CheckConstraint("kind IN ('reserve', 'lease')", name="kind"),
        CheckConstraint("points_left >= 0", name="points_left"),
        Index("ix_point_holds_deadline", "deadline_at", "operation_id", **_only("deadline_at IS NOT NULL")),
        Index("ix_point_holds_device", "device_id", **_only("device_id IS NOT NULL")),
        {"sqlite_with_rowid": False},
    )

    operation_id: Mapped[str] = mapped_column(Id, ForeignKey("point_operations.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("point_accounts.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    points_left: Mapped[int] = mapped_column(BigInteger, info=personal(ORDINARY, GIVE))
    deadline_at: Mapped[datetime | None] = mapped_column(Instant)
    device_id: Mapped[str | None] = mapped_column(Id)


# Tables as such, for statements that give columns and no entities.
accounts: Table = PointAccount.__table__  # type: ignore[assignment]  # declared as FromClause, which a table is
operations: Table = PointOperation.__table__  # type: ignore[assignment]  # the same
entries: Table = PointEntry.__table__  # type: ignore[assignment]  # the same
lots: Table = PointLot.__table__  # type: ignore[assignment]  # the same
holds: Table = PointHold.__table__  # type: ignore[assignment]  # the same

# The books defend themselves against our own mistakes. What somebody wrote of a person may be taken out of an
# operation; what was done may not, and an entry stands as it is.
_FIXED = (
    "id, kind, account_id, other_account_id, ends_id, about_id, points, pending, occurred_at, recorded_at, expires_at, "
    "deadline_at, purchase_id, fingerprint"
)


def _guards(table: str, update: str) -> dict[str, tuple[str, ...]]:
    on_sqlite = tuple(
        f"CREATE TRIGGER {table}_no_{verb.split()[0].lower()} BEFORE {verb} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the books of points are append-only'); END"
        for verb in (update, "DELETE")
    )
    on_postgresql = (
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the books of points are append-only'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE {update} OR DELETE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()",
    )
    return {"sqlite": on_sqlite, "postgresql": on_postgresql}


for _table, _update in ((operations, f"UPDATE OF {_FIXED}"), (entries, "UPDATE")):
    for _dialect, _statements in _guards(_table.name, _update).items():
        for _statement in _statements:
            event.listen(_table, "after_create", DDL(_statement).execute_if(dialect=_dialect))
