"""Write a form as PDF pages, ready to be printed and signed."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec
import typst

from catalog.charts.drawing import printed_svg_of
from catalog.forms.form import Form

_TEMPLATE = Path(__file__).with_name("form.typ")
_NOTHING = b"#set page(width: 1pt, height: 1pt)"
_REMEMBERED = 11


def pdf_of(form: Form) -> bytes:
    """Return the pages of a form; the same form makes the same bytes.

    What people wrote reaches the typesetter as data, so nothing in a name is a command.
    """
    compiler = typst.Compiler(
        _TEMPLATE,
        font_paths=_fonts(),
        sys_inputs={"form": _spelled(form)},
    )
    written = compiler.compile(format="pdf", timestamp=form.made_at.replace(microsecond=0))
    if not isinstance(written, bytes):
        raise TypeError("a PDF is one file")
    # The typesetter keeps what it worked out for its last ten documents, 200 MB for a large form.
    for _ in range(_REMEMBERED):
        compiler.compile(_NOTHING, format="svg", sys_inputs=None)
    return written


def _spelled(form: Form) -> str:
    """Return the form as JSON, with the drawings of its charts."""
    said = msgspec.to_builtins(form)
    for section, spelled in zip(form.sections, said["sections"], strict=True):
        spelled["drawing"] = None if section.chart is None else printed_svg_of(section.chart)
    return msgspec.json.encode(said).decode()


@cache
def _fonts() -> typst.Fonts:
    """Read the fonts once: only those that come with the program, so that all machines agree."""
    folder = str(files("noto_cjk_sans_otc"))
    return typst.Fonts(include_system_fonts=False, font_paths=[folder])
