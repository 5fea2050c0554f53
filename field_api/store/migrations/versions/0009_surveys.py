"""Surveys with their invitations and sheets, and who stands behind a pseudonym."""

import sqlalchemy as sa
from alembic import op
from field_api.store.columns import Id
from field_api.store.columns import Instant
from field_api.store.columns import Json

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CHANNELS = "channel IN ('email', 'visit', 'shop', 'link')"
UNMAILED = "channel = 'email' AND mailed_at IS NULL"
UNANSWERED = "answered_at IS NULL AND reminded_at IS NULL AND mailed_at IS NOT NULL"


def upgrade() -> None:
    op.create_table(
        "surveys",
        sa.Column("id", Id, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("title", Json, nullable=False),
        sa.Column("words", Json, nullable=False),
        sa.Column("codebook", Json, nullable=False),
        sa.Column("frozen_sha256", sa.String(length=64), nullable=True),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.Column("quiet_days", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'live', 'closed')", name=op.f("ck_surveys_state")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_surveys_period")),
        sa.CheckConstraint("quiet_days BETWEEN 0 AND 730", name=op.f("ck_surveys_quiet_days")),
        sa.CheckConstraint("(frozen_sha256 IS NULL) = (state = 'draft')", name=op.f("ck_surveys_frozen")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_surveys")),
    )
    with op.batch_alter_table("surveys", schema=None) as batch_op:
        batch_op.create_index("ix_surveys_created", ["created_at", "id"], unique=False)

    op.create_table(
        "survey_invitations",
        sa.Column("id", Id, nullable=False),
        sa.Column("survey_id", Id, nullable=False),
        sa.Column("wave", sa.String(length=8), nullable=False),
        sa.Column("customer_id", Id, nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("invited_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("mailed_at", Instant(), nullable=True),
        sa.Column("reminded_at", Instant(), nullable=True),
        sa.Column("opened_at", Instant(), nullable=True),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("commented_at", Instant(), nullable=True),
        sa.Column("invited_by_kind", sa.String(length=16), nullable=False),
        sa.Column("invited_by_id", Id, nullable=True),
        sa.CheckConstraint(CHANNELS, name=op.f("ck_survey_invitations_channel")),
        sa.CheckConstraint("language IN ('fr', 'en')", name=op.f("ck_survey_invitations_language")),
        sa.CheckConstraint("expires_at > invited_at", name=op.f("ck_survey_invitations_period")),
        sa.CheckConstraint(
            "answered_at IS NULL OR started_at IS NOT NULL", name=op.f("ck_survey_invitations_answered")
        ),
        sa.CheckConstraint(
            "commented_at IS NULL OR answered_at IS NOT NULL", name=op.f("ck_survey_invitations_commented")
        ),
        sa.CheckConstraint("reminded_at IS NULL OR mailed_at IS NOT NULL", name=op.f("ck_survey_invitations_reminded")),
        sa.CheckConstraint("mailed_at IS NULL OR channel = 'email'", name=op.f("ck_survey_invitations_mailed")),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_invitations_survey_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_survey_invitations_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_invitations")),
    )
    with op.batch_alter_table("survey_invitations", schema=None) as batch_op:
        batch_op.create_index("ix_survey_invitations_customer", ["customer_id", "invited_at", "id"], unique=False)
        batch_op.create_index(
            "ix_survey_invitations_wave",
            ["survey_id", "wave", "customer_id"],
            unique=True,
            sqlite_where=sa.text("channel = 'email'"),
            postgresql_where=sa.text("channel = 'email'"),
        )
        batch_op.create_index("ix_survey_invitations_survey", ["survey_id", "invited_at"], unique=False)
        batch_op.create_index(
            "ix_survey_invitations_unmailed",
            ["id"],
            unique=False,
            sqlite_where=sa.text(UNMAILED),
            postgresql_where=sa.text(UNMAILED),
        )
        batch_op.create_index(
            "ix_survey_invitations_unanswered",
            ["mailed_at", "id"],
            unique=False,
            sqlite_where=sa.text(UNANSWERED),
            postgresql_where=sa.text(UNANSWERED),
        )

    op.create_table(
        "survey_sheets",
        sa.Column("id", Id, nullable=False),
        sa.Column("survey_id", Id, nullable=False),
        sa.Column("wave", sa.String(length=8), nullable=False),
        sa.Column("invitation_id", Id, nullable=True),
        sa.Column("pseudonym", sa.String(length=26), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("answers", Json, nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("answered_month", sa.Date(), nullable=True),
        sa.Column("role", sa.String(length=16), nullable=True),
        sa.Column("tier", sa.String(length=64), nullable=True),
        sa.Column("segment", sa.String(length=64), nullable=True),
        sa.Column("territory_id", Id, nullable=True),
        sa.Column("years_known", sa.SmallInteger(), nullable=True),
        sa.Column("turnover_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.CheckConstraint(CHANNELS, name=op.f("ck_survey_sheets_channel")),
        sa.CheckConstraint("NOT counts OR answered_month IS NOT NULL", name=op.f("ck_survey_sheets_counts")),
        sa.CheckConstraint("(role IS NULL) = (answered_month IS NULL)", name=op.f("ck_survey_sheets_known")),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_sheets_survey_id")),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["survey_invitations.id"], name=op.f("fk_survey_sheets_invitation_id")
        ),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_survey_sheets_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_sheets")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_survey_sheets_invitation_id")),
    )
    with op.batch_alter_table("survey_sheets", schema=None) as batch_op:
        batch_op.create_index(
            "ix_survey_sheets_counting",
            ["survey_id", "wave", "pseudonym"],
            unique=True,
            sqlite_where=sa.text("counts"),
            postgresql_where=sa.text("counts"),
        )

    op.create_table(
        "survey_respondents",
        sa.Column("survey_id", Id, nullable=False),
        sa.Column("pseudonym", sa.String(length=26), nullable=False),
        sa.Column("customer_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.id"], name=op.f("fk_survey_respondents_survey_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_survey_respondents_customer_id")),
        sa.PrimaryKeyConstraint("survey_id", "pseudonym", name=op.f("pk_survey_respondents")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("survey_respondents", schema=None) as batch_op:
        batch_op.create_index("ix_survey_respondents_customer", ["customer_id", "survey_id"], unique=True)


def downgrade() -> None:
    for table in ("survey_respondents", "survey_sheets", "survey_invitations", "surveys"):
        op.drop_table(table)
