"""The tables of surveys: the surveys, who was invited, the sheets with the answers, and who stands behind a pseudonym.

A sheet knows neither its customer nor a day. Two rows lead from it to a person, the invitation and the respondent, and
without them nobody can tell whose it is (`respondents.forget`).
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, SmallInteger, String, Table, text
from sqlalchemy.orm import Mapped, mapped_column

from field_api.reps.models import LOCALES
from field_api.store.base import Base
from field_api.store.columns import INTERNAL, ORDINARY, SENSITIVE, Id, Instant, Json, personal
from field_api.store.versions import Versioned

STATES = ("draft", "live", "closed")
CHANNELS = ("email", "visit", "shop", "link")

MOST_QUIET_DAYS = 730
WAVE_LENGTH = 8
PSEUDONYM_LENGTH = 26

LEARN = "learn why customers stay"
ASK = "ask nobody too often, and remind nobody who has answered"


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Survey(Versioned, Base):
    """What is asked: `codebook` as research reads it, `words` what the page says beside it, in both languages.

    From its publication on the codebook is frozen: an answer belongs to the wording that it was given to.
    `frozen_sha256` is its digest since then.
    """

    __tablename__ = "surveys"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("ends_at > starts_at", name="period"),
        CheckConstraint(f"quiet_days BETWEEN 0 AND {MOST_QUIET_DAYS}", name="quiet_days"),
        CheckConstraint("(frozen_sha256 IS NULL) = (state = 'draft')", name="frozen"),
        Index("ix_surveys_created", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    title: Mapped[dict[str, str]] = mapped_column(Json)
    words: Mapped[dict[str, Any]] = mapped_column(Json)
    codebook: Mapped[dict[str, Any]] = mapped_column(Json)
    frozen_sha256: Mapped[str | None] = mapped_column(String(64))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime | None] = mapped_column(Instant)
    quiet_days: Mapped[int] = mapped_column(SmallInteger)


class SurveyInvitation(Base):
    """A customer was asked in a wave, such as 2026-W47, and how far they have come; its link stands for this row.

    A mail is written after the row (`mailed_at`), and once more at most (`reminded_at`).
    """

    __tablename__ = "survey_invitations"
    __table_args__ = (
        CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
        CheckConstraint(f"language IN {LOCALES}", name="language"),
        CheckConstraint("expires_at > invited_at", name="period"),
        CheckConstraint("answered_at IS NULL OR started_at IS NOT NULL", name="answered"),
        CheckConstraint("commented_at IS NULL OR answered_at IS NOT NULL", name="commented"),
        CheckConstraint("reminded_at IS NULL OR mailed_at IS NOT NULL", name="reminded"),
        CheckConstraint("mailed_at IS NULL OR channel = 'email'", name="mailed"),
        Index("ix_survey_invitations_customer", "customer_id", "invited_at", "id"),
        # One mail a wave, whoever invites at the same time; by hand a customer may be given more than one link.
        Index(
            "ix_survey_invitations_wave", "survey_id", "wave", "customer_id", unique=True, **_only("channel = 'email'")
        ),
        Index("ix_survey_invitations_survey", "survey_id", "invited_at"),
        Index("ix_survey_invitations_unmailed", "id", **_only("channel = 'email' AND mailed_at IS NULL")),
        Index(
            "ix_survey_invitations_unanswered",
            "mailed_at",
            "id",
            **_only("answered_at IS NULL AND reminded_at IS NULL AND mailed_at IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    survey_id: Mapped[str] = mapped_column(Id, ForeignKey("surveys.id"))
    wave: Mapped[str] = mapped_column(String(WAVE_LENGTH))
    customer_id: Mapped[str] = mapped_column(Id, ForeignKey("customers.id"))
    channel: Mapped[str] = mapped_column(String(8), info=personal(INTERNAL, ASK))
    language: Mapped[str] = mapped_column(String(2), info=personal(INTERNAL, "ask in the customer's language"))
    invited_at: Mapped[datetime] = mapped_column(Instant, info=personal(ORDINARY, ASK))
    expires_at: Mapped[datetime] = mapped_column(Instant)
    mailed_at: Mapped[datetime | None] = mapped_column(Instant, info=personal(ORDINARY, ASK))
    reminded_at: Mapped[datetime | None] = mapped_column(Instant, info=personal(ORDINARY, ASK))
    opened_at: Mapped[datetime | None] = mapped_column(Instant, info=personal(ORDINARY, ASK))
    started_at: Mapped[datetime | None] = mapped_column(Instant, info=personal(ORDINARY, ASK))
    answered_at: Mapped[datetime | None] = mapped_column(Instant, info=personal(ORDINARY, ASK))
    invited_by_kind: Mapped[str] = mapped_column(String(16))
    invited_by_id: Mapped[str | None] = mapped_column(Id, info=personal(INTERNAL, "tell who asked"))
    commented_at: Mapped[datetime | None] = mapped_column(Instant, default=None, info=personal(ORDINARY, ASK))


class SurveySheet(Base):
    """The answers to one invitation: by item, the state chosen; what was left out is not there.

    It is open until `answered_month` (its first day) is set, and then never changed. Of the answered ones of a person
    in a wave the latest counts (`counts`). What is known of the person beside the answers is as of that moment.
    """

    __tablename__ = "survey_sheets"
    __table_args__ = (
        CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
        CheckConstraint("NOT counts OR answered_month IS NOT NULL", name="counts"),
        CheckConstraint("(role IS NULL) = (answered_month IS NULL)", name="known"),
        Index("ix_survey_sheets_counting", "survey_id", "wave", "pseudonym", unique=True, **_only("counts")),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    survey_id: Mapped[str] = mapped_column(Id, ForeignKey("surveys.id"))
    wave: Mapped[str] = mapped_column(String(WAVE_LENGTH))
    invitation_id: Mapped[str | None] = mapped_column(Id, ForeignKey("survey_invitations.id"), unique=True)
    pseudonym: Mapped[str] = mapped_column(String(PSEUDONYM_LENGTH), info=personal(ORDINARY, LEARN))
    channel: Mapped[str] = mapped_column(String(8), info=personal(INTERNAL, LEARN))
    answers: Mapped[dict[str, int]] = mapped_column(Json, info=personal(SENSITIVE, LEARN))
    counts: Mapped[bool]
    answered_month: Mapped[date | None] = mapped_column(Date, default=None, info=personal(ORDINARY, LEARN))
    role: Mapped[str | None] = mapped_column(String(16), default=None, info=personal(INTERNAL, LEARN))
    tier: Mapped[str | None] = mapped_column(String(64), default=None, info=personal(ORDINARY, LEARN))
    segment: Mapped[str | None] = mapped_column(String(64), default=None, info=personal(ORDINARY, LEARN))
    territory_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("territories.id"), default=None, info=personal(ORDINARY, LEARN)
    )
    years_known: Mapped[int | None] = mapped_column(SmallInteger, default=None, info=personal(ORDINARY, LEARN))
    turnover_minor: Mapped[int | None] = mapped_column(BigInteger, default=None, info=personal(ORDINARY, LEARN))
    currency: Mapped[str | None] = mapped_column(String(3), default=None)


class SurveyRespondent(Base):
    """Who stands behind a pseudonym; written with the answers, and the one row to delete when a person is forgotten."""

    __tablename__ = "survey_respondents"
    __table_args__ = (
        Index("ix_survey_respondents_customer", "customer_id", "survey_id", unique=True),
        {"sqlite_with_rowid": False},
    )

    survey_id: Mapped[str] = mapped_column(Id, ForeignKey("surveys.id"), primary_key=True)
    pseudonym: Mapped[str] = mapped_column(
        String(PSEUDONYM_LENGTH), primary_key=True, info=personal(SENSITIVE, "bring what was learnt back to the rep")
    )
    customer_id: Mapped[str] = mapped_column(
        Id, ForeignKey("customers.id"), info=personal(SENSITIVE, "bring what was learnt back to the rep")
    )


# Tables as such, for statements that give columns and no entities.
surveys: Table = Survey.__table__  # type: ignore[assignment]  # declared as FromClause, which a table is
invitations: Table = SurveyInvitation.__table__  # type: ignore[assignment]  # the same
sheets: Table = SurveySheet.__table__  # type: ignore[assignment]  # the same
respondents: Table = SurveyRespondent.__table__  # type: ignore[assignment]  # the same
