"""The books of points: accounts, operations with their entries, lots, and what is set aside."""

import sqlalchemy as sa
from alembic import op
from field_api.store.columns import Id
from field_api.store.columns import Instant
from field_api.store.columns import Json

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FIXED = "id, kind, account_id, other_account_id, ends_id, about_id, points, pending, occurred_at, recorded_at, expires_at, deadline_at, purchase_id, fingerprint"
TABLES = {"point_operations": f"UPDATE OF {FIXED}", "point_entries": "UPDATE"}


def guards(dialect: str) -> list[str]:
    found = []
    for table, update in TABLES.items():
        if dialect == "sqlite":
            found += [
                f"CREATE TRIGGER {table}_no_{verb.split()[0].lower()} BEFORE {verb} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the books of points are append-only'); END"
                for verb in (update, "DELETE")
            ]
        else:
            found += [
                f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'the books of points are append-only'; END $$",
                f"CREATE TRIGGER {table}_no_change BEFORE {update} OR DELETE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()",
            ]
    return found


def upgrade() -> None:
    op.create_table(
        "point_accounts",
        sa.Column("id", Id, nullable=False),
        sa.Column("customer_id", Id, nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("merged_into_id", Id, nullable=True),
        sa.Column("debt", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("debt >= 0", name=op.f("ck_point_accounts_debt")),
        sa.CheckConstraint("merged_into_id <> id", name=op.f("ck_point_accounts_merged_into_id")),
        sa.CheckConstraint("merged_into_id IS NULL OR closed_at IS NOT NULL", name=op.f("ck_point_accounts_merged")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_point_accounts_customer_id")),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["point_accounts.id"], name=op.f("fk_point_accounts_merged_into_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_accounts")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("point_accounts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_point_accounts_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_point_accounts_merged_into_id"), ["merged_into_id"], unique=False)

    op.create_table(
        "point_operations",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("other_account_id", Id, nullable=True),
        sa.Column("ends_id", Id, nullable=True),
        sa.Column("about_id", Id, nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("deadline_at", Instant(), nullable=True),
        sa.Column("device_id", Id, nullable=True),
        sa.Column("event", sa.String(length=40), nullable=True),
        sa.Column("purchase_id", Id, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("why", Json, nullable=True),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("recorded_by_kind", sa.String(length=16), nullable=False),
        sa.Column("recorded_by_id", Id, nullable=True),
        sa.CheckConstraint(
            "(ends_id IS NOT NULL) = (kind IN ('confirm', 'cancel', 'return'))", name=op.f("ck_point_operations_ends")
        ),
        sa.CheckConstraint(
            "(other_account_id IS NOT NULL) = (kind IN ('transfer', 'merge'))",
            name=op.f("ck_point_operations_other_account"),
        ),
        sa.CheckConstraint("about_id IS NOT NULL OR kind <> 'reverse'", name=op.f("ck_point_operations_about")),
        sa.CheckConstraint("deadline_at IS NOT NULL OR kind <> 'lease'", name=op.f("ck_point_operations_deadline")),
        sa.CheckConstraint(
            "kind IN ('earn', 'spend', 'reserve', 'lease', 'confirm', 'cancel', 'return', 'reverse', 'adjust', 'transfer', 'merge', 'expire')",
            name=op.f("ck_point_operations_kind"),
        ),
        sa.CheckConstraint(
            "points > 0 OR kind IN ('adjust', 'return', 'merge')", name=op.f("ck_point_operations_points")
        ),
        sa.CheckConstraint("points >= 0 OR kind = 'adjust'", name=op.f("ck_point_operations_below_zero")),
        sa.CheckConstraint("reason IS NOT NULL OR kind <> 'adjust'", name=op.f("ck_point_operations_reason")),
        sa.ForeignKeyConstraint(["about_id"], ["point_operations.id"], name=op.f("fk_point_operations_about_id")),
        sa.ForeignKeyConstraint(["account_id"], ["point_accounts.id"], name=op.f("fk_point_operations_account_id")),
        sa.ForeignKeyConstraint(["ends_id"], ["point_operations.id"], name=op.f("fk_point_operations_ends_id")),
        sa.ForeignKeyConstraint(
            ["other_account_id"], ["point_accounts.id"], name=op.f("fk_point_operations_other_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_operations")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("point_operations", schema=None) as batch_op:
        batch_op.create_index(
            "ix_point_operations_about",
            ["about_id"],
            unique=False,
            sqlite_where=sa.text("about_id IS NOT NULL"),
            postgresql_where=sa.text("about_id IS NOT NULL"),
        )
        batch_op.create_index("ix_point_operations_account", ["account_id", "recorded_at", "id"], unique=False)
        batch_op.create_index(
            "ix_point_operations_ends",
            ["ends_id"],
            unique=True,
            sqlite_where=sa.text("ends_id IS NOT NULL"),
            postgresql_where=sa.text("ends_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_point_operations_other",
            ["other_account_id", "recorded_at"],
            unique=False,
            sqlite_where=sa.text("other_account_id IS NOT NULL"),
            postgresql_where=sa.text("other_account_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_point_operations_purchase",
            ["purchase_id"],
            unique=False,
            sqlite_where=sa.text("purchase_id IS NOT NULL"),
            postgresql_where=sa.text("purchase_id IS NOT NULL"),
        )

    op.create_table(
        "point_holds",
        sa.Column("operation_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("points_left", sa.BigInteger(), nullable=False),
        sa.Column("deadline_at", Instant(), nullable=True),
        sa.Column("device_id", Id, nullable=True),
        sa.CheckConstraint("kind IN ('reserve', 'lease')", name=op.f("ck_point_holds_kind")),
        sa.CheckConstraint("points_left >= 0", name=op.f("ck_point_holds_points_left")),
        sa.ForeignKeyConstraint(["account_id"], ["point_accounts.id"], name=op.f("fk_point_holds_account_id")),
        sa.ForeignKeyConstraint(["operation_id"], ["point_operations.id"], name=op.f("fk_point_holds_operation_id")),
        sa.PrimaryKeyConstraint("operation_id", name=op.f("pk_point_holds")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("point_holds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_point_holds_account_id"), ["account_id"], unique=False)
        batch_op.create_index(
            "ix_point_holds_deadline",
            ["deadline_at", "operation_id"],
            unique=False,
            sqlite_where=sa.text("deadline_at IS NOT NULL"),
            postgresql_where=sa.text("deadline_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_point_holds_device",
            ["device_id"],
            unique=False,
            sqlite_where=sa.text("device_id IS NOT NULL"),
            postgresql_where=sa.text("device_id IS NOT NULL"),
        )

    op.create_table(
        "point_lots",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("origin_id", Id, nullable=False),
        sa.Column("from_lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("pending", sa.BigInteger(), nullable=False),
        sa.Column("available", sa.BigInteger(), nullable=False),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("leased", sa.BigInteger(), nullable=False),
        sa.Column("expired", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "pending + available + reserved + leased + expired <= points", name=op.f("ck_point_lots_not_above_points")
        ),
        sa.CheckConstraint(
            "pending >= 0 AND available >= 0 AND reserved >= 0 AND leased >= 0 AND expired >= 0",
            name=op.f("ck_point_lots_not_below_zero"),
        ),
        sa.CheckConstraint("points > 0", name=op.f("ck_point_lots_points")),
        sa.ForeignKeyConstraint(["account_id"], ["point_accounts.id"], name=op.f("fk_point_lots_account_id")),
        sa.ForeignKeyConstraint(["from_lot_id"], ["point_lots.id"], name=op.f("fk_point_lots_from_lot_id")),
        sa.ForeignKeyConstraint(["origin_id"], ["point_operations.id"], name=op.f("fk_point_lots_origin_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_lots")),
    )
    with op.batch_alter_table("point_lots", schema=None) as batch_op:
        batch_op.create_index(
            "ix_point_lots_due",
            ["expires_at", "id"],
            unique=False,
            sqlite_where=sa.text("available > 0 AND expires_at IS NOT NULL"),
            postgresql_where=sa.text("available > 0 AND expires_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_point_lots_open",
            ["account_id", "expires_at", "id"],
            unique=False,
            sqlite_where=sa.text("available + pending + reserved + leased > 0"),
            postgresql_where=sa.text("available + pending + reserved + leased > 0"),
        )
        batch_op.create_index("ix_point_lots_origin", ["origin_id"], unique=False)

    op.create_table(
        "point_entries",
        sa.Column("operation_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("book", sa.String(length=9), nullable=False),
        sa.Column("account_id", Id, nullable=True),
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(account_id IS NOT NULL) = (book IN ('pending', 'available', 'reserved', 'leased', 'debt'))",
            name=op.f("ck_point_entries_account"),
        ),
        sa.CheckConstraint(
            "book IN ('pending', 'available', 'reserved', 'leased', 'debt', 'issued', 'redeemed', 'expired', 'adjusted', 'moved')",
            name=op.f("ck_point_entries_book"),
        ),
        sa.CheckConstraint("lot_id IS NOT NULL OR book = 'debt'", name=op.f("ck_point_entries_lot")),
        sa.CheckConstraint("points <> 0", name=op.f("ck_point_entries_points")),
        sa.ForeignKeyConstraint(["account_id"], ["point_accounts.id"], name=op.f("fk_point_entries_account_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["point_lots.id"], name=op.f("fk_point_entries_lot_id")),
        sa.ForeignKeyConstraint(["operation_id"], ["point_operations.id"], name=op.f("fk_point_entries_operation_id")),
        sa.PrimaryKeyConstraint("operation_id", "number", name=op.f("pk_point_entries")),
        sqlite_with_rowid=False,
    )

    for statement in guards(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("point_entries")
    with op.batch_alter_table("point_lots", schema=None) as batch_op:
        batch_op.drop_index("ix_point_lots_origin")
        batch_op.drop_index(
            "ix_point_lots_open",
            sqlite_where=sa.text("available + pending + reserved + leased > 0"),
            postgresql_where=sa.text("available + pending + reserved + leased > 0"),
        )
        batch_op.drop_index(
            "ix_point_lots_due",
            sqlite_where=sa.text("available > 0 AND expires_at IS NOT NULL"),
            postgresql_where=sa.text("available > 0 AND expires_at IS NOT NULL"),
        )

    op.drop_table("point_lots")
    with op.batch_alter_table("point_holds", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_point_holds_device",
            sqlite_where=sa.text("device_id IS NOT NULL"),
            postgresql_where=sa.text("device_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_point_holds_deadline",
            sqlite_where=sa.text("deadline_at IS NOT NULL"),
            postgresql_where=sa.text("deadline_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_point_holds_account_id"))

    op.drop_table("point_holds")
    with op.batch_alter_table("point_operations", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_point_operations_purchase",
            sqlite_where=sa.text("purchase_id IS NOT NULL"),
            postgresql_where=sa.text("purchase_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_point_operations_other",
            sqlite_where=sa.text("other_account_id IS NOT NULL"),
            postgresql_where=sa.text("other_account_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_point_operations_ends",
            sqlite_where=sa.text("ends_id IS NOT NULL"),
            postgresql_where=sa.text("ends_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_point_operations_account")
        batch_op.drop_index(
            "ix_point_operations_about",
            sqlite_where=sa.text("about_id IS NOT NULL"),
            postgresql_where=sa.text("about_id IS NOT NULL"),
        )

    op.drop_table("point_operations")
    with op.batch_alter_table("point_accounts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_point_accounts_merged_into_id"))
        batch_op.drop_index(batch_op.f("ix_point_accounts_customer_id"))

    op.drop_table("point_accounts")
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"DROP FUNCTION {table}_append_only()")
