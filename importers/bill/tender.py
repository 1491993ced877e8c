"""Chinese tender files in XML: everything stands in attributes, and the sums are checked."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from catalog.errors import ImportRefusedError
from catalog.records import Issue, Severity
from importers.bill.lines import BillLines, WrittenLine, placed
from importers.bill.money import figure, sum_agrees
from importers.bill.notes import shown
from importers.bill.outcomes import bill_outcomes
from importers.bill.words import words
from importers.epd.notes import DataSetError
from importers.epd.xml import Element, parse
from importers.issues import refusal
from importers.lookups import Lookups
from importers.source import Placement, ReadOutcome, SourceFile

_HEAD = 1 << 16
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ENCODINGS = ("utf-8", "gb18030")
_DECLARED = re.compile(
    rb'^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["\']([\w-]+)["\'][^>]*\?>'
)
# Writers say gb2312 and mean its larger successor, which has every sign of the older two.
_CHINESE = frozenset({b"gb2312", b"gbk", b"gb18030"})


def is_tender(source: SourceFile) -> bool:
    """Return whether a file is a tender in XML with items that we know."""
    try:
        head = source.head(_HEAD)
    except ImportRefusedError:
        return False
    wide = "utf-16" if head.startswith(_WIDE) else None
    tender = words().tender
    names = (*tender.roots, *tender.items, *tender.groups)
    texts = [head.decode(name, errors="ignore") for name in ((wide,) if wide else _ENCODINGS)]
    return any(
        text.lstrip("\ufeff \t\r\n").startswith("<") and f"<{name} " in text
        for text in texts
        for name in names
    )


def read_tender(
    source: SourceFile,
    lookups: Lookups,
    *,
    placement: Placement | None = None,
    batch_rows: int = 5000,
) -> Iterator[ReadOutcome]:
    """Yield the items of a tender as lines or, where that is asked for, its resources.

    Raises:
        ImportRefusedError: It is not said where the lines belong, it cannot be parsed, or it has
            no items.
    """
    lines = BillLines(lookups, placed(placement))
    tender = _Tender(
        tender_root(source), of_resources=placement is not None and placement.of_materials
    )
    yield from bill_outcomes(lines, tender.lines, batch_rows=batch_rows, first_issues=tender.issues)


def tender_root(source: SourceFile) -> Element:
    """Return the first element of a tender, whatever it says of its encoding.

    Raises:
        ImportRefusedError: It is not well-formed, or written otherwise than it says.
    """
    with source.open() as stream:
        content = stream.read()
    declared = _DECLARED.match(content)
    if declared and declared[1].lower() in _CHINESE:
        try:
            content = content[declared.end() :].decode("gb18030").encode()
        except UnicodeDecodeError as error:
            raise refusal("wrong-encoding") from error
    try:
        return parse(content)
    except DataSetError as error:
        raise refusal(error.code, **error.facts) from error


class _Tender:
    """The items and resources of one tender, and whether its sums come out."""

    def __init__(self, root: Element, *, of_resources: bool) -> None:
        self._words = words().tender
        self._told: set[str] = set()
        self._written = {
            False: {field: names[0] for field, names in self._words.item.items()},
            True: {field: names[0] for field, names in self._words.resource.items()},
        }
        self.issues: list[Issue] = []
        items = self._found(root, self._words.items)
        resources = self._found(root, self._words.resources)
        if of_resources and resources:
            self.lines = [self._line(each, self._words.resource) for each in resources]
            self._say("bill-items-not-taken", items)
        else:
            self.lines = [self._line(each, self._words.item) for each in items]
            self._say("bill-materials-not-taken", resources)
        for group in self._found(root, self._words.groups):
            self._check(group)
        for part in self._found(root, [*self._words.measures, *self._words.others]):
            self._tell_of_part(part)

    def _found(self, root: Element, names: list[str]) -> list[Element]:
        return list(root.iter(*names))

    def _line(self, element: Element, fields: Mapping[str, list[str]]) -> WrittenLine:
        attributes = {str(name): str(value) for name, value in element.attrib.items()}
        texts, written = {}, {}
        for field, names in fields.items():
            name = next((name for name in names if attributes.get(name)), names[0])
            written[field] = name
            if attributes.get(name, "").strip():
                texts[field] = attributes[name]
        known = {name for names in fields.values() for name in names} | self._words.ignored.keys()
        for name, value in attributes.items():
            if name not in known and value.strip() and name not in self._told:
                self._told.add(name)
                self._warn("unknown-column", element, column=name, value=value)
        is_resource = fields is self._words.resource
        return WrittenLine(
            row=row_of(element),
            section=self._section(element),
            role="materials" if is_resource else "items",
            texts=texts,
            written=written,
        )

    def _section(self, element: Element) -> str:
        """Return which of a tender's bills an element stands in."""
        names = [
            str(above.get("Name") or above.get("名称") or "")
            for above in element.iterancestors(*self._words.buildings)
        ]
        return "/".join(reversed(names))

    def _check(self, group: Element) -> None:
        """Compare the amount of a group with the sum of its items."""
        stated = str(group.get("Amount") or "")
        amounts = [figure(self._amount_of(item)) for item in group.iter(*self._words.items)]
        found = sum((amount for amount in amounts if amount is not None), Decimal(0))
        if amounts and figure(stated) is not None and not sum_agrees(stated, found):
            title = str(group.get("Name") or group.tag)
            facts = {"title": title, "stated": stated, "found": f"{found:f}"}
            self._warn("bill-total-differs", group, value=title, facts=facts)

    def _amount_of(self, item: Element) -> str:
        return next((str(t) for name in self._words.item["amount"] if (t := item.get(name))), "")

    def _tell_of_part(self, part: Element) -> None:
        if len(part):
            title = str(part.get("Name") or part.tag)
            facts = {
                "title": title,
                "why_zh": "是措施、其他项目、规费或税金，不是材料",
                "why_en": "lists measures, other items, fees or taxes, which are no materials",
            }
            self._warn("bill-table-not-read", part, facts=facts)

    def _say(self, code: str, elements: list[Element]) -> None:
        if elements:
            self._warn(code, elements[0], facts={"count": str(len(elements))})

    def _warn(
        self,
        code: str,
        element: Element,
        *,
        column: str | None = None,
        value: str | None = None,
        facts: dict[str, str] | None = None,
    ) -> None:
        self.issues.append(
            Issue(
                code=code,
                severity=Severity.WARNING,
                row=row_of(element),
                column=shown(column),
                value=shown(value),
                facts={name: shown(fact) or "" for name, fact in (facts or {}).items()},
            )
        )


def row_of(element: Element) -> int:
    """Return the line of the file in which an element begins."""
    line = element.sourceline
    return line if isinstance(line, int) else 0
