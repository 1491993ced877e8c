"""Write a form as a document of a word processor, to be read, changed and passed on."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from docx import Document
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.table import Table as DocxTable
from docx.table import _Cell as TableCell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from catalog.charts.chart import Chart
from catalog.charts.drawing import png_of
from catalog.forms.form import Box, Check, Form, RowKind, Said, Section, Table

_FONT, _LATIN = "宋体", "Times New Roman"
_WIDE, _NARROW, _MARGIN = Mm(297), Mm(210), Mm(18)
_SHADES = {RowKind.GROUP: "EEEEEE", RowKind.TOTAL: "EEEEEE", RowKind.ITEM: "F8F8F8"}
_HEAD_SHADE = "EEEEEE"
_OF_FACTS = (22, 78)  # What a name and what it names have of the width.
_INK = RGBColor(0x00, 0x00, 0x00)
_GREY = RGBColor(0x55, 0x55, 0x55)
# A document is an archive, whose parts would else bear the moment of writing.
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def document_of(form: Form) -> bytes:
    """Return the document of a form; the same form makes the same bytes."""
    document = Document()
    _set_up(document, form)
    title = document.add_heading(level=0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _say(title, form.title, size=18)
    subtitle = document.add_paragraph()
    subtitle.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _say(subtitle, form.subtitle, size=11)
    for notice in form.notices:
        _say(document.add_paragraph(style="Intense Quote"), notice)
    if form.facts:
        facts = document.add_table(rows=0, cols=2, style="Table Grid")
        for fact in form.facts:
            cells = facts.add_row().cells
            _fill(cells[0], fact.label, shade=_HEAD_SHADE)
            _fill(cells[1], fact.value)
        _share_out(facts, _text_width(form), _OF_FACTS)
    for section in form.sections:
        _section(document, section, width=_text_width(form))
    return _fixed(document)


def _set_up(document: Docx, form: Form) -> None:
    """Choose the paper, the letters, and what stands at the foot of each page."""
    document.core_properties.title = form.title.text
    document.core_properties.author = ""
    document.core_properties.comments = ""
    moment = form.made_at.replace(tzinfo=None, microsecond=0)
    document.core_properties.created = document.core_properties.modified = moment
    page = document.sections[0]
    page.page_width, page.page_height = (_NARROW, _WIDE) if form.is_upright else (_WIDE, _NARROW)
    page.orientation = WD_ORIENT.PORTRAIT if form.is_upright else WD_ORIENT.LANDSCAPE
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = _MARGIN
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Intense Quote"):
        style = document.styles[name]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in list(fonts.attrib):
            del fonts.attrib[attribute]
        for script, font in (("ascii", _LATIN), ("hAnsi", _LATIN), ("eastAsia", _FONT)):
            fonts.set(qn(f"w:{script}"), font)
        # An official document is black and upright; the styles of a word processor are blue,
        # with lines of their own, and lean.
        style.font.color.rgb = _INK
        style.font.italic = False
        for lines in list(style.element.iter(qn("w:pBdr"))):
            lines.getparent().remove(lines)
    document.styles["Normal"].font.size = Pt(10.5)
    document.styles["Normal"].paragraph_format.space_after = Pt(4)
    for language in document.styles.element.iter(qn("w:lang")):
        # By it lines are broken and words are checked.
        language.set(qn("w:eastAsia"), "zh-CN")
    document.core_properties.language = "zh-CN"
    foot = page.footer.paragraphs[0]
    _write(foot, f"{form.footer}    ", size=7.5)
    _field(foot, "PAGE")
    _write(foot, " / ", size=7.5)
    _field(foot, "NUMPAGES")


def _text_width(form: Form) -> int:
    return int((_NARROW if form.is_upright else _WIDE) - 2 * _MARGIN)


def _section(document: Docx, section: Section, *, width: int) -> None:
    _say(document.add_heading(level=1), section.title, size=13)
    for paragraph in section.paragraphs:
        for text in paragraph.text.split("\n"):
            _write(document.add_paragraph(), text)
    if section.chart is not None:
        _picture(document, section.chart, width=width)
    if section.table is not None:
        _table(document, section.table, width=width)
    for number, check in enumerate(section.checks, start=1):
        _check(document, number, check)
    for note in section.notes:
        _say(document.add_paragraph(), note, size=9)
    for box in section.boxes:
        _box(document, box, width=width)


def _picture(document: Docx, chart: Chart, *, width: int) -> None:
    place = document.add_paragraph()
    place.alignment = WD_ALIGN_PARAGRAPH.CENTER
    place.add_run().add_picture(io.BytesIO(png_of(chart)), width=int(width * 0.9))
    for shown in place._p.iter(qn("wp:docPr")):
        shown.set("descr", chart.title)


def _table(document: Docx, table: Table, *, width: int) -> None:
    shown = document.add_table(rows=1, cols=len(table.columns), style="Table Grid")
    for cell, column in zip(shown.rows[0].cells, table.columns, strict=True):
        _fill(cell, column.said, shade=_HEAD_SHADE)
    _repeat(shown.rows[0]._tr)
    for row in table.rows:
        cells = shown.add_row().cells
        place = 0
        for said in row.cells:
            first, last = cells[place], cells[place + said.span - 1]
            cell = first.merge(last) if said.span > 1 else first
            has_figures = said.span == 1 and table.columns[place].has_figures
            _fill(cell, said.said, shade=_SHADES.get(row.kind), is_right=has_figures)
            place += said.span
    _share_out(shown, width, [column.width for column in table.columns])
    document.add_paragraph()


def _share_out(table: DocxTable, width: int, shares: Sequence[int]) -> None:
    """Make the columns as wide as their shares: some readers go by them, some by each cell."""
    table.autofit = False
    widths = [width * share // sum(shares) for share in shares]
    for column, size in zip(table.columns, widths, strict=True):
        column.width = Emu(size)
    for row in table.rows:
        place = 0
        for cell in row._tr.tc_lst:
            cell.width = Emu(sum(widths[place : place + cell.grid_span]))
            place += cell.grid_span


def _check(document: Docx, number: int, check: Check) -> None:
    mark = "√" if check.is_on_record else "□"
    _write(document.add_paragraph(), f"{mark} {number}. {check.label.text}  {check.remark.text}")


def _box(document: Docx, box: Box, *, width: int) -> None:
    shown = document.add_table(rows=1, cols=2, style="Table Grid")
    _fill(shown.rows[0].cells[0], box.label)
    _fill(shown.rows[0].cells[1], Said("\n" + "　　　　".join(each.text for each in box.lines)))
    _share_out(shown, width, _OF_FACTS)


def _fill(cell: TableCell, said: Said, *, shade: str | None = None, is_right: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    _say(paragraph, said, size=8.5)
    if is_right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if shade is not None:
        properties = cell._tc.get_or_add_tcPr()
        colour = OxmlElement("w:shd")
        colour.set(qn("w:val"), "clear")
        colour.set(qn("w:color"), "auto")
        colour.set(qn("w:fill"), shade)
        properties.append(colour)


def _say(paragraph: Paragraph, said: Said, *, size: float | None = None) -> None:
    """Write a text, and its gloss below it in grey."""
    _write(paragraph, said.text, size=size)
    if said.gloss is not None:
        paragraph.add_run().add_break()
        run = _write(paragraph, said.gloss, size=None if size is None else size * 0.85)
        run.font.color.rgb = _GREY


def _write(paragraph: Paragraph, text: str, *, size: float | None = None) -> Run:
    run = paragraph.add_run(_printable(text))
    if size is not None:
        run.font.size = Pt(size)
    return run


def _printable(text: str) -> str:
    """Return the text without the signs that a document of this kind cannot hold."""
    return "".join(sign for sign in text if sign in "\n\t" or sign.isprintable())


def _repeat(row: CT_Row) -> None:
    """Have the row stand at the head of each page that the table goes on to."""
    properties = row.get_or_add_trPr()
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    properties.append(header)


def _field(paragraph: Paragraph, name: str) -> None:
    """Write a number that a word processor works out, each part in a run of its own as it does."""
    for kind in ("begin", None, "separate", "shown", "end"):
        run = _write(paragraph, "1" if kind == "shown" else "", size=7.5)
        if kind is None:
            element = OxmlElement("w:instrText")
            element.text = name
        elif kind == "shown":
            continue
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)


def _fixed(document: Docx) -> bytes:
    """Return the document's bytes, the same whenever they are written."""
    written, fixed = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as before, zipfile.ZipFile(fixed, "w") as after:
        for name in sorted(
            before.namelist(), key=lambda name: (name != "[Content_Types].xml", name)
        ):
            part = zipfile.ZipInfo(name, _LONG_AGO)
            part.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(part, before.read(name))
    return fixed.getvalue()
