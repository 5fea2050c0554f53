"""Cards with their links and notices, enrolment forms, and who has still to confirm."""

import sqlalchemy as sa
from alembic import op
from field_api.store.columns import Id
from field_api.store.columns import Instant
from field_api.store.columns import Json

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "enrolment_forms",
        sa.Column("id", Id, nullable=False),
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("territory_id", Id, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("title", Json, nullable=False),
        sa.Column("text", Json, nullable=False),
        sa.Column("consent", Json, nullable=False),
        sa.Column("choices", Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_enrolment_forms_state")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_enrolment_forms_programme_id")),
        sa.ForeignKeyConstraint(["territory_id"], ["territories.id"], name=op.f("fk_enrolment_forms_territory_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_forms")),
    )
    with op.batch_alter_table("enrolment_forms", schema=None) as batch_op:
        batch_op.create_index("ix_enrolment_forms_created", ["created_at", "id"], unique=False)

    op.create_table(
        "card_notices",
        sa.Column("member_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("noted_at", Instant(), nullable=False),
        sa.CheckConstraint("kind IN ('expiry', 'statement')", name=op.f("ck_card_notices_kind")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_card_notices_member_id")),
        sa.PrimaryKeyConstraint("member_id", "kind", "month", name=op.f("pk_card_notices")),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "cards",
        sa.Column("member_id", Id, nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("link_number", sa.SmallInteger(), nullable=False),
        sa.Column("installed_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint("language IN ('fr', 'en')", name=op.f("ck_cards_language")),
        sa.CheckConstraint("link_number >= 0", name=op.f("ck_cards_link_number")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_cards_member_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_cards")),
        sqlite_with_rowid=False,
    )

    op.create_table(
        "web_enrolments",
        sa.Column("id", Id, nullable=False),
        sa.Column("form_id", Id, nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("told", Json, nullable=True),
        sa.Column("requested_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("member_id", Id, nullable=True),
        sa.CheckConstraint("(member_id IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_web_enrolments_confirmed")),
        sa.ForeignKeyConstraint(["form_id"], ["enrolment_forms.id"], name=op.f("fk_web_enrolments_form_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_web_enrolments_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_enrolments")),
    )
    with op.batch_alter_table("web_enrolments", schema=None) as batch_op:
        batch_op.create_index("ix_web_enrolments_email", ["email_hash", "requested_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_web_enrolments_expires_at"), ["expires_at"], unique=False)


def downgrade() -> None:
    for table in ("web_enrolments", "enrolment_forms", "card_notices", "cards"):
        op.drop_table(table)
