"""Keep annual reports, what was handed in, targets, and demonstration projects."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length=length).with_variant(
        sa.String(length=length, collation="C"), "postgresql"
    )


def upgrade() -> None:
    op.create_table(
        "annual_report",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("key", _text(80), nullable=False),
        sa.Column("scope", _text(80), nullable=False),
        sa.Column("division_id", _ID, nullable=True),
        sa.Column("year", _ID, nullable=False),
        sa.Column("revision", _ID, nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", _ID, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("content_hash", _text(80), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["division_id"], ["division.id"], name=op.f("fk_annual_report_division_id_division")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annual_report")),
        sa.UniqueConstraint("key", name=op.f("uq_annual_report_key")),
        sa.UniqueConstraint(
            "scope", "year", "revision", name=op.f("uq_annual_report_scope_year_revision")
        ),
    )
    op.create_index(op.f("ix_annual_report_division_id"), "annual_report", ["division_id"])
    op.create_table(
        "annual_report_text",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("report_id", _ID, nullable=False),
        sa.Column("version", _ID, nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", _text(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["annual_report.id"],
            name=op.f("fk_annual_report_text_report_id_annual_report"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annual_report_text")),
        sa.UniqueConstraint(
            "report_id", "version", name=op.f("uq_annual_report_text_report_id_version")
        ),
    )
    op.create_table(
        "annual_report_step",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("report_id", _ID, nullable=False),
        sa.Column("sequence", _ID, nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("to_state", sa.String(length=40), nullable=False),
        sa.Column("actor", _text(200), nullable=False),
        sa.Column("account", _text(80), nullable=True),
        sa.Column("acts_for", _text(80), nullable=True),
        sa.Column("reason", _text(2000), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["annual_report.id"],
            name=op.f("fk_annual_report_step_report_id_annual_report"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annual_report_step")),
        sa.UniqueConstraint(
            "report_id", "sequence", name=op.f("uq_annual_report_step_report_id_sequence")
        ),
    )
    op.create_table(
        "filing",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("key", _text(80), nullable=False),
        sa.Column("division_id", _ID, nullable=False),
        sa.Column("duty", _text(40), nullable=False),
        sa.Column("year", _ID, nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("report_id", _ID, nullable=True),
        sa.Column("evidence_id", _ID, nullable=True),
        sa.Column("note", _text(2000), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", _text(200), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", _text(2000), nullable=True),
        sa.ForeignKeyConstraint(
            ["division_id"], ["division.id"], name=op.f("fk_filing_division_id_division")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_filing_evidence_id_evidence")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["annual_report.id"], name=op.f("fk_filing_report_id_annual_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing")),
        sa.UniqueConstraint("key", name=op.f("uq_filing_key")),
    )
    op.create_index(op.f("ix_filing_division_id"), "filing", ["division_id"])
    op.create_table(
        "filing_exemption",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("key", _text(80), nullable=False),
        sa.Column("division_id", _ID, nullable=False),
        sa.Column("duty", _text(40), nullable=False),
        sa.Column("year", _ID, nullable=False),
        sa.Column("reason", _text(2000), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", _text(200), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["division_id"], ["division.id"], name=op.f("fk_filing_exemption_division_id_division")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_exemption")),
        sa.UniqueConstraint("key", name=op.f("uq_filing_exemption_key")),
    )
    op.create_index(op.f("ix_filing_exemption_division_id"), "filing_exemption", ["division_id"])
    op.create_table(
        "bureau_target",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("key", _text(80), nullable=False),
        sa.Column("division_id", _ID, nullable=True),
        sa.Column("year", _ID, nullable=False),
        sa.Column("method", _text(40), nullable=False),
        sa.Column("percent", sa.BigInteger(), nullable=False),
        sa.Column("document", _text(200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", _text(200), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", _text(2000), nullable=True),
        sa.ForeignKeyConstraint(
            ["division_id"], ["division.id"], name=op.f("fk_bureau_target_division_id_division")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bureau_target")),
        sa.UniqueConstraint("key", name=op.f("uq_bureau_target_key")),
    )
    op.create_index(op.f("ix_bureau_target_division_id"), "bureau_target", ["division_id"])
    op.create_table(
        "demonstration",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("key", _text(80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", _text(200), nullable=False),
        sa.Column("division_id", _ID, nullable=False),
        sa.Column("project_id", _ID, nullable=True),
        sa.Column("company_id", _ID, nullable=True),
        sa.Column("document", _text(200), nullable=False),
        sa.Column("named_on", sa.Date(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", _text(200), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", _text(2000), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_demonstration_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["division_id"], ["division.id"], name=op.f("fk_demonstration_division_id_division")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_demonstration_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demonstration")),
        sa.UniqueConstraint("key", name=op.f("uq_demonstration_key")),
    )
    op.create_index(op.f("ix_demonstration_company_id"), "demonstration", ["company_id"])
    op.create_index(op.f("ix_demonstration_division_id"), "demonstration", ["division_id"])
    op.create_index(op.f("ix_demonstration_project_id"), "demonstration", ["project_id"])


def downgrade() -> None:
    op.drop_table("demonstration")
    op.drop_table("bureau_target")
    op.drop_table("filing_exemption")
    op.drop_table("filing")
    op.drop_table("annual_report_step")
    op.drop_table("annual_report_text")
    op.drop_table("annual_report")
