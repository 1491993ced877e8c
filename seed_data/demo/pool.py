"""The products that demo projects can buy: found by category and day, without listing them."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import NamedTuple

from catalog.records import CertificateRecord, EvidenceRecord, ProductReference
from catalog.rules.keys import company_key, product_key
from catalog.rules.terms import EvidenceKind
from seed_data.demo import trade
from seed_data.demo.certificates import is_valid
from seed_data.demo.products import Catalogue

_TRIES = 8


class Offer(NamedTuple):
    """A product as a site sees it: how papers name it, who sells it, what proves it.

    ``factory`` is the one on its certificate, ``other_factory`` the firm's second one.
    """

    reference: ProductReference
    supplier: str
    model: str | None
    factory: str
    other_factory: str
    paper: CertificateRecord | None
    evidence: EvidenceRecord | None


class ProductPool:
    """The first ``count`` demo products of a seed."""

    def __init__(self, seed: int, count: int) -> None:
        self._catalogue = Catalogue(seed)
        slots = trade.slots()
        self._block = len(slots)
        full, rest = divmod(count, self._block)
        self._positions: dict[str, list[int]] = {}
        for position, slot in enumerate(slots):
            self._positions.setdefault(slot.category, []).append(position)
        self._counts = {
            category: full * len(positions) + sum(position < rest for position in positions)
            for category, positions in self._positions.items()
        }
        self.offer = lru_cache(maxsize=1 << 16)(self._offer)

    def valid_on(self, category: str | None, draw: int, on: dt.date) -> Offer | None:
        """Return a product of the category with a certificate valid on the day, if one is found."""
        return self._pick(category, draw, on, valid=True)

    def not_valid_on(self, category: str | None, draw: int, on: dt.date) -> Offer | None:
        """Return a product of the category that has no valid certificate on the day."""
        return self._pick(category, draw, on, valid=False)

    def _pick(self, category: str | None, draw: int, on: dt.date, *, valid: bool) -> Offer | None:
        count = self._counts.get(category, 0) if category else 0
        # The square of the draw: a few products are bought everywhere, most are bought seldom.
        first = draw * draw * count >> 32
        for step in range(min(_TRIES, count)):
            offer = self.offer(self._index(category or "", (first + step) % count))
            if (offer.paper is not None and is_valid(offer.paper, on)) is valid:
                return offer
        return None

    def _index(self, category: str, number: int) -> int:
        positions = self._positions[category]
        block, place = divmod(number, len(positions))
        return block * self._block + positions[place]

    def _offer(self, index: int) -> Offer:
        record = self._catalogue.record(index, row=1)
        paper = record.certificate
        name = record.company.name
        other = self._catalogue.company(index).second_factory
        if paper is None:
            company = company_key(name, record.company.credit_code)
            key = product_key(company, record.name, record.model, None)
            return Offer(ProductReference(key=key), name, record.model, name, other, None, None)
        return Offer(
            ProductReference(certificate_number=paper.number, body=paper.body, model=record.model),
            name,
            record.model,
            paper.factory or name,
            other,
            paper,
            EvidenceRecord(kind=EvidenceKind.CERTIFICATE, reference=paper.number),
        )
