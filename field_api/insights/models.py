"""The tables of insights: what research claims, what it foretold of whom, gestures, and for whom one is suggested.

What must never be is kept out by CHECK constraints, foreign keys and unique indexes behind the actions: one published
insight a target, one open suggestion a customer, one arm of the comparison for each, one end for each suggestion.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    Table,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from field_api.store.base import Base
from field_api.store.columns import INTERNAL, ORDINARY, SENSITIVE, Id, Instant, Json, personal
from field_api.store.versions import Versioned

STATES = ("draft", "submitted", "published", "superseded", "withdrawn")
GESTURE_KINDS = ("call", "visit", "thanks", "repair", "gift", "offer", "invite")
GESTURE_STATES = ("draft", "live", "ended")
# What a rep says of a suggestion; all but the first of these end it.
OUTCOMES = ("not_now", "done", "declined", "wrong")
ENDS = (*OUTCOMES[1:], "contact", "expired", "refused", "retired", "withdrawn", "superseded", "gesture_ended")

LONGEST_NAME = 64
LONGEST_NOTE = 2_000
MOST_MINUTES = 480
MOST_QUIET_DAYS = 365
# More would leave too few to whom the gesture may do good.
MOST_HOLD_OUT_PERCENT = 50
MOST_REASONS = 3

SUGGEST = "suggest to the customer's rep what may be worth doing"
LEARN = "know whether gestures do good"


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Insight(Versioned, Base):
    """What a fit of a survey says of one target, and how far it has come; `made` tells from what, when and by what.

    `refusals` and `warnings` are those of the report, each {code, sentence}.
    """

    __tablename__ = "insights"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("respondents > 0", name="respondents"),
        CheckConstraint("(published_at IS NOT NULL) OR state IN ('draft', 'submitted', 'withdrawn')", name="published"),
        CheckConstraint("(ended_at IS NOT NULL) = (state IN ('superseded', 'withdrawn'))", name="ended"),
        Index("ix_insights_created", "created_at", "id"),
        Index("ix_insights_published", "target", unique=True, **_only("state = 'published'")),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    survey_id: Mapped[str] = mapped_column(Id, ForeignKey("surveys.id"))
    state: Mapped[str] = mapped_column(String(10))
    title: Mapped[dict[str, str]] = mapped_column(Json)
    target: Mapped[str] = mapped_column(String(LONGEST_NAME))
    target_label: Mapped[dict[str, str]] = mapped_column(Json)
    respondents: Mapped[int]
    fitted_at: Mapped[datetime] = mapped_column(Instant)
    made: Mapped[dict[str, Any]] = mapped_column(Json)
    refusals: Mapped[list[dict[str, str]]] = mapped_column(Json)
    warnings: Mapped[list[dict[str, str]]] = mapped_column(Json)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class InsightDriver(Base):
    """One driver of an insight, as the report tells it; what is `carried` is decided here, by `rules.is_carried`.

    `effect` is in steps of the target, for a move of the driver from its first to its third quartile; figures and rank
    are null only where the direction is open. `more` keeps what is shown and decides nothing.
    """

    __tablename__ = "insight_drivers"
    __table_args__ = (
        CheckConstraint("rank > 0", name="rank"),
        CheckConstraint("low <= effect AND effect <= high", name="interval"),
        CheckConstraint("class_low <= class_high", name="class_interval"),
        CheckConstraint("open OR (effect IS NOT NULL AND low IS NOT NULL AND high IS NOT NULL)", name="told"),
        CheckConstraint("NOT carried OR (coalesce(low, 0) > 0 AND coalesce(class_low, 0) > 0)", name="carried"),
        {"sqlite_with_rowid": False},
    )

    insight_id: Mapped[str] = mapped_column(Id, ForeignKey("insights.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME), primary_key=True)
    rank: Mapped[int | None] = mapped_column(SmallInteger)
    label: Mapped[dict[str, str]] = mapped_column(Json)
    carried: Mapped[bool]
    open: Mapped[bool]
    fragile: Mapped[bool]
    effect: Mapped[float | None] = mapped_column(Float(53))
    low: Mapped[float | None] = mapped_column(Float(53))
    high: Mapped[float | None] = mapped_column(Float(53))
    class_low: Mapped[float | None] = mapped_column(Float(53))
    class_high: Mapped[float | None] = mapped_column(Float(53))
    more: Mapped[dict[str, Any]] = mapped_column(Json)


class InsightScore(Base):
    """What an insight foretold of a customer who has answered; forgotten when the insight ends.

    `reasons` is [{driver, pull}], at most three. Nobody is shown a score: it decides what is suggested.
    """

    __tablename__ = "insight_scores"
    __table_args__ = (
        CheckConstraint("at_risk BETWEEN 0 AND 1", name="at_risk"),
        {"sqlite_with_rowid": False},
    )

    insight_id: Mapped[str] = mapped_column(Id, ForeignKey("insights.id"), primary_key=True)
    customer_id: Mapped[str] = mapped_column(Id, ForeignKey("customers.id"), primary_key=True)
    expected: Mapped[float] = mapped_column(Float(53), info=personal(SENSITIVE, SUGGEST))
    at_risk: Mapped[float] = mapped_column(Float(53), info=personal(SENSITIVE, SUGGEST))
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(Json, info=personal(SENSITIVE, SUGGEST))


class InsightWalk(Base):
    """How far the job has come that suggests gestures by an insight; a killed one goes on from here.

    `round` counts the walks begun. All scores up to `after_id` are looked at; the counts are of this round.
    """

    __tablename__ = "insight_walks"
    __table_args__ = (
        CheckConstraint("looked_at >= suggested + held_out", name="counts"),
        {"sqlite_with_rowid": False},
    )

    insight_id: Mapped[str] = mapped_column(Id, ForeignKey("insights.id"), primary_key=True)
    round: Mapped[int]
    begun_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    after_id: Mapped[str | None] = mapped_column(Id)
    looked_at: Mapped[int]
    suggested: Mapped[int]
    held_out: Mapped[int]


class Gesture(Versioned, Base):
    """Something a rep may do for a customer whom a driver pulls down; `how` tells how it is done well.

    It is suggested only to who was not met within `quiet_days`, and to all but `hold_out_percent` of these, drawn by a
    keyed hash. A live gesture never changes: its figures would be those of two.
    """

    __tablename__ = "gestures"
    __table_args__ = (
        CheckConstraint(f"kind IN {GESTURE_KINDS}", name="kind"),
        CheckConstraint(f"state IN {GESTURE_STATES}", name="state"),
        CheckConstraint(f"minutes BETWEEN 1 AND {MOST_MINUTES}", name="minutes"),
        CheckConstraint(f"quiet_days BETWEEN 0 AND {MOST_QUIET_DAYS}", name="quiet_days"),
        CheckConstraint(f"hold_out_percent BETWEEN 0 AND {MOST_HOLD_OUT_PERCENT}", name="hold_out_percent"),
        Index("ix_gestures_created", "created_at", "id"),
        Index("ix_gestures_live", "driver", "id", **_only("state = 'live'")),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    driver: Mapped[str] = mapped_column(String(LONGEST_NAME))
    kind: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(5))
    title: Mapped[dict[str, str]] = mapped_column(Json)
    how: Mapped[dict[str, str]] = mapped_column(Json)
    minutes: Mapped[int] = mapped_column(SmallInteger)
    quiet_days: Mapped[int] = mapped_column(SmallInteger)
    hold_out_percent: Mapped[int] = mapped_column(SmallInteger)


class GestureArm(Base):
    """On which side of the comparison a customer stands by an insight: the first gesture chosen for them decides.

    Who is `held_out` is suggested nothing by this insight. The row stays as it is, whatever comes of it: figures
    compare those for whom a gesture was meant, done or not, with those held out of it.
    """

    __tablename__ = "gesture_arms"
    __table_args__ = (
        Index("ix_gesture_arms_gesture", "insight_id", "gesture_id", "held_out", "assigned_at"),
        {"sqlite_with_rowid": False},
    )

    insight_id: Mapped[str] = mapped_column(Id, ForeignKey("insights.id"), primary_key=True)
    customer_id: Mapped[str] = mapped_column(Id, ForeignKey("customers.id"), primary_key=True)
    gesture_id: Mapped[str] = mapped_column(Id, ForeignKey("gestures.id"), info=personal(SENSITIVE, LEARN))
    held_out: Mapped[bool] = mapped_column(info=personal(ORDINARY, LEARN))
    assigned_at: Mapped[datetime] = mapped_column(Instant)


class NextGesture(Base):
    """A gesture suggested for a customer, open until `ended_at`; `territory_id` repeats the customer's.

    `worth_minor` says what comes first, and is no forecast (`rules_choice.worth`). Until `hidden_until` it is hidden.
    """

    __tablename__ = "next_gestures"
    __table_args__ = (
        ForeignKeyConstraint(["insight_id", "driver"], ["insight_drivers.insight_id", "insight_drivers.name"]),
        CheckConstraint(f"ended_by IN {ENDS}", name="ended_by"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        CheckConstraint("worth_minor > 0", name="worth"),
        CheckConstraint("expires_at > suggested_at", name="period"),
        Index("ix_next_gestures_open_customer", "customer_id", unique=True, **_only("ended_at IS NULL")),
        # A page is a stretch of the first of these for each territory, or of the second, read from its end.
        Index("ix_next_gestures_territory", "territory_id", "worth_minor", "id", **_only("ended_at IS NULL")),
        Index("ix_next_gestures_worth", "worth_minor", "id", **_only("ended_at IS NULL")),
        Index("ix_next_gestures_expiry", "expires_at", "id", **_only("ended_at IS NULL")),
        Index("ix_next_gestures_customer", "customer_id", "suggested_at", "id"),
        Index("ix_next_gestures_open_insight", "insight_id", "id", **_only("ended_at IS NULL")),
        Index("ix_next_gestures_insight", "insight_id", "gesture_id", "ended_by"),
        Index("ix_next_gestures_gesture", "gesture_id", "id", **_only("ended_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    insight_id: Mapped[str] = mapped_column(Id, ForeignKey("insights.id"))
    driver: Mapped[str] = mapped_column(String(LONGEST_NAME), info=personal(SENSITIVE, SUGGEST))
    gesture_id: Mapped[str] = mapped_column(Id, ForeignKey("gestures.id"), info=personal(SENSITIVE, SUGGEST))
    customer_id: Mapped[str] = mapped_column(Id, ForeignKey("customers.id"))
    territory_id: Mapped[str] = mapped_column(Id)
    worth_minor: Mapped[int] = mapped_column(BigInteger, info=personal(SENSITIVE, SUGGEST))
    currency: Mapped[str] = mapped_column(String(3), info=personal(INTERNAL, SUGGEST))
    suggested_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    hidden_until: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(String(16))


class GestureOutcome(Base):
    """What a rep said of a suggestion, never changed; "not now" may be said often, the others once."""

    __tablename__ = "gesture_outcomes"
    __table_args__ = (
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
        Index("ix_gesture_outcomes_last", "next_gesture_id", unique=True, **_only("outcome <> 'not_now'")),
        Index("ix_gesture_outcomes_suggestion", "next_gesture_id", "recorded_at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    next_gesture_id: Mapped[str] = mapped_column(Id, ForeignKey("next_gestures.id"))
    outcome: Mapped[str] = mapped_column(String(8), info=personal(ORDINARY, LEARN))
    channel: Mapped[str | None] = mapped_column(String(8), info=personal(ORDINARY, LEARN))
    note: Mapped[str | None] = mapped_column(String(LONGEST_NOTE), info=personal(SENSITIVE, LEARN))
    occurred_at: Mapped[datetime] = mapped_column(Instant, info=personal(ORDINARY, LEARN))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by_kind: Mapped[str] = mapped_column(String(16))
    recorded_by_id: Mapped[str | None] = mapped_column(Id, info=personal(INTERNAL, LEARN))


# Tables as such, for statements that give columns and no entities.
insights: Table = Insight.__table__  # type: ignore[assignment]  # declared as FromClause, which a table is
drivers: Table = InsightDriver.__table__  # type: ignore[assignment]  # the same
scores: Table = InsightScore.__table__  # type: ignore[assignment]  # the same
walks: Table = InsightWalk.__table__  # type: ignore[assignment]  # the same
gestures: Table = Gesture.__table__  # type: ignore[assignment]  # the same
arms: Table = GestureArm.__table__  # type: ignore[assignment]  # the same
next_gestures: Table = NextGesture.__table__  # type: ignore[assignment]  # the same
outcomes: Table = GestureOutcome.__table__  # type: ignore[assignment]  # the same
