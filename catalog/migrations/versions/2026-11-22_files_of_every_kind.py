"""Add what imports of every kind need: declarations, mappings, decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "column_mapping",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column(
            "sender",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "products",
                "projects",
                "bill-lines",
                "deliveries",
                "registry",
                "epds",
                name="kind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "header",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column(
            "actor",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_column_mapping")),
    )
    with op.batch_alter_table("column_mapping", schema=None) as batch_op:
        batch_op.create_index(
            "uq_column_mapping_current",
            ["sender", "kind", "header"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "epd",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column(
            "key",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epd")),
        sa.UniqueConstraint("key", name=op.f("uq_epd_key")),
    )
    op.create_table(
        "epd_version",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column("epd_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "source",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "format",
            sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "version",
            sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "name",
            sa.String(length=500).with_variant(sa.String(length=500, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "subtype",
            sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "manufacturer",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "operator",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "registration_number",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "location",
            sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column(
            "issued_precision",
            sa.Enum("day", "year", name="dateprecision", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column(
            "valid_precision",
            sa.Enum("day", "year", name="dateprecision", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column(
            "declared_quantity",
            sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "declared_unit",
            sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "mass_kg",
            sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "content_hash",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "superseded_run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(["epd_id"], ["epd.id"], name=op.f("fk_epd_version_epd_id_epd")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["import_run.id"], name=op.f("fk_epd_version_run_id_import_run")
        ),
        sa.ForeignKeyConstraint(
            ["superseded_run_id"],
            ["import_run.id"],
            name=op.f("fk_epd_version_superseded_run_id_import_run"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epd_version")),
    )
    with op.batch_alter_table("epd_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_epd_version_epd_id"), ["epd_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_epd_version_registration_number"), ["registration_number"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_epd_version_run_id"), ["run_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_epd_version_superseded_run_id"),
            ["superseded_run_id"],
            unique=False,
            sqlite_where=sa.text("superseded_run_id IS NOT NULL"),
            postgresql_where=sa.text("superseded_run_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_epd_version_current",
            ["epd_id", "source"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "epd_result",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column(
            "version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "indicator",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "method",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "unit",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "module",
            sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "scenario",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "amount",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["epd_version.id"], name=op.f("fk_epd_result_version_id_epd_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epd_result")),
    )
    with op.batch_alter_table("epd_result", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_epd_result_version_id"), ["version_id"], unique=False)

    op.create_table(
        "line_decision",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column(
            "signature",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "name",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "specification",
            sa.String(length=2000).with_variant(
                sa.String(length=2000, collation="C"), "postgresql"
            ),
            nullable=True,
        ),
        sa.Column(
            "unit",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "category_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "place",
            sa.String(length=80).with_variant(sa.String(length=80, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("is_material", sa.Boolean(), nullable=False),
        sa.Column(
            "actor",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_line_decision_category_id_category")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_line_decision_product_id_product")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_decision")),
    )
    with op.batch_alter_table("line_decision", schema=None) as batch_op:
        batch_op.create_index(
            "uq_line_decision_current",
            ["signature"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "product_epd",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column(
            "product_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("epd_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "reason",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "actor",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "ended_by",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "superseded_run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(["epd_id"], ["epd.id"], name=op.f("fk_product_epd_epd_id_epd")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_product_epd_product_id_product")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["import_run.id"], name=op.f("fk_product_epd_run_id_import_run")
        ),
        sa.ForeignKeyConstraint(
            ["superseded_run_id"],
            ["import_run.id"],
            name=op.f("fk_product_epd_superseded_run_id_import_run"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_epd")),
    )
    with op.batch_alter_table("product_epd", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_product_epd_epd_id"), ["epd_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_product_epd_product_id"), ["product_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_product_epd_run_id"), ["run_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_product_epd_superseded_run_id"),
            ["superseded_run_id"],
            unique=False,
            sqlite_where=sa.text("superseded_run_id IS NOT NULL"),
            postgresql_where=sa.text("superseded_run_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_product_epd_current",
            ["product_id", "epd_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    for table in ("bill_line", "delivery"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(
                "specification",
                existing_type=sa.String(length=500),
                type_=sa.String(length=2000).with_variant(
                    sa.String(length=2000, collation="C"), "postgresql"
                ),
                existing_nullable=True,
            )

    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "rows_total", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(
            sa.Column(
                "format",
                sa.String(length=40).with_variant(
                    sa.String(length=40, collation="C"), "postgresql"
                ),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("options", sa.Text(), nullable=True))

    op.create_table(
        "import_footprint",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            sa.Identity(always=False),
            nullable=False,
        ),
        sa.Column(
            "run_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "batch",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["import_run.id"],
            name=op.f("fk_import_footprint_run_id_import_run"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_footprint")),
    )
    with op.batch_alter_table("import_footprint", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_footprint_run_id"), ["run_id"], unique=False)

    with op.batch_alter_table("source_conflict", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "decision",
                sa.Enum("held", "offered", name="decision", native_enum=False, length=40),
                nullable=True,
            )
        )
        batch_op.add_column(
            sa.Column(
                "decided_by",
                sa.String(length=200).with_variant(
                    sa.String(length=200, collation="C"), "postgresql"
                ),
                nullable=True,
            )
        )
        batch_op.add_column(
            sa.Column(
                "reason",
                sa.String(length=500).with_variant(
                    sa.String(length=500, collation="C"), "postgresql"
                ),
                nullable=True,
            )
        )


def downgrade() -> None:
    for table in ("bill_line", "delivery"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(
                "specification",
                existing_type=sa.String(length=2000),
                type_=sa.String(length=500).with_variant(
                    sa.String(length=500, collation="C"), "postgresql"
                ),
                existing_nullable=True,
            )

    with op.batch_alter_table("import_footprint", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_footprint_run_id"))

    op.drop_table("import_footprint")
    with op.batch_alter_table("source_conflict", schema=None) as batch_op:
        batch_op.drop_column("reason")
        batch_op.drop_column("decided_by")
        batch_op.drop_column("decision")

    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.drop_column("options")
        batch_op.drop_column("format")
        batch_op.drop_column("rows_total")

    with op.batch_alter_table("product_epd", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_product_epd_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(
            batch_op.f("ix_product_epd_superseded_run_id"),
            sqlite_where=sa.text("superseded_run_id IS NOT NULL"),
            postgresql_where=sa.text("superseded_run_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_product_epd_run_id"))
        batch_op.drop_index(batch_op.f("ix_product_epd_product_id"))
        batch_op.drop_index(batch_op.f("ix_product_epd_epd_id"))

    op.drop_table("product_epd")
    with op.batch_alter_table("line_decision", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_line_decision_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.drop_table("line_decision")
    with op.batch_alter_table("epd_result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_epd_result_version_id"))

    op.drop_table("epd_result")
    with op.batch_alter_table("epd_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_epd_version_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(
            batch_op.f("ix_epd_version_superseded_run_id"),
            sqlite_where=sa.text("superseded_run_id IS NOT NULL"),
            postgresql_where=sa.text("superseded_run_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_epd_version_run_id"))
        batch_op.drop_index(batch_op.f("ix_epd_version_registration_number"))
        batch_op.drop_index(batch_op.f("ix_epd_version_epd_id"))

    op.drop_table("epd_version")
    op.drop_table("epd")
    with op.batch_alter_table("column_mapping", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_column_mapping_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.drop_table("column_mapping")
