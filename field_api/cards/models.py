"""The tables of cards: each member's card with its link, notices, enrolment forms, and who has still to confirm."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, SmallInteger, String, Table
from sqlalchemy.orm import Mapped, mapped_column

from field_api.reps.models import LOCALES
from field_api.store.base import Base
from field_api.store.columns import INTERNAL, ORDINARY, SENSITIVE, Id, Instant, Json, personal
from field_api.store.versions import Versioned

FORM_STATES = ("open", "closed")
NOTICE_KINDS = ("expiry", "statement")

SHOW = "show the member their card in their language"
ENROL = "enrol who confirms"


class Card(Base):
    """What the card of a member is beside its number: the language of its page, and which link opens it.

    `link_number` is in every link; raising it makes all earlier ones void. `installed_at` is when the page was first
    opened from a home screen, as far as the phone has told.
    """

    __tablename__ = "cards"
    __table_args__ = (
        CheckConstraint(f"language IN {LOCALES}", name="language"),
        CheckConstraint("link_number >= 0", name="link_number"),
        {"sqlite_with_rowid": False},
    )

    member_id: Mapped[str] = mapped_column(Id, ForeignKey("members.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(2), info=personal(INTERNAL, SHOW))
    link_number: Mapped[int] = mapped_column(SmallInteger)
    installed_at: Mapped[datetime | None] = mapped_column(Instant, info=personal(ORDINARY, "thank who keeps the card"))
    created_at: Mapped[datetime] = mapped_column(Instant)


class CardNotice(Base):
    """A member was told of a month, or could not be: once for each kind; `month` is its first day."""

    __tablename__ = "card_notices"
    __table_args__ = (
        CheckConstraint(f"kind IN {NOTICE_KINDS}", name="kind"),
        {"sqlite_with_rowid": False},
    )

    member_id: Mapped[str] = mapped_column(Id, ForeignKey("members.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(9), primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    noted_at: Mapped[datetime] = mapped_column(Instant, info=personal(ORDINARY, "write no mail twice"))


class EnrolmentForm(Versioned, Base):
    """A page on which people enrol in a programme; who is new becomes a customer of its territory.

    `consent` is the wording that enrolling agrees to, in both languages; `choices` are further consents that one may
    give with it: purpose, channel and wording each.
    """

    __tablename__ = "enrolment_forms"
    __table_args__ = (
        CheckConstraint(f"state IN {FORM_STATES}", name="state"),
        Index("ix_enrolment_forms_created", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    programme_id: Mapped[str] = mapped_column(Id, ForeignKey("programmes.id"))
    territory_id: Mapped[str] = mapped_column(Id, ForeignKey("territories.id"))
    name: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(8))
    title: Mapped[dict[str, str]] = mapped_column(Json)
    text: Mapped[dict[str, str]] = mapped_column(Json)
    consent: Mapped[dict[str, str]] = mapped_column(Json)
    choices: Mapped[list[dict[str, Any]]] = mapped_column(Json)


class WebEnrolment(Base):
    """Somebody who filled in a form and has to confirm the e-mail; the row goes when its link ends.

    `email_hash` is keyed, and counts how often one address was written to. What was told is forgotten once it is
    confirmed.
    """

    __tablename__ = "web_enrolments"
    __table_args__ = (
        CheckConstraint("(member_id IS NULL) = (confirmed_at IS NULL)", name="confirmed"),
        Index("ix_web_enrolments_email", "email_hash", "requested_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    form_id: Mapped[str] = mapped_column(Id, ForeignKey("enrolment_forms.id"))
    email_hash: Mapped[str] = mapped_column(String(64), info=personal(INTERNAL, "write to nobody too often"))
    told: Mapped[dict[str, Any] | None] = mapped_column(Json, info=personal(SENSITIVE, ENROL))
    requested_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    member_id: Mapped[str | None] = mapped_column(Id, ForeignKey("members.id"), info=personal(INTERNAL, ENROL))


# Tables as such, for statements that give columns and no entities.
cards: Table = Card.__table__  # type: ignore[assignment]  # declared as FromClause, which a table is
notices: Table = CardNotice.__table__  # type: ignore[assignment]  # the same
forms: Table = EnrolmentForm.__table__  # type: ignore[assignment]  # the same
web_enrolments: Table = WebEnrolment.__table__  # type: ignore[assignment]  # the same
