"""The tables of shops, purchases with their lines, and refunds; the bounds of money stand in the tables too."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Table,
)
from sqlalchemy.orm import Mapped, mapped_column

from field_api.interactions.models import CHANNELS
from field_api.store.base import Base
from field_api.store.columns import INTERNAL, ORDINARY, Id, Instant, Json, personal
from field_api.store.versions import Versioned

MOST_LINES = 200
MOST_MINOR = 10**12

SERVE = "know what the customer buys"


class Shop(Versioned, Base):
    """A shop of the company: public knowledge.

    `opening_hours` is [{weekday, opens, closes}] (ISO weekdays, Monday 1; local times HH:MM; one that closes before it
    opens runs past midnight); `exceptions` is [{date, periods: [{opens, closes}]}], no periods meaning closed.
    """

    __tablename__ = "shops"
    __table_args__ = (
        CheckConstraint("lat BETWEEN -90 AND 90", name="lat"),
        CheckConstraint("lon BETWEEN -180 AND 180", name="lon"),
        Index("ix_shops_name", "name", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    territory_id: Mapped[str] = mapped_column(Id, ForeignKey("territories.id"), index=True)
    street: Mapped[str | None] = mapped_column(String(200))
    postcode: Mapped[str | None] = mapped_column(String(16))
    town: Mapped[str] = mapped_column(String(100))
    country: Mapped[str] = mapped_column(String(2))
    lat: Mapped[float] = mapped_column(Float(53))
    lon: Mapped[float] = mapped_column(Float(53))
    time_zone: Mapped[str] = mapped_column(String(64))
    opening_hours: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    exceptions: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)


class Purchase(Base):
    """Something bought, by a known customer or by nobody in particular; `amount_minor` is the sum of its lines.

    Nothing of it changes but `refunded_minor`, the sum of its refunds, which can never pass the amount.
    """

    __tablename__ = "purchases"
    __table_args__ = (
        CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
        CheckConstraint("amount_minor >= 0", name="amount"),
        CheckConstraint("refunded_minor BETWEEN 0 AND amount_minor", name="refunded"),
        Index("ix_purchases_customer", "customer_id", "occurred_at", "id"),
        Index("ix_purchases_shop", "shop_id", "occurred_at", "id"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(Id, ForeignKey("customers.id"), info=personal(INTERNAL, SERVE))
    shop_id: Mapped[str | None] = mapped_column(Id, ForeignKey("shops.id"), info=personal(ORDINARY, SERVE))
    channel: Mapped[str] = mapped_column(String(8), info=personal(ORDINARY, SERVE))
    currency: Mapped[str] = mapped_column(String(3), info=personal(INTERNAL, SERVE))
    amount_minor: Mapped[int] = mapped_column(BigInteger, info=personal(ORDINARY, SERVE))
    refunded_minor: Mapped[int] = mapped_column(BigInteger, info=personal(ORDINARY, SERVE))
    occurred_at: Mapped[datetime] = mapped_column(Instant, info=personal(ORDINARY, SERVE))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by_kind: Mapped[str] = mapped_column(String(16))
    recorded_by_id: Mapped[str | None] = mapped_column(Id)


class PurchaseLine(Base):
    """One line of a purchase, in the order of the receipt; `amount_minor` is for the whole quantity."""

    __tablename__ = "purchase_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("amount_minor >= 0", name="amount"),
        {"sqlite_with_rowid": False},
    )

    purchase_id: Mapped[str] = mapped_column(Id, ForeignKey("purchases.id"), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    category: Mapped[str] = mapped_column(String(60), info=personal(ORDINARY, SERVE))
    quantity: Mapped[int] = mapped_column(info=personal(ORDINARY, SERVE))
    amount_minor: Mapped[int] = mapped_column(BigInteger, info=personal(ORDINARY, SERVE))


class Refund(Base):
    """Money given back for a purchase, all of it or a part; the currency is the purchase's and stands there alone."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount"),
        Index("ix_refunds_purchase", "purchase_id", "occurred_at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    purchase_id: Mapped[str] = mapped_column(Id, ForeignKey("purchases.id"))
    amount_minor: Mapped[int] = mapped_column(BigInteger, info=personal(ORDINARY, SERVE))
    reason: Mapped[str | None] = mapped_column(String(200), info=personal(ORDINARY, SERVE))
    occurred_at: Mapped[datetime] = mapped_column(Instant, info=personal(ORDINARY, SERVE))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by_kind: Mapped[str] = mapped_column(String(16))
    recorded_by_id: Mapped[str | None] = mapped_column(Id)


# Tables as such, for statements that give columns and no entities.
shops: Table = Shop.__table__  # type: ignore[assignment]  # declared as FromClause, which a table is
purchases: Table = Purchase.__table__  # type: ignore[assignment]  # the same
purchase_lines: Table = PurchaseLine.__table__  # type: ignore[assignment]  # the same
refunds: Table = Refund.__table__  # type: ignore[assignment]  # the same
