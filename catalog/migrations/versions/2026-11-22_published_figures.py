"""Keep published figures for ever."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length=length).with_variant(
        sa.String(length=length, collation="C"), "postgresql"
    )


def upgrade() -> None:
    op.create_table(
        "published_figure",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("content_hash", _text(80), nullable=False),
        sa.Column("division_id", _ID, nullable=True),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("year", _ID, nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("method", _text(40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", _text(200), nullable=False),
        sa.Column("note", _text(2000), nullable=True),
        sa.ForeignKeyConstraint(
            ["division_id"],
            ["division.id"],
            name=op.f("fk_published_figure_division_id_division"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_figure")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_published_figure_content_hash")),
    )
    with op.batch_alter_table("published_figure", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_published_figure_division_id"), ["division_id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("published_figure")
