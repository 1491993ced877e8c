"""The tables of the statistics that are about figures: declared amounts, and ratios."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from api.web.epd_table import shown_unit
from api.web.i18n import zh
from api.web.names import named
from api.web.page import address
from api.web.statistics_parts import Cell, Maker, Row, Table
from catalog.services.statistics import HIGH, LOW, MIDDLE
from catalog.views.figures import ResultFigure
from search.query import Facet


class FigureTables(Maker):
    """Declared amounts by category, and ratios by division and year."""

    def declared(self) -> Table:
        """How many products have an EPD, and how the declared GWP spreads, by category."""
        texts = (
            zh("产品类别"), zh("产品"), zh("有环境声明"), zh("份额（%）"),
            zh("GWP A1–A3 单位"), zh("声明数"), zh("低（P10）"), zh("中（P50）"), zh("高（P90）"),
            zh("未声明数值"),
        )  # fmt: skip
        rows = []
        for each in self.counted.declared:
            share = (Decimal(each.declared) * 100 / Decimal(each.products)).quantize(Decimal("0.1"))
            name = self.label(Facet.CATEGORY, each.category)
            head = Cell(name, f"/categories/{each.category}")
            counts = [
                Cell(each.products, address("/products", category=each.category)),
                Cell(each.declared, f"/categories/{each.category}#declared"),
                Cell(share),
            ]
            rest = Cell(each.without_amount or None)
            for spread in each.spreads:
                unit = f"{shown_unit(spread.unit)} / {shown_unit(spread.declared_unit)}"
                values = (spread.declarations, spread.low, spread.middle, spread.high)
                rows.append(
                    Row(head, [*counts, Cell(unit), *(Cell(value) for value in values), rest])
                )
            if not each.spreads and each.declared:
                rows.append(Row(head, [*counts, *[Cell(None)] * 5, rest]))
        return Table(
            name="declarations",
            title=self.text(zh("环境产品声明：覆盖与全球变暖潜势")),
            heading=[self.text(text) for text in texts],
            rows=rows,
            note=" ".join(
                (
                    self.text(zh("只把单位相同的声明放在一起，按一个声明单位折算。")),
                    self.text(
                        zh("P10、P50、P90 是声明中的数值：不超过它的占 {low}、{middle}、{high}%。")
                    ).format(low=LOW, middle=MIDDLE, high=HIGH),
                    self.text(zh("没有声明的是未知，不是零。")),
                )
            ),
        )

    def ratios(self, figures: Sequence[ResultFigure], method: str) -> Table:
        """Ratios of divisions by year: what was published, and what is calculated now."""
        texts = (
            zh("师市"),
            zh("年份"),
            zh("已公布的比例（%）"),
            zh("现在核算的比例（%）"),
            zh("上报项目"),
        )
        published = {
            (each.division, each.year): each
            for each in self.counted.published
            if each.method == method
        }
        now = {(each.division, each.year): each for each in figures}
        years = {*published, *((d, y) for d, y in now if y is not None)}
        rows = []
        for division, year in sorted(
            years, key=lambda pair: (-(pair[1] or 0), pair[0] is not None, pair[0] or "")
        ):
            said, known = published.get((division, year or 0)), now.get((division, year))
            name = (
                named(self.names.divisions, division, self.language)
                if division
                else self.text(zh("全兵团"))
            )
            link = f"/divisions/{division}" if division else "/divisions"
            asked = address(link, method=method, year=year if division else None)
            rows.append(
                Row(
                    Cell(name, address(link, method=method)),
                    [
                        Cell(str(year)),
                        Cell(
                            _two(said.ratio_by_area) if said else None,
                            f"/published-figures/{said.content_hash}" if said else None,
                        ),
                        Cell(_two(known.ratio_by_area) if known else None, asked),
                        Cell(known.projects if known else said.projects if said else None, asked),
                    ],
                )
            )
        return Table(
            name="ratios",
            title=self.text(zh("各师市各年份的应用比例（方法 {method}，竣工阶段，按面积）")).format(
                method=method
            ),
            heading=[self.text(text) for text in texts],
            rows=rows,
            note=self.text(
                zh("已公布的数字永久冻结，可以打开核对；现在核算的会随数据变化。— 不是零。")
            ),
        )


def _two(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.01"))
