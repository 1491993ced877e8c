"""What a delivery's greenness is judged from, and what comes of it: values, and no rule."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from enum import StrEnum
from operator import itemgetter

import msgspec

from catalog.rules.standing import Entry, Standing
from catalog.rules.validity import DAY, StateChange, Window


class Evidence(StrEnum):
    """The kinds of proof that a rule pack may accept."""

    CERTIFICATE = "certificate"
    TEST_REPORT = "test-report"
    ADOPTION = "adoption"


class Reason(StrEnum):
    """Why a delivery is green, is not, or may be; validity has more (``validity.Validity``)."""

    REPORT = "report"
    NO_PRODUCT = "no-product"
    NO_CERTIFICATE = "no-certificate"
    NO_PROOF = "no-proof"
    OUTSIDE_SCOPE = "outside-scope"
    OTHER_SITE = "other-site"
    REPORT_LATER = "report-later"
    REPORT_TOO_OLD = "report-too-old"
    REPORT_AGE_OPEN = "report-age-open"
    DAY_UNSURE = "day-unsure"
    ADOPTED = "adopted"
    NOT_ADOPTED = "not-adopted"
    ADOPTION_UNKNOWN = "adoption-unknown"


class Remark(StrEnum):
    """What could not be judged, so that it counted neither for nor against."""

    SCOPE_NOT_JUDGED = "scope-not-judged"
    SITE_NOT_JUDGED = "site-not-judged"


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """What a certificate says from ``effective_on`` on: its window, both ends valid, its site."""

    effective_on: dt.date
    valid_from: dt.date
    valid_to: dt.date
    factory: str | None = None
    factory_address: str | None = None


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate that may prove a delivery, with its versions and its state timeline."""

    id: int
    versions: tuple[Version, ...]
    states: tuple[StateChange, ...] = ()

    @property
    def windows(self) -> tuple[Window, ...]:
        """The days on which its versions are valid."""
        return tuple((version.valid_from, version.valid_to) for version in self.versions)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A laboratory's report on the product."""

    id: int
    issued_on: dt.date


class Goods(msgspec.Struct, frozen=True, kw_only=True):
    """What came: hashable, so that equal goods are judged once.

    ``papers`` are the certificate that the delivery names or, where it names none, each that
    covers the product. ``scope`` is the product's; ``factory`` is where the goods were made.
    ``adoptions`` are the product's entries in the adoption database; unset is not read.
    """

    has_product: bool
    specification: str | None = None
    scope: str | None = None
    factory: str | None = None
    papers: tuple[Paper, ...] = ()
    reports: tuple[Report, ...] = ()
    adoptions: tuple[Entry, ...] | msgspec.UnsetType = msgspec.UNSET

    def rest_on(self, certificate_id: int) -> bool:
        """Tell whether a certificate may prove the goods, or carries an adoption of theirs."""
        entries = () if self.adoptions is msgspec.UNSET else self.adoptions
        return any(paper.id == certificate_id for paper in self.papers) or any(
            entry.certificate_id == certificate_id for entry in entries
        )

    def under(self, paper: Paper) -> Goods:
        """Return the same goods if the certificate were as this paper says, wherever it counts."""
        entries = self.adoptions
        return msgspec.structs.replace(
            self,
            papers=tuple(paper if each.id == paper.id else each for each in self.papers),
            adoptions=entries
            if entries is msgspec.UNSET
            else tuple(
                msgspec.structs.replace(each, windows=paper.windows, states=paper.states)
                if each.certificate_id == paper.id
                else each
                for each in entries
            ),
        )


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule pack takes as proof; ``report_years`` of None is what the rule does not say."""

    evidence: frozenset[Evidence] = frozenset({Evidence.CERTIFICATE})
    report_years: int | None = None


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a delivery counts as green, why, and the paper that says so.

    ``green`` of None is unknown. The paper is the one that proves it or, of a delivery that is
    not green, the one that came nearest; ``effective_on`` tells which version of it.
    ``standing`` is what the product was in the adoption database that day, by the entry
    ``adoption_id``; None is not told. Whether that decides anything the pack says.
    """

    green: bool | None
    reason: str
    certificate_id: int | None = None
    effective_on: dt.date | None = None
    report_id: int | None = None
    remarks: tuple[Remark, ...] = ()
    standing: Standing | None = None
    adoption_id: int | None = None


class Proofs(msgspec.Struct, frozen=True):
    """The proof on every day: each entry holds from its day to the day before the next."""

    steps: tuple[tuple[dt.date, Proof], ...]

    def on(self, day: dt.date) -> Proof:
        """Return the proof on one day."""
        return self.steps[bisect_right(self.steps, day, key=itemgetter(0)) - 1][1]

    def during(self, days: Window) -> Proof:
        """Return what can be said of a delivery made on one of these days, nobody knows which.

        It is green, or not, only where it would be so on all of them (both ends included).
        """
        first, last = days
        found = [self.on(first), *(proof for day, proof in self.steps if first < day <= last)]
        told = _told_of(found)
        standings = {proof.standing and proof.standing.is_adopted for proof in found}
        if len(standings) == 1:
            return told
        entry = next(proof.adoption_id for proof in found if proof.adoption_id is not None)
        return msgspec.structs.replace(told, standing=Standing.UNKNOWN, adoption_id=entry)

    def intervals(self, *, green: bool | None) -> list[Window]:
        """Return the days on which the answer is this one, merged and in order of time."""
        merged: list[Window] = []
        ends = [day - DAY for day, _ in self.steps[1:]] + [dt.date.max]
        for (first, proof), last in zip(self.steps, ends, strict=True):
            if proof.green is not green:
                continue
            if merged and merged[-1][1] + DAY == first:
                merged[-1] = (merged[-1][0], last)
            else:
                merged.append((first, last))
        return merged


def _told_of(found: list[Proof]) -> Proof:
    """Return what the proofs of several days say together of being green."""
    answers = {proof.green for proof in found}
    if len(answers) == 1:
        return found[0]
    unknown = next((proof for proof in found if proof.green is None), None)
    if unknown is not None and len(answers) == 2:  # noqa: PLR2004  Open, and one answer.
        return unknown
    nearest = next((proof for proof in found if proof.green), found[0])
    return msgspec.structs.replace(nearest, green=None, reason=Reason.DAY_UNSURE)
