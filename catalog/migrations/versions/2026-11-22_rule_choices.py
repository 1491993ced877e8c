"""Let a rule pack be chosen with a reason, and a division say whose rules it goes by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length=length).with_variant(
        sa.String(length=length, collation="C"), "postgresql"
    )


def upgrade() -> None:
    op.create_table(
        "rule_choice",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("kind", _text(40), nullable=False),
        sa.Column("method", _text(40), nullable=False),
        sa.Column("pack", _text(80), nullable=False),
        sa.Column("reason", _text(2000), nullable=False),
        sa.Column("actor", _text(200), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", _text(200), nullable=True),
        sa.Column("ended_reason", _text(2000), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_rule_choice_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_choice")),
    )
    with op.batch_alter_table("rule_choice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rule_choice_project_id"), ["project_id"], unique=False)
        batch_op.create_index(
            "uq_rule_choice_standing",
            ["project_id", "kind", "method"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
    # Written out, because a batch would drop and rebuild tables that others refer to.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE result ADD COLUMN choice_id {kind}"
        " CONSTRAINT fk_result_choice_id_rule_choice REFERENCES rule_choice (id)"
    )
    op.add_column(
        "division", sa.Column("jurisdiction", _text(200), nullable=False, server_default="CN")
    )
    # Every division so far is one of the Corps.
    op.execute("UPDATE division SET jurisdiction = 'CN-XJ-XPCC'")


def downgrade() -> None:
    op.execute("ALTER TABLE division DROP COLUMN jurisdiction")
    op.execute("ALTER TABLE result DROP COLUMN choice_id")
    op.drop_table("rule_choice")
