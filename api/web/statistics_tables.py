"""The tables of the open statistics: one definition for the page, its charts and its CSV files."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from api.counting import Counted, ProductCount
from api.web.i18n import zh
from api.web.names import Names
from api.web.page import address
from api.web.statistics_figures import FigureTables
from api.web.statistics_parts import UNKNOWN, Cell, Maker, Row, Table, Value
from catalog.charts.chart import Mark, Shape
from catalog.rules.standing import Standing
from catalog.services.statistics import EXPIRES, ISSUED
from catalog.views.figures import ResultFigure
from catalog.views.statistics import MonthCount
from search.query import Facet

_PRODUCTS, _CERTIFICATES = "/products", "/statistics/certificates"
_ADOPTIONS = "/statistics/adoptions"
_COUNTS = (zh("产品"), zh("当日有有效证书"), zh("当日已采信"))
_TITLES = {
    Facet.GROUP: zh("按类别组"),
    Facet.CATEGORY: zh("按产品类别"),
    Facet.STAR: zh("按星级"),
    Facet.DIVISION: zh("按企业所在师市"),
    Facet.BODY: zh("按发证机构"),
}
_LABELS = {
    Facet.GROUP: zh("类别组"),
    Facet.CATEGORY: zh("产品类别"),
    Facet.STAR: zh("星级"),
    Facet.DIVISION: zh("师市"),
    Facet.BODY: zh("发证机构"),
}
_DRAWN = (Facet.GROUP, Facet.STAR, Facet.DIVISION)


def tables(
    counted: Counted,
    ratios: Sequence[ResultFigure],
    names: Names,
    *,
    language: str,
    method: str,
) -> list[Table]:
    """Return every table in the reader's language, in the order of the page."""
    counts = _CountTables(counted, names, language)
    amounts = FigureTables(counted, names, language)
    return [
        *(counts.products(facet) for facet in _TITLES),
        counts.months(),
        counts.adoptions(),
        counts.adoption_months(),
        amounts.declared(),
        amounts.ratios(ratios, method),
    ]


class _CountTables(Maker):
    """Products, certificates and adoptions."""

    def products(self, facet: Facet) -> Table:
        """Products by a facet, with those that are certified and adopted on the day."""
        counts = self.counted.products[facet]
        if facet in (Facet.DIVISION, Facet.STAR):
            counts = sorted(counts, key=lambda count: count.key)
        title = self.text(_TITLES[facet])
        heading = [self.text(text) for text in (_LABELS[facet], *_COUNTS)]
        labels = {count.key: self.label(facet, count.key) for count in counts}
        marks = [
            Mark(labels[count.key], Decimal(value), name)
            for count in counts
            for name, value in zip(
                heading[1:], (count.products, count.certified, count.adopted), strict=True
            )
        ]
        return Table(
            name=facet.value,
            title=title,
            heading=heading,
            rows=[self._product_row(facet, labels[count.key], count) for count in counts],
            note=self.text(zh("产品可以有几个类别、证书和发证机构，各行之和可能大于总数。"))
            if facet in (Facet.CATEGORY, Facet.GROUP, Facet.BODY)
            else None,
            chart=self.chart(Shape.BARS, title, heading[0], self.text(zh("产品数")), marks)
            if facet in _DRAWN
            else None,
        )

    def _product_row(self, facet: Facet, label: str, count: ProductCount) -> Row:
        day = self.counted.on.isoformat()
        chosen = {facet.value: count.key}
        page = f"/categories/{count.key}" if facet is Facet.CATEGORY else None
        return Row(
            Cell(label, page or address(_PRODUCTS, **chosen)),
            [
                Cell(count.products, address(_PRODUCTS, **chosen)),
                Cell(count.certified, address(_PRODUCTS, **chosen, valid_on=day)),
                Cell(count.adopted, address(_PRODUCTS, **chosen, adopted_on=day)),
            ],
        )

    def months(self) -> Table:
        """Certificates by the month in which they were issued, and in which they run out."""
        title = self.text(zh("证书：按月颁发与到期"))
        heading = [self.text(t) for t in (zh("月份"), zh("颁发数"), zh("到期数"))]
        years = sorted({each.month[:4] for each in self.counted.months if each.month})
        marks = []
        for year in years:
            of_year = [each for each in self.counted.months if _is_of(each, year)]
            marks.append(Mark(year, Decimal(sum(e.issued for e in of_year)), heading[1]))
            marks.append(Mark(year, Decimal(sum(e.expiring for e in of_year)), heading[2]))
        by_year = self.text(zh("证书：按年颁发与到期"))
        return Table(
            name="certificate-months",
            title=title,
            heading=heading,
            rows=[
                Row(
                    Cell(each.month or self.text(UNKNOWN)),
                    [
                        _month_cell(each.issued, ISSUED, each.month),
                        _month_cell(each.expiring, EXPIRES, each.month),
                    ],
                )
                for each in self.counted.months
            ],
            note=self.text(
                zh("颁发取各版本中最早的颁证日期，没有写明的列为未知；到期取各版本中最晚的有效日。")
            ),
            chart=self.chart(
                Shape.BARS, by_year, self.text(zh("年份")), self.text(zh("证书数")), marks
            )
            if self.counted.months
            else None,
        )

    def adoptions(self) -> Table:
        """Adoptions by what they are on the day."""
        title = self.text(zh("采信：按当日状态"))
        heading = [self.text(zh("状态")), self.text(zh("采信数"))]
        rows = []
        for standing in Standing:
            count = sum(e.adoptions for e in self.counted.adoptions if e.standing is standing)
            if count:
                link = address(_ADOPTIONS, standing=standing.value)
                rows.append(Row(Cell(self.standing(standing)), [Cell(count, link)]))
        marks = [Mark(str(row.head.value), _decimal(row.cells[0].value)) for row in rows]
        chart = self.chart(Shape.BARS, title, heading[0], heading[1], marks) if rows else None
        return Table(name="adoptions", title=title, heading=heading, rows=rows, chart=chart)

    def adoption_months(self) -> Table:
        """Adoptions by the month in which they began, and what they are on the day."""
        title = self.text(zh("采信：按采信月份"))
        found = self.counted.adoptions
        months = sorted({each.month for each in found})
        seen = [standing for standing in Standing if any(e.standing is standing for e in found)]
        count = {(each.month, each.standing): each.adoptions for each in found}
        label = self.text(zh("月份"))
        marks = [
            Mark(month, Decimal(count.get((month, standing), 0)), self.standing(standing))
            for month in months
            for standing in seen
        ]
        value = self.text(zh("采信数"))
        return Table(
            name="adoption-months",
            title=title,
            heading=[label, value, *map(self.standing, seen)],
            rows=[
                Row(
                    Cell(month, address(_ADOPTIONS, month=month)),
                    [
                        Cell(
                            sum(count.get((month, standing), 0) for standing in seen),
                            address(_ADOPTIONS, month=month),
                        ),
                        *(
                            Cell(
                                count.get((month, standing), 0),
                                address(_ADOPTIONS, month=month, standing=standing.value),
                            )
                            for standing in seen
                        ),
                    ],
                )
                for month in months
            ],
            chart=self.chart(Shape.STACK, title, label, value, marks) if months else None,
        )


def _is_of(count: MonthCount, year: str) -> bool:
    return count.month is not None and count.month[:4] == year


def _month_cell(count: int, which: str, month: str | None) -> Cell:
    return Cell(count, address(_CERTIFICATES, **{which: month or "none"}) if count else None)


def _decimal(value: Value) -> Decimal | None:
    return None if value is None else Decimal(value)
