"""Count how often each table was written to: what is remembered of it is true so long."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEY = sa.String(80).with_variant(sa.String(80, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "written_table",
        sa.Column("name", _KEY, nullable=False),
        sa.Column("times", _INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_written_table")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("written_table")
