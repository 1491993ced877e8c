"""Let each organisation remember for itself how columns and words are read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_KEPT = {"column_mapping": "sender, kind, header", "line_decision": "signature"}
# A member's name on record ends with that of the organisation for which it was decided.
_OF_AN_OWNER = (
    "UPDATE {table} SET organisation_id = (SELECT MIN(o.id) FROM organisation o"
    " WHERE o.role = 'owner' AND substr({table}.actor,"
    " length({table}.actor) - length(o.name) - 2) = ' · ' || o.name)"
)


def upgrade() -> None:
    # Written out, because a batch would drop and rebuild the tables.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    for table, columns in _KEPT.items():
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN organisation_id {kind} CONSTRAINT"
            f" fk_{table}_organisation_id_organisation REFERENCES organisation (id)"
        )
        op.execute(_OF_AN_OWNER.format(table=table))
        op.drop_index(f"uq_{table}_current", table)
        for name, whose, of in (
            ("shared", "NULL", columns),
            ("own", "NOT NULL", f"organisation_id, {columns}"),
        ):
            where = sa.text(f"superseded_at IS NULL AND organisation_id IS {whose}")
            op.create_index(
                f"uq_{table}_{name}",
                table,
                of.split(", "),
                unique=True,
                sqlite_where=where,
                postgresql_where=where,
            )


def downgrade() -> None:
    for table, columns in _KEPT.items():
        op.drop_index(f"uq_{table}_own", table)
        op.drop_index(f"uq_{table}_shared", table)
        # What one organisation remembers for itself cannot count for everybody.
        op.execute(
            f"UPDATE {table} SET superseded_at = decided_at"  # noqa: S608  Names are ours.
            " WHERE superseded_at IS NULL AND organisation_id IS NOT NULL"
        )
        op.execute(f"ALTER TABLE {table} DROP COLUMN organisation_id")
        where = sa.text("superseded_at IS NULL")
        op.create_index(
            f"uq_{table}_current",
            table,
            columns.split(", "),
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )
