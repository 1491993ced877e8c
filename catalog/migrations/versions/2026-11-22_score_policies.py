"""Keep surveillance visits, spot checks, and what owners lay over the shared score."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length=length).with_variant(
        sa.String(length=length, collation="C"), "postgresql"
    )


def upgrade() -> None:
    _inspections("surveillance_visit", "certificate", "visited_on")
    _inspections("spot_check", "product", "checked_on", "authority")
    op.create_table(
        "owner_policy",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("version", _ID, nullable=False),
        sa.Column("pack", _text(80), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("set_by", _text(200), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_owner_policy_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owner_policy")),
        sa.UniqueConstraint(
            "organisation_id", "version", name=op.f("uq_owner_policy_organisation_id_version")
        ),
    )
    op.create_index(
        "uq_owner_policy_standing",
        "owner_policy",
        ["organisation_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _inspections(table: str, subject: str, day: str, *by: str) -> None:
    op.create_table(
        table,
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column(f"{subject}_id", _ID, nullable=False),
        sa.Column(day, sa.Date(), nullable=False),
        *(sa.Column(name, _text(200), nullable=False) for name in by),
        sa.Column("is_passed", sa.Boolean(), nullable=False),
        sa.Column("note", _text(2000), nullable=True),
        sa.Column("source", _text(200), nullable=False),
        sa.Column("evidence_id", _ID, nullable=True),
        sa.Column("actor", _text(200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_id", _ID, nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_run_id", _ID, nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
            )
            for column, other in (
                (f"{subject}_id", subject),
                ("evidence_id", "evidence"),
                ("run_id", "import_run"),
                ("superseded_run_id", "import_run"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for column in ("evidence_id", "run_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index(
        op.f(f"ix_{table}_superseded_run_id"),
        table,
        ["superseded_run_id"],
        sqlite_where=sa.text("superseded_run_id IS NOT NULL"),
        postgresql_where=sa.text("superseded_run_id IS NOT NULL"),
    )
    op.create_index(
        f"uq_{table}_current",
        table,
        [f"{subject}_id", day, *by],
        unique=True,
        sqlite_where=sa.text("superseded_at IS NULL"),
        postgresql_where=sa.text("superseded_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("owner_policy")
    op.drop_table("spot_check")
    op.drop_table("surveillance_visit")
