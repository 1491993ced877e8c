"""Find the open findings at once, however many there are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_OPEN, _JUDGED = "verdict IS NULL AND gone_at IS NULL", "verdict IS NOT NULL"
_VERDICT = "ix_finding_verdict"
_INDEXES = (
    ("ix_finding_open", ["found_at", "id"], _OPEN),
    ("ix_finding_open_kind", ["kind"], _OPEN),
    (_VERDICT, ["verdict"], _JUDGED),
)


def upgrade() -> None:
    # Nearly all have no verdict: an index of that was chosen before those that are made here.
    op.drop_index(_VERDICT, "finding")
    for name, columns, where in _INDEXES:
        op.create_index(
            name, "finding", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )


def downgrade() -> None:
    for name, _, _ in _INDEXES:
        op.drop_index(name, "finding")
    op.create_index(_VERDICT, "finding", ["verdict"])
