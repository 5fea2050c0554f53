"""Gifts with their versions, stock and log."""

import sqlalchemy as sa
from alembic import op
from field_api.store.columns import Id
from field_api.store.columns import Instant
from field_api.store.columns import Json

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

FIXED = "id, kind, gift_id, gift_version, ends_id, units, points, occurred_at, recorded_at, deadline_at"
GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER gift_operations_no_{verb.split()[0].lower()} BEFORE {verb} ON gift_operations "
        "BEGIN SELECT RAISE(ABORT, 'the log of gifts is append-only'); END"
        for verb in (f"UPDATE OF {FIXED}", "DELETE")
    ],
    "postgresql": [
        "CREATE FUNCTION gift_operations_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the log of gifts is append-only'; END $$",
        f"CREATE TRIGGER gift_operations_no_change BEFORE UPDATE OF {FIXED} OR DELETE ON gift_operations "
        "FOR EACH STATEMENT EXECUTE FUNCTION gift_operations_append_only()",
    ],
}


def upgrade() -> None:
    op.create_table(
        "gifts",
        sa.Column("id", Id, nullable=False),
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("title", Json, nullable=False),
        sa.Column("text", Json, nullable=False),
        sa.Column("picture_url", sa.String(length=500), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.Column("tiers", Json, nullable=False),
        sa.Column("collect_days", sa.SmallInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'offered', 'withdrawn')", name=op.f("ck_gifts_state")),
        sa.CheckConstraint("collect_days BETWEEN 1 AND 365", name=op.f("ck_gifts_collect_days")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_gifts_period")),
        sa.CheckConstraint("points BETWEEN 1 AND 1000000000", name=op.f("ck_gifts_points")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_gifts_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gifts")),
    )
    with op.batch_alter_table("gifts", schema=None) as batch_op:
        batch_op.create_index("ix_gifts_created", ["created_at", "id"], unique=False)
        batch_op.create_index("ix_gifts_programme", ["programme_id", "points", "id"], unique=False)

    op.create_table(
        "gift_stocks",
        sa.Column("gift_id", Id, nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.CheckConstraint("units BETWEEN 0 AND 1000000", name=op.f("ck_gift_stocks_units")),
        sa.ForeignKeyConstraint(["gift_id"], ["gifts.id"], name=op.f("fk_gift_stocks_gift_id")),
        sa.PrimaryKeyConstraint("gift_id", name=op.f("pk_gift_stocks")),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "gift_versions",
        sa.Column("gift_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("held_at", Instant(), nullable=False),
        sa.Column("document", Json, nullable=False),
        sa.ForeignKeyConstraint(["gift_id"], ["gifts.id"], name=op.f("fk_gift_versions_gift_id")),
        sa.PrimaryKeyConstraint("gift_id", "number", name=op.f("pk_gift_versions")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("gift_versions", schema=None) as batch_op:
        batch_op.create_index("ix_gift_versions_held", ["gift_id", "held_at", "number"], unique=False)

    op.create_table(
        "gift_operations",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("gift_id", Id, nullable=False),
        sa.Column("gift_version", sa.Integer(), nullable=False),
        sa.Column("member_id", Id, nullable=True),
        sa.Column("ends_id", Id, nullable=True),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=True),
        sa.Column("shop_id", Id, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("deadline_at", Instant(), nullable=True),
        sa.Column("recorded_by_kind", sa.String(length=16), nullable=False),
        sa.Column("recorded_by_id", Id, nullable=True),
        sa.CheckConstraint(
            "(ends_id IS NOT NULL) = (kind IN ('hand_over', 'cancel'))", name=op.f("ck_gift_operations_ends")
        ),
        sa.CheckConstraint(
            "(kind = 'stock' AND units <> 0) OR (kind = 'order' AND units = -1) OR (kind = 'hand_over' AND units = 0) OR (kind = 'cancel' AND units = 1)",
            name=op.f("ck_gift_operations_units"),
        ),
        sa.CheckConstraint("(member_id IS NULL) = (kind = 'stock')", name=op.f("ck_gift_operations_member")),
        sa.CheckConstraint("(points IS NULL) = (kind = 'stock')", name=op.f("ck_gift_operations_points")),
        sa.CheckConstraint("deadline_at IS NULL OR kind = 'order'", name=op.f("ck_gift_operations_deadline")),
        sa.CheckConstraint("kind IN ('stock', 'order', 'hand_over', 'cancel')", name=op.f("ck_gift_operations_kind")),
        sa.ForeignKeyConstraint(["ends_id"], ["gift_operations.id"], name=op.f("fk_gift_operations_ends_id")),
        sa.ForeignKeyConstraint(["gift_id"], ["gifts.id"], name=op.f("fk_gift_operations_gift_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_gift_operations_member_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_gift_operations_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gift_operations")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("gift_operations", schema=None) as batch_op:
        batch_op.create_index(
            "ix_gift_operations_deadline",
            ["deadline_at", "id"],
            unique=False,
            sqlite_where=sa.text("deadline_at IS NOT NULL"),
            postgresql_where=sa.text("deadline_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_gift_operations_ends",
            ["ends_id"],
            unique=True,
            sqlite_where=sa.text("ends_id IS NOT NULL"),
            postgresql_where=sa.text("ends_id IS NOT NULL"),
        )
        batch_op.create_index("ix_gift_operations_gift", ["gift_id", "kind", "recorded_at", "id"], unique=False)
        batch_op.create_index(
            "ix_gift_operations_member",
            ["member_id", "recorded_at", "id"],
            unique=False,
            sqlite_where=sa.text("kind = 'order'"),
            postgresql_where=sa.text("kind = 'order'"),
        )

    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for table in ("gift_operations", "gift_versions", "gift_stocks", "gifts"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION gift_operations_append_only()")
