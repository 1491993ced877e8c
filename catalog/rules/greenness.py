"""Is what came to site proven green on the day it came, and by which paper?

Each kind of evidence that a rule pack accepts is one entry of ``_WAYS``; a delivery is green if
one way proves it. Whether the product was adopted that day is told of every delivery, and is one
of the ways; a pack that accepts no other counts adopted products only.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import UNSET
from msgspec.structs import replace

from catalog.rules.keys import normal_name
from catalog.rules.pack_policies import ProofPolicies
from catalog.rules.proof import (
    Accepted,
    Evidence,
    Goods,
    Proof,
    Proofs,
    Reason,
    Remark,
    Version,
)
from catalog.rules.scope import covers
from catalog.rules.standing import Entry, Found, Standing, days_of_change, found_on, standing_on
from catalog.rules.terms import Route
from catalog.rules.validity import DAY, Validity, Window, last_day_of_years, validity_on

_FIRST_DAY = dt.date.min
# The reasons against, the one that says most first.
_AGAINST = (
    Reason.OUTSIDE_SCOPE,
    Reason.OTHER_SITE,
    Validity.SUSPENDED,
    Validity.EXPIRED,
    Validity.NOT_YET,
    Validity.REVOKED,
    Validity.CANCELLED,
    Reason.REPORT_TOO_OLD,
    Reason.REPORT_LATER,
    Reason.NOT_ADOPTED,
)


def accepted_by(policies: ProofPolicies) -> Accepted:
    """Return what a rule pack takes as proof."""
    return Accepted(
        evidence=frozenset(map(Evidence, policies.green_evidence)),
        report_years=policies.report_years,
    )


def proof_on(goods: Goods, accepted: Accepted, day: dt.date) -> Proof:
    """Return whether what came on the day is proven green, by what the pack accepts.

    One paper is enough (Sichuan 2024, 2.3 and 5.3: certified, and within validity at entry
    acceptance). Goods of no named product are not proven, so they are not green. A scope or a
    site that is not stated, or cannot be compared, speaks neither for nor against.
    """
    proof = _proven_on(goods, accepted, day)
    if goods.adoptions is UNSET:
        return proof
    entry = _entry_on(goods.adoptions, day)
    return replace(proof, standing=entry.standing, adoption_id=entry.adoption_id)


def _proven_on(goods: Goods, accepted: Accepted, day: dt.date) -> Proof:
    if not goods.has_product:
        return Proof(green=False, reason=Reason.NO_PRODUCT)
    found = [
        proof
        for evidence, way in _WAYS.items()
        if evidence in accepted.evidence
        for proof in way(goods, accepted, day)
    ]
    if not found:
        nothing = _WITHOUT.get(accepted.evidence, Reason.NO_PROOF)
        return Proof(green=False, reason=nothing)
    return min(found, key=_rank)


def _entry_on(entries: tuple[Entry, ...], day: dt.date) -> Found:
    """Return what the product was that day; what was adopted later was not adopted then.

    So an adoption of today does not change what is told of the deliveries of last year.
    """
    found = found_on(entries, day)
    if found.standing is Standing.NOT_YET:
        return Found(standing=Standing.NO_ADOPTION)
    return found


def _rank(proof: Proof) -> tuple[int, int, int, int]:
    """Order proofs: what proves, what may, what does not; then by how much was judged, then id."""
    answer = {True: 0, None: 1, False: 2}[proof.green]
    reason = _AGAINST.index(proof.reason) if proof.green is False else 0
    papers = proof.certificate_id or 0, proof.report_id or 0
    return answer, reason, len(proof.remarks), sum(papers)


def proofs(goods: Goods, accepted: Accepted) -> Proofs:
    """Return the proof on every day at once: the same answers as ``proof_on``, day by day."""
    steps: list[tuple[dt.date, Proof]] = []
    for day in sorted({_FIRST_DAY, *_edges(goods, accepted)}):
        # Between two edges nothing changes, so the first day speaks for all.
        proof = proof_on(goods, accepted, day)
        if not steps or steps[-1][1] != proof:
            steps.append((day, proof))
    return Proofs(tuple(steps))


def greenness(goods: Goods, accepted: Accepted, days: Window) -> Proof:
    """Return what can be said of goods that came on one of these days (``possible_days``)."""
    if days[0] == days[1]:
        return proof_on(goods, accepted, days[0])
    return proofs(goods, accepted).during(days)


def _edges(goods: Goods, accepted: Accepted) -> Iterator[dt.date]:
    """Yield every day on which an answer can change."""
    for paper in goods.papers:
        for version in paper.versions:
            yield from (version.effective_on, version.valid_from)
            yield from _after(version.valid_to)
        yield from (day for _, day in paper.states)
    for report in goods.reports:
        yield report.issued_on
        if accepted.report_years is not None:
            yield from _after(last_day_of_years(report.issued_on, accepted.report_years))
    if goods.adoptions is not UNSET:
        yield from days_of_change(goods.adoptions)


def _after(day: dt.date) -> Iterator[dt.date]:
    if day < dt.date.max:
        yield day + DAY


def _by_certificate(goods: Goods, _: Accepted, day: dt.date) -> Iterator[Proof]:
    remarks, is_outside = _scope_of(goods)
    for paper in goods.papers:
        reason: str = validity_on(paper.windows, paper.states, day)
        green = {Validity.VALID: True, Validity.UNKNOWN: None}.get(Validity(reason), False)
        version = _in_force(paper.versions, day)
        site = _is_of_site(version, goods.factory)
        if green is not False and (is_outside or site is False):
            green, reason = False, Reason.OUTSIDE_SCOPE if is_outside else Reason.OTHER_SITE
        yield Proof(
            green=green,
            reason=reason,
            certificate_id=paper.id,
            effective_on=version.effective_on if version else None,
            remarks=(*remarks, Remark.SITE_NOT_JUDGED) if site is None else remarks,
        )


def _by_report(goods: Goods, accepted: Accepted, day: dt.date) -> Iterator[Proof]:
    """Yield what each report proves; one of unlimited age may, where the rule sets no limit."""
    remarks, is_outside = _scope_of(goods)
    for report in goods.reports:
        green: bool | None = True
        reason = Reason.REPORT
        if day < report.issued_on:
            green, reason = False, Reason.REPORT_LATER
        elif is_outside:
            green, reason = False, Reason.OUTSIDE_SCOPE
        elif accepted.report_years is None:
            green, reason = None, Reason.REPORT_AGE_OPEN
        elif day > last_day_of_years(report.issued_on, accepted.report_years):
            green, reason = False, Reason.REPORT_TOO_OLD
        yield Proof(green=green, reason=reason, report_id=report.id, remarks=remarks)


def _by_adoption(goods: Goods, _: Accepted, day: dt.date) -> Iterator[Proof]:
    """Yield what each adoption proves of the goods: the product's, and within its scope and site.

    Of the route by certificate the site is judged where the goods can come under that certificate.
    """
    remarks, is_outside = _scope_of(goods)
    papers = {paper.id: paper for paper in goods.papers}
    for entry in () if goods.adoptions is UNSET else goods.adoptions:
        green = standing_on(entry, day).is_adopted
        reason = _BY_ADOPTION[green]
        paper = papers.get(entry.certificate_id or 0)
        version = _in_force(paper.versions, day) if paper else None
        site = _is_of_site(version, goods.factory) if entry.route is Route.CERTIFICATE else True
        if green is not False and (is_outside or site is False):
            green, reason = False, Reason.OUTSIDE_SCOPE if is_outside else Reason.OTHER_SITE
        yield Proof(
            green=green,
            reason=reason,
            certificate_id=entry.certificate_id,
            effective_on=version.effective_on if version else None,
            remarks=(*remarks, Remark.SITE_NOT_JUDGED) if site is None else remarks,
        )


_BY_ADOPTION: Mapping[bool | None, Reason] = {
    True: Reason.ADOPTED,
    False: Reason.NOT_ADOPTED,
    None: Reason.ADOPTION_UNKNOWN,
}
_WAYS: Mapping[Evidence, Callable[[Goods, Accepted, dt.date], Iterable[Proof]]] = {
    Evidence.CERTIFICATE: _by_certificate,
    Evidence.TEST_REPORT: _by_report,
    Evidence.ADOPTION: _by_adoption,
}
# What is said where nothing was handed in at all, by the evidence that would have counted.
_WITHOUT: Mapping[frozenset[Evidence], Reason] = {
    frozenset({Evidence.CERTIFICATE}): Reason.NO_CERTIFICATE,
    frozenset({Evidence.ADOPTION}): Reason.NOT_ADOPTED,
}


def _scope_of(goods: Goods) -> tuple[tuple[Remark, ...], bool]:
    """Return the remark if the scope cannot be judged, and whether the goods lie outside it."""
    is_inside = (
        covers(goods.scope, goods.specification) if goods.scope and goods.specification else None
    )
    return (Remark.SCOPE_NOT_JUDGED,) if is_inside is None else (), is_inside is False


def _in_force(versions: Iterable[Version], day: dt.date) -> Version | None:
    """Return the version that speaks on the day: of those whose window holds it, the latest.

    Where no window holds the day it is the latest to have taken effect, or the first of all.
    """
    ordered = sorted(versions, key=lambda version: version.effective_on)
    holding = [each for each in ordered if each.valid_from <= day <= each.valid_to] or ordered
    begun = [each for each in holding if each.effective_on <= day]
    return begun[-1] if begun else next(iter(holding), None)


def _is_of_site(version: Version | None, factory: str | None) -> bool | None:
    """Return whether the certificate is for the factory that the goods come from.

    A different site is a different certificate. A name within the other, or a name held against
    an address alone, is not comparable.
    """
    stated = normal_name(factory or "")
    name = normal_name(version.factory or "") if version else ""
    address = normal_name(version.factory_address or "") if version else ""
    if not stated or not (name or address):
        return None
    if stated in (name, address):
        return True
    if not name or any(text and (text in stated or stated in text) for text in (name, address)):
        return None
    return False
