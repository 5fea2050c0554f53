"""Code lists: the values that fields may take, with their labels."""

import sqlalchemy as sa
from alembic import op
from field_api.store.columns import Id

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "code_list_entries",
        sa.Column("id", Id, nullable=False),
        sa.Column("list", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label_en", sa.String(length=80), nullable=False),
        sa.Column("label_fr", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_list_entries")),
    )
    op.create_index("ix_code_list_entries_list", "code_list_entries", ["list", "code"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_code_list_entries_list", table_name="code_list_entries")
    op.drop_table("code_list_entries")
