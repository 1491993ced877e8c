"""Keep what roll-ups need beside the lines, and a small cube of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_CODE, _KEY, _LINE = (
    sa.String(size).with_variant(sa.String(size, collation="C"), "postgresql")
    for size in (40, 80, 500)
)
_BASIS = sa.Enum("calendar", "report", name="basis", native_enum=False, length=40)
_STAGE = sa.Enum("design", "completion", name="stage", native_enum=False, length=40)


def upgrade() -> None:
    op.create_table(
        "project_count",
        sa.Column("basis", _BASIS, nullable=False),
        sa.Column("stage", _STAGE, nullable=False),
        sa.Column("method", _CODE, nullable=False),
        sa.Column("kind", _CODE, nullable=False),
        sa.Column("division_id", _INTEGER, autoincrement=False, nullable=False),
        sa.Column("year", _INTEGER, autoincrement=False, nullable=False),
        sa.Column("projects", _INTEGER, nullable=False),
        sa.PrimaryKeyConstraint(
            "basis", "stage", "method", "kind", "division_id", "year", name=op.f("pk_project_count")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "report_close",
        sa.Column("id", _INTEGER, sa.Identity(always=False), nullable=False),
        sa.Column("key", _KEY, nullable=False),
        sa.Column("first_year", _INTEGER, nullable=False),
        sa.Column("month", _INTEGER, nullable=False),
        sa.Column("day", _INTEGER, nullable=False),
        sa.Column("source", _LINE, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_close")),
        sa.UniqueConstraint("key", name=op.f("uq_report_close_key")),
    )
    op.create_table(
        "result_cube",
        sa.Column("basis", _BASIS, nullable=False),
        sa.Column("stage", _STAGE, nullable=False),
        sa.Column("method", _CODE, nullable=False),
        sa.Column("kind", _CODE, nullable=False),
        sa.Column("division_id", _INTEGER, autoincrement=False, nullable=False),
        sa.Column("year", _INTEGER, autoincrement=False, nullable=False),
        sa.Column("pack", _KEY, nullable=False),
        sa.Column("points", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("buildings", _INTEGER, nullable=False),
        sa.Column("without_area", _INTEGER, nullable=False),
        sa.Column("with_amount", _INTEGER, nullable=False),
        sa.Column("area_high", _INTEGER, nullable=False),
        sa.Column("area_low", _INTEGER, nullable=False),
        sa.Column("weight_high", _INTEGER, nullable=False),
        sa.Column("weight_low", _INTEGER, nullable=False),
        sa.Column("weighted_high", _INTEGER, nullable=False),
        sa.Column("weighted_low", _INTEGER, nullable=False),
        sa.Column("green_amount_high", _INTEGER, nullable=False),
        sa.Column("green_amount_low", _INTEGER, nullable=False),
        sa.Column("total_amount_high", _INTEGER, nullable=False),
        sa.Column("total_amount_low", _INTEGER, nullable=False),
        sa.PrimaryKeyConstraint(
            "basis",
            "stage",
            "method",
            "kind",
            "division_id",
            "year",
            "pack",
            "points",
            name=op.f("pk_result_cube"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "usage_cube",
        sa.Column("basis", _BASIS, nullable=False),
        sa.Column("stage", _STAGE, nullable=False),
        sa.Column("kind", _CODE, nullable=False),
        sa.Column("division_id", _INTEGER, autoincrement=False, nullable=False),
        sa.Column("year", _INTEGER, autoincrement=False, nullable=False),
        sa.Column("category_id", _INTEGER, autoincrement=False, nullable=False),
        sa.Column("unit", _KEY, nullable=False),
        sa.Column("lines", _INTEGER, nullable=False),
        sa.Column("lines_unstated", _INTEGER, nullable=False),
        sa.Column("lines_without_amount", _INTEGER, nullable=False),
        sa.Column("quantity_high", _INTEGER, nullable=False),
        sa.Column("quantity_low", _INTEGER, nullable=False),
        sa.Column("green_quantity_high", _INTEGER, nullable=False),
        sa.Column("green_quantity_low", _INTEGER, nullable=False),
        sa.Column("amount_high", _INTEGER, nullable=False),
        sa.Column("amount_low", _INTEGER, nullable=False),
        sa.Column("green_amount_high", _INTEGER, nullable=False),
        sa.Column("green_amount_low", _INTEGER, nullable=False),
        sa.PrimaryKeyConstraint(
            "basis",
            "stage",
            "kind",
            "division_id",
            "year",
            "category_id",
            "unit",
            name=op.f("pk_usage_cube"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "usage_fact",
        sa.Column("stage", _STAGE, nullable=False),
        sa.Column("line_id", _INTEGER, autoincrement=False, nullable=False),
        sa.Column("building_id", _INTEGER, nullable=False),
        sa.Column("project_id", _INTEGER, nullable=False),
        sa.Column("division_id", _INTEGER, nullable=False),
        sa.Column("kinds", sa.String(length=120), nullable=False),
        sa.Column("year", _INTEGER, nullable=True),
        sa.Column("report_year", _INTEGER, nullable=True),
        sa.Column("category_id", _INTEGER, nullable=True),
        sa.Column("product_id", _INTEGER, nullable=True),
        sa.Column("certificate_id", _INTEGER, nullable=True),
        sa.Column("unit", _KEY, nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("is_green", sa.Boolean(), nullable=True),
        sa.Column("green_quantity", sa.BigInteger(), nullable=True),
        sa.Column("green_amount", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("stage", "line_id", name=op.f("pk_usage_fact")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("usage_fact", schema=None) as batch_op:
        batch_op.create_index(
            "ix_usage_fact_lines", ["stage", "category_id", "division_id", "line_id"], unique=False
        )

    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kinds", sa.String(length=120), server_default=",", nullable=False)
        )
        batch_op.add_column(sa.Column("done_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.drop_column("done_on")
        batch_op.drop_column("kinds")

    with op.batch_alter_table("usage_fact", schema=None) as batch_op:
        batch_op.drop_index("ix_usage_fact_lines")

    op.drop_table("usage_fact")
    op.drop_table("usage_cube")
    op.drop_table("result_cube")
    op.drop_table("report_close")
    op.drop_table("project_count")
