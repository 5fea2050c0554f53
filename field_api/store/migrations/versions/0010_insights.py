"""Insights with what they foretell, gestures, and for whom one is suggested."""

import sqlalchemy as sa
from alembic import op
from field_api.store.columns import Id
from field_api.store.columns import Instant
from field_api.store.columns import Json

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gestures",
        sa.Column("id", Id, nullable=False),
        sa.Column("driver", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=5), nullable=False),
        sa.Column("title", Json, nullable=False),
        sa.Column("how", Json, nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("quiet_days", sa.SmallInteger(), nullable=False),
        sa.Column("hold_out_percent", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('call', 'visit', 'thanks', 'repair', 'gift', 'offer', 'invite')", name=op.f("ck_gestures_kind")
        ),
        sa.CheckConstraint("state IN ('draft', 'live', 'ended')", name=op.f("ck_gestures_state")),
        sa.CheckConstraint("hold_out_percent BETWEEN 0 AND 50", name=op.f("ck_gestures_hold_out_percent")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 480", name=op.f("ck_gestures_minutes")),
        sa.CheckConstraint("quiet_days BETWEEN 0 AND 365", name=op.f("ck_gestures_quiet_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gestures")),
    )
    with op.batch_alter_table("gestures", schema=None) as batch_op:
        batch_op.create_index("ix_gestures_created", ["created_at", "id"], unique=False)
        batch_op.create_index(
            "ix_gestures_live",
            ["driver", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'live'"),
            postgresql_where=sa.text("state = 'live'"),
        )

    op.create_table(
        "insights",
        sa.Column("id", Id, nullable=False),
        sa.Column("survey_id", Id, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("title", Json, nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("target_label", Json, nullable=False),
        sa.Column("respondents", sa.Integer(), nullable=False),
        sa.Column("fitted_at", Instant(), nullable=False),
        sa.Column("made", Json, nullable=False),
        sa.Column("refusals", Json, nullable=False),
        sa.Column("warnings", Json, nullable=False),
        sa.Column("submitted_at", Instant(), nullable=True),
        sa.Column("published_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "(ended_at IS NOT NULL) = (state IN ('superseded', 'withdrawn'))", name=op.f("ck_insights_ended")
        ),
        sa.CheckConstraint(
            "(published_at IS NOT NULL) OR state IN ('draft', 'submitted', 'withdrawn')",
            name=op.f("ck_insights_published"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'published', 'superseded', 'withdrawn')", name=op.f("ck_insights_state")
        ),
        sa.CheckConstraint("respondents > 0", name=op.f("ck_insights_respondents")),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_insights_survey_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insights")),
    )
    with op.batch_alter_table("insights", schema=None) as batch_op:
        batch_op.create_index("ix_insights_created", ["created_at", "id"], unique=False)
        batch_op.create_index(
            "ix_insights_published",
            ["target"],
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )

    op.create_table(
        "gesture_arms",
        sa.Column("insight_id", Id, nullable=False),
        sa.Column("customer_id", Id, nullable=False),
        sa.Column("gesture_id", Id, nullable=False),
        sa.Column("held_out", sa.Boolean(), nullable=False),
        sa.Column("assigned_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_gesture_arms_customer_id")),
        sa.ForeignKeyConstraint(["gesture_id"], ["gestures.id"], name=op.f("fk_gesture_arms_gesture_id")),
        sa.ForeignKeyConstraint(["insight_id"], ["insights.id"], name=op.f("fk_gesture_arms_insight_id")),
        sa.PrimaryKeyConstraint("insight_id", "customer_id", name=op.f("pk_gesture_arms")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("gesture_arms", schema=None) as batch_op:
        batch_op.create_index(
            "ix_gesture_arms_gesture", ["insight_id", "gesture_id", "held_out", "assigned_at"], unique=False
        )

    op.create_table(
        "insight_drivers",
        sa.Column("insight_id", Id, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=True),
        sa.Column("label", Json, nullable=False),
        sa.Column("carried", sa.Boolean(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("fragile", sa.Boolean(), nullable=False),
        sa.Column("effect", sa.Float(precision=53), nullable=True),
        sa.Column("low", sa.Float(precision=53), nullable=True),
        sa.Column("high", sa.Float(precision=53), nullable=True),
        sa.Column("class_low", sa.Float(precision=53), nullable=True),
        sa.Column("class_high", sa.Float(precision=53), nullable=True),
        sa.Column("more", Json, nullable=False),
        sa.CheckConstraint(
            "NOT carried OR (coalesce(low, 0) > 0 AND coalesce(class_low, 0) > 0)", name=op.f("ck_insight_drivers_carried")
        ),
        sa.CheckConstraint("class_low <= class_high", name=op.f("ck_insight_drivers_class_interval")),
        sa.CheckConstraint("low <= effect AND effect <= high", name=op.f("ck_insight_drivers_interval")),
        sa.CheckConstraint(
            "open OR (effect IS NOT NULL AND low IS NOT NULL AND high IS NOT NULL)",
            name=op.f("ck_insight_drivers_told"),
        ),
        sa.CheckConstraint("rank > 0", name=op.f("ck_insight_drivers_rank")),
        sa.ForeignKeyConstraint(["insight_id"], ["insights.id"], name=op.f("fk_insight_drivers_insight_id")),
        sa.PrimaryKeyConstraint("insight_id", "name", name=op.f("pk_insight_drivers")),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "insight_scores",
        sa.Column("insight_id", Id, nullable=False),
        sa.Column("customer_id", Id, nullable=False),
        sa.Column("expected", sa.Float(precision=53), nullable=False),
        sa.Column("at_risk", sa.Float(precision=53), nullable=False),
        sa.Column("reasons", Json, nullable=False),
        sa.CheckConstraint("at_risk BETWEEN 0 AND 1", name=op.f("ck_insight_scores_at_risk")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_insight_scores_customer_id")),
        sa.ForeignKeyConstraint(["insight_id"], ["insights.id"], name=op.f("fk_insight_scores_insight_id")),
        sa.PrimaryKeyConstraint("insight_id", "customer_id", name=op.f("pk_insight_scores")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "insight_walks",
        sa.Column("insight_id", Id, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("begun_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("after_id", Id, nullable=True),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.Column("suggested", sa.Integer(), nullable=False),
        sa.Column("held_out", sa.Integer(), nullable=False),
        sa.CheckConstraint("looked_at >= suggested + held_out", name=op.f("ck_insight_walks_counts")),
        sa.ForeignKeyConstraint(["insight_id"], ["insights.id"], name=op.f("fk_insight_walks_insight_id")),
        sa.PrimaryKeyConstraint("insight_id", name=op.f("pk_insight_walks")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "next_gestures",
        sa.Column("id", Id, nullable=False),
        sa.Column("insight_id", Id, nullable=False),
        sa.Column("driver", sa.String(length=64), nullable=False),
        sa.Column("gesture_id", Id, nullable=False),
        sa.Column("customer_id", Id, nullable=False),
        sa.Column("territory_id", Id, nullable=False),
        sa.Column("worth_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("suggested_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("hidden_until", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ended_by", sa.String(length=16), nullable=True),
        sa.CheckConstraint(
            "ended_by IN ('done', 'declined', 'wrong', 'contact', 'expired', 'refused', 'retired', 'withdrawn', 'superseded', 'gesture_ended')",
            name=op.f("ck_next_gestures_ended_by"),
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_next_gestures_ended")),
        sa.CheckConstraint("expires_at > suggested_at", name=op.f("ck_next_gestures_period")),
        sa.CheckConstraint("worth_minor > 0", name=op.f("ck_next_gestures_worth")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_next_gestures_customer_id")),
        sa.ForeignKeyConstraint(["gesture_id"], ["gestures.id"], name=op.f("fk_next_gestures_gesture_id")),
        sa.ForeignKeyConstraint(
            ["insight_id", "driver"],
            ["insight_drivers.insight_id", "insight_drivers.name"],
            name=op.f("fk_next_gestures_insight_id_driver"),
        ),
        sa.ForeignKeyConstraint(["insight_id"], ["insights.id"], name=op.f("fk_next_gestures_insight_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_next_gestures")),
    )
    with op.batch_alter_table("next_gestures", schema=None) as batch_op:
        batch_op.create_index("ix_next_gestures_customer", ["customer_id", "suggested_at", "id"], unique=False)
        batch_op.create_index(
            "ix_next_gestures_expiry",
            ["expires_at", "id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "ix_next_gestures_gesture",
            ["gesture_id", "id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index("ix_next_gestures_insight", ["insight_id", "gesture_id", "ended_by"], unique=False)
        batch_op.create_index(
            "ix_next_gestures_open_customer",
            ["customer_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "ix_next_gestures_open_insight",
            ["insight_id", "id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "ix_next_gestures_territory",
            ["territory_id", "worth_minor", "id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "ix_next_gestures_worth",
            ["worth_minor", "id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "gesture_outcomes",
        sa.Column("id", Id, nullable=False),
        sa.Column("next_gesture_id", Id, nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=True),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by_kind", sa.String(length=16), nullable=False),
        sa.Column("recorded_by_id", Id, nullable=True),
        sa.CheckConstraint(
            "outcome IN ('not_now', 'done', 'declined', 'wrong')", name=op.f("ck_gesture_outcomes_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["next_gesture_id"], ["next_gestures.id"], name=op.f("fk_gesture_outcomes_next_gesture_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gesture_outcomes")),
    )
    with op.batch_alter_table("gesture_outcomes", schema=None) as batch_op:
        batch_op.create_index(
            "ix_gesture_outcomes_last",
            ["next_gesture_id"],
            unique=True,
            sqlite_where=sa.text("outcome <> 'not_now'"),
            postgresql_where=sa.text("outcome <> 'not_now'"),
        )
        batch_op.create_index("ix_gesture_outcomes_suggestion", ["next_gesture_id", "recorded_at", "id"], unique=False)


def downgrade() -> None:
    for table in (
        "gesture_outcomes",
        "next_gestures",
        "insight_walks",
        "insight_scores",
        "insight_drivers",
        "gesture_arms",
        "insights",
        "gestures",
    ):
        op.drop_table(table)
