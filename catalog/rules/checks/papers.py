"""What came outside its paper: on a day, of a specification, or from a site that it is not for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping

import msgspec
import polars as pl

from catalog.rules.checks.kinds import FindingKind, Found
from catalog.rules.checks.twice import delivery_grounds
from catalog.rules.greenness import proofs
from catalog.rules.proof import Accepted, Goods, Proofs, Reason
from catalog.rules.terms import DatePrecision
from catalog.rules.validity import Validity, possible_days

_KINDS: Mapping[str, FindingKind] = {
    Validity.NOT_YET: FindingKind.OUTSIDE_VALIDITY,
    Validity.EXPIRED: FindingKind.OUTSIDE_VALIDITY,
    Validity.SUSPENDED: FindingKind.OUTSIDE_VALIDITY,
    Validity.REVOKED: FindingKind.OUTSIDE_VALIDITY,
    Validity.CANCELLED: FindingKind.OUTSIDE_VALIDITY,
    Reason.REPORT_TOO_OLD: FindingKind.OUTSIDE_VALIDITY,
    Reason.REPORT_LATER: FindingKind.OUTSIDE_VALIDITY,
    Reason.OUTSIDE_SCOPE: FindingKind.OUTSIDE_SCOPE,
    Reason.OTHER_SITE: FindingKind.OTHER_SITE,
}
_GOODS = ["product", "certificate", "specification", "factory"]
GoodsOf = Callable[[int, int | None, str | None, str | None], Goods]
"""Returns what goods of a product, under a certificate or none, are judged from."""


class Named(msgspec.Struct, frozen=True):
    """What a finding calls a product: its name, and the scope that it is certified for."""

    name: str
    scope: str | None


def outside_papers(
    deliveries: pl.DataFrame,
    goods_of: GoodsOf,
    accepted: Accepted,
    *,
    named: Mapping[int, Named],
    numbers: Mapping[int, str],
) -> Iterator[Found]:
    """Yield the deliveries that no paper of their product proves, though it has one.

    They are judged as the ratio judges them. Goods of no named product claim nothing, and what
    cannot be told is not found. The lines of one building, product and reason are one finding.
    """
    claims = deliveries.filter((pl.col("micro") > 0) & pl.col("product").is_not_null())
    kinds = claims.select(*_GOODS, "day", "precision").unique(maintain_order=True)
    known: dict[tuple[int, int | None, str | None, str | None], Proofs] = {}
    reasons: list[str | None] = []
    papers: list[int | None] = []
    for *goods, day, precision in kinds.iter_rows():
        key = (goods[0], goods[1], goods[2], goods[3])
        if key not in known:
            known[key] = proofs(goods_of(*key), accepted)
        days = possible_days(dt.date.fromisoformat(day), DatePrecision(precision))
        proof = known[key].during(days)
        reasons.append(str(proof.reason) if proof.green is False else None)
        papers.append(proof.certificate_id)
    judged = kinds.with_columns(
        pl.Series("reason", reasons, dtype=pl.String()),
        pl.Series("paper", papers, dtype=pl.Int64()),
    ).filter(pl.col("reason").is_in([str(reason) for reason in _KINDS]))
    wrong = claims.join(judged, on=[*_GOODS, "day", "precision"], nulls_equal=True)
    groups = ["building", "product", "reason", "paper"]
    for (building, product, reason, paper), rows in wrong.sort("id").group_by(
        groups, maintain_order=True
    ):
        yield Found(
            kind=_KINDS[str(reason)],
            identity=(str(building), str(product), str(reason), str(paper or "")),
            facts=_facts(rows, named[int(str(product))], str(reason))
            | {"certificate": numbers.get(int(str(paper))) if paper is not None else None},
            grounds=delivery_grounds(rows),
            day=dt.date.fromisoformat(str(rows["day"].min())),
            is_synthetic=bool(rows["is_synthetic"].any()),
        )


def _facts(rows: pl.DataFrame, product: Named, reason: str) -> dict[str, str | None]:
    facts: dict[str, str | None] = {"product": product.name, "reason": reason}
    if reason == Reason.OUTSIDE_SCOPE:
        facts |= {"scope": product.scope, "specification": _joined(rows["specification"])}
    elif reason == Reason.OTHER_SITE:
        facts |= {"factory": _joined(rows["factory"])}
    else:
        facts |= {"first-day": str(rows["day"].min()), "last-day": str(rows["day"].max())}
    return {**facts, "lines": str(len(rows))}


def _joined(texts: pl.Series) -> str | None:
    known = texts.drop_nulls().unique(maintain_order=True).head(5)
    return "；".join(map(str, known)) or None
