"""Look for what does not fit together across projects, list it, and let a person judge it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import polars as pl
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from catalog.db import Database
from catalog.errors import (
    CertificateNotFoundError,
    FindingJudgedError,
    FindingNotFoundError,
)
from catalog.models.finding import CertifiedOutput
from catalog.permissions import Action, Actor, Reach, Thing, ensure, may, reach_of
from catalog.repositories import certificates, findings, reference, suspects, verification
from catalog.repositories.calculating import Reader
from catalog.rules.checks.amounts import Output, PackOf, over_billed, over_output
from catalog.rules.checks.files import shared_files, wrong_files
from catalog.rules.checks.kinds import FindingKind, FindingStanding, Found, Verdict
from catalog.rules.checks.papers import Named, outside_papers
from catalog.rules.checks.twice import repeated_invoices, repeated_notes
from catalog.rules.pack_checks import ChecksPack
from catalog.rules.packs import pack_in_force
from catalog.rules.periods import CHINA
from catalog.rules.proof import Accepted, Evidence
from catalog.services import audit
from catalog.views.findings import CheckRun, FindingDetail, FindingPage, FindingRow, OutputView

LONGEST_REASON = 2000
_COUNTRY = "CN"
_ALL = frozenset({Evidence.CERTIFICATE, Evidence.TEST_REPORT})


def run_checks(database: Database, actor: Actor, *, now: dt.datetime) -> CheckRun:
    """Check the whole store, write down what is new, and close what has lost its cause.

    A finding that a person has judged is left as it is. Run again, it finds the same ones.

    Raises:
        PermissionDeniedError: The actor may not see the findings of all divisions.
    """
    ensure(actor, Action.SEE_FINDINGS, Thing())
    with database.reading() as connection:
        found = {each.key: each for each in _found(connection, now)}
        unchecked = suspects.certificates_without_output(connection)
    with database.transaction() as session:
        known = findings.known(session)
        new = [each for key, each in found.items() if key not in known]
        findings.add(session, new, now=now)
        renewed = 0
        for key, each in found.items():
            number, verdict, is_gone, facts = known.get(key, (0, None, False, ""))
            if key in known and verdict is None and (is_gone or facts != findings.facts_text(each)):
                findings.renew(session, number, each, back_at=now if is_gone else None)
                renewed += 1
        gone = [
            number
            for key, (number, verdict, is_gone, _) in known.items()
            if key not in found and verdict is None and not is_gone
        ]
        findings.close(session, gone, now=now)
        # A run that finds nothing is on record too: that nobody looked is something else.
        audit.record(
            session,
            actor,
            action=Action.SEE_FINDINGS,
            thing="findings",
            key="run",
            now=now,
            after={"new": len(new), "gone": len(gone), "renewed": renewed},
        )
    return CheckRun(
        standing=len(found),
        new=len(new),
        gone=len(gone),
        judged=sum(1 for key in found if key in known and known[key][1] is not None),
        unchecked_certificates=unchecked,
    )


def browse_findings(
    connection: Connection,
    actor: Actor,
    *,
    limit: int,
    offset: int,
    standing: FindingStanding | None = FindingStanding.OPEN,
    kind: FindingKind | None = None,
    division: str | None = None,
    project: str | None = None,
) -> FindingPage:
    """Return one page of the findings that the actor may see, newest first.

    Raises:
        PermissionDeniedError: The actor may see none at all.
    """
    rows, total = findings.page_of(
        connection,
        seen_by=sight_of(actor),
        standings=() if standing is None else (standing,),
        kind=kind,
        division=division,
        project=project,
        limit=limit,
        offset=offset,
    )
    return FindingPage(rows, limit, offset, total)


def open_counts(connection: Connection, actor: Actor) -> dict[FindingKind, int]:
    """Return how many findings of each kind are open, of those that the actor may see.

    Raises:
        PermissionDeniedError: The actor may see none at all.
    """
    return findings.counts(connection, seen_by=sight_of(actor))


def get_finding(connection: Connection, actor: Actor, key: str) -> FindingDetail:
    """Return a finding with every line that it stands on.

    Whoever may see a finding sees all its lines, those of other divisions too: without them
    nobody could judge it.

    Raises:
        FindingNotFoundError: There is none, or it concerns other divisions only.
    """
    number, row = _visible(connection, actor, key)
    deliveries, bill_lines, files, cases = findings.grounds_of(connection, number)
    return FindingDetail(
        finding=row,
        standing=row.standing,
        deliveries=deliveries,
        bill_lines=bill_lines,
        files=files,
        cases=cases,
    )


def may_judge(actor: Actor, row: FindingRow) -> bool:
    """Tell whether the actor may judge the finding."""
    return any(may(actor, Action.JUDGE_FINDINGS, thing) for thing in _things(row))


def judge(
    session: Session,
    key: str,
    verdict: Verdict,
    *,
    reason: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Say that a finding is so, or that there is a good reason for it.

    Raises:
        FindingNotFoundError: There is none, or it concerns other divisions only.
        PermissionDeniedError: The actor may see it, but not judge it.
        FindingJudgedError: It is judged, or its cause is gone; or no reason is given.
    """
    row = _judged_by(session, actor, key)
    why = reason.strip()[:LONGEST_REASON]
    done = bool(why) and findings.settle(
        session,
        key,
        standing=FindingStanding.OPEN,
        verdict=verdict,
        judged_at=now,
        judged_by=actor.name,
        reason=why,
    )
    if not done:
        raise FindingJudgedError(key=key)
    _keep_on_record(session, actor, row, now, reason=why, before=None, after=verdict)


def reopen(session: Session, key: str, *, reason: str, actor: Actor, now: dt.datetime) -> None:
    """Take a verdict back.

    Raises:
        FindingNotFoundError: There is none, or it concerns other divisions only.
        PermissionDeniedError: The actor may see it, but not judge it.
        FindingJudgedError: It is not judged; or no reason is given.
    """
    row = _judged_by(session, actor, key)
    if row.verdict is None or not reason.strip():
        raise FindingJudgedError(key=key)
    done = findings.settle(
        session,
        key,
        standing=FindingStanding(row.verdict.value),
        verdict=None,
        judged_at=None,
        judged_by=None,
        reason=None,
    )
    if not done:
        raise FindingJudgedError(key=key)
    _keep_on_record(session, actor, row, now, reason=reason, before=row.verdict, after=None)


def state_output(
    session: Session,
    certificate: str,
    amount_per_year: Decimal,
    unit: str,
    *,
    source: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """State how much may be sold a year under a certificate; an earlier statement is superseded.

    Raises:
        PermissionDeniedError: The actor may not bring facts in.
        CertificateNotFoundError: There is no such certificate.
    """
    ensure(actor, Action.IMPORT, Thing())
    papers = verification.by_key(session.connection(), certificate)
    if not papers:
        raise CertificateNotFoundError(key=certificate)
    before = findings.output_of(session.connection(), certificate)
    findings.end_output(session, papers[0].id, now=now)
    session.add(
        CertifiedOutput(
            certificate_id=papers[0].id,
            amount_per_year=amount_per_year,
            unit=unit,
            source=source,
            stated_by=actor.name,
            recorded_at=now,
        )
    )
    audit.record(
        session,
        actor,
        action=Action.IMPORT,
        thing="certified-output",
        key=certificate,
        now=now,
        before={"amount": before.amount_per_year, "unit": before.unit} if before else None,
        after={"amount": amount_per_year, "unit": unit, "source": source},
    )


def get_output(connection: Connection, certificate: str) -> OutputView | None:
    """Return the yearly output that is stated of a certificate, None where nobody states it."""
    return findings.output_of(connection, certificate)


def sight_of(actor: Actor) -> str | None:
    """Return the division whose findings alone the actor may see, None for all.

    Raises:
        PermissionDeniedError: The actor may see none at all.
    """
    ensure(actor, Action.SEE_FINDINGS)
    if reach_of(actor, Action.SEE_FINDINGS) is Reach.ALL:
        return None
    # Whoever reaches a division but has none sees nothing: no division has an empty key.
    return actor.division or ""


def _found(connection: Connection, now: dt.datetime) -> Iterator[Found]:
    """Yield everything that the checks find in the store as it is."""
    reader = Reader(connection)
    deliveries = _with_categories(suspects.deliveries(connection), reader)
    pack_of = _packs(connection, now.astimezone(CHINA).date())
    units = reference.unit_table(connection)
    yield from repeated_notes(deliveries)
    yield from repeated_invoices(deliveries, suspects.invoices(connection))
    yield from over_billed(
        deliveries,
        suspects.billed(connection),
        units=units,
        categories=reader.categories,
        pack_of=pack_of,
    )
    outputs = [
        Output(
            certificate=each.certificate,
            number=each.number,
            per_year=each.amount,
            unit=each.unit,
            source=each.source,
        )
        for each in suspects.outputs(connection)
    ]
    covering = certificates.covering(connection, reader.products) if outputs else {}
    yield from over_output(deliveries, outputs, covering=covering, units=units, pack_of=pack_of)
    yield from _outside_papers(connection, reader, deliveries, pack_of)
    yield from wrong_files(suspects.wrong_files(connection))
    pack = pack_of(None)
    if pack is not None:
        yield from shared_files(suspects.files_in_cases(connection), pack)


def _with_categories(deliveries: pl.DataFrame, reader: Reader) -> pl.DataFrame:
    """Give each delivery the category of its product where it has none of its own."""
    products = deliveries["product"].drop_nulls().unique().to_list()
    reader.read_products(set(products))
    numbers = {key: number for number, key in reader.categories.items()}
    of_product = {
        product: numbers[category]
        for product in products
        if (category := reader.products[product].category) is not None
    }
    return deliveries.with_columns(
        pl.col("category").fill_null(
            pl.col("product").replace_strict(of_product, default=None, return_dtype=pl.Int64())
        )
    )


def _outside_papers(
    connection: Connection, reader: Reader, deliveries: pl.DataFrame, pack_of: PackOf
) -> Iterator[Found]:
    pack = pack_of(None)
    claims = deliveries.filter(pl.col("product").is_not_null())
    pairs = claims.select("product", "certificate").unique()
    reader.read_papers(set(pairs.iter_rows()))
    names = suspects.product_names(connection)
    yield from outside_papers(
        deliveries,
        reader.goods_of,
        Accepted(evidence=_ALL, report_years=pack.report_years if pack else None),
        named={
            number: Named(names.get(number, ""), product.scope)
            for number, product in reader.products.items()
        },
        numbers=suspects.certificate_numbers(connection),
    )


def _packs(connection: Connection, day: dt.date) -> PackOf:
    """Return the pack that each division goes by on the day; of none, the country's."""
    packs = reference.packs(connection)
    places = suspects.jurisdictions(connection)
    known: dict[str, ChecksPack | None] = {}

    def pack_of(division: int | None) -> ChecksPack | None:
        place = _COUNTRY if division is None else places[division]
        if place not in known:
            pack = pack_in_force(packs, kind="checks", place=place, on=day)
            known[place] = pack if isinstance(pack, ChecksPack) else None
        return known[place]

    return pack_of


def _things(row: FindingRow) -> list[Thing]:
    return [Thing(division=division) for division in row.divisions] or [Thing()]


def _visible(connection: Connection, actor: Actor, key: str) -> tuple[int, FindingRow]:
    found = findings.by_key(connection, key)
    if found is None or not any(
        may(actor, Action.SEE_FINDINGS, thing) for thing in _things(found[1])
    ):
        raise FindingNotFoundError(key=key)
    return found


def _judged_by(session: Session, actor: Actor, key: str) -> FindingRow:
    """Return the finding that the actor wants to judge, if that is theirs to do."""
    _, row = _visible(session.connection(), actor, key)
    if not may_judge(actor, row):
        ensure(actor, Action.JUDGE_FINDINGS, Thing())
    return row


def _keep_on_record(
    session: Session,
    actor: Actor,
    row: FindingRow,
    now: dt.datetime,
    *,
    reason: str,
    before: Verdict | None,
    after: Verdict | None,
) -> None:
    audit.record(
        session,
        actor,
        action=Action.JUDGE_FINDINGS,
        thing="finding",
        key=row.key,
        now=now,
        reason=reason,
        before={"verdict": before},
        after={"verdict": after},
        whose=_things(row)[0],
    )
