"""The timeline: one row for each thing that passed, never changed; a correction is a row that points at the old."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Table, text
from sqlalchemy.orm import Mapped, mapped_column

from field_api.store.base import Base
from field_api.store.columns import INTERNAL, ORDINARY, SENSITIVE, Id, Instant, personal

CHANNELS = ("visit", "call", "email", "sms", "chat", "web", "shop", "social", "mail")
DIRECTIONS = ("inbound", "outbound")

REMEMBER = "remember what passed with the customer"


class Interaction(Base):
    """Something that passed between a customer (inbound) and us (outbound).

    `about_kind` and `about_id` name what it tells of where another feature wrote it, such as a purchase.
    """

    __tablename__ = "interactions"
    __table_args__ = (
        CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
        CheckConstraint(f"direction IN {DIRECTIONS}", name="direction"),
        CheckConstraint("(about_kind IS NULL) = (about_id IS NULL)", name="about"),
        CheckConstraint("corrects_id <> id", name="corrects"),
        Index("ix_interactions_customer", "customer_id", "occurred_at", "id"),
        # An entry is corrected once, and its correction may be corrected in turn.
        Index(
            "ix_interactions_corrects",
            "corrects_id",
            unique=True,
            sqlite_where=text("corrects_id IS NOT NULL"),
            postgresql_where=text("corrects_id IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[str] = mapped_column(Id, ForeignKey("customers.id"))
    channel: Mapped[str] = mapped_column(String(8), info=personal(ORDINARY, REMEMBER))
    direction: Mapped[str] = mapped_column(String(8), info=personal(ORDINARY, REMEMBER))
    content: Mapped[str | None] = mapped_column(String(4000), info=personal(SENSITIVE, REMEMBER))
    occurred_at: Mapped[datetime] = mapped_column(Instant, info=personal(ORDINARY, REMEMBER))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by_kind: Mapped[str] = mapped_column(String(16))
    recorded_by_id: Mapped[str | None] = mapped_column(Id, info=personal(INTERNAL, REMEMBER))
    corrects_id: Mapped[str | None] = mapped_column(Id, ForeignKey("interactions.id"))
    about_kind: Mapped[str | None] = mapped_column(String(16))
    about_id: Mapped[str | None] = mapped_column(Id)


entries: Table = Interaction.__table__  # type: ignore[assignment]  # declared as FromClause, which a table is
