"""Keep beside a submission what was handed in of it last: its company may be changing it since."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_TABLE, _CONTENT, _FILE = "product_submission", "sent_content", "sent_evidence_id"


def upgrade() -> None:
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.add_column(_TABLE, sa.Column(_CONTENT, sa.Text(), nullable=True))
    # Written out, because a batch would drop and rebuild the table.
    op.execute(
        f"ALTER TABLE {_TABLE} ADD COLUMN {_FILE} {kind}"
        f" CONSTRAINT fk_{_TABLE}_{_FILE}_evidence REFERENCES evidence (id)"
    )
    op.create_index(op.f(f"ix_{_TABLE}_{_FILE}"), _TABLE, [_FILE])
    # What it was when it was handed in was not kept apart: its bureau has read what it is now.
    op.execute(
        f"UPDATE {_TABLE} SET {_CONTENT} = content, {_FILE} = evidence_id"  # noqa: S608  Ours.
        " WHERE submitted_at IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_index(op.f(f"ix_{_TABLE}_{_FILE}"), _TABLE)
    op.execute(f"ALTER TABLE {_TABLE} DROP COLUMN {_FILE}")
    op.drop_column(_TABLE, _CONTENT)
