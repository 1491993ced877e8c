"""Keep beside each line whether its product was adopted, and add that up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SUMS = (
    "lines_adoption_unknown",
    "adopted_quantity_high",
    "adopted_quantity_low",
    "adopted_amount_high",
    "adopted_amount_low",
)


def upgrade() -> None:
    op.add_column("usage_fact", sa.Column("is_adopted", sa.Boolean(), nullable=True))
    for name in _SUMS:
        op.add_column(
            "usage_cube", sa.Column(name, _INTEGER, server_default=sa.text("0"), nullable=False)
        )
    # Of a product without an entry this is certain; of the others `lucai ratio --rebuild-cube`
    # finds it out.
    op.execute(
        "UPDATE usage_fact SET is_adopted = FALSE WHERE product_id IS NULL "
        "OR product_id NOT IN (SELECT product_id FROM adoption)"
    )


def downgrade() -> None:
    for name in reversed(_SUMS):
        op.drop_column("usage_cube", name)
    op.drop_column("usage_fact", "is_adopted")
