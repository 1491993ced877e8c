"""Tables that are cards on a phone: each cell bears its column's heading, and keeps its role."""

from __future__ import annotations

import re

from jinja2 import TemplateSyntaxError
from jinja2.ext import Extension

# A tag's inside: a comparison in braces does not end it.
_INSIDE = r"(?>\{\{.*?\}\}|\{%.*?%\}|[^>{])*"
_FRAME = re.compile(
    r'(?P<head>class="scroll cards[^"]*"'
    r'|\{% call ui\.table\((?:(?!%\}).)*kind="[^"]*\bcards\b[^"]*"(?:(?!%\}).)*%\})'
    r"(?P<table>.*?)(?P<end></table>|\{% endcall %\})",
    re.DOTALL,
)
_TABLE = re.compile(r"<table\b(?! role)")
_HEADING = re.compile(rf"<th\b{_INSIDE}>(?P<said>.*?)</th>", re.DOTALL)
_ROW = re.compile(rf"<tr\b{_INSIDE}>.*?</tr>", re.DOTALL)
_CELL = re.compile(rf"<(?P<tag>t[dh])\b(?P<inside>{_INSIDE})>", re.DOTALL)
_GROUP = re.compile(r"<(thead|tbody|tfoot)\b(?! role)")
_UNSEEN = re.compile(r'<span class="unseen">.*?</span>', re.DOTALL)
_TAG = re.compile(rf"</?[a-z]{_INSIDE}>", re.DOTALL)


class StackedTables(Extension):
    """Labels the cells of every table whose frame is of the kind ``cards``.

    A row's heading, or else its first cell, names it and has no label, nor has a cell whose heading
    is unseen, nor a row that has not a cell for every heading (its template labels it, if it is to
    be). A browser forgets what the parts of a table are once they are drawn as blocks, so each
    says it.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the template with the headings in its cells.

        Raises:
            TemplateSyntaxError: A table of cards has no headings.
        """

        def stacked(frame: re.Match[str]) -> str:
            if "<tr" not in frame["table"]:  # A page that shows the markup itself.
                return frame[0]
            head, ends, body = frame["table"].partition("</thead>")
            labels = [_label(heading["said"]) for heading in _HEADING.finditer(head)]
            if not labels:
                line = source.count("\n", 0, frame.start()) + 1
                raise TemplateSyntaxError("a table of cards needs headings", line, name, filename)
            body = _ROW.sub(lambda row: _labelled(row[0], labels), body)
            whole = _CELL.sub(_with_role, head + ends + body)
            whole = _GROUP.sub(r'<\1 role="rowgroup"', whole)
            whole = re.sub(r"<tr\b(?! role)", '<tr role="row"', whole)
            return frame["head"] + _TABLE.sub('<table role="table"', whole) + frame["end"]

        return _FRAME.sub(stacked, source)


def _label(heading: str) -> str:
    return _TAG.sub("", _UNSEEN.sub("", heading)).strip()


def _labelled(row: str, labels: list[str]) -> str:
    cells = list(_CELL.finditer(row))
    if len(cells) != len(labels) or "data-label" in row:
        return row
    named = next((at for at, cell in enumerate(cells) if cell["tag"] == "th"), 0)
    said = iter([*labels[:named], "", *labels[named + 1 :]])

    def with_label(cell: re.Match[str]) -> str:
        label = next(said)
        if not label:
            return cell[0]
        return f'<{cell["tag"]}{cell["inside"]} data-label="{label}">'

    return _CELL.sub(with_label, row)


def _with_role(cell: re.Match[str]) -> str:
    inside = cell["inside"]
    if " role=" in inside:
        return cell[0]
    role = "cell" if cell["tag"] == "td" else "columnheader"
    if "scope=" in inside and "row" in inside.partition("scope=")[2][:6]:
        role = "rowheader"
    return f'<{cell["tag"]} role="{role}"{inside}>'
