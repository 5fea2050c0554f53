"""Tables: calendars, the objects in them as they came, what was removed, how visits went, and secret addresses."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Table, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from field_api.store.base import Base
from field_api.store.columns import INTERNAL, ORDINARY, SECRET, SENSITIVE, Id, Instant, Json, personal
from field_api.store.versions import Versioned

PLAN = "plan the day of who looks after the customer"

# The name of everybody's own agenda among their calendars.
AGENDA = "agenda"
REMEMBER = "remember how the visit went"

PURPOSES = ("prospecting", "follow_up", "offer", "delivery", "complaint", "courtesy", "other")
OUTCOMES = ("met", "ordered", "absent", "postponed", "declined")
PRIVACIES = ("PUBLIC", "PRIVATE", "CONFIDENTIAL")


class Calendar(Versioned, Base):
    """A calendar of one user. The agenda has its owner's id; its objects are appointments.

    `properties` are those that calendar apps set, by their full names; `time_zone` is where days and wall clocks
    of nowhere are meant (None: the company's).
    """

    __tablename__ = "calendars"
    __table_args__ = (Index("ix_calendars_owner_id_name", "owner_id", "name", unique=True),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("users.id"), info=personal(INTERNAL, "know whose it is"))
    name: Mapped[str] = mapped_column(String(200), info=personal(ORDINARY, "tell one's calendars apart"))
    components: Mapped[str] = mapped_column(String(64))
    time_zone: Mapped[str | None] = mapped_column(String(64), default=None, info=personal(INTERNAL, PLAN))
    properties: Mapped[dict[str, Any]] = mapped_column(
        Json, default_factory=dict, info=personal(ORDINARY, "tell one's calendars apart")
    )


class CalendarObject(Versioned, Base):
    """One object: its text as it came, what is read off it for searching, and what we know of the visit.

    Instants in seconds since 1970 (`_s`); wall clocks in ISO 8601. `spans` are the first occurrences, and all of them
    unless `spans_until_s` says before which instant they are complete. `version` counts changes of any column, `etag`
    is of the text alone.
    """

    __tablename__ = "calendar_objects"
    __table_args__ = (
        Index("ix_calendar_objects_calendar_id_href", "calendar_id", "href", unique=True),
        Index("ix_calendar_objects_calendar_id_uid", "calendar_id", "uid", unique=True),
        Index("ix_calendar_objects_when", "calendar_id", "last_end_s", "first_start_s"),
        Index(
            "ix_calendar_objects_customer_id",
            "customer_id",
            "last_end_s",
            sqlite_where=text("customer_id IS NOT NULL"),
            postgresql_where=text("customer_id IS NOT NULL"),
        ),
        CheckConstraint(f"privacy IN {PRIVACIES}", name="privacy"),
        CheckConstraint(f"purpose IN {PURPOSES}", name="purpose"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    calendar_id: Mapped[str] = mapped_column(Id, ForeignKey("calendars.id"))
    href: Mapped[str] = mapped_column(String(255), info=personal(INTERNAL, "find it again"))
    uid: Mapped[str] = mapped_column(String(255), info=personal(INTERNAL, "recognise it in other calendars"))
    text: Mapped[bytes] = mapped_column(LargeBinary, info=personal(SENSITIVE, PLAN))
    etag: Mapped[str] = mapped_column(String(40))
    component: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str | None] = mapped_column(String(8))
    tzid: Mapped[str | None] = mapped_column(String(255), info=personal(INTERNAL, PLAN))
    start_local: Mapped[str | None] = mapped_column(String(19), info=personal(ORDINARY, PLAN))
    end_local: Mapped[str | None] = mapped_column(String(19), info=personal(ORDINARY, PLAN))
    recurs: Mapped[bool]
    first_start_s: Mapped[int] = mapped_column(BigInteger, info=personal(ORDINARY, PLAN))
    last_end_s: Mapped[int] = mapped_column(BigInteger, info=personal(ORDINARY, PLAN))
    spans: Mapped[bytes | None] = mapped_column(LargeBinary, info=personal(ORDINARY, PLAN))
    spans_until_s: Mapped[int | None] = mapped_column(BigInteger)
    oddities: Mapped[str] = mapped_column(String(120))
    title: Mapped[str | None] = mapped_column(Text, info=personal(SENSITIVE, PLAN))
    location: Mapped[str | None] = mapped_column(Text, info=personal(SENSITIVE, PLAN))
    status: Mapped[str | None] = mapped_column(String(16), info=personal(ORDINARY, PLAN))
    privacy: Mapped[str] = mapped_column(String(12), info=personal(INTERNAL, "keep what is private to its owner"))
    busy: Mapped[bool] = mapped_column(info=personal(ORDINARY, PLAN))
    # What each override says in place of the master, in their order in the text.
    exceptions: Mapped[list[dict[str, Any]]] = mapped_column(Json, info=personal(SENSITIVE, PLAN))
    # What the text of an appointment says, as JSON; None for what is no event.
    document: Mapped[dict[str, Any] | None] = mapped_column(Json, info=personal(SENSITIVE, PLAN))
    customer_id: Mapped[str | None] = mapped_column(Id, ForeignKey("customers.id"), default=None)
    place_id: Mapped[str | None] = mapped_column(Id, ForeignKey("places.id"), default=None)
    purpose: Mapped[str | None] = mapped_column(String(16), default=None, info=personal(ORDINARY, PLAN))


class AppointmentOutcome(Base):
    """How one occurrence of an appointment went, as its owner noted it afterwards.

    `occurrence` is the occurrence's wall clock (its RECURRENCE-ID), and `interaction_id` the entry of the customer's
    timeline that tells of it.
    """

    __tablename__ = "appointment_outcomes"
    __table_args__ = (
        Index("ix_appointment_outcomes_occurrence", "appointment_id", "occurrence", unique=True),
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    appointment_id: Mapped[str] = mapped_column(Id, ForeignKey("calendar_objects.id"))
    occurrence: Mapped[str] = mapped_column(String(19), info=personal(ORDINARY, REMEMBER))
    outcome: Mapped[str] = mapped_column(String(12), info=personal(ORDINARY, REMEMBER))
    notes: Mapped[str | None] = mapped_column(String(4000), info=personal(SENSITIVE, REMEMBER))
    noted_at: Mapped[datetime] = mapped_column(Instant, info=personal(ORDINARY, REMEMBER))
    interaction_id: Mapped[str | None] = mapped_column(Id, ForeignKey("interactions.id"), default=None)


class CalendarSubscription(Base):
    """A secret address under which somebody's agenda is read by any calendar app, until it is revoked."""

    __tablename__ = "calendar_subscriptions"
    __table_args__ = (Index("ix_calendar_subscriptions_owner_id", "owner_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    owner_id: Mapped[str] = mapped_column(ForeignKey("users.id"), info=personal(INTERNAL, "know whose it is"))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True, info=personal(SECRET, "recognise the address"))
    name: Mapped[str] = mapped_column(String(120), info=personal(ORDINARY, "let its owner recognise it"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class RemovedObject(Base):
    """An object that is gone: under which address followers of its calendar know it."""

    __tablename__ = "calendar_removed_objects"

    object_id: Mapped[str] = mapped_column(Id, primary_key=True)
    calendar_id: Mapped[str] = mapped_column(Id, ForeignKey("calendars.id"), index=True)
    href: Mapped[str] = mapped_column(String(255), info=personal(INTERNAL, "tell followers what is gone"))
    removed_at: Mapped[datetime] = mapped_column(Instant)


calendars: Table = Calendar.__table__  # type: ignore[assignment]  # declared as FromClause, which a table is
objects: Table = CalendarObject.__table__  # type: ignore[assignment]  # the same
removed: Table = RemovedObject.__table__  # type: ignore[assignment]  # the same
outcomes: Table = AppointmentOutcome.__table__  # type: ignore[assignment]  # the same
subscriptions: Table = CalendarSubscription.__table__  # type: ignore[assignment]  # the same
