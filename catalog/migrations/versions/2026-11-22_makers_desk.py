"""What manufacturers state of their products, and demand as counted per day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length=length).with_variant(
        sa.String(length=length, collation="C"), "postgresql"
    )


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def upgrade() -> None:
    op.create_table(
        "product_submission",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("key", _text(80), nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("division_id", _ID, nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("version", _ID, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("evidence_id", _ID, nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judged_by", _text(200), nullable=True),
        sa.Column("judged_reason", _text(2000), nullable=True),
        sa.Column("run_id", _ID, nullable=True),
        sa.Column("product_id", _ID, nullable=True),
        _refers("product_submission", "organisation_id", "organisation"),
        _refers("product_submission", "division_id", "division"),
        _refers("product_submission", "evidence_id", "evidence"),
        _refers("product_submission", "run_id", "import_run"),
        _refers("product_submission", "product_id", "product"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_submission")),
        sa.UniqueConstraint("key", name=op.f("uq_product_submission_key")),
    )
    for column in ("organisation_id", "division_id", "state", "evidence_id", "run_id",
                   "product_id"):  # fmt: skip
        op.create_index(op.f(f"ix_product_submission_{column}"), "product_submission", [column])
    op.create_table(
        "product_interest",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("product_id", _ID, nullable=False),
        sa.Column("kind", _text(40), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("times", _ID, nullable=False),
        _refers("product_interest", "product_id", "product"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_interest")),
        sa.UniqueConstraint(
            "product_id", "kind", "on_day", name=op.f("uq_product_interest_product_id_kind_on_day")
        ),
    )


def downgrade() -> None:
    op.drop_table("product_interest")
    op.drop_table("product_submission")
