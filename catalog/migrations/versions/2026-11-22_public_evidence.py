"""Evidence that anyone may open."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length=length).with_variant(
        sa.String(length=length, collation="C"), "postgresql"
    )


def upgrade() -> None:
    op.add_column("evidence", sa.Column("public_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("evidence", sa.Column("public_by", _text(200), nullable=True))
    op.add_column("evidence", sa.Column("public_reason", _text(2000), nullable=True))


def downgrade() -> None:
    for column in ("public_reason", "public_by", "public_since"):
        op.drop_column("evidence", column)
