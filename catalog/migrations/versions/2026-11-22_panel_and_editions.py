"""Keep the panel of experts, draws from it, and published editions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length=length).with_variant(
        sa.String(length=length, collation="C"), "postgresql"
    )


def upgrade() -> None:
    op.create_table(
        "expert",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("key", _text(80), nullable=False),
        sa.Column("name", _text(200), nullable=False),
        sa.Column("employer", _text(200), nullable=False),
        sa.Column("employer_code", _text(40), nullable=True),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.Column("added_by", _text(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert")),
        sa.UniqueConstraint("key", name=op.f("uq_expert_key")),
    )
    op.create_table(
        "recusal",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("expert_id", _ID, nullable=False),
        sa.Column("party", _text(200), nullable=False),
        sa.Column("reason", _text(2000), nullable=False),
        sa.Column("declared_at", _MOMENT, nullable=False),
        sa.Column("declared_by", _text(200), nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("ended_by", _text(200), nullable=True),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["expert.id"], name=op.f("fk_recusal_expert_id_expert")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusal")),
    )
    op.create_index(op.f("ix_recusal_expert_id"), "recusal", ["expert_id"], unique=False)
    op.create_table(
        "draw",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("key", _text(80), nullable=False),
        sa.Column("title", _text(200), nullable=False),
        sa.Column("commitment", _text(80), nullable=False),
        sa.Column("panel_hash", _text(80), nullable=False),
        sa.Column("panel", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("announced_at", _MOMENT, nullable=False),
        sa.Column("announced_by", _text(200), nullable=False),
        sa.Column("sealed_seed", _text(500), nullable=True),
        sa.Column("revealed_at", _MOMENT, nullable=True),
        sa.Column("revealed_by", _text(200), nullable=True),
        sa.Column("voided_at", _MOMENT, nullable=True),
        sa.Column("voided_by", _text(200), nullable=True),
        sa.Column("void_reason", _text(2000), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
        sa.UniqueConstraint("commitment", name=op.f("uq_draw_commitment")),
        sa.UniqueConstraint("key", name=op.f("uq_draw_key")),
    )
    op.create_table(
        "edition",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("key", _text(80), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("catalogue", "adoptions", name="editionkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("year", _ID, nullable=False),
        sa.Column("number", _ID, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("content_hash", _text(80), nullable=False),
        sa.Column("entries", _ID, nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("published_at", _MOMENT, nullable=False),
        sa.Column("published_by", _text(200), nullable=False),
        sa.Column("note", _text(2000), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("key", name=op.f("uq_edition_key")),
        sa.UniqueConstraint("kind", "as_of", name=op.f("uq_edition_kind_as_of")),
        sa.UniqueConstraint("kind", "year", "number", name=op.f("uq_edition_kind_year_number")),
    )
    op.create_table(
        "edition_line",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("edition_id", _ID, nullable=False),
        sa.Column("position", _ID, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_edition_line_edition_id_edition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_line")),
        sa.UniqueConstraint(
            "edition_id", "position", name=op.f("uq_edition_line_edition_id_position")
        ),
    )
    op.create_table(
        "edition_note",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("edition_id", _ID, nullable=False),
        sa.Column("text", _text(2000), nullable=False),
        sa.Column("written_at", _MOMENT, nullable=False),
        sa.Column("written_by", _text(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_edition_note_edition_id_edition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_note")),
    )
    op.create_index(
        op.f("ix_edition_note_edition_id"), "edition_note", ["edition_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("edition_note")
    op.drop_table("edition_line")
    op.drop_table("edition")
    op.drop_table("draw")
    op.drop_table("recusal")
    op.drop_table("expert")
