"""Offers with their versions, places and closed lists; coupons with their campaigns, log and meters."""

import sqlalchemy as sa
from alembic import op
from field_api.store.columns import Id
from field_api.store.columns import Instant
from field_api.store.columns import Json

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FIXED = "id, kind, campaign_id, coupon_id, ends_id, count, occurred_at, recorded_at, day, purchase_id, stacking_group"
GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER coupon_operations_no_{verb.split()[0].lower()} BEFORE {verb} ON coupon_operations "
        "BEGIN SELECT RAISE(ABORT, 'the log of coupons is append-only'); END"
        for verb in (f"UPDATE OF {FIXED}", "DELETE")
    ],
    "postgresql": [
        "CREATE FUNCTION coupon_operations_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the log of coupons is append-only'; END $$",
        f"CREATE TRIGGER coupon_operations_no_change BEFORE UPDATE OF {FIXED} OR DELETE ON coupon_operations "
        "FOR EACH STATEMENT EXECUTE FUNCTION coupon_operations_append_only()",
    ],
}


def upgrade() -> None:
    op.create_table(
        "coupon_guesses",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("since_at", Instant(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_coupon_guesses")),
    )
    with op.batch_alter_table("coupon_guesses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coupon_guesses_since_at"), ["since_at"], unique=False)

    op.create_table(
        "coupon_meters",
        sa.Column("owner_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("of", sa.String(length=40), nullable=False),
        sa.Column("owner_version", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('group', 'customer', 'day', 'total')", name=op.f("ck_coupon_meters_kind")),
        sa.CheckConstraint("taken BETWEEN 0 AND most", name=op.f("ck_coupon_meters_taken")),
        sa.PrimaryKeyConstraint("owner_id", "kind", "of", name=op.f("pk_coupon_meters")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "offer_cells",
        sa.Column("layer", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("cell", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("offer_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.Column("roles", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("x", sa.Float(precision=53), nullable=True),
        sa.Column("y", sa.Float(precision=53), nullable=True),
        sa.Column("z", sa.Float(precision=53), nullable=True),
        sa.Column("reach", sa.Float(precision=53), nullable=True),
        sa.PrimaryKeyConstraint(
            "layer",
            "cell",
            "offer_id",
            "number",
            name=op.f("pk_offer_cells"),
            postgresql_include=["starts_at", "ends_at", "roles", "priority", "x", "y", "z", "reach"],
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "offer_map",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_offer_map_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_map")),
    )
    op.create_table(
        "offers",
        sa.Column("id", Id, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("multiplier_percent", sa.Integer(), nullable=True),
        sa.Column(
            "gift",
            Json,
            nullable=True,
        ),
        sa.Column("title", Json, nullable=False),
        sa.Column("text", Json, nullable=False),
        sa.Column("picture_url", sa.String(length=500), nullable=True),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("weekly_hours", Json, nullable=False),
        sa.Column("everywhere", sa.Boolean(), nullable=False),
        sa.Column("places", Json, nullable=False),
        sa.Column("audience", Json, nullable=False),
        sa.Column("channels", Json, nullable=False),
        sa.Column("budget_total", sa.Integer(), nullable=True),
        sa.Column("budget_per_customer", sa.Integer(), nullable=True),
        sa.Column("budget_per_day", sa.Integer(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("stacking_group", sa.String(length=40), nullable=True),
        sa.Column("territory_ids", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.CheckConstraint("(amount_minor IS NOT NULL) = (kind = 'amount')", name=op.f("ck_offers_amount_of_kind")),
        sa.CheckConstraint("(gift IS NOT NULL) = (kind = 'gift')", name=op.f("ck_offers_gift_of_kind")),
        sa.CheckConstraint(
            "(multiplier_percent IS NOT NULL) = (kind = 'points_multiplier')", name=op.f("ck_offers_multiplier_of_kind")
        ),
        sa.CheckConstraint("(percent IS NOT NULL) = (kind = 'percentage')", name=op.f("ck_offers_percent_of_kind")),
        sa.CheckConstraint(
            "kind IN ('percentage', 'amount', 'gift', 'points_multiplier', 'service', 'content')",
            name=op.f("ck_offers_kind"),
        ),
        sa.CheckConstraint("state IN ('draft', 'live', 'paused', 'ended')", name=op.f("ck_offers_state")),
        sa.CheckConstraint("(amount_minor IS NULL) = (currency IS NULL)", name=op.f("ck_offers_currency")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_offers_amount")),
        sa.CheckConstraint("budget_per_customer >= 0", name=op.f("ck_offers_budget_per_customer")),
        sa.CheckConstraint("budget_per_day >= 0", name=op.f("ck_offers_budget_per_day")),
        sa.CheckConstraint("budget_total >= 0", name=op.f("ck_offers_budget_total")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_offers_period")),
        sa.CheckConstraint("multiplier_percent > 100", name=op.f("ck_offers_multiplier")),
        sa.CheckConstraint("percent BETWEEN 1 AND 100", name=op.f("ck_offers_percent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_offers_live",
            ["starts_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'live'"),
            postgresql_where=sa.text("state = 'live'"),
        )
        batch_op.create_index(batch_op.f("ix_offers_state"), ["state"], unique=False)
        batch_op.create_index("ix_offers_updated", ["updated_at", "id"], unique=False)

    op.create_table(
        "campaigns",
        sa.Column("id", Id, nullable=False),
        sa.Column("offer_id", Id, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.Column("valid_days", sa.SmallInteger(), nullable=True),
        sa.Column("uses_per_code", sa.Integer(), nullable=False),
        sa.Column("reservation_s", sa.Integer(), nullable=False),
        sa.Column("budget_total", sa.Integer(), nullable=True),
        sa.Column("budget_per_customer", sa.Integer(), nullable=True),
        sa.Column("budget_per_day", sa.Integer(), nullable=True),
        sa.Column("hold_out_percent", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.CheckConstraint("kind IN ('unique', 'shared', 'personal')", name=op.f("ck_campaigns_kind")),
        sa.CheckConstraint("state IN ('draft', 'open', 'closed')", name=op.f("ck_campaigns_state")),
        sa.CheckConstraint(
            "uses_per_code >= 1 AND (uses_per_code = 1 OR kind = 'shared')", name=op.f("ck_campaigns_uses_per_code")
        ),
        sa.CheckConstraint("budget_per_customer >= 0", name=op.f("ck_campaigns_budget_per_customer")),
        sa.CheckConstraint("budget_per_day >= 0", name=op.f("ck_campaigns_budget_per_day")),
        sa.CheckConstraint("budget_total >= 0", name=op.f("ck_campaigns_budget_total")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_campaigns_period")),
        sa.CheckConstraint("hold_out_percent BETWEEN 0 AND 50", name=op.f("ck_campaigns_hold_out_percent")),
        sa.CheckConstraint("reservation_s BETWEEN 1 AND 604800", name=op.f("ck_campaigns_reservation_s")),
        sa.CheckConstraint("valid_days BETWEEN 1 AND 3660", name=op.f("ck_campaigns_valid_days")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_campaigns_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
    )
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.create_index("ix_campaigns_created", ["created_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaigns_offer_id"), ["offer_id"], unique=False)

    op.create_table(
        "offer_places",
        sa.Column("offer_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("held_at", Instant(), nullable=False),
        sa.Column("replaced_at", Instant(), nullable=True),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("roles", sa.Integer(), nullable=False),
        sa.Column("lat", sa.Float(precision=53), nullable=True),
        sa.Column("lon", sa.Float(precision=53), nullable=True),
        sa.Column("radius_m", sa.Float(precision=53), nullable=True),
        sa.Column("polygon", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(lat IS NULL) = (lon IS NULL) AND (lat IS NULL) = (radius_m IS NULL)",
            name=op.f("ck_offer_places_whole_point"),
        ),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_offer_places_lat")),
        sa.CheckConstraint("lat IS NULL OR polygon IS NULL", name=op.f("ck_offer_places_one_shape")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_offer_places_lon")),
        sa.CheckConstraint("radius_m > 0", name=op.f("ck_offer_places_radius")),
        sa.CheckConstraint("replaced_at >= held_at", name=op.f("ck_offer_places_replaced_after_held")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_offer_places_offer_id")),
        sa.PrimaryKeyConstraint("offer_id", "number", name=op.f("pk_offer_places")),
    )
    op.create_table(
        "offer_territories",
        sa.Column("offer_id", Id, nullable=False),
        sa.Column("territory_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_offer_territories_offer_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_offer_territories_territory_id")),
        sa.PrimaryKeyConstraint("offer_id", "territory_id", name=op.f("pk_offer_territories")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("offer_territories", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_territories_territory_id"), ["territory_id"], unique=False)

    op.create_table(
        "offer_versions",
        sa.Column("offer_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("held_at", Instant(), nullable=False),
        sa.Column("document", Json, nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_offer_versions_offer_id")),
        sa.PrimaryKeyConstraint("offer_id", "number", name=op.f("pk_offer_versions")),
    )
    with op.batch_alter_table("offer_versions", schema=None) as batch_op:
        batch_op.create_index("ix_offer_versions_held", ["offer_id", "held_at", "number"], unique=False)

    op.create_table(
        "coupons",
        sa.Column("id", Id, nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("batch_id", Id, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("customer_id", Id, nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("redeemed", sa.Integer(), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("viewed_at", Instant(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("expired_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "reserved >= 0 AND redeemed >= 0 AND reserved + redeemed <= uses", name=op.f("ck_coupons_uses")
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_coupons_campaign_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_coupons_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupons")),
        sa.UniqueConstraint("code", name=op.f("uq_coupons_code")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("coupons", schema=None) as batch_op:
        batch_op.create_index("ix_coupons_batch", ["batch_id", "id"], unique=False)
        batch_op.create_index("ix_coupons_campaign", ["campaign_id", "issued_at"], unique=False)
        batch_op.create_index("ix_coupons_customer", ["customer_id", "issued_at", "id"], unique=False)
        batch_op.create_index(
            "ix_coupons_expiring",
            ["expires_at", "id"],
            unique=False,
            sqlite_where=sa.text("expired_at IS NULL"),
            postgresql_where=sa.text("expired_at IS NULL"),
        )
        batch_op.create_index(
            "ix_coupons_personal",
            ["campaign_id", "customer_id"],
            unique=True,
            sqlite_where=sa.text("customer_id IS NOT NULL"),
            postgresql_where=sa.text("customer_id IS NOT NULL"),
        )

    op.create_table(
        "offer_listed",
        sa.Column("offer_id", Id, nullable=False),
        sa.Column("customer_id", Id, nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.CheckConstraint("ends_at >= starts_at", name=op.f("ck_offer_listed_period")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_offer_listed_customer_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_offer_listed_offer_id")),
        sa.PrimaryKeyConstraint("offer_id", "customer_id", "starts_at", name=op.f("pk_offer_listed")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("offer_listed", schema=None) as batch_op:
        batch_op.create_index("ix_offer_listed_customer", ["customer_id", "offer_id"], unique=False)
        batch_op.create_index(
            "ix_offer_listed_open",
            ["offer_id", "customer_id"],
            unique=True,
            sqlite_where=sa.text("ends_at IS NULL"),
            postgresql_where=sa.text("ends_at IS NULL"),
        )

    op.create_table(
        "coupon_operations",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("campaign_id", Id, nullable=False),
        sa.Column("coupon_id", Id, nullable=True),
        sa.Column("ends_id", Id, nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("customer_id", Id, nullable=True),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("deadline_at", Instant(), nullable=True),
        sa.Column("shop_id", Id, nullable=True),
        sa.Column("place_id", Id, nullable=True),
        sa.Column("channel", sa.String(length=8), nullable=True),
        sa.Column("purchase_id", Id, nullable=True),
        sa.Column("stacking_group", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("recorded_by_kind", sa.String(length=16), nullable=False),
        sa.Column("recorded_by_id", Id, nullable=True),
        sa.CheckConstraint(
            "(deadline_at IS NOT NULL) = (kind = 'reserve')", name=op.f("ck_coupon_operations_deadline")
        ),
        sa.CheckConstraint(
            "channel IN ('visit', 'call', 'email', 'sms', 'chat', 'web', 'shop', 'social', 'mail')",
            name=op.f("ck_coupon_operations_channel"),
        ),
        sa.CheckConstraint("count >= 1 AND (count = 1 OR kind = 'issue')", name=op.f("ck_coupon_operations_count")),
        sa.CheckConstraint(
            "ends_id IS NOT NULL OR kind NOT IN ('reverse', 'release')", name=op.f("ck_coupon_operations_ends")
        ),
        sa.CheckConstraint(
            "kind IN ('issue', 'withhold', 'view', 'reserve', 'redeem', 'reverse', 'release', 'expire', 'double')",
            name=op.f("ck_coupon_operations_kind"),
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_coupon_operations_campaign_id")),
        sa.ForeignKeyConstraint(["coupon_id"], ["coupons.id"], name=op.f("fk_coupon_operations_coupon_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_coupon_operations_customer_id")),
        sa.ForeignKeyConstraint(["ends_id"], ["coupon_operations.id"], name=op.f("fk_coupon_operations_ends_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_coupon_operations_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coupon_operations")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("coupon_operations", schema=None) as batch_op:
        batch_op.create_index("ix_coupon_operations_campaign", ["campaign_id", "kind", "day"], unique=False)
        batch_op.create_index("ix_coupon_operations_coupon", ["coupon_id", "recorded_at", "id"], unique=False)
        batch_op.create_index(
            "ix_coupon_operations_customer",
            ["customer_id", "campaign_id"],
            unique=False,
            sqlite_where=sa.text("customer_id IS NOT NULL"),
            postgresql_where=sa.text("customer_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_coupon_operations_deadline",
            ["deadline_at", "id"],
            unique=False,
            sqlite_where=sa.text("deadline_at IS NOT NULL"),
            postgresql_where=sa.text("deadline_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_coupon_operations_ends",
            ["ends_id"],
            unique=True,
            sqlite_where=sa.text("ends_id IS NOT NULL"),
            postgresql_where=sa.text("ends_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_coupon_operations_purchase",
            ["purchase_id"],
            unique=False,
            sqlite_where=sa.text("purchase_id IS NOT NULL"),
            postgresql_where=sa.text("purchase_id IS NOT NULL"),
        )

    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    with op.batch_alter_table("coupon_operations", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_coupon_operations_purchase",
            sqlite_where=sa.text("purchase_id IS NOT NULL"),
            postgresql_where=sa.text("purchase_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_coupon_operations_ends",
            sqlite_where=sa.text("ends_id IS NOT NULL"),
            postgresql_where=sa.text("ends_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_coupon_operations_deadline",
            sqlite_where=sa.text("deadline_at IS NOT NULL"),
            postgresql_where=sa.text("deadline_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_coupon_operations_customer",
            sqlite_where=sa.text("customer_id IS NOT NULL"),
            postgresql_where=sa.text("customer_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_coupon_operations_coupon")
        batch_op.drop_index("ix_coupon_operations_campaign")

    op.drop_table("coupon_operations")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION coupon_operations_append_only()")
    with op.batch_alter_table("offer_listed", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_offer_listed_open", sqlite_where=sa.text("ends_at IS NULL"), postgresql_where=sa.text("ends_at IS NULL")
        )
        batch_op.drop_index("ix_offer_listed_customer")

    op.drop_table("offer_listed")
    with op.batch_alter_table("coupons", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_coupons_personal",
            sqlite_where=sa.text("customer_id IS NOT NULL"),
            postgresql_where=sa.text("customer_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_coupons_expiring",
            sqlite_where=sa.text("expired_at IS NULL"),
            postgresql_where=sa.text("expired_at IS NULL"),
        )
        batch_op.drop_index("ix_coupons_customer")
        batch_op.drop_index("ix_coupons_campaign")
        batch_op.drop_index("ix_coupons_batch")

    op.drop_table("coupons")
    with op.batch_alter_table("offer_versions", schema=None) as batch_op:
        batch_op.drop_index("ix_offer_versions_held")

    op.drop_table("offer_versions")
    with op.batch_alter_table("offer_territories", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_territories_territory_id"))

    op.drop_table("offer_territories")
    op.drop_table("offer_places")
    with op.batch_alter_table("campaigns", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaigns_offer_id"))
        batch_op.drop_index("ix_campaigns_created")

    op.drop_table("campaigns")
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.drop_index("ix_offers_updated")
        batch_op.drop_index(batch_op.f("ix_offers_state"))
        batch_op.drop_index(
            "ix_offers_live", sqlite_where=sa.text("state = 'live'"), postgresql_where=sa.text("state = 'live'")
        )

    op.drop_table("offers")
    op.drop_table("offer_map")
    op.drop_table("offer_cells")
    op.drop_table("coupon_meters")
    with op.batch_alter_table("coupon_guesses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coupon_guesses_since_at"))

    op.drop_table("coupon_guesses")
