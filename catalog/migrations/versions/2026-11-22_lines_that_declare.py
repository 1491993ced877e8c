"""Let lines declare factors, unsure days and where goods come from; keep test reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "test_report",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column(
            "product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "number",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "laboratory",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "standard",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column(
            "url",
            sa.String(length=500).with_variant(sa.String(length=500, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "source",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "superseded_run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_test_report_product_id_product")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["import_run.id"], name=op.f("fk_test_report_run_id_import_run")
        ),
        sa.ForeignKeyConstraint(
            ["superseded_run_id"],
            ["import_run.id"],
            name=op.f("fk_test_report_superseded_run_id_import_run"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_report")),
    )
    with op.batch_alter_table("test_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_test_report_run_id"), ["run_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_test_report_superseded_run_id"),
            ["superseded_run_id"],
            unique=False,
            sqlite_where=sa.text("superseded_run_id IS NOT NULL"),
            postgresql_where=sa.text("superseded_run_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_test_report_current",
            ["product_id", "laboratory", "number"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    with op.batch_alter_table("bill_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("declared", sa.Text(), nullable=True))

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "delivered_precision",
                sa.Enum("day", "month", "year", name="dateprecision", native_enum=False, length=40),
                server_default="day",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("declared", sa.Text(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "factory",
                sa.String(length=200).with_variant(
                    sa.String(length=200, collation="C"), "postgresql"
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("transport_km", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.add_column(sa.Column("declared", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("product", schema=None) as batch_op:
        batch_op.drop_column("declared")

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_column("transport_km")
        batch_op.drop_column("factory")
        batch_op.drop_column("declared")
        batch_op.drop_column("delivered_precision")

    with op.batch_alter_table("bill_line", schema=None) as batch_op:
        batch_op.drop_column("declared")

    with op.batch_alter_table("test_report", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_test_report_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(
            batch_op.f("ix_test_report_superseded_run_id"),
            sqlite_where=sa.text("superseded_run_id IS NOT NULL"),
            postgresql_where=sa.text("superseded_run_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_test_report_run_id"))

    op.drop_table("test_report")
