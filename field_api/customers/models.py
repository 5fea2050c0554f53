"""The tables of a customer: the contact entity, its dated roles, contact points, places, dated facts and name index."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, Table, text
from sqlalchemy.orm import Mapped, mapped_column

from field_api.store.base import Base
from field_api.store.columns import INTERNAL, ORDINARY, SENSITIVE, Id, Instant, personal
from field_api.store.versions import Versioned

KINDS = ("person", "firm")
ROLES = ("visitor", "prospect", "client", "former_client", "ambassador")
SOURCES = ("search", "advertisement", "qr_code", "web_form", "shop", "phone", "referral", "import")
CONTACT_KINDS = ("phone", "email")
POSITION_ORIGINS = ("gps", "geocoder", "typed")
FACT_KINDS = ("tier", "segment", "tag")

WHO = "know whom one meets"
REACH = "reach the customer"
WHERE = "visit the customer"
COURSE = "follow the customer's course from first touch on"


def _one_of(column: str, choices: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(map(repr, choices))})", name=column)


def folded(length: int) -> Any:
    """Text compared by code point on both databases, so that a prefix is a range of an index."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


STANDING = _only("retired_at IS NULL")


class Customer(Versioned, Base):
    """A person or a firm, in exactly one territory.

    `name` is a firm's name or a person's family name; `firm_id` says in which firm they are. `sort_name` and
    `name_words` are folded from the names; `role` repeats the role that is open.
    """

    __tablename__ = "customers"
    __table_args__ = (
        _one_of("kind", KINDS),
        _one_of("role", ROLES),
        _one_of("first_touch_source", SOURCES),
        CheckConstraint("firm_id <> id", name="firm_id"),
        # Each order offered is one walk along an index, inside one territory and over all of them. The last column
        # is always NULL there: with it, SQLite tells where a walk must stop without a look at the table.
        Index("ix_customers_territory_name", "territory_id", "sort_name", "id", "retired_at", **STANDING),
        Index("ix_customers_territory_created", "territory_id", "created_at", "id", "retired_at", **STANDING),
        Index("ix_customers_territory_updated", "territory_id", "updated_at", "id", "retired_at", **STANDING),
        Index("ix_customers_name", "sort_name", "id", "retired_at", **STANDING),
        Index("ix_customers_created", "created_at", "id", "retired_at", **STANDING),
        Index("ix_customers_updated", "updated_at", "id", "retired_at", **STANDING),
        Index("ix_customers_retired", "territory_id", "id", **_only("retired_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)
    territory_id: Mapped[str] = mapped_column(Id, ForeignKey("territories.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(200), info=personal(ORDINARY, WHO))
    given_name: Mapped[str | None] = mapped_column(String(100), info=personal(ORDINARY, WHO))
    firm_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("customers.id"), index=True, info=personal(ORDINARY, WHO)
    )
    job_title: Mapped[str | None] = mapped_column(String(100), info=personal(ORDINARY, WHO))
    role: Mapped[str] = mapped_column(String(16), info=personal(INTERNAL, COURSE))
    first_touch_source: Mapped[str] = mapped_column(String(16), info=personal(INTERNAL, COURSE))
    first_touch_detail: Mapped[str | None] = mapped_column(String(200), info=personal(ORDINARY, COURSE))
    first_touch_at: Mapped[datetime] = mapped_column(Instant, info=personal(INTERNAL, COURSE))
    sort_name: Mapped[str] = mapped_column(folded(120), info=personal(ORDINARY, WHO))
    name_words: Mapped[str] = mapped_column(folded(500), info=personal(ORDINARY, WHO))


class CustomerWord(Base):
    """One word under which a standing customer is found; derived from the names, as `furet check` verifies.

    `name_words` repeats all words of the name, so that a search by several words reads this index and nothing else.
    """

    __tablename__ = "customer_words"
    __table_args__ = (
        Index("ix_customer_words_word", "word", "customer_id", "name_words"),
        {"sqlite_with_rowid": False},
    )

    territory_id: Mapped[str] = mapped_column(Id, primary_key=True)
    word: Mapped[str] = mapped_column(folded(32), primary_key=True, info=personal(ORDINARY, WHO))
    customer_id: Mapped[str] = mapped_column(Id, primary_key=True)
    name_words: Mapped[str] = mapped_column(folded(500), info=personal(ORDINARY, WHO))


class CustomerRole(Base):
    """What a customer was from `starts_at` until, and without, `ends_at`; one role at any moment, one of them open."""

    __tablename__ = "customer_roles"
    __table_args__ = (
        _one_of("role", ROLES),
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ends_after_start"),
        Index("ix_customer_roles_open", "customer_id", unique=True, **_only("ends_at IS NULL")),
        {"sqlite_with_rowid": False},
    )

    customer_id: Mapped[str] = mapped_column(Id, ForeignKey("customers.id"), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(Instant, primary_key=True, info=personal(INTERNAL, COURSE))
    role: Mapped[str] = mapped_column(String(16), info=personal(INTERNAL, COURSE))
    ends_at: Mapped[datetime | None] = mapped_column(Instant, info=personal(INTERNAL, COURSE))


class ContactPoint(Base):
    """A phone (E.164) or an e-mail (normalised). A verified one belongs to one customer and tells who is the same."""

    __tablename__ = "contact_points"
    __table_args__ = (
        _one_of("kind", CONTACT_KINDS),
        Index("ix_contact_points_customer", "customer_id", "kind", "value", unique=True),
        Index("ix_contact_points_value", "value", "kind"),
        Index("ix_contact_points_verified", "value", "kind", unique=True, **_only("verified_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[str] = mapped_column(Id, ForeignKey("customers.id"))
    kind: Mapped[str] = mapped_column(String(8))
    value: Mapped[str] = mapped_column(String(254), info=personal(SENSITIVE, REACH))
    label: Mapped[str | None] = mapped_column(String(40), info=personal(ORDINARY, REACH))
    verified_at: Mapped[datetime | None] = mapped_column(Instant, info=personal(INTERNAL, REACH))
    created_at: Mapped[datetime] = mapped_column(Instant)


class Place(Base):
    """A postal address of a customer, with its position where one is known; `territory_id` repeats the customer's."""

    __tablename__ = "places"
    __table_args__ = (
        _one_of("position_origin", POSITION_ORIGINS),
        CheckConstraint("lat BETWEEN -90 AND 90", name="lat"),
        CheckConstraint("lon BETWEEN -180 AND 180", name="lon"),
        CheckConstraint("accuracy_m >= 0", name="accuracy_m"),
        CheckConstraint(
            "(lat IS NULL) = (lon IS NULL) AND (lat IS NULL) = (position_origin IS NULL)", name="whole_position"
        ),
        Index("ix_places_customer", "customer_id", "created_at", "id"),
        Index("ix_places_territory_position", "territory_id", "lat", "lon", **_only("lat IS NOT NULL")),
        Index("ix_places_position", "lat", "lon", **_only("lat IS NOT NULL")),
        Index("ix_places_territory_town", "territory_id", "town_folded", "customer_id"),
        Index("ix_places_town", "town_folded", "customer_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[str] = mapped_column(Id, ForeignKey("customers.id"))
    territory_id: Mapped[str] = mapped_column(Id)
    label: Mapped[str | None] = mapped_column(String(40), info=personal(ORDINARY, WHERE))
    street: Mapped[str | None] = mapped_column(String(200), info=personal(SENSITIVE, WHERE))
    postcode: Mapped[str | None] = mapped_column(String(16), info=personal(SENSITIVE, WHERE))
    town: Mapped[str] = mapped_column(String(100), info=personal(SENSITIVE, WHERE))
    town_folded: Mapped[str] = mapped_column(folded(120), info=personal(SENSITIVE, WHERE))
    country: Mapped[str] = mapped_column(String(2), info=personal(SENSITIVE, WHERE))
    lat: Mapped[float | None] = mapped_column(Float(53), info=personal(SENSITIVE, WHERE))
    lon: Mapped[float | None] = mapped_column(Float(53), info=personal(SENSITIVE, WHERE))
    position_origin: Mapped[str | None] = mapped_column(String(8), info=personal(INTERNAL, WHERE))
    accuracy_m: Mapped[float | None] = mapped_column(Float(53), info=personal(INTERNAL, WHERE))
    created_at: Mapped[datetime] = mapped_column(Instant)


class CustomerFact(Base):
    """What some feature knows of a customer from `starts_at` until `ends_at`; `source` tells which, and from what."""

    __tablename__ = "customer_facts"
    __table_args__ = (
        _one_of("kind", FACT_KINDS),
        CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name="ends_after_start"),
        Index("ix_customer_facts_customer", "customer_id", "kind", "starts_at"),
        Index("ix_customer_facts_open", "customer_id", "kind", "value", unique=True, **_only("ends_at IS NULL")),
        Index(
            "ix_customer_facts_single",
            "customer_id",
            "kind",
            unique=True,
            **_only("ends_at IS NULL AND kind <> 'tag'"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[str] = mapped_column(Id, ForeignKey("customers.id"))
    kind: Mapped[str] = mapped_column(String(8))
    value: Mapped[str] = mapped_column(String(64), info=personal(ORDINARY, COURSE))
    source: Mapped[str] = mapped_column(String(64))
    source_id: Mapped[str | None] = mapped_column(Id)
    starts_at: Mapped[datetime] = mapped_column(Instant, info=personal(INTERNAL, COURSE))
    ends_at: Mapped[datetime | None] = mapped_column(Instant, info=personal(INTERNAL, COURSE))


class GeocoderTurn(Base):
    """When the next call of a geocoder may begin; one row a geocoder, so that its limit holds across processes."""

    __tablename__ = "geocoder_turns"

    geocoder: Mapped[str] = mapped_column(String(16), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(Instant)


# The same as Core tables: hot reads take column tuples from them and load no entities.
customers = cast(Table, Customer.__table__)
customer_words = cast(Table, CustomerWord.__table__)
customer_roles = cast(Table, CustomerRole.__table__)
contact_points = cast(Table, ContactPoint.__table__)
places = cast(Table, Place.__table__)
customer_facts = cast(Table, CustomerFact.__table__)
