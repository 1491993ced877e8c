"""Let accounts act for organisations, cases lead to adoptions, and every change be on record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length=length).with_variant(
        sa.String(length=length, collation="C"), "postgresql"
    )


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("key", _text(80), nullable=False),
        sa.Column("login", _text(200), nullable=False),
        sa.Column("name", _text(200), nullable=False),
        sa.Column("language", _text(40), nullable=False),
        sa.Column("password_hash", _text(500), nullable=False),
        sa.Column("password_set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_factor", _text(500), nullable=True),
        sa.Column("second_factor_on", sa.Boolean(), nullable=False),
        sa.Column("second_factor_step", _ID, nullable=True),
        sa.Column("password_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("key", name=op.f("uq_account_key")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("number", _ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", _text(200), nullable=False),
        sa.Column("account", _text(80), nullable=True),
        sa.Column("acts_for", _text(80), nullable=True),
        sa.Column("role", _text(40), nullable=False),
        sa.Column("action", _text(40), nullable=False),
        sa.Column("thing", _text(40), nullable=False),
        sa.Column("thing_key", _text(80), nullable=False),
        sa.Column("division", _text(80), nullable=True),
        sa.Column("organisation", _text(80), nullable=True),
        sa.Column("reason", _text(2000), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("previous_hash", _text(80), nullable=False),
        sa.Column("hash", _text(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entry_hash")),
        sa.UniqueConstraint("number", name=op.f("uq_audit_entry_number")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_action"), ["action"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_division"), ["division"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_audit_entry_organisation"), ["organisation"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_audit_entry_thing_thing_key"), ["thing", "thing_key"], unique=False
        )

    op.create_table(
        "sign_in_guess",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("login_hash", _text(80), nullable=False),
        sa.Column("whence", _text(80), nullable=False),
        sa.Column("guessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_guess")),
    )
    with op.batch_alter_table("sign_in_guess", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_in_guess_login_hash_guessed_at"),
            ["login_hash", "guessed_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_sign_in_guess_whence_guessed_at"), ["whence", "guessed_at"], unique=False
        )

    op.create_table(
        "known_device",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("secret_hash", _text(80), nullable=False),
        sa.Column("known_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_known_device_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_device")),
        sa.UniqueConstraint(
            "account_id", "secret_hash", name=op.f("uq_known_device_account_id_secret_hash")
        ),
    )
    op.create_table(
        "organisation",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("key", _text(80), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "anyone",
                "visitor",
                "manufacturer",
                "owner",
                "certification-body",
                "division-bureau",
                "corps-bureau",
                "operator",
                name="role",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", _text(200), nullable=False),
        sa.Column("name_folded", _text(200), nullable=False),
        sa.Column("credit_code", _text(40), nullable=True),
        sa.Column("division_id", _ID, nullable=True),
        sa.Column("company_id", _ID, nullable=True),
        sa.Column("body_id", _ID, nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "proved",
                "refused",
                "closed",
                name="organisationstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judged_by", _text(200), nullable=True),
        sa.Column("judged_reason", _text(2000), nullable=True),
        sa.ForeignKeyConstraint(
            ["body_id"],
            ["certification_body.id"],
            name=op.f("fk_organisation_body_id_certification_body"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_organisation_company_id_company")
        ),
        sa.ForeignKeyConstraint(
            ["division_id"], ["division.id"], name=op.f("fk_organisation_division_id_division")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("key", name=op.f("uq_organisation_key")),
    )
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_organisation_company_id"), ["company_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_organisation_division_id"), ["division_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_organisation_name_folded"), ["name_folded"], unique=False
        )
        batch_op.create_index(
            "uq_organisation_standing",
            ["credit_code"],
            unique=True,
            sqlite_where=sa.text("state IN ('pending', 'proved')"),
            postgresql_where=sa.text("state IN ('pending', 'proved')"),
        )

    op.create_table(
        "evidence",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("key", _text(80), nullable=False),
        sa.Column("sha256", _text(80), nullable=False),
        sa.Column("size", _ID, nullable=False),
        sa.Column("media_type", _text(40), nullable=False),
        sa.Column("name", _text(200), nullable=False),
        sa.Column("note", _text(2000), nullable=True),
        sa.Column("organisation_id", _ID, nullable=True),
        sa.Column("division_id", _ID, nullable=True),
        sa.Column("uploaded_by", _text(200), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("altered_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["division_id"], ["division.id"], name=op.f("fk_evidence_division_id_division")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_evidence_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("key", name=op.f("uq_evidence_key")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_division_id"), ["division_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_evidence_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_evidence_sha256"), ["sha256"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("rank", _ID, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_membership_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_membership_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_membership_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            "uq_membership_standing",
            ["account_id", "organisation_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "adoption_case",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("key", _text(80), nullable=False),
        sa.Column("number", _text(40), nullable=False),
        sa.Column(
            "route",
            sa.Enum("certificate", "test-report", name="route", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "division-review",
                "returned",
                "corps-review",
                "notice",
                "objected",
                "adopted",
                "suspended",
                "correction",
                "removal-notice",
                "removed",
                "refused",
                "appealed",
                "withdrawn",
                "lapsed",
                name="casestate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", _ID, nullable=False),
        sa.Column("pack", _text(80), nullable=True),
        sa.Column("product_id", _ID, nullable=False),
        sa.Column("organisation_id", _ID, nullable=False),
        sa.Column("division_id", _ID, nullable=False),
        sa.Column("certificate_id", _ID, nullable=True),
        sa.Column("report_issued_on", sa.Date(), nullable=True),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_adoption_case_certificate_id_certificate"),
        ),
        sa.ForeignKeyConstraint(
            ["division_id"], ["division.id"], name=op.f("fk_adoption_case_division_id_division")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_adoption_case_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_adoption_case_product_id_product")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoption_case")),
        sa.UniqueConstraint("key", name=op.f("uq_adoption_case_key")),
        sa.UniqueConstraint("number", name=op.f("uq_adoption_case_number")),
    )
    with op.batch_alter_table("adoption_case", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_adoption_case_certificate_id"), ["certificate_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_adoption_case_division_id"), ["division_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_adoption_case_due_on"), ["due_on"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_adoption_case_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_adoption_case_product_id"), ["product_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_adoption_case_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_adoption_case_open",
            ["product_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "api_token",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("key", _text(80), nullable=False),
        sa.Column("secret_hash", _text(80), nullable=False),
        sa.Column("membership_id", _ID, nullable=False),
        sa.Column("name", _text(200), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_api_token_membership_id_membership")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("key", name=op.f("uq_api_token_key")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_api_token_secret_hash")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_api_token_membership_id"), ["membership_id"], unique=False
        )

    op.create_table(
        "signed_in",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("secret_hash", _text(80), nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("membership_id", _ID, nullable=True),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("browser", _text(500), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_signed_in_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_signed_in_membership_id_membership")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_in")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_signed_in_secret_hash")),
    )
    with op.batch_alter_table("signed_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signed_in_account_id"), ["account_id"], unique=False)

    op.create_table(
        "adoption",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("key", _text(80), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("product_id", _ID, nullable=False),
        sa.Column("division_id", _ID, nullable=False),
        sa.Column(
            "route",
            sa.Enum("certificate", "test-report", name="route", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("certificate_id", _ID, nullable=True),
        sa.Column("report_issued_on", sa.Date(), nullable=True),
        sa.Column("adopted_on", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["adoption_case.id"], name=op.f("fk_adoption_case_id_adoption_case")
        ),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_adoption_certificate_id_certificate"),
        ),
        sa.ForeignKeyConstraint(
            ["division_id"], ["division.id"], name=op.f("fk_adoption_division_id_division")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["product.id"], name=op.f("fk_adoption_product_id_product")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoption")),
        sa.UniqueConstraint("case_id", name=op.f("uq_adoption_case_id")),
        sa.UniqueConstraint("key", name=op.f("uq_adoption_key")),
    )
    with op.batch_alter_table("adoption", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_adoption_certificate_id"), ["certificate_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_adoption_division_id"), ["division_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_adoption_product_id"), ["product_id"], unique=False)

    op.create_table(
        "case_step",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("sequence", _ID, nullable=False),
        sa.Column("step", _text(40), nullable=False),
        sa.Column(
            "from_state",
            sa.Enum(
                "draft",
                "division-review",
                "returned",
                "corps-review",
                "notice",
                "objected",
                "adopted",
                "suspended",
                "correction",
                "removal-notice",
                "removed",
                "refused",
                "appealed",
                "withdrawn",
                "lapsed",
                name="casestate",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "to_state",
            sa.Enum(
                "draft",
                "division-review",
                "returned",
                "corps-review",
                "notice",
                "objected",
                "adopted",
                "suspended",
                "correction",
                "removal-notice",
                "removed",
                "refused",
                "appealed",
                "withdrawn",
                "lapsed",
                name="casestate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("actor", _text(200), nullable=False),
        sa.Column("account", _text(80), nullable=True),
        sa.Column("acts_for", _text(80), nullable=True),
        sa.Column("role", _text(40), nullable=False),
        sa.Column("reason", _text(2000), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["adoption_case.id"], name=op.f("fk_case_step_case_id_adoption_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_step")),
        sa.UniqueConstraint("case_id", "sequence", name=op.f("uq_case_step_case_id_sequence")),
    )
    op.create_table(
        "objection",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("key", _text(80), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("is_unit", sa.Boolean(), nullable=False),
        sa.Column("name", _text(200), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", _text(200), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judged_by", _text(200), nullable=True),
        sa.Column("is_upheld", sa.Boolean(), nullable=True),
        sa.Column("answer", _text(2000), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["adoption_case.id"], name=op.f("fk_objection_case_id_adoption_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("key", name=op.f("uq_objection_key")),
    )
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objection_case_id"), ["case_id"], unique=False)

    op.create_table(
        "adoption_status",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("adoption_id", _ID, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "adopted",
                "suspended",
                "removed",
                name="adoptionstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("ground", _text(40), nullable=True),
        sa.Column("reason", _text(2000), nullable=True),
        sa.Column("step_id", _ID, nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_id", _ID, nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded_run_id", _ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["adoption_id"], ["adoption.id"], name=op.f("fk_adoption_status_adoption_id_adoption")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["import_run.id"], name=op.f("fk_adoption_status_run_id_import_run")
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["case_step.id"], name=op.f("fk_adoption_status_step_id_case_step")
        ),
        sa.ForeignKeyConstraint(
            ["superseded_run_id"],
            ["import_run.id"],
            name=op.f("fk_adoption_status_superseded_run_id_import_run"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adoption_status")),
    )
    with op.batch_alter_table("adoption_status", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_adoption_status_adoption_id"), ["adoption_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_adoption_status_run_id"), ["run_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_adoption_status_superseded_run_id"),
            ["superseded_run_id"],
            unique=False,
            sqlite_where=sa.text("superseded_run_id IS NOT NULL"),
            postgresql_where=sa.text("superseded_run_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_adoption_status_current",
            ["adoption_id", "from_on"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "case_evidence",
        sa.Column("id", _ID, sa.Identity(always=False), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("evidence_id", _ID, nullable=False),
        sa.Column("step_id", _ID, nullable=True),
        sa.Column("kind", _text(40), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["adoption_case.id"], name=op.f("fk_case_evidence_case_id_adoption_case")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_case_evidence_evidence_id_evidence")
        ),
        sa.ForeignKeyConstraint(
            ["step_id"], ["case_step.id"], name=op.f("fk_case_evidence_step_id_case_step")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_evidence")),
    )
    with op.batch_alter_table("case_evidence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_case_evidence_case_id_kind"), ["case_id", "kind"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_case_evidence_evidence_id"), ["evidence_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("case_evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_evidence_evidence_id"))
        batch_op.drop_index(batch_op.f("ix_case_evidence_case_id_kind"))

    op.drop_table("case_evidence")
    with op.batch_alter_table("adoption_status", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_adoption_status_current",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(
            batch_op.f("ix_adoption_status_superseded_run_id"),
            sqlite_where=sa.text("superseded_run_id IS NOT NULL"),
            postgresql_where=sa.text("superseded_run_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_adoption_status_run_id"))
        batch_op.drop_index(batch_op.f("ix_adoption_status_adoption_id"))

    op.drop_table("adoption_status")
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_objection_case_id"))

    op.drop_table("objection")
    op.drop_table("case_step")
    with op.batch_alter_table("adoption", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_adoption_product_id"))
        batch_op.drop_index(batch_op.f("ix_adoption_division_id"))
        batch_op.drop_index(batch_op.f("ix_adoption_certificate_id"))

    op.drop_table("adoption")
    with op.batch_alter_table("signed_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signed_in_account_id"))

    op.drop_table("signed_in")
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_token_membership_id"))

    op.drop_table("api_token")
    with op.batch_alter_table("adoption_case", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_adoption_case_open",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_adoption_case_state"))
        batch_op.drop_index(batch_op.f("ix_adoption_case_product_id"))
        batch_op.drop_index(batch_op.f("ix_adoption_case_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_adoption_case_due_on"))
        batch_op.drop_index(batch_op.f("ix_adoption_case_division_id"))
        batch_op.drop_index(batch_op.f("ix_adoption_case_certificate_id"))

    op.drop_table("adoption_case")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_membership_standing",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_membership_organisation_id"))

    op.drop_table("membership")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_sha256"))
        batch_op.drop_index(batch_op.f("ix_evidence_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_division_id"))

    op.drop_table("evidence")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_name_folded"))
        batch_op.drop_index(batch_op.f("ix_organisation_division_id"))
        batch_op.drop_index(batch_op.f("ix_organisation_company_id"))

    op.drop_table("organisation")
    op.drop_table("known_device")
    with op.batch_alter_table("sign_in_guess", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_guess_whence_guessed_at"))
        batch_op.drop_index(batch_op.f("ix_sign_in_guess_login_hash_guessed_at"))

    op.drop_table("sign_in_guess")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_thing_thing_key"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_organisation"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_division"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_at"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_action"))

    op.drop_table("audit_entry")
    op.drop_table("account")
