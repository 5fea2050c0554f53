"""The tables of offers: the offer as it stands, every version it ever had, where it holds, and its closed list."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from field_api.store.base import Base
from field_api.store.columns import INTERNAL, Id, Instant, Json, personal
from field_api.store.versions import Versioned

STATES = ("draft", "live", "paused", "ended")
KINDS = ("percentage", "amount", "gift", "points_multiplier", "service", "content")

MOST_MINOR = 10**12
MOST_BUDGET = 10**9
MOST_MULTIPLIER_PERCENT = 10_000
MOST_PRIORITY = 1_000
MOST_RADIUS_M = 20_100_000

# Where there is nothing to say the column is NULL, and not the JSON null, so that constraints can speak of it.
_JSON_OR_NULL = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

INVITE = "invite the customers of a closed list"


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Offer(Versioned, Base):
    """What the company offers; public knowledge to its staff once live.

    The kind says which benefit column is filled: `percent`, `amount_minor` with `currency`, `gift`, or
    `multiplier_percent` (200 doubles the points); a service or a content has no price. `title`, `text` and `gift` are
    {en, fr}. `weekly_hours` is [{weekday, opens, closes}] as shops keep theirs, in `time_zone`; none means always.
    `places` is [{lat, lon, radius_m} | {polygon: GeoJSON}] as given, none of them when it holds `everywhere`.
    `audience` is what `audience.py` reads. `territory_ids` names the territories whose staff make the offer, subtrees
    included; none means all the company.
    """

    __tablename__ = "offers"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("percent BETWEEN 1 AND 100", name="percent"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("(amount_minor IS NULL) = (currency IS NULL)", name="currency"),
        CheckConstraint("multiplier_percent > 100", name="multiplier"),
        CheckConstraint("(percent IS NOT NULL) = (kind = 'percentage')", name="percent_of_kind"),
        CheckConstraint("(amount_minor IS NOT NULL) = (kind = 'amount')", name="amount_of_kind"),
        CheckConstraint("(gift IS NOT NULL) = (kind = 'gift')", name="gift_of_kind"),
        CheckConstraint("(multiplier_percent IS NOT NULL) = (kind = 'points_multiplier')", name="multiplier_of_kind"),
        CheckConstraint("ends_at > starts_at", name="period"),
        CheckConstraint("budget_total >= 0", name="budget_total"),
        CheckConstraint("budget_per_customer >= 0", name="budget_per_customer"),
        CheckConstraint("budget_per_day >= 0", name="budget_per_day"),
        Index("ix_offers_updated", "updated_at", "id"),
        Index("ix_offers_live", "starts_at", "id", **_only("state = 'live'")),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    state: Mapped[str] = mapped_column(String(8), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    percent: Mapped[int | None]
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    multiplier_percent: Mapped[int | None]
    gift: Mapped[dict[str, str] | None] = mapped_column(_JSON_OR_NULL)
    title: Mapped[dict[str, str]] = mapped_column(Json)
    text: Mapped[dict[str, str]] = mapped_column(Json)
    picture_url: Mapped[str | None] = mapped_column(String(500))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    time_zone: Mapped[str] = mapped_column(String(64))
    weekly_hours: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    everywhere: Mapped[bool]
    places: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    audience: Mapped[dict[str, Any]] = mapped_column(Json)
    channels: Mapped[list[str]] = mapped_column(Json)
    budget_total: Mapped[int | None]
    budget_per_customer: Mapped[int | None]
    budget_per_day: Mapped[int | None]
    priority: Mapped[int]
    stacking_group: Mapped[str | None] = mapped_column(String(40))
    territory_ids: Mapped[list[str]] = mapped_column(Json)


class OfferTerritory(Base):
    """One territory that an offer names; repeats `Offer.territory_ids` for queries and foreign keys."""

    __tablename__ = "offer_territories"
    __table_args__ = ({"sqlite_with_rowid": False},)

    offer_id: Mapped[str] = mapped_column(Id, ForeignKey("offers.id"), primary_key=True)
    territory_id: Mapped[str] = mapped_column(Id, ForeignKey("territories.id"), primary_key=True, index=True)


class OfferVersion(Base):
    """An offer as it was from `held_at` until the next number's, kept whole; never changed."""

    __tablename__ = "offer_versions"
    __table_args__ = (Index("ix_offer_versions_held", "offer_id", "held_at", "number"),)

    offer_id: Mapped[str] = mapped_column(Id, ForeignKey("offers.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    held_at: Mapped[datetime] = mapped_column(Instant)
    document: Mapped[dict[str, Any]] = mapped_column(Json)


class OfferPlace(Base):
    """A place where an offer held, or holds, while it was live: from `held_at` until `replaced_at` (None: still).

    A point has `lat`, `lon` and `radius_m`; a polygon has its GeoJSON; what holds everywhere has neither. Numbers run
    over all versions of the offer. Drafts and what is paused have none that still hold.
    """

    __tablename__ = "offer_places"
    __table_args__ = (
        CheckConstraint("lat BETWEEN -90 AND 90", name="lat"),
        CheckConstraint("lon BETWEEN -180 AND 180", name="lon"),
        CheckConstraint("radius_m > 0", name="radius"),
        CheckConstraint("(lat IS NULL) = (lon IS NULL) AND (lat IS NULL) = (radius_m IS NULL)", name="whole_point"),
        CheckConstraint("lat IS NULL OR polygon IS NULL", name="one_shape"),
        CheckConstraint("replaced_at >= held_at", name="replaced_after_held"),
    )

    offer_id: Mapped[str] = mapped_column(Id, ForeignKey("offers.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    held_at: Mapped[datetime] = mapped_column(Instant)
    replaced_at: Mapped[datetime | None] = mapped_column(Instant)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    priority: Mapped[int]
    roles: Mapped[int]
    lat: Mapped[float | None] = mapped_column(Float(53))
    lon: Mapped[float | None] = mapped_column(Float(53))
    radius_m: Mapped[float | None] = mapped_column(Float(53))
    polygon: Mapped[str | None] = mapped_column(Text)


class OfferCell(Base):
    """A place under one cell of the map (`cells.py`), with all that a search by position asks of it.

    A place stands in several layers (`places.py`): a point in the cell of its centre and in those its circle touches.
    `x`, `y`, `z` are the centre of a point in metres from the centre of the Earth, `reach` the square of the chord of
    its radius; NULL where the chord decides nothing. Derived, as `furet check` verifies. On PostgreSQL the primary key
    carries the other columns, as it does on SQLite anyway: a search reads neighbours in it and nothing else.
    """

    __tablename__ = "offer_cells"
    __table_args__ = (
        PrimaryKeyConstraint(
            *("layer", "cell", "offer_id", "number"),
            postgresql_include=["starts_at", "ends_at", "roles", "priority", "x", "y", "z", "reach"],
        ),
        {"sqlite_with_rowid": False},
    )

    layer: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    cell: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    offer_id: Mapped[str] = mapped_column(Id, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    roles: Mapped[int]
    priority: Mapped[int]
    x: Mapped[float | None] = mapped_column(Float(53))
    y: Mapped[float | None] = mapped_column(Float(53))
    z: Mapped[float | None] = mapped_column(Float(53))
    reach: Mapped[float | None] = mapped_column(Float(53))


class OfferMap(Base):
    """One row, whose `version` grows with every change of a place or cell: whoever keeps a copy knows it is behind."""

    __tablename__ = "offer_map"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(BigInteger)


class OfferListed(Base):
    """A customer on an offer's closed list from `starts_at` until `ends_at` (None: still)."""

    __tablename__ = "offer_listed"
    __table_args__ = (
        CheckConstraint("ends_at >= starts_at", name="period"),
        Index("ix_offer_listed_customer", "customer_id", "offer_id"),
        Index("ix_offer_listed_open", "offer_id", "customer_id", unique=True, **_only("ends_at IS NULL")),
        {"sqlite_with_rowid": False},
    )

    offer_id: Mapped[str] = mapped_column(Id, ForeignKey("offers.id"), primary_key=True)
    customer_id: Mapped[str] = mapped_column(
        Id, ForeignKey("customers.id"), primary_key=True, info=personal(INTERNAL, INVITE)
    )
    starts_at: Mapped[datetime] = mapped_column(Instant, primary_key=True, info=personal(INTERNAL, INVITE))
    ends_at: Mapped[datetime | None] = mapped_column(Instant, info=personal(INTERNAL, INVITE))


# Tables as such, for statements that give columns and no entities.
offers: Table = Offer.__table__  # type: ignore[assignment]  # declared as FromClause, which a table is
offer_territories: Table = OfferTerritory.__table__  # type: ignore[assignment]  # the same
offer_versions: Table = OfferVersion.__table__  # type: ignore[assignment]  # the same
offer_places: Table = OfferPlace.__table__  # type: ignore[assignment]  # the same
offer_cells: Table = OfferCell.__table__  # type: ignore[assignment]  # the same
offer_map: Table = OfferMap.__table__  # type: ignore[assignment]  # the same
offer_listed: Table = OfferListed.__table__  # type: ignore[assignment]  # the same
