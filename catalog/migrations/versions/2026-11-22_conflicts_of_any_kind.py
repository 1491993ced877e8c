"""Let conflicts be about declarations and products too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SUBJECTS = sa.Enum(
    "certificate", "declaration", "product", name="conflictsubject", native_enum=False, length=40
)
_INDEXED = {"epd_id": "epd", "product_id": "product", "closed_run_id": "import_run"}


def upgrade() -> None:
    with op.batch_alter_table("source_conflict", schema=None) as batch_op:
        # Every conflict so far is about a certificate.
        batch_op.add_column(
            sa.Column("subject", _SUBJECTS, nullable=False, server_default="certificate")
        )
        batch_op.add_column(sa.Column("effective_on", sa.Date(), nullable=True))
        for column in _INDEXED:
            batch_op.add_column(sa.Column(column, _ID, nullable=True))
        batch_op.alter_column("certificate_id", existing_type=_ID, nullable=True)
    with op.batch_alter_table("source_conflict", schema=None) as batch_op:
        batch_op.alter_column(
            "subject", existing_type=_SUBJECTS, existing_nullable=False, server_default=None
        )
        for column, table in _INDEXED.items():
            batch_op.create_foreign_key(
                batch_op.f(f"fk_source_conflict_{column}_{table}"), table, [column], ["id"]
            )
            batch_op.create_index(
                batch_op.f(f"ix_source_conflict_{column}"), [column], unique=False
            )


def downgrade() -> None:
    op.execute("DELETE FROM source_conflict WHERE subject <> 'certificate'")
    with op.batch_alter_table("source_conflict", schema=None) as batch_op:
        for column, table in _INDEXED.items():
            batch_op.drop_index(batch_op.f(f"ix_source_conflict_{column}"))
            batch_op.drop_constraint(
                batch_op.f(f"fk_source_conflict_{column}_{table}"), type_="foreignkey"
            )
            batch_op.drop_column(column)
        batch_op.alter_column("certificate_id", existing_type=_ID, nullable=False)
        batch_op.drop_column("effective_on")
        batch_op.drop_column("subject")
