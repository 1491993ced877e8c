"""Keep what the checks across projects find, and the certified output that they hold it against."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length=length).with_variant(
        sa.String(length=length, collation="C"), "postgresql"
    )


def upgrade() -> None:
    op.create_table(
        "finding",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("key", _text(80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.String(length=40), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judged_by", _text(200), nullable=True),
        sa.Column("reason", _text(2000), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("key", name=op.f("uq_finding_key")),
    )
    op.create_index(op.f("ix_finding_kind_found_at"), "finding", ["kind", "found_at"])
    op.create_index(op.f("ix_finding_verdict"), "finding", ["verdict"])
    op.create_table(
        "finding_ground",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("finding_id", _ID, nullable=False),
        sa.Column("of", sa.String(length=40), nullable=False),
        sa.Column("line_id", _ID, nullable=False),
        sa.Column("division_id", _ID, nullable=True),
        sa.Column("project_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["division_id"], ["division.id"], name=op.f("fk_finding_ground_division_id_division")
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_ground_finding_id_finding")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_finding_ground_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_ground")),
        sa.UniqueConstraint(
            "finding_id", "of", "line_id", name=op.f("uq_finding_ground_finding_id_of_line_id")
        ),
    )
    op.create_index(op.f("ix_finding_ground_division_id"), "finding_ground", ["division_id"])
    op.create_index(op.f("ix_finding_ground_project_id"), "finding_ground", ["project_id"])
    op.create_table(
        "certified_output",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("certificate_id", _ID, nullable=False),
        sa.Column("amount_per_year", sa.BigInteger(), nullable=False),
        sa.Column("unit", _text(80), nullable=False),
        sa.Column("source", _text(200), nullable=False),
        sa.Column("stated_by", _text(200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_certified_output_certificate_id_certificate"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certified_output")),
    )
    op.create_index(
        op.f("ix_certified_output_certificate_id"), "certified_output", ["certificate_id"]
    )


def downgrade() -> None:
    op.drop_table("certified_output")
    op.drop_table("finding_ground")
    op.drop_table("finding")
