"""The change feed of what is public; what is here already stands at its beginning."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_HELD = (
    ("company", "company", "recorded_at"),
    ("product", "product", "recorded_at"),
    ("certificate", "certificate", "recorded_at"),
    ("adoption", "adoption", "recorded_at"),
    ("declaration", "epd", "recorded_at"),
    ("edition", "edition", "published_at"),
    ("figure", "published_figure", "published_at"),
)


def upgrade() -> None:
    op.create_table(
        "public_change",
        sa.Column("number", _ID, autoincrement=False, nullable=False),
        sa.Column("thing", sa.String(length=40), nullable=False),
        sa.Column("thing_id", _ID, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_public_change")),
    )
    connection = op.get_bind()
    for thing, table, moment in _HELD:
        last = connection.scalar(sa.text("SELECT COALESCE(MAX(number), 0) FROM public_change"))
        connection.execute(
            sa.text(
                "INSERT INTO public_change (number, thing, thing_id, recorded_at) "  # noqa: S608  Names are ours.
                f"SELECT :last + ROW_NUMBER() OVER (ORDER BY id), :thing, id, {moment} FROM {table}"
            ),
            {"last": last, "thing": thing},
        )


def downgrade() -> None:
    op.drop_table("public_change")
