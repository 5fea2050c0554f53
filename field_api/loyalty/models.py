"""The tables of loyalty: programmes with their terms, earn rules with their versions, members and how they came.

What is earned and spent stands in `points`; a member's account has the member's own id.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Table, text
from sqlalchemy.orm import Mapped, mapped_column

from field_api.store.base import Base
from field_api.store.columns import INTERNAL, ORDINARY, SENSITIVE, Id, Instant, Json, personal
from field_api.store.versions import Versioned

PROGRAMME_STATES = ("draft", "live", "ended")
MEMBER_STATES = ("active", "left", "merged")
ENROLMENT_CHANNELS = ("web", "rep", "till", "import")
MATCHES = ("named", "verified", "unverified", "new")

LONGEST_CODE = 32
LONGEST_NUMBER = 12

BELONG = "know who belongs to the programme"
RECOGNISE = "recognise what the customer does with us"


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Programme(Versioned, Base):
    """A loyalty programme; `name` and `unit` are texts in both languages, days are counted in `time_zone`.

    One live programme may be the main one: its tier is the fact that is noted on the customer.
    """

    __tablename__ = "programmes"
    __table_args__ = (
        CheckConstraint(f"state IN {PROGRAMME_STATES}", name="state"),
        CheckConstraint("(started_at IS NULL) = (state = 'draft')", name="started"),
        CheckConstraint("(ended_at IS NULL) = (state <> 'ended')", name="ended"),
        Index("ix_programmes_main", "is_main", unique=True, **_only("is_main AND state = 'live'")),
        Index("ix_programmes_created", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[dict[str, str]] = mapped_column(Json)
    unit: Mapped[dict[str, str]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(8))
    time_zone: Mapped[str] = mapped_column(String(64))
    is_main: Mapped[bool]
    started_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    ended_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class ProgrammeTerms(Base):
    """What a programme promises from `starts_at` until its next terms start: expiry, pending days, caps and tiers."""

    __tablename__ = "programme_terms"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number"),
        Index("ix_programme_terms_starts", "programme_id", "starts_at", "number"),
        {"sqlite_with_rowid": False},
    )

    programme_id: Mapped[str] = mapped_column(Id, ForeignKey("programmes.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    terms: Mapped[dict[str, Any]] = mapped_column(Json)


class EarnRule(Base):
    """A rule of a programme: which `kind` of event earns. What it earns is said by its versions."""

    __tablename__ = "earn_rules"
    __table_args__ = (Index("ix_earn_rules_programme", "programme_id", "kind", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    programme_id: Mapped[str] = mapped_column(Id, ForeignKey("programmes.id"))
    kind: Mapped[str] = mapped_column(String(LONGEST_CODE))
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Instant)


class EarnRuleVersion(Base):
    """What a rule says of events from `starts_at` until its next version starts."""

    __tablename__ = "earn_rule_versions"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number"),
        Index("ix_earn_rule_versions_starts", "rule_id", "starts_at", "number"),
        {"sqlite_with_rowid": False},
    )

    rule_id: Mapped[str] = mapped_column(Id, ForeignKey("earn_rules.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    terms: Mapped[dict[str, Any]] = mapped_column(Json)


class Member(Versioned, Base):
    """A customer in a programme, under a card number; somebody who left and comes back is a new member.

    `tier` is the code of the tier that was computed last, and `tier_due_at` the next moment at which it may be another
    one. Of the birthday the month and the day are kept (MM-DD), because no more is needed.
    """

    __tablename__ = "members"
    __table_args__ = (
        CheckConstraint(f"state IN {MEMBER_STATES}", name="state"),
        CheckConstraint("(left_at IS NULL) = (state = 'active')", name="left_at"),
        CheckConstraint("(merged_into_id IS NOT NULL) = (state = 'merged')", name="merged_into"),
        CheckConstraint("merged_into_id <> id", name="merged_into_other"),
        CheckConstraint("referred_by_id <> id", name="referred_by_other"),
        Index("ix_members_customer", "customer_id", "programme_id"),
        # A customer is a member of a programme once.
        Index("ix_members_once", "programme_id", "customer_id", unique=True, **_only("state = 'active'")),
        Index("ix_members_birthday", "birthday", "id", **_only("birthday IS NOT NULL AND state = 'active'")),
        Index("ix_members_tier_due", "tier_due_at", "id", **_only("tier_due_at IS NOT NULL AND state = 'active'")),
        Index("ix_members_referred_by", "referred_by_id", **_only("referred_by_id IS NOT NULL")),
        Index("ix_members_merged_into", "merged_into_id", **_only("merged_into_id IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    programme_id: Mapped[str] = mapped_column(Id, ForeignKey("programmes.id"))
    customer_id: Mapped[str] = mapped_column(Id, ForeignKey("customers.id"), info=personal(INTERNAL, BELONG))
    number: Mapped[str] = mapped_column(String(LONGEST_NUMBER), unique=True, info=personal(SENSITIVE, BELONG))
    state: Mapped[str] = mapped_column(String(8), info=personal(INTERNAL, BELONG))
    joined_at: Mapped[datetime] = mapped_column(Instant, info=personal(ORDINARY, BELONG))
    left_at: Mapped[datetime | None] = mapped_column(Instant, default=None, info=personal(ORDINARY, BELONG))
    merged_into_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("members.id"), default=None, info=personal(INTERNAL, BELONG)
    )
    referred_by_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("members.id"), default=None, info=personal(ORDINARY, "thank who brought them")
    )
    birthday: Mapped[str | None] = mapped_column(
        String(5), default=None, info=personal(SENSITIVE, "give points on the birthday")
    )
    tier: Mapped[str | None] = mapped_column(String(LONGEST_CODE), default=None, info=personal(ORDINARY, RECOGNISE))
    tier_since_at: Mapped[datetime | None] = mapped_column(Instant, default=None, info=personal(ORDINARY, RECOGNISE))
    tier_computed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    tier_due_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class Enrolment(Base):
    """One time somebody enrolled: the same person three times is one member with three of these.

    `matched_by` says how the customer was known: told by their id, by a verified or an unverified contact point, or
    not known before. `told_hash` recognises the same enrolment sent again.
    """

    __tablename__ = "enrolments"
    __table_args__ = (
        CheckConstraint(f"channel IN {ENROLMENT_CHANNELS}", name="channel"),
        CheckConstraint(f"matched_by IN {MATCHES}", name="matched_by"),
        Index("ix_enrolments_member", "member_id", "occurred_at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    member_id: Mapped[str] = mapped_column(Id, ForeignKey("members.id"))
    channel: Mapped[str] = mapped_column(String(8), info=personal(ORDINARY, BELONG))
    matched_by: Mapped[str] = mapped_column(String(12), info=personal(INTERNAL, BELONG))
    shop_id: Mapped[str | None] = mapped_column(Id, ForeignKey("shops.id"), info=personal(ORDINARY, BELONG))
    occurred_at: Mapped[datetime] = mapped_column(Instant, info=personal(ORDINARY, BELONG))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by_kind: Mapped[str] = mapped_column(String(16))
    recorded_by_id: Mapped[str | None] = mapped_column(Id)
    told_hash: Mapped[str] = mapped_column(String(32), info=personal(INTERNAL, "recognise what was sent again"))


class PendingEarning(Base):
    """An earning of a purchase that waits for its confirmation, until goods may not come back any more."""

    __tablename__ = "pending_earnings"
    __table_args__ = (Index("ix_pending_earnings_due", "due_at", "operation_id"), {"sqlite_with_rowid": False})

    operation_id: Mapped[str] = mapped_column(Id, primary_key=True)
    member_id: Mapped[str] = mapped_column(Id, ForeignKey("members.id"), index=True)
    due_at: Mapped[datetime] = mapped_column(Instant)


# Tables as such, for statements that give columns and no entities.
programmes: Table = Programme.__table__  # type: ignore[assignment]  # declared as FromClause, which a table is
programme_terms: Table = ProgrammeTerms.__table__  # type: ignore[assignment]  # the same
earn_rules: Table = EarnRule.__table__  # type: ignore[assignment]  # the same
earn_rule_versions: Table = EarnRuleVersion.__table__  # type: ignore[assignment]  # the same
members: Table = Member.__table__  # type: ignore[assignment]  # the same
enrolments: Table = Enrolment.__table__  # type: ignore[assignment]  # the same
pending_earnings: Table = PendingEarning.__table__  # type: ignore[assignment]  # the same
