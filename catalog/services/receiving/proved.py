"""Receive one product that its company stated and a bureau proved, as a run of the ledger."""

from __future__ import annotations

import datetime as dt
import hashlib

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models.importing import ImportRun, RunState
from catalog.models.product import Product
from catalog.permissions import Action, Actor, ensure
from catalog.records import CertificateRecord, CompanyRecord, Kind, ProductRecord
from catalog.repositories import bulk, epds
from catalog.rules.keys import company_key, product_key
from catalog.rules.numbers import normal_number
from catalog.rules.submitting import day_of, names_certificate
from catalog.services import audit
from catalog.services.receiving.disagreements import refresh_conflicts
from catalog.services.receiving.epd_links import refresh_links
from catalog.services.receiving.products import receive_products
from catalog.services.receiving.receipt import Receipt
from catalog.views.submissions import SubmissionDraft

SOURCE = "企业申报，住建局核实"
"""What the catalogue names as the source of what companies state and bureaus prove."""


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """Whose statement it is: its key and version, the company, and the division's key."""

    key: str
    version: int
    company: str
    credit_code: str | None
    division: str | None
    is_synthetic: bool


def receive_proved(
    session: Session, draft: SubmissionDraft, stated: Stated, *, actor: Actor, now: dt.datetime
) -> tuple[int, int, int]:
    """Bring the product in; return the ids of the run, of the product and of its company.

    The draft has no fault left. An operator can undo the run like any import.

    Raises:
        PermissionDeniedError: The actor proves no products.
    """
    ensure(actor, Action.PROVE_PRODUCTS)
    bulk.take_turns(session)
    record = _record(draft, stated)
    options = msgspec.json.encode([stated, draft])
    run = ImportRun(
        kind=Kind.PRODUCTS,
        source=SOURCE,
        file_name=f"{stated.company} {draft.name}"[:200],
        file_hash=hashlib.sha256(options).hexdigest(),
        state=RunState.FINISHED,
        actor=actor.name,
        started_at=now,
        finished_at=now,
        next_batch=1,
        read=1,
    )
    session.add(run)
    session.flush()
    receipt = Receipt(
        session=session,
        run_id=run.id,
        source=SOURCE,
        actor=actor.name,
        now=now,
        is_synthetic=stated.is_synthetic,
    )
    receive_products(receipt, [record])
    receipt.footprint.keep(0)
    refresh_links(session, actor=run.actor, run_id=run.id, now=now)
    touched = epds.touched_by(session.connection(), run.id)
    run.conflicts = receipt.conflicts + refresh_conflicts(session, touched, run_id=run.id, now=now)
    run.created, run.changed = receipt.created, receipt.changed
    run.unchanged, run.warnings = receipt.unchanged, receipt.warnings
    session.flush()
    audit.record(
        session,
        actor,
        action=Action.PROVE_PRODUCTS,
        thing="import",
        key=str(run.id),
        now=now,
        after={
            "source": SOURCE,
            "submission": stated.key,
            "created": run.created,
            "changed": run.changed,
            "conflicts": run.conflicts,
            "revisions": {"count": receipt.revisions.count, "sha256": receipt.revisions.sha256},
        },
    )
    return run.id, *_ids(session, record)


def _ids(session: Session, record: ProductRecord) -> tuple[int, int]:
    owner = company_key(record.company.name, record.company.credit_code)
    number = normal_number(record.certificate.number) if record.certificate else None
    key = product_key(owner, record.name, record.model, number)
    found = session.execute(select(Product.id, Product.company_id).where(Product.key == key)).one()
    return found.id, found.company_id


def _record(draft: SubmissionDraft, stated: Stated) -> ProductRecord:
    said = msgspec.structs.asdict(draft)
    return ProductRecord(
        row=1,
        company=CompanyRecord(
            name=stated.company, credit_code=stated.credit_code, division=stated.division
        ),
        name=draft.name,
        category=draft.category,
        brand=draft.brand or None,
        model=draft.model or None,
        scope=draft.scope or None,
        description=draft.description or None,
        certificate=_certificate(draft) if names_certificate(said) else None,
    )


def _certificate(draft: SubmissionDraft) -> CertificateRecord:
    return CertificateRecord(
        body=draft.body,
        number=draft.number,
        star=int(draft.star) if draft.star else None,
        standard=draft.standard or None,
        issued_on=day_of(draft.issued_on),
        valid_from=dt.date.fromisoformat(draft.valid_from),
        valid_to=dt.date.fromisoformat(draft.valid_to),
        factory=draft.factory or None,
        factory_address=draft.factory_address or None,
    )
