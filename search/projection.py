"""Project a product of the catalogue onto its search document; pure."""

from __future__ import annotations

import datetime as dt

from catalog.rules import standing
from catalog.rules.terms import CertificateState
from catalog.rules.validity import valid_intervals
from catalog.views.searchable import SearchableCertificate, SearchableProduct
from search.documents import ProductDocument

_EPOCH = dt.date(1970, 1, 1).toordinal()
_ENDED = frozenset({CertificateState.REVOKED, CertificateState.CANCELLED})


def product_document(product: SearchableProduct) -> ProductDocument:
    """Return the document of a product."""
    papers = product.certificates
    names = {product.category: (product.category_zh, product.category_en)}
    for paper in papers:
        names.update({key: (zh, en) for key, zh, en in paper.categories})
    intervals = tuple(
        sorted(
            {
                (first.toordinal() - _EPOCH, last.toordinal() - _EPOCH)
                for paper in papers
                for first, last in valid_intervals(paper.windows, paper.states)
            }
        )
    )
    return ProductDocument(
        id=product.id,
        key=product.key,
        name=product.name,
        brand=product.brand,
        model=product.model,
        scope=product.scope,
        categories=tuple(names),
        category_names=tuple(name for pair in names.values() for name in pair),
        groups=(product.group,) if product.group else (),
        company=product.company,
        company_name=product.company_name,
        division=product.division,
        bodies=tuple(dict.fromkeys(paper.body for paper in papers)),
        certificate_numbers=tuple(dict.fromkeys(paper.number for paper in papers)),
        standards=tuple(dict.fromkeys(s for paper in papers for s in paper.standards)),
        star=_star(papers),
        valid_intervals=intervals,
        standings=tuple(
            (day.toordinal() - _EPOCH, each.value)
            for day, each in standing.steps(product.adoptions)
        ),
        valid_to_day=max((last for _, last in intervals), default=None),
        recorded_day=product.recorded_at.date().toordinal() - _EPOCH,
        synthetic=product.is_synthetic,
    )


def _star(papers: list[SearchableCertificate]) -> int | None:
    """Return the highest star of the certificates that are neither revoked nor cancelled."""
    stars = [
        paper.star
        for paper in papers
        if paper.star is not None and not (paper.states and paper.states[-1][0] in _ENDED)
    ]
    return max(stars, default=None)
