"""Demo products: the trade's goods in every category of the 2020 catalogue, made from an index."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from catalog.records import CertificateRecord, ProductRecord
from seed_data.demo import trade
from seed_data.demo.certificates import certificate
from seed_data.demo.companies import Company, companies_of
from seed_data.demo.declared import densities, report_on
from seed_data.demo.draws import draws_of

# Draws of a product: the first few its own, then ten for each of its two certificates, then those
# for what is declared beside them.
_FIRST, _SECOND = 4, 16
_DENSITY, _REPORT = 26, 28


class Catalogue:
    """All demo products of one seed, each made when asked for and the same every time."""

    def __init__(self, seed: int) -> None:
        self._draws = draws_of(seed, "product")
        self._company = companies_of(seed)
        self._slots = trade.slots()
        self._places = trade.positions_of_slots()
        self._goods = trade.goods()
        self._trades = len(trade.trade_words())
        self._habits = trade.certificate_habits()

    def company(self, index: int) -> Company:
        """Return the firm that makes product number ``index``."""
        block, position = divmod(index, len(self._slots))
        return self._company(block * self._trades + self._slots[position].trade)

    def record(self, index: int, *, row: int) -> ProductRecord:
        """Return product number ``index`` with its first certificate, if it has any."""
        block, position = divmod(index, len(self._slots))
        slot = self._slots[position]
        number = block * self._trades + slot.trade
        company = self._company(number)
        goods = self._goods[slot.category]
        start = number * 31 + len(company.record.name)
        draws = self._draws(index)
        paper = self._first_paper(index, slot, company, goods)
        good = goods.goods[(start + slot.nth * goods.stride) % len(goods.goods)]
        return ProductRecord(
            row=row,
            company=company.record,
            name=good.name,
            category=slot.category,
            brand=company.brand,
            model=good.model,
            scope=good.scope,
            description=good.description,
            certificate=paper,
            report=report_on(index, draws[_REPORT:], is_certified=paper is not None),
            declared=densities(slot.category, draws[_DENSITY:], by=company.record.name),
        )

    def second_paper(self, index: int) -> CertificateRecord | None:
        """Return the certificate of the firm's other factory for this product, if there is one."""
        draws = self._draws(index)
        if draws[0] * 1000 >> 16 < self._habits.none or (
            draws[1] * 1000 >> 16 >= self._habits.second
        ):
            return None
        slot = self._slots[index % len(self._slots)]
        return certificate(
            draws[_SECOND:],
            2 * index + 2,
            self._goods[slot.category],
            self.company(index),
            second=True,
        )

    def _first_paper(
        self, index: int, slot: trade.Slot, company: Company, goods: trade.GoodsOfCategory
    ) -> CertificateRecord | None:
        """Return the product's certificate, which may be one that covers a sibling too."""
        draws = self._draws(index)
        block = index - index % len(self._slots)
        nth = slot.nth
        while nth and draws[2] * 1000 >> 16 < self._habits.shared:
            nth -= 1
            index = block + self._places[trade.Slot(slot.trade, slot.category, nth)]
            draws = self._draws(index)
        if draws[0] * 1000 >> 16 < self._habits.none:
            return None
        return certificate(draws[_FIRST:], 2 * index + 1, goods, company, second=False)


def generate_products(seed: int, count: int) -> Iterator[ProductRecord]:
    """Yield ``count`` products; one with two certificates takes two rows.

    Product number i is the same for every count, so a longer list begins with the shorter one.
    """
    catalogue = Catalogue(seed)
    row = 0
    for index in range(count):
        row += 1
        record = catalogue.record(index, row=row)
        yield record
        second = catalogue.second_paper(index)
        if second is not None:
            row += 1
            yield msgspec.structs.replace(record, row=row, certificate=second)
