"""Programmes with their terms, earn rules with their versions, members with their enrolments."""

import sqlalchemy as sa
from alembic import op
from field_api.store.columns import Id
from field_api.store.columns import Instant
from field_api.store.columns import Json

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "programmes",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", Json, nullable=False),
        sa.Column("unit", Json, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (state <> 'ended')", name=op.f("ck_programmes_ended")),
        sa.CheckConstraint("(started_at IS NULL) = (state = 'draft')", name=op.f("ck_programmes_started")),
        sa.CheckConstraint("state IN ('draft', 'live', 'ended')", name=op.f("ck_programmes_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programmes")),
    )
    with op.batch_alter_table("programmes", schema=None) as batch_op:
        batch_op.create_index("ix_programmes_created", ["created_at", "id"], unique=False)
        batch_op.create_index(
            "ix_programmes_main",
            ["is_main"],
            unique=True,
            sqlite_where=sa.text("is_main AND state = 'live'"),
            postgresql_where=sa.text("is_main AND state = 'live'"),
        )

    op.create_table(
        "earn_rules",
        sa.Column("id", Id, nullable=False),
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_earn_rules_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earn_rules")),
    )
    with op.batch_alter_table("earn_rules", schema=None) as batch_op:
        batch_op.create_index("ix_earn_rules_programme", ["programme_id", "kind", "id"], unique=False)

    op.create_table(
        "programme_terms",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("terms", Json, nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_programme_terms_number")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_programme_terms_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "number", name=op.f("pk_programme_terms")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("programme_terms", schema=None) as batch_op:
        batch_op.create_index("ix_programme_terms_starts", ["programme_id", "starts_at", "number"], unique=False)

    op.create_table(
        "earn_rule_versions",
        sa.Column("rule_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("terms", Json, nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_earn_rule_versions_number")),
        sa.ForeignKeyConstraint(["rule_id"], ["earn_rules.id"], name=op.f("fk_earn_rule_versions_rule_id")),
        sa.PrimaryKeyConstraint("rule_id", "number", name=op.f("pk_earn_rule_versions")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("earn_rule_versions", schema=None) as batch_op:
        batch_op.create_index("ix_earn_rule_versions_starts", ["rule_id", "starts_at", "number"], unique=False)

    op.create_table(
        "members",
        sa.Column("id", Id, nullable=False),
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("customer_id", Id, nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.Column("left_at", Instant(), nullable=True),
        sa.Column("merged_into_id", Id, nullable=True),
        sa.Column("referred_by_id", Id, nullable=True),
        sa.Column("birthday", sa.String(length=5), nullable=True),
        sa.Column("tier", sa.String(length=32), nullable=True),
        sa.Column("tier_since_at", Instant(), nullable=True),
        sa.Column("tier_computed_at", Instant(), nullable=True),
        sa.Column("tier_due_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.CheckConstraint("(left_at IS NULL) = (state = 'active')", name=op.f("ck_members_left_at")),
        sa.CheckConstraint("(merged_into_id IS NOT NULL) = (state = 'merged')", name=op.f("ck_members_merged_into")),
        sa.CheckConstraint("state IN ('active', 'left', 'merged')", name=op.f("ck_members_state")),
        sa.CheckConstraint("merged_into_id <> id", name=op.f("ck_members_merged_into_other")),
        sa.CheckConstraint("referred_by_id <> id", name=op.f("ck_members_referred_by_other")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_members_customer_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["members.id"], name=op.f("fk_members_merged_into_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_members_programme_id")),
        sa.ForeignKeyConstraint(["referred_by_id"], ["members.id"], name=op.f("fk_members_referred_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("number", name=op.f("uq_members_number")),
    )
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.create_index(
            "ix_members_birthday",
            ["birthday", "id"],
            unique=False,
            sqlite_where=sa.text("birthday IS NOT NULL AND state = 'active'"),
            postgresql_where=sa.text("birthday IS NOT NULL AND state = 'active'"),
        )
        batch_op.create_index("ix_members_customer", ["customer_id", "programme_id"], unique=False)
        batch_op.create_index(
            "ix_members_merged_into",
            ["merged_into_id"],
            unique=False,
            sqlite_where=sa.text("merged_into_id IS NOT NULL"),
            postgresql_where=sa.text("merged_into_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_members_once",
            ["programme_id", "customer_id"],
            unique=True,
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        )
        batch_op.create_index(
            "ix_members_referred_by",
            ["referred_by_id"],
            unique=False,
            sqlite_where=sa.text("referred_by_id IS NOT NULL"),
            postgresql_where=sa.text("referred_by_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_members_tier_due",
            ["tier_due_at", "id"],
            unique=False,
            sqlite_where=sa.text("tier_due_at IS NOT NULL AND state = 'active'"),
            postgresql_where=sa.text("tier_due_at IS NOT NULL AND state = 'active'"),
        )

    op.create_table(
        "enrolments",
        sa.Column("id", Id, nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("matched_by", sa.String(length=12), nullable=False),
        sa.Column("shop_id", Id, nullable=True),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by_kind", sa.String(length=16), nullable=False),
        sa.Column("recorded_by_id", Id, nullable=True),
        sa.Column("told_hash", sa.String(length=32), nullable=False),
        sa.CheckConstraint("channel IN ('web', 'rep', 'till', 'import')", name=op.f("ck_enrolments_channel")),
        sa.CheckConstraint(
            "matched_by IN ('named', 'verified', 'unverified', 'new')", name=op.f("ck_enrolments_matched_by")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_enrolments_member_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_enrolments_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
    )
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.create_index("ix_enrolments_member", ["member_id", "occurred_at", "id"], unique=False)

    op.create_table(
        "pending_earnings",
        sa.Column("operation_id", Id, nullable=False),
        sa.Column("member_id", Id, nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_pending_earnings_member_id")),
        sa.PrimaryKeyConstraint("operation_id", name=op.f("pk_pending_earnings")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("pending_earnings", schema=None) as batch_op:
        batch_op.create_index("ix_pending_earnings_due", ["due_at", "operation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pending_earnings_member_id"), ["member_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("pending_earnings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pending_earnings_member_id"))
        batch_op.drop_index("ix_pending_earnings_due")

    op.drop_table("pending_earnings")
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.drop_index("ix_enrolments_member")

    op.drop_table("enrolments")
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_members_tier_due",
            sqlite_where=sa.text("tier_due_at IS NOT NULL AND state = 'active'"),
            postgresql_where=sa.text("tier_due_at IS NOT NULL AND state = 'active'"),
        )
        batch_op.drop_index(
            "ix_members_referred_by",
            sqlite_where=sa.text("referred_by_id IS NOT NULL"),
            postgresql_where=sa.text("referred_by_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_members_once", sqlite_where=sa.text("state = 'active'"), postgresql_where=sa.text("state = 'active'")
        )
        batch_op.drop_index(
            "ix_members_merged_into",
            sqlite_where=sa.text("merged_into_id IS NOT NULL"),
            postgresql_where=sa.text("merged_into_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_members_customer")
        batch_op.drop_index(
            "ix_members_birthday",
            sqlite_where=sa.text("birthday IS NOT NULL AND state = 'active'"),
            postgresql_where=sa.text("birthday IS NOT NULL AND state = 'active'"),
        )

    op.drop_table("members")
    with op.batch_alter_table("earn_rule_versions", schema=None) as batch_op:
        batch_op.drop_index("ix_earn_rule_versions_starts")

    op.drop_table("earn_rule_versions")
    with op.batch_alter_table("programme_terms", schema=None) as batch_op:
        batch_op.drop_index("ix_programme_terms_starts")

    op.drop_table("programme_terms")
    with op.batch_alter_table("earn_rules", schema=None) as batch_op:
        batch_op.drop_index("ix_earn_rules_programme")

    op.drop_table("earn_rules")
    with op.batch_alter_table("programmes", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_programmes_main",
            sqlite_where=sa.text("is_main AND state = 'live'"),
            postgresql_where=sa.text("is_main AND state = 'live'"),
        )
        batch_op.drop_index("ix_programmes_created")

    op.drop_table("programmes")
