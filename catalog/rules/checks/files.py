"""Files of evidence that were altered, are gone, or stand in two cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from catalog.rules.checks.kinds import FindingKind, Found, Ground, LineOf
from catalog.rules.pack_checks import ChecksPack


class WrongFile(NamedTuple):
    """A kept file of evidence that a check found altered, or gone."""

    id: int
    key: str
    name: str
    sha256: str
    division: int | None
    altered_since: dt.datetime | None
    missing_since: dt.datetime | None


class CaseFile(NamedTuple):
    """A file in a case whose bytes are in another case too."""

    sha256: str
    name: str
    evidence: int
    kind: str
    case: int
    number: str
    organisation: int
    division: int
    is_synthetic: bool


def wrong_files(files: Iterable[WrongFile]) -> Iterator[Found]:
    """Yield each kept file that differs from what was handed in, or is gone."""
    for file in files:
        for kind, since in (
            (FindingKind.FILE_ALTERED, file.altered_since),
            (FindingKind.FILE_MISSING, file.missing_since),
        ):
            if since is not None:
                yield Found(
                    kind=kind,
                    identity=(file.key,),
                    facts={
                        "name": file.name,
                        "sha256": file.sha256,
                        "since": since.isoformat(timespec="seconds"),
                    },
                    grounds=(Ground(LineOf.EVIDENCE, file.id, file.division, None),),
                    day=since.date(),
                )


def shared_files(files: Iterable[CaseFile], pack: ChecksPack) -> Iterator[Found]:
    """Yield the files that two cases stand on; those of equal bytes come together.

    One applicant may hand some kinds of paper in with each of its cases; the pack names them.
    """
    for sha256, group in groupby(files, key=lambda file: file.sha256):
        same = list(group)
        if not _is_odd(same, frozenset(pack.shared_files)):
            continue
        cases = {file.case: file for file in same}
        yield Found(
            kind=FindingKind.FILE_IN_TWO_CASES,
            identity=(sha256,),
            facts={
                "name": same[0].name,
                "sha256": sha256,
                "cases": "、".join(sorted(file.number for file in cases.values())),
            },
            grounds=(
                *(Ground(LineOf.CASE, f.case, f.division, None) for f in cases.values()),
                *{
                    file.evidence: Ground(LineOf.EVIDENCE, file.evidence, file.division, None)
                    for file in same
                }.values(),
            ),
            is_synthetic=any(file.is_synthetic for file in same),
        )


def _is_odd(same: Sequence[CaseFile], allowed: frozenset[str]) -> bool:
    """Tell whether two applicants, or two cases for which it must differ, share the file."""
    if len({file.organisation for file in same}) > 1:
        return True
    bound = {file.case for file in same if file.kind not in allowed}
    return len(bound) > 1
