"""The tables of gifts: the gifts with their versions, what is in stock, and the log of what was done.

What must never be passed stands in CHECK constraints and unique indexes behind the actions.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, String, Table, event, text
from sqlalchemy.orm import Mapped, mapped_column

from field_api.store.base import Base
from field_api.store.columns import INTERNAL, ORDINARY, Id, Instant, Json, personal
from field_api.store.versions import Versioned

STATES = ("draft", "offered", "withdrawn")
OPERATION_KINDS = ("stock", "order", "hand_over", "cancel")

MOST_POINTS = 10**9
MOST_UNITS = 10**6
MOST_COLLECT_DAYS = 365
LONGEST_TIER = 32
MOST_TIERS = 20

GIVE = "know which gifts a member chose"


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Gift(Versioned, Base):
    """Something that members of a programme may have for `points`; `title` and `text` are in both languages.

    It can be ordered while it is offered, from `starts_at` until `ends_at`, by members of these `tiers`, or of any when
    none is named. An order that nobody fetches within `collect_days` is cancelled.
    """

    __tablename__ = "gifts"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"points BETWEEN 1 AND {MOST_POINTS}", name="points"),
        CheckConstraint("ends_at > starts_at", name="period"),
        CheckConstraint(f"collect_days BETWEEN 1 AND {MOST_COLLECT_DAYS}", name="collect_days"),
        Index("ix_gifts_created", "created_at", "id"),
        Index("ix_gifts_programme", "programme_id", "points", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    programme_id: Mapped[str] = mapped_column(Id, ForeignKey("programmes.id"))
    state: Mapped[str] = mapped_column(String(9))
    title: Mapped[dict[str, str]] = mapped_column(Json)
    text: Mapped[dict[str, str]] = mapped_column(Json)
    picture_url: Mapped[str | None] = mapped_column(String(500))
    points: Mapped[int]
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    tiers: Mapped[list[str]] = mapped_column(Json)
    collect_days: Mapped[int | None] = mapped_column(SmallInteger)


class GiftVersion(Base):
    """A gift as it was from `held_at` until the next number's, kept whole; never changed."""

    __tablename__ = "gift_versions"
    __table_args__ = (
        Index("ix_gift_versions_held", "gift_id", "held_at", "number"),
        {"sqlite_with_rowid": False},
    )

    gift_id: Mapped[str] = mapped_column(Id, ForeignKey("gifts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    held_at: Mapped[datetime] = mapped_column(Instant)
    document: Mapped[dict[str, Any]] = mapped_column(Json)


class GiftStock(Base):
    """How many units of a gift nobody has ordered; a row of its own, because every order changes it and no version."""

    __tablename__ = "gift_stocks"
    __table_args__ = (
        CheckConstraint(f"units BETWEEN 0 AND {MOST_UNITS}", name="units"),
        {"sqlite_with_rowid": False},
    )

    gift_id: Mapped[str] = mapped_column(Id, ForeignKey("gifts.id"), primary_key=True)
    units: Mapped[int]


class GiftOperation(Base):
    """One line of the log, under an id that its author gave it and that nobody ever uses again.

    `units` is what the stock changed by. A hand-over or a cancellation names the order that it ends in `ends_id`; the
    unique index lets each be ended once. Orders, hand-overs and cancellations have the ids of the operations in the
    books of points that reserve, spend and give back the points.
    """

    __tablename__ = "gift_operations"
    __table_args__ = (
        CheckConstraint(f"kind IN {OPERATION_KINDS}", name="kind"),
        CheckConstraint(
            "(kind = 'stock' AND units <> 0) OR (kind = 'order' AND units = -1) OR (kind = 'hand_over' AND units = 0) "
            "OR (kind = 'cancel' AND units = 1)",
            name="units",
        ),
        CheckConstraint("(member_id IS NULL) = (kind = 'stock')", name="member"),
        CheckConstraint("(points IS NULL) = (kind = 'stock')", name="points"),
        CheckConstraint("(ends_id IS NOT NULL) = (kind IN ('hand_over', 'cancel'))", name="ends"),
        CheckConstraint("deadline_at IS NULL OR kind = 'order'", name="deadline"),
        Index("ix_gift_operations_ends", "ends_id", unique=True, **_only("ends_id IS NOT NULL")),
        Index("ix_gift_operations_gift", "gift_id", "kind", "recorded_at", "id"),
        Index("ix_gift_operations_member", "member_id", "recorded_at", "id", **_only("kind = 'order'")),
        Index("ix_gift_operations_deadline", "deadline_at", "id", **_only("deadline_at IS NOT NULL")),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(9))
    gift_id: Mapped[str] = mapped_column(Id, ForeignKey("gifts.id"))
    gift_version: Mapped[int]
    member_id: Mapped[str | None] = mapped_column(Id, ForeignKey("members.id"), info=personal(INTERNAL, GIVE))
    ends_id: Mapped[str | None] = mapped_column(Id, ForeignKey("gift_operations.id"))
    units: Mapped[int]
    points: Mapped[int | None] = mapped_column(BigInteger, info=personal(ORDINARY, GIVE))
    shop_id: Mapped[str | None] = mapped_column(Id, ForeignKey("shops.id"), info=personal(ORDINARY, GIVE))
    reason: Mapped[str | None] = mapped_column(String(200), info=personal(ORDINARY, GIVE))
    occurred_at: Mapped[datetime] = mapped_column(Instant, info=personal(ORDINARY, GIVE))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    deadline_at: Mapped[datetime | None] = mapped_column(Instant)
    recorded_by_kind: Mapped[str] = mapped_column(String(16))
    recorded_by_id: Mapped[str | None] = mapped_column(Id)


# Tables as such, for statements that give columns and no entities.
gifts: Table = Gift.__table__  # type: ignore[assignment]  # declared as FromClause, which a table is
gift_versions: Table = GiftVersion.__table__  # type: ignore[assignment]  # the same
stocks: Table = GiftStock.__table__  # type: ignore[assignment]  # the same
operations: Table = GiftOperation.__table__  # type: ignore[assignment]  # the same

# The log defends itself against our own mistakes. What somebody wrote of a person may be taken out of it; what was done
# may not.
_FIXED = "id, kind, gift_id, gift_version, ends_id, units, points, occurred_at, recorded_at, deadline_at"
GUARDS = {
    "sqlite": tuple(
        f"CREATE TRIGGER gift_operations_no_{verb.split()[0].lower()} BEFORE {verb} ON gift_operations "
        "BEGIN SELECT RAISE(ABORT, 'the log of gifts is append-only'); END"
        for verb in (f"UPDATE OF {_FIXED}", "DELETE")
    ),
    "postgresql": (
        "CREATE FUNCTION gift_operations_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the log of gifts is append-only'; END $$",
        f"CREATE TRIGGER gift_operations_no_change BEFORE UPDATE OF {_FIXED} OR DELETE ON gift_operations "
        "FOR EACH STATEMENT EXECUTE FUNCTION gift_operations_append_only()",
    ),
}
for _dialect, _statements in GUARDS.items():
    for _statement in _statements:
        event.listen(operations, "after_create", DDL(_statement).execute_if(dialect=_dialect))
