"""Tell organisations in time: notices, letters and webhooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length=length).with_variant(
        sa.String(length=length, collation="C"), "postgresql"
    )


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("key", _text(80), nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("kind", _text(40), nullable=False),
        sa.Column("thing", _text(40), nullable=False),
        sa.Column("thing_key", _text(80), nullable=False),
        sa.Column("name", _text(500), nullable=False),
        sa.Column("occasion", _text(80), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_notice_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
        sa.UniqueConstraint(
            "organisation_id",
            "kind",
            "thing_key",
            "occasion",
            name=op.f("uq_notice_organisation_id_kind_thing_key_occasion"),
        ),
    )

    op.create_table(
        "notice_read",
        sa.Column("account_id", _ID, autoincrement=False, nullable=False),
        sa.Column("notice_id", _ID, autoincrement=False, nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_notice_read_account_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notice.id"],
            name=op.f("fk_notice_read_notice_id_notice"),
        ),
        sa.PrimaryKeyConstraint("account_id", "notice_id", name=op.f("pk_notice_read")),
    )
    with op.batch_alter_table("notice_read", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_read_notice_id"), ["notice_id"], unique=False)

    op.create_table(
        "notice_choice",
        sa.Column("account_id", _ID, autoincrement=False, nullable=False),
        sa.Column("kind", _text(40), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("is_mailed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_notice_choice_account_id_account"),
        ),
        sa.PrimaryKeyConstraint("account_id", "kind", name=op.f("pk_notice_choice")),
    )

    op.create_table(
        "letter",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("key", _text(80), nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("subject", _text(500), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", _ID, nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", _text(500), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_letter_account_id_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("key", name=op.f("uq_letter_key")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_next_at"), ["next_at"], unique=False)

    op.create_table(
        "webhook",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("key", _text(80), nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("url", _text(500), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("made_by", _text(200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_webhook_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
        sa.UniqueConstraint("key", name=op.f("uq_webhook_key")),
    )
    with op.batch_alter_table("webhook", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_webhook_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "webhook_delivery",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("key", _text(80), nullable=False),
        sa.Column("webhook_id", _ID, nullable=False),
        sa.Column("notice_id", _ID, nullable=True),
        sa.Column("event", _text(40), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", _ID, nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", _ID, nullable=True),
        sa.Column("trouble", _text(500), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notice.id"],
            name=op.f("fk_webhook_delivery_notice_id_notice"),
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"],
            ["webhook.id"],
            name=op.f("fk_webhook_delivery_webhook_id_webhook"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_webhook_delivery_key")),
        sa.UniqueConstraint(
            "webhook_id", "notice_id", name=op.f("uq_webhook_delivery_webhook_id_notice_id")
        ),
    )
    with op.batch_alter_table("webhook_delivery", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_webhook_delivery_next_at"), ["next_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_webhook_delivery_notice_id"), ["notice_id"], unique=False
        )

    op.create_table(
        "webhook_try",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("delivery_id", _ID, nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", _ID, nullable=True),
        sa.Column("trouble", _text(500), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["webhook_delivery.id"],
            name=op.f("fk_webhook_try_delivery_id_webhook_delivery"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_try")),
    )
    with op.batch_alter_table("webhook_try", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_webhook_try_delivery_id"), ["delivery_id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("webhook_try")
    op.drop_table("webhook_delivery")
    op.drop_table("webhook")
    op.drop_table("letter")
    op.drop_table("notice_choice")
    op.drop_table("notice_read")
    op.drop_table("notice")
