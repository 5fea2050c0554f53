"""The foundation: people, access, customers, consents, the timeline, shops, the change feed, and the kit below."""

import sqlalchemy as sa
from alembic import op
from field_api.store.columns import Id
from field_api.store.columns import Instant
from field_api.store.columns import Json

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

GUARDS = {
    "sqlite": [
        f"CREATE TRIGGER audit_entries_no_{verb.lower()} BEFORE {verb} ON audit_entries "
        "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        "CREATE FUNCTION audit_entries_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$",
        "CREATE TRIGGER audit_entries_no_change BEFORE UPDATE OR DELETE ON audit_entries "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_append_only()",
    ],
}


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor_id", Id, nullable=True),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", Id, nullable=False),
        sa.Column("before_hash", sa.String(length=32), nullable=True),
        sa.Column("after_hash", sa.String(length=32), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index(op.f("ix_audit_entries_action"), "audit_entries", ["action"], unique=False)
    op.create_index("ix_audit_entries_actor", "audit_entries", ["actor_id", "id"], unique=False)
    op.create_index(op.f("ix_audit_entries_at"), "audit_entries", ["at"], unique=False)
    op.create_index("ix_audit_entries_subject", "audit_entries", ["subject_kind", "subject_id", "id"], unique=False)
    op.create_table(
        "company_settings",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("values", Json, nullable=False),
        sa.Column("since_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_company_settings")),
    )
    op.create_index(op.f("ix_company_settings_since_at"), "company_settings", ["since_at"], unique=False)
    op.create_table(
        "customer_words",
        sa.Column("territory_id", Id, nullable=False),
        sa.Column(
            "word", sa.String(length=32).with_variant(sa.String(length=32, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("customer_id", Id, nullable=False),
        sa.Column(
            "name_words",
            sa.String(length=500).with_variant(sa.String(length=500, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("territory_id", "word", "customer_id", name=op.f("pk_customer_words")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_customer_words_word", "customer_words", ["word", "customer_id", "name_words"], unique=False)
    op.create_table(
        "failed_sign_ins",
        sa.Column("key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.Column("locked_until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_failed_sign_ins")),
    )
    op.create_index(op.f("ix_failed_sign_ins_last_at"), "failed_sign_ins", ["last_at"], unique=False)
    op.create_table(
        "geocoder_turns",
        sa.Column("geocoder", sa.String(length=16), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("geocoder", name=op.f("pk_geocoder_turns")),
    )
    op.create_table(
        "idempotency_receipts",
        sa.Column("caller", sa.String(length=48), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("headers", Json, nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_idempotency_receipts")),
    )
    op.create_index(op.f("ix_idempotency_receipts_at"), "idempotency_receipts", ["at"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column("dedup_key", sa.String(length=255), nullable=True),
        sa.Column("run_at", Instant(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("leased_until", Instant(), nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("failed_at", Instant(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("dedup_key", name=op.f("uq_jobs_dedup_key")),
    )
    op.create_index(op.f("ix_jobs_done_at"), "jobs", ["done_at"], unique=False)
    op.create_index(
        "ix_jobs_open",
        "jobs",
        ["run_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
    )
    op.create_table(
        "sync_epochs",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("epoch", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("began_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_epochs")),
    )
    op.create_table(
        "sync_followers",
        sa.Column("device_id", Id, nullable=False),
        sa.Column("collection", sa.String(length=32), nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("positions", Json, nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("device_id", "collection", name=op.f("pk_sync_followers")),
    )
    op.create_index(op.f("ix_sync_followers_seen_at"), "sync_followers", ["seen_at"], unique=False)
    op.create_table(
        "sync_lanes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("collection", sa.String(length=32), nullable=False),
        sa.Column("bucket", sa.String(length=48), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("purged_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_lanes")),
        sa.UniqueConstraint("collection", "bucket", name=op.f("uq_sync_lanes_collection_bucket")),
    )
    op.create_table(
        "sync_refusals",
        sa.Column("id", Id, nullable=False),
        sa.Column("device_id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("collection", sa.String(length=32), nullable=False),
        sa.Column("doc_id", Id, nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("problem", Json, nullable=False),
        sa.Column("document", Json, nullable=False),
        sa.Column("awaits_id", Id, nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_refusals")),
        sa.UniqueConstraint("device_id", "fingerprint", name=op.f("uq_sync_refusals_device_id_fingerprint")),
    )
    op.create_index(op.f("ix_sync_refusals_awaits_id"), "sync_refusals", ["awaits_id"], unique=False)
    op.create_index(op.f("ix_sync_refusals_user_id"), "sync_refusals", ["user_id"], unique=False)
    op.create_table(
        "territories",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "path",
            sa.String(length=297).with_variant(sa.String(length=297, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("parent_id", Id, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_territories_parent")),
        sa.ForeignKeyConstraint(["parent_id"], ["territories.id"], name=op.f("fk_territories_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territories")),
        sa.UniqueConstraint("path", name=op.f("uq_territories_path")),
    )
    op.create_index(op.f("ix_territories_parent_id"), "territories", ["parent_id"], unique=False)
    op.create_table(
        "till_look_ups",
        sa.Column("service_account_id", Id, nullable=False),
        sa.Column("since_at", Instant(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("service_account_id", name=op.f("pk_till_look_ups")),
    )
    op.create_table(
        "users",
        sa.Column("id", Id, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("locked_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.CheckConstraint("locale IN ('fr', 'en')", name=op.f("ck_users_locale")),
        sa.CheckConstraint("role IN ('rep', 'manager', 'admin', 'researcher')", name=op.f("ck_users_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_index("ix_users_name", "users", ["name", "id"], unique=False)
    op.create_table(
        "assignments",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("territory_id", Id, nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.CheckConstraint("ends_at >= starts_at", name=op.f("ck_assignments_period")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_assignments_territory_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_assignments_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_territory_id"), "assignments", ["territory_id"], unique=False)
    op.create_index("ix_assignments_user_id", "assignments", ["user_id", "starts_at"], unique=False)
    op.create_table(
        "customers",
        sa.Column("id", Id, nullable=False),
        sa.Column("retired_at", Instant(), nullable=True),
        sa.Column("territory_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("given_name", sa.String(length=100), nullable=True),
        sa.Column("firm_id", Id, nullable=True),
        sa.Column("job_title", sa.String(length=100), nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("first_touch_source", sa.String(length=16), nullable=False),
        sa.Column("first_touch_detail", sa.String(length=200), nullable=True),
        sa.Column("first_touch_at", Instant(), nullable=False),
        sa.Column(
            "sort_name",
            sa.String(length=120).with_variant(sa.String(length=120, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "name_words",
            sa.String(length=500).with_variant(sa.String(length=500, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "first_touch_source IN ('search', 'advertisement', 'qr_code', 'web_form', 'shop', 'phone', 'referral', 'import')",
            name=op.f("ck_customers_first_touch_source"),
        ),
        sa.CheckConstraint("kind IN ('person', 'firm')", name=op.f("ck_customers_kind")),
        sa.CheckConstraint(
            "role IN ('visitor', 'prospect', 'client', 'former_client', 'ambassador')", name=op.f("ck_customers_role")
        ),
        sa.CheckConstraint("firm_id <> id", name=op.f("ck_customers_firm_id")),
        sa.ForeignKeyConstraint(["firm_id"], ["customers.id"], name=op.f("fk_customers_firm_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_customers_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
    )
    op.create_index(
        "ix_customers_created",
        "customers",
        ["created_at", "id", "retired_at"],
        unique=False,
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_index(op.f("ix_customers_firm_id"), "customers", ["firm_id"], unique=False)
    op.create_index(
        "ix_customers_name",
        "customers",
        ["sort_name", "id", "retired_at"],
        unique=False,
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_index(
        "ix_customers_retired",
        "customers",
        ["territory_id", "id"],
        unique=False,
        sqlite_where=sa.text("retired_at IS NOT NULL"),
        postgresql_where=sa.text("retired_at IS NOT NULL"),
    )
    op.create_index(
        "ix_customers_territory_created",
        "customers",
        ["territory_id", "created_at", "id", "retired_at"],
        unique=False,
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_index(op.f("ix_customers_territory_id"), "customers", ["territory_id"], unique=False)
    op.create_index(
        "ix_customers_territory_name",
        "customers",
        ["territory_id", "sort_name", "id", "retired_at"],
        unique=False,
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_index(
        "ix_customers_territory_updated",
        "customers",
        ["territory_id", "updated_at", "id", "retired_at"],
        unique=False,
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_index(
        "ix_customers_updated",
        "customers",
        ["updated_at", "id", "retired_at"],
        unique=False,
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_table(
        "devices",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("signed_in_at", Instant(), nullable=False),
        sa.Column("last_seen_at", Instant(), nullable=False),
        sa.Column("cut_off_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_devices_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
    )
    op.create_index("ix_devices_user_id", "devices", ["user_id", "id"], unique=False)
    op.create_table(
        "passwords",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("hash", sa.String(length=128), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_passwords_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_passwords")),
    )
    op.create_table(
        "shops",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("territory_id", Id, nullable=False),
        sa.Column("street", sa.String(length=200), nullable=True),
        sa.Column("postcode", sa.String(length=16), nullable=True),
        sa.Column("town", sa.String(length=100), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("lat", sa.Float(precision=53), nullable=False),
        sa.Column("lon", sa.Float(precision=53), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("opening_hours", Json, nullable=False),
        sa.Column("exceptions", Json, nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_shops_lat")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_shops_lon")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_shops_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shops")),
    )
    op.create_index("ix_shops_name", "shops", ["name", "id"], unique=False)
    op.create_index(op.f("ix_shops_territory_id"), "shops", ["territory_id"], unique=False)
    op.create_table(
        "sync_entries",
        sa.Column("lane_id", sa.Integer(), nullable=False),
        sa.Column("doc_id", Id, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("first_seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["lane_id"], ["sync_lanes.id"], name=op.f("fk_sync_entries_lane_id")),
        sa.PrimaryKeyConstraint("lane_id", "doc_id", name=op.f("pk_sync_entries")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sync_entries_seq", "sync_entries", ["lane_id", "seq"], unique=True)
    op.create_table(
        "sync_grants",
        sa.Column("user_id", Id, nullable=False),
        sa.Column("lane_id", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("revoked_seq", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["lane_id"], ["sync_lanes.id"], name=op.f("fk_sync_grants_lane_id")),
        sa.PrimaryKeyConstraint("user_id", "lane_id", name=op.f("pk_sync_grants")),
    )
    op.create_index(op.f("ix_sync_grants_lane_id"), "sync_grants", ["lane_id"], unique=False)
    op.create_table(
        "consent_events",
        sa.Column("id", Id, nullable=False),
        sa.Column("customer_id", Id, nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("wording", sa.String(length=2000), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by_kind", sa.String(length=16), nullable=False),
        sa.Column("recorded_by_id", Id, nullable=True),
        sa.CheckConstraint(
            "channel IN ('any', 'email', 'sms', 'phone', 'mail', 'chat', 'social', 'visit')",
            name=op.f("ck_consent_events_channel"),
        ),
        sa.CheckConstraint(
            "purpose IN ('offers', 'surveys', 'loyalty', 'profiling')", name=op.f("ck_consent_events_purpose")
        ),
        sa.CheckConstraint(
            "source IN ('web_form', 'shop', 'phone', 'visit', 'email', 'paper', 'survey', 'import')",
            name=op.f("ck_consent_events_source"),
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_consent_events_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_events")),
    )
    op.create_index("ix_consent_events_customer", "consent_events", ["customer_id", "occurred_at", "id"], unique=False)
    op.create_table(
        "contact_points",
        sa.Column("id", Id, nullable=False),
        sa.Column("customer_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value", sa.String(length=254), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=True),
        sa.Column("verified_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint("kind IN ('phone', 'email')", name=op.f("ck_contact_points_kind")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_contact_points_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_points")),
    )
    op.create_index("ix_contact_points_customer", "contact_points", ["customer_id", "kind", "value"], unique=True)
    op.create_index("ix_contact_points_value", "contact_points", ["value", "kind"], unique=False)
    op.create_index(
        "ix_contact_points_verified",
        "contact_points",
        ["value", "kind"],
        unique=True,
        sqlite_where=sa.text("verified_at IS NOT NULL"),
        postgresql_where=sa.text("verified_at IS NOT NULL"),
    )
    op.create_table(
        "customer_facts",
        sa.Column("id", Id, nullable=False),
        sa.Column("customer_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("source_id", Id, nullable=True),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.CheckConstraint("kind IN ('tier', 'segment', 'tag')", name=op.f("ck_customer_facts_kind")),
        sa.CheckConstraint("ends_at IS NULL OR ends_at >= starts_at", name=op.f("ck_customer_facts_ends_after_start")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_customer_facts_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_facts")),
    )
    op.create_index("ix_customer_facts_customer", "customer_facts", ["customer_id", "kind", "starts_at"], unique=False)
    op.create_index(
        "ix_customer_facts_open",
        "customer_facts",
        ["customer_id", "kind", "value"],
        unique=True,
        sqlite_where=sa.text("ends_at IS NULL"),
        postgresql_where=sa.text("ends_at IS NULL"),
    )
    op.create_index(
        "ix_customer_facts_single",
        "customer_facts",
        ["customer_id", "kind"],
        unique=True,
        sqlite_where=sa.text("ends_at IS NULL AND kind <> 'tag'"),
        postgresql_where=sa.text("ends_at IS NULL AND kind <> 'tag'"),
    )
    op.create_table(
        "customer_roles",
        sa.Column("customer_id", Id, nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "role IN ('visitor', 'prospect', 'client', 'former_client', 'ambassador')",
            name=op.f("ck_customer_roles_role"),
        ),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name=op.f("ck_customer_roles_ends_after_start")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_customer_roles_customer_id")),
        sa.PrimaryKeyConstraint("customer_id", "starts_at", name=op.f("pk_customer_roles")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_customer_roles_open",
        "customer_roles",
        ["customer_id"],
        unique=True,
        sqlite_where=sa.text("ends_at IS NULL"),
        postgresql_where=sa.text("ends_at IS NULL"),
    )
    op.create_table(
        "interactions",
        sa.Column("id", Id, nullable=False),
        sa.Column("customer_id", Id, nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("content", sa.String(length=4000), nullable=True),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by_kind", sa.String(length=16), nullable=False),
        sa.Column("recorded_by_id", Id, nullable=True),
        sa.Column("corrects_id", Id, nullable=True),
        sa.Column("about_kind", sa.String(length=16), nullable=True),
        sa.Column("about_id", Id, nullable=True),
        sa.CheckConstraint(
            "channel IN ('visit', 'call', 'email', 'sms', 'chat', 'web', 'shop', 'social', 'mail')",
            name=op.f("ck_interactions_channel"),
        ),
        sa.CheckConstraint("direction IN ('inbound', 'outbound')", name=op.f("ck_interactions_direction")),
        sa.CheckConstraint("(about_kind IS NULL) = (about_id IS NULL)", name=op.f("ck_interactions_about")),
        sa.CheckConstraint("corrects_id <> id", name=op.f("ck_interactions_corrects")),
        sa.ForeignKeyConstraint(["corrects_id"], ["interactions.id"], name=op.f("fk_interactions_corrects_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_interactions_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interactions")),
    )
    op.create_index(
        "ix_interactions_corrects",
        "interactions",
        ["corrects_id"],
        unique=True,
        sqlite_where=sa.text("corrects_id IS NOT NULL"),
        postgresql_where=sa.text("corrects_id IS NOT NULL"),
    )
    op.create_index("ix_interactions_customer", "interactions", ["customer_id", "occurred_at", "id"], unique=False)
    op.create_table(
        "places",
        sa.Column("id", Id, nullable=False),
        sa.Column("customer_id", Id, nullable=False),
        sa.Column("territory_id", Id, nullable=False),
        sa.Column("label", sa.String(length=40), nullable=True),
        sa.Column("street", sa.String(length=200), nullable=True),
        sa.Column("postcode", sa.String(length=16), nullable=True),
        sa.Column("town", sa.String(length=100), nullable=False),
        sa.Column(
            "town_folded",
            sa.String(length=120).with_variant(sa.String(length=120, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("lat", sa.Float(precision=53), nullable=True),
        sa.Column("lon", sa.Float(precision=53), nullable=True),
        sa.Column("position_origin", sa.String(length=8), nullable=True),
        sa.Column("accuracy_m", sa.Float(precision=53), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint("position_origin IN ('gps', 'geocoder', 'typed')", name=op.f("ck_places_position_origin")),
        sa.CheckConstraint(
            "(lat IS NULL) = (lon IS NULL) AND (lat IS NULL) = (position_origin IS NULL)",
            name=op.f("ck_places_whole_position"),
        ),
        sa.CheckConstraint("accuracy_m >= 0", name=op.f("ck_places_accuracy_m")),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_places_lat")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_places_lon")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_places_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
    )
    op.create_index("ix_places_customer", "places", ["customer_id", "created_at", "id"], unique=False)
    op.create_index(
        "ix_places_position",
        "places",
        ["lat", "lon"],
        unique=False,
        sqlite_where=sa.text("lat IS NOT NULL"),
        postgresql_where=sa.text("lat IS NOT NULL"),
    )
    op.create_index(
        "ix_places_territory_position",
        "places",
        ["territory_id", "lat", "lon"],
        unique=False,
        sqlite_where=sa.text("lat IS NOT NULL"),
        postgresql_where=sa.text("lat IS NOT NULL"),
    )
    op.create_index("ix_places_territory_town", "places", ["territory_id", "town_folded", "customer_id"], unique=False)
    op.create_index("ix_places_town", "places", ["town_folded", "customer_id"], unique=False)
    op.create_table(
        "purchases",
        sa.Column("id", Id, nullable=False),
        sa.Column("customer_id", Id, nullable=True),
        sa.Column("shop_id", Id, nullable=True),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by_kind", sa.String(length=16), nullable=False),
        sa.Column("recorded_by_id", Id, nullable=True),
        sa.CheckConstraint(
            "channel IN ('visit', 'call', 'email', 'sms', 'chat', 'web', 'shop', 'social', 'mail')",
            name=op.f("ck_purchases_channel"),
        ),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_purchases_amount")),
        sa.CheckConstraint("refunded_minor BETWEEN 0 AND amount_minor", name=op.f("ck_purchases_refunded")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_purchases_customer_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_purchases_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchases")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_purchases_customer", "purchases", ["customer_id", "occurred_at", "id"], unique=False)
    op.create_index("ix_purchases_shop", "purchases", ["shop_id", "occurred_at", "id"], unique=False)
    op.create_table(
        "refresh_tokens",
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("device_id", Id, nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_refresh_tokens_device_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_refresh_tokens")),
    )
    op.create_index(op.f("ix_refresh_tokens_device_id"), "refresh_tokens", ["device_id"], unique=False)
    op.create_index(op.f("ix_refresh_tokens_expires_at"), "refresh_tokens", ["expires_at"], unique=False)
    op.create_table(
        "service_accounts",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("shop_id", Id, nullable=False),
        sa.Column("scopes", sa.String(length=500), nullable=False),
        sa.Column("locked_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_service_accounts_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_service_accounts_name")),
    )
    op.create_index(op.f("ix_service_accounts_shop_id"), "service_accounts", ["shop_id"], unique=False)
    op.create_table(
        "purchase_lines",
        sa.Column("purchase_id", Id, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("category", sa.String(length=60), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_purchase_lines_amount")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_purchase_lines_quantity")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchases.id"], name=op.f("fk_purchase_lines_purchase_id")),
        sa.PrimaryKeyConstraint("purchase_id", "position", name=op.f("pk_purchase_lines")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "refunds",
        sa.Column("id", Id, nullable=False),
        sa.Column("purchase_id", Id, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by_kind", sa.String(length=16), nullable=False),
        sa.Column("recorded_by_id", Id, nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refunds_amount")),
        sa.ForeignKeyConstraint(["purchase_id"], ["purchases.id"], name=op.f("fk_refunds_purchase_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds")),
    )
    op.create_index("ix_refunds_purchase", "refunds", ["purchase_id", "occurred_at", "id"], unique=False)
    op.create_table(
        "tokens",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("user_id", Id, nullable=True),
        sa.Column("device_id", Id, nullable=True),
        sa.Column("service_account_id", Id, nullable=True),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("scopes", sa.String(length=500), nullable=True),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.CheckConstraint("(device_id IS NULL) = (kind <> 'access')", name=op.f("ck_tokens_device")),
        sa.CheckConstraint("(service_account_id IS NULL) = (kind <> 'service')", name=op.f("ck_tokens_service")),
        sa.CheckConstraint("(user_id IS NULL) = (kind = 'service')", name=op.f("ck_tokens_owner")),
        sa.CheckConstraint("kind IN ('access', 'personal', 'calendar', 'service')", name=op.f("ck_tokens_kind")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_tokens_device_id")),
        sa.ForeignKeyConstraint(
            ["service_account_id"], ["service_accounts.id"], name=op.f("fk_tokens_service_account_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tokens_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_tokens_hash")),
    )
    op.create_index(op.f("ix_tokens_device_id"), "tokens", ["device_id"], unique=False)
    op.create_index(op.f("ix_tokens_expires_at"), "tokens", ["expires_at"], unique=False)
    op.create_index(op.f("ix_tokens_service_account_id"), "tokens", ["service_account_id"], unique=False)
    op.create_index("ix_tokens_user_id", "tokens", ["user_id", "id"], unique=False)

    # The trail defends itself against our own mistakes: neither an UPDATE nor a DELETE gets through.
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_index("ix_tokens_user_id", table_name="tokens")
    op.drop_index(op.f("ix_tokens_service_account_id"), table_name="tokens")
    op.drop_index(op.f("ix_tokens_expires_at"), table_name="tokens")
    op.drop_index(op.f("ix_tokens_device_id"), table_name="tokens")
    op.drop_table("tokens")
    op.drop_index("ix_refunds_purchase", table_name="refunds")
    op.drop_table("refunds")
    op.drop_table("purchase_lines")
    op.drop_index(op.f("ix_service_accounts_shop_id"), table_name="service_accounts")
    op.drop_table("service_accounts")
    op.drop_index(op.f("ix_refresh_tokens_expires_at"), table_name="refresh_tokens")
    op.drop_index(op.f("ix_refresh_tokens_device_id"), table_name="refresh_tokens")
    op.drop_table("refresh_tokens")
    op.drop_index("ix_purchases_shop", table_name="purchases")
    op.drop_index("ix_purchases_customer", table_name="purchases")
    op.drop_table("purchases")
    op.drop_index("ix_places_town", table_name="places")
    op.drop_index("ix_places_territory_town", table_name="places")
    op.drop_index(
        "ix_places_territory_position",
        table_name="places",
        sqlite_where=sa.text("lat IS NOT NULL"),
        postgresql_where=sa.text("lat IS NOT NULL"),
    )
    op.drop_index(
        "ix_places_position",
        table_name="places",
        sqlite_where=sa.text("lat IS NOT NULL"),
        postgresql_where=sa.text("lat IS NOT NULL"),
    )
    op.drop_index("ix_places_customer", table_name="places")
    op.drop_table("places")
    op.drop_index("ix_interactions_customer", table_name="interactions")
    op.drop_index(
        "ix_interactions_corrects",
        table_name="interactions",
        sqlite_where=sa.text("corrects_id IS NOT NULL"),
        postgresql_where=sa.text("corrects_id IS NOT NULL"),
    )
    op.drop_table("interactions")
    op.drop_index(
        "ix_customer_roles_open",
        table_name="customer_roles",
        sqlite_where=sa.text("ends_at IS NULL"),
        postgresql_where=sa.text("ends_at IS NULL"),
    )
    op.drop_table("customer_roles")
    op.drop_index(
        "ix_customer_facts_single",
        table_name="customer_facts",
        sqlite_where=sa.text("ends_at IS NULL AND kind <> 'tag'"),
        postgresql_where=sa.text("ends_at IS NULL AND kind <> 'tag'"),
    )
    op.drop_index(
        "ix_customer_facts_open",
        table_name="customer_facts",
        sqlite_where=sa.text("ends_at IS NULL"),
        postgresql_where=sa.text("ends_at IS NULL"),
    )
    op.drop_index("ix_customer_facts_customer", table_name="customer_facts")
    op.drop_table("customer_facts")
    op.drop_index(
        "ix_contact_points_verified",
        table_name="contact_points",
        sqlite_where=sa.text("verified_at IS NOT NULL"),
        postgresql_where=sa.text("verified_at IS NOT NULL"),
    )
    op.drop_index("ix_contact_points_value", table_name="contact_points")
    op.drop_index("ix_contact_points_customer", table_name="contact_points")
    op.drop_table("contact_points")
    op.drop_index("ix_consent_events_customer", table_name="consent_events")
    op.drop_table("consent_events")
    op.drop_index(op.f("ix_sync_grants_lane_id"), table_name="sync_grants")
    op.drop_table("sync_grants")
    op.drop_index("ix_sync_entries_seq", table_name="sync_entries")
    op.drop_table("sync_entries")
    op.drop_index(op.f("ix_shops_territory_id"), table_name="shops")
    op.drop_index("ix_shops_name", table_name="shops")
    op.drop_table("shops")
    op.drop_table("passwords")
    op.drop_index("ix_devices_user_id", table_name="devices")
    op.drop_table("devices")
    op.drop_index(
        "ix_customers_updated",
        table_name="customers",
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.drop_index(
        "ix_customers_territory_updated",
        table_name="customers",
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.drop_index(
        "ix_customers_territory_name",
        table_name="customers",
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.drop_index(op.f("ix_customers_territory_id"), table_name="customers")
    op.drop_index(
        "ix_customers_territory_created",
        table_name="customers",
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.drop_index(
        "ix_customers_retired",
        table_name="customers",
        sqlite_where=sa.text("retired_at IS NOT NULL"),
        postgresql_where=sa.text("retired_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_customers_name",
        table_name="customers",
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.drop_index(op.f("ix_customers_firm_id"), table_name="customers")
    op.drop_index(
        "ix_customers_created",
        table_name="customers",
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.drop_table("customers")
    op.drop_index("ix_assignments_user_id", table_name="assignments")
    op.drop_index(op.f("ix_assignments_territory_id"), table_name="assignments")
    op.drop_table("assignments")
    op.drop_index("ix_users_name", table_name="users")
    op.drop_table("users")
    op.drop_table("till_look_ups")
    op.drop_index(op.f("ix_territories_parent_id"), table_name="territories")
    op.drop_table("territories")
    op.drop_index(op.f("ix_sync_refusals_user_id"), table_name="sync_refusals")
    op.drop_index(op.f("ix_sync_refusals_awaits_id"), table_name="sync_refusals")
    op.drop_table("sync_refusals")
    op.drop_table("sync_lanes")
    op.drop_index(op.f("ix_sync_followers_seen_at"), table_name="sync_followers")
    op.drop_table("sync_followers")
    op.drop_table("sync_epochs")
    op.drop_index(
        "ix_jobs_open",
        table_name="jobs",
        sqlite_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
    )
    op.drop_index(op.f("ix_jobs_done_at"), table_name="jobs")
    op.drop_table("jobs")
    op.drop_index(op.f("ix_idempotency_receipts_at"), table_name="idempotency_receipts")
    op.drop_table("idempotency_receipts")
    op.drop_table("geocoder_turns")
    op.drop_index(op.f("ix_failed_sign_ins_last_at"), table_name="failed_sign_ins")
    op.drop_table("failed_sign_ins")
    op.drop_index("ix_customer_words_word", table_name="customer_words")
    op.drop_table("customer_words")
    op.drop_index(op.f("ix_company_settings_since_at"), table_name="company_settings")
    op.drop_table("company_settings")
    op.drop_index("ix_audit_entries_subject", table_name="audit_entries")
    op.drop_index(op.f("ix_audit_entries_at"), table_name="audit_entries")
    op.drop_index("ix_audit_entries_actor", table_name="audit_entries")
    op.drop_index(op.f("ix_audit_entries_action"), table_name="audit_entries")
    op.drop_table("audit_entries")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entries_append_only()")
