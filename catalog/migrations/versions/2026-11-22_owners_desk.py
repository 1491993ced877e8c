"""Let an owner say which ratio a project shall reach."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length=length).with_variant(
        sa.String(length=length, collation="C"), "postgresql"
    )


def upgrade() -> None:
    op.create_table(
        "project_target",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("method", _text(40), nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=False),
        sa.Column("chosen_at", _MOMENT, nullable=False),
        sa.Column("chosen_by", _text(200), nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_target_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_target")),
    )
    op.create_index(op.f("ix_project_target_project_id"), "project_target", ["project_id"])
    op.create_index(
        "uq_project_target_standing",
        "project_target",
        ["project_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("project_target")
