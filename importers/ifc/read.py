"""Models in IFC: every element is counted in a line, counted with its whole, or spoken of."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from catalog.errors import ImportRefusedError
from catalog.records import BillLineRecord, Issue, Severity
from catalog.rules.terms import BillStage
from importers.bill.lines import Placed
from importers.bill.notes import shown
from importers.bill.outcomes import Entry, outcomes
from importers.ifc.figures import Figures, plain
from importers.ifc.model import Element, Model, is_wanted
from importers.ifc.notes import Notes
from importers.ifc.step import StepFile, read_step
from importers.ifc.takeoff import Share, TakeOff
from importers.ifc.wholes import Tally, counted
from importers.ifc.words import words
from importers.issues import refusal
from importers.lookups import Lookups
from importers.source import Placement, ReadOutcome, SourceFile
from importers.table.columns import layout
from importers.table.rows import NOT_TEXT
from importers.table.values import Remarked, UnreadableError, quantity

_HEAD = 1 << 16
_FIRST = b"ISO-10303-21"
_SCHEMA = re.compile(rb"FILE_SCHEMA\s*\(\s*\(\s*'IFC", re.IGNORECASE)
_SHOWN_NAMES = 8
_BYTES_OF_AN_INSTANCE = 1 << 10  # What one takes in memory, about.


class _Line(msgspec.Struct, kw_only=True):
    """Alike elements of one material, in one measure."""

    element: Element
    share: Share
    total: Decimal = Decimal(0)
    labels: list[str] = []


def is_ifc(source: SourceFile) -> bool:
    """Return whether a file is a model in IFC, as a STEP file."""
    try:
        head = source.head(_HEAD).lstrip(b"\xef\xbb\xbf \t\r\n")
    except ImportRefusedError:
        return False
    return head.upper().startswith(_FIRST) and _SCHEMA.search(head) is not None


def read_ifc(
    source: SourceFile,
    lookups: Lookups,
    *,
    placement: Placement | None = None,
    batch_rows: int = 5000,
) -> Iterator[ReadOutcome]:
    """Yield lines of a design bill: the quantities that a model states, by type and material.

    Raises:
        ImportRefusedError: It is not said where the lines belong, or it is no model with elements.
    """
    place = _placed(placement)
    with source.open() as stream:
        most = source.limits.max_unpacked_bytes // _BYTES_OF_AN_INSTANCE
        file = read_step(stream.read(), is_wanted, most=most)
    if not file.schema.startswith("IFC"):
        raise refusal("ifc-not-a-model")
    model = Model(file)
    if not model.elements:
        raise refusal("ifc-without-elements")
    take_off = TakeOff(model)
    notes = Notes()
    found, tally = counted(model, take_off.shares, notes)
    lines = _Lines(place, model.identifier)
    for element, shares in found:
        for share in shares:
            lines.add(element, share)
    first = [*_of_file(file, model), *notes.issues(), *_of_figures(take_off.figures)]
    yield from outcomes(
        lines.entries(),
        batch_rows=batch_rows,
        first_issues=[*first, _summary(tally, model, len(lines.by_key))],
        last_issues=lines.remarks,
        total=len(lines.by_key),
    )


def _placed(placement: Placement | None) -> Placed:
    if placement is None:
        raise refusal(
            "placement-needed", missing_zh="项目代码、单体编号", missing_en="project and building"
        )
    return Placed(placement.project, placement.building, placement.stage or BillStage.DESIGN)


class _Lines:
    """The lines of one model."""

    def __init__(self, place: Placed, model: str) -> None:
        self._place = place
        self._model = model
        self._rounded = 0
        self.by_key: dict[tuple[str, str, str, str, Decimal | None], _Line] = {}

    def add(self, element: Element, share: Share) -> None:
        """Add a share to the line of its likes."""
        key = (element.kind, element.name, share.material, share.measure, share.thickness)
        line = self.by_key.setdefault(key, _Line(element=element, share=share, labels=[]))
        line.total += share.value
        line.labels.append(element.label)

    def entries(self) -> Iterator[Entry]:
        """Yield each line with what is to be said of it."""
        for line in self.by_key.values():
            yield self._entry(line)

    def remarks(self) -> Iterator[Issue]:
        """Yield what is said once of all lines together."""
        if self._rounded:
            facts = {"count": str(self._rounded), "decimals": str(layout().limits.decimals)}
            yield _remark("ifc-rounded", facts)

    def _entry(self, line: _Line) -> Entry:
        element, share = line.element, line.share
        lost = NOT_TEXT.search(element.name + share.material)
        if lost:
            sign = {"sign": f"U+{ord(lost[0]):04X}"}
            return None, [_refused(element, "control-character", sign)]
        try:
            total = quantity(f"{line.total:.28e}", layout().limits)
        except UnreadableError as error:
            facts = {name: shown(fact) or "" for name, fact in error.facts.items()}
            return None, [_refused(element, error.code, facts, value=plain(line.total))]
        if isinstance(total, Remarked):
            self._rounded += 1
            total = total.value
        assert isinstance(total, Decimal)  # noqa: S101  A quantity is nothing else.
        record = BillLineRecord(
            row=element.row,
            project=self._place.project,
            building=self._place.building,
            stage=self._place.stage,
            line_number=_number_of(line, self._model),
            name=element.name,
            specification=_specification(line),
            unit=words().units[share.measure],
            quantity=total,
        )
        return record, []


def _number_of(line: _Line, model: str) -> str:
    """Return a number that stays the same when the model comes again.

    What tells models apart is part of it: a building often has one for each trade.
    """
    share = line.share
    told = (model, line.element.name, share.material, share.measure, str(share.thickness))
    digest = hashlib.blake2b("\x1f".join(told).encode(errors="replace"), digest_size=5)
    return f"{line.element.kind}-{digest.hexdigest()}"


def _specification(line: _Line) -> str:
    """Return material, thickness, class and the elements, as far as there is room for them."""
    share = line.share
    thickness = f"{plain(share.thickness * 1000)} mm" if share.thickness else ""
    labels = list(dict.fromkeys(NOT_TEXT.sub("\ufffd", label) for label in line.labels))
    told = "; ".join(filter(None, (share.material, thickness, line.element.kind)))
    told += f"; {len(line.labels)} × {', '.join(labels)}"
    limit = layout().limits.text
    return told if len(told) <= limit else f"{told[: limit - 1]}…"


def _of_file(file: StepFile, model: Model) -> Iterator[Issue]:
    """Yield what is wrong with the file itself."""
    for code, rows in (("ifc-broken", file.broken), ("ifc-number-twice", file.twice)):
        if rows:
            yield Issue(code=code, row=rows[0], facts={"count": str(len(rows))})
    if file.cut_off is not None:
        yield Issue(code="ifc-cut-off", row=file.cut_off)
    if model.unknown:
        number, row = model.unknown[0]
        facts = {"count": str(len(model.unknown)), "number": f"#{number}"}
        yield Issue(code="ifc-unknown-class", row=row, facts=facts)
    if model.dangling:
        facts = {"count": str(len(model.dangling))}
        yield Issue(
            code="ifc-dangling", severity=Severity.WARNING, row=model.dangling[0], facts=facts
        )


def _of_figures(figures: Figures) -> Iterator[Issue]:
    """Yield how figures were converted, and which were passed over."""
    for (measure, name), (factor, count) in figures.converted.items():
        facts = {"from": shown(name) or "", "to": words().units[measure], "count": str(count)}
        yield _remark("ifc-converted", {**facts, "factor": f"{factor.normalize():f}"})
    if figures.passed_over:
        names = list(figures.passed_over)
        more = "…" if len(names) > _SHOWN_NAMES else ""
        facts = {
            "count": str(sum(figures.passed_over.values())),
            "names": (shown(", ".join(names[:_SHOWN_NAMES])) or "") + more,
        }
        yield _remark("ifc-quantities-not-used", facts)


def _summary(tally: Tally, model: Model, lines: int) -> Issue:
    facts = {
        "elements": str(tally.elements),
        "counted": str(tally.counted),
        "lines": str(lines),
        "by_parts": str(tally.by_parts),
        "in_wholes": str(tally.in_wholes),
        "kept_out": str(tally.kept_out),
        "others": str(sum(model.without_goods.values())),
    }
    return _remark("ifc-summary", facts)


def _remark(code: str, facts: dict[str, str]) -> Issue:
    return Issue(code=code, severity=Severity.WARNING, facts=facts)


def _refused(
    element: Element, code: str, facts: dict[str, str], *, value: str | None = None
) -> Issue:
    return Issue(
        code=code,
        row=element.row,
        column=element.kind,
        value=shown(value or element.name),
        facts=facts,
    )
