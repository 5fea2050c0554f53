"""The log of consents: one row for each time a customer agreed or took it back, never changed afterwards."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Table, select
from sqlalchemy.orm import Mapped, mapped_column

from field_api.consents.rules import Event
from field_api.store.base import Base
from field_api.store.columns import INTERNAL, ORDINARY, Id, Instant, personal
from field_api.store.engine import AnySession

PURPOSES = ("offers", "surveys", "loyalty", "profiling")
CHANNELS = ("any", "email", "sms", "phone", "mail", "chat", "social", "visit")
SOURCES = ("web_form", "shop", "phone", "visit", "email", "paper", "survey", "import")

PROVE = "prove what the customer agreed to"


class ConsentEvent(Base):
    """A customer agreed (`granted`) or refused, for one purpose by one channel; "any" speaks for every channel.

    `wording` is what was shown or read out, in `language`; it proves what the answer was given to.
    """

    __tablename__ = "consent_events"
    __table_args__ = (
        CheckConstraint(f"purpose IN {PURPOSES}", name="purpose"),
        CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
        CheckConstraint(f"source IN {SOURCES}", name="source"),
        Index("ix_consent_events_customer", "customer_id", "occurred_at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[str] = mapped_column(Id, ForeignKey("customers.id"))
    purpose: Mapped[str] = mapped_column(String(16), info=personal(ORDINARY, PROVE))
    channel: Mapped[str] = mapped_column(String(16), info=personal(ORDINARY, PROVE))
    granted: Mapped[bool] = mapped_column(info=personal(ORDINARY, PROVE))
    wording: Mapped[str] = mapped_column(String(2000), info=personal(INTERNAL, PROVE))
    language: Mapped[str] = mapped_column(String(5), info=personal(INTERNAL, PROVE))
    source: Mapped[str] = mapped_column(String(16), info=personal(INTERNAL, PROVE))
    occurred_at: Mapped[datetime] = mapped_column(Instant, info=personal(ORDINARY, PROVE))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by_kind: Mapped[str] = mapped_column(String(16))
    recorded_by_id: Mapped[str | None] = mapped_column(Id, info=personal(INTERNAL, PROVE))


events: Table = ConsentEvent.__table__  # type: ignore[assignment]  # declared as FromClause, which a table is

_FOR_RULES = tuple(events.c[name] for name in Event.__dataclass_fields__)


def events_until(session: AnySession, customer_id: str, at: datetime) -> Sequence[Event]:
    """What the customer had said by that instant."""
    said = select(*_FOR_RULES).where(events.c.customer_id == customer_id, events.c.occurred_at <= at)
    return [Event(*row) for row in session.execute(said)]
