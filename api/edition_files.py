"""Answer with an edition, or a difference of two, as a file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

import msgspec
from litestar import Response
from litestar.response import Stream

from api.sending import CSV, PDF, XLSX, csv_answer, csv_pieces, spooled
from api.web.edition_words import EDITION_WORDS
from api.web.i18n import translate, zh
from catalog.db import Database
from catalog.errors import EditionNotFoundError
from catalog.forms.edition_form import edition_form, edition_rows, edition_sheet, volumes
from catalog.forms.form import Form, Language
from catalog.forms.pdf import pdf_of
from catalog.forms.workbook import write_workbook
from catalog.rules.editions import EditionEntry
from catalog.services import editions
from catalog.views.editions import EditionDifference

_VARY = {"Vary": "Accept-Language, Cookie"}
_FIELDS = EditionEntry.__struct_fields__
_HOW = (zh("新增"), zh("移出"), zh("更改"))


def form_of(database: Database, key: str, language: str, *, volume: int | None = None) -> Form:
    """Return an edition, or a volume of it, as a form for a reader of the language.

    Raises:
        EditionNotFoundError: There is no such edition, or it has not so many volumes.
    """
    with database.reading() as connection:
        view, head, entries = editions.all_entries(connection, key)
        notes = editions.notes_of(connection, key)
    if volume is not None and volume > volumes(len(entries)):
        raise EditionNotFoundError(key=f"{key} {volume}")
    spoken: Language = "zh" if language == "zh" else "en"
    return edition_form(view, head, entries, notes, spoken, volume=volume)


def edition_workbook(database: Database, key: str, language: str) -> Stream:
    """Return the edition as a workbook."""
    spoken: Language = "zh" if language == "zh" else "en"

    def write(file: BinaryIO) -> None:
        with database.reading() as connection:
            view, head, entries = editions.read_entries(connection, key)
            form = edition_sheet(view, editions.notes_of(connection, key), spoken)
            write_workbook(form, edition_rows(view, head, entries, spoken), file)

    return spooled(write, XLSX, name=f"{key}.xlsx", headers=_VARY)


def edition_pdf(database: Database, key: str, language: str, *, volume: int = 1) -> Response[bytes]:
    """Return a volume of the edition as PDF pages; few editions have more than one."""
    name = f"{key}.pdf" if volume == 1 else f"{key}-{volume}.pdf"
    return _file(pdf_of(form_of(database, key, language, volume=volume)), PDF, name)


def edition_csv(database: Database, key: str, language: str) -> Stream:
    """Return the entries as CSV, every field in a column of its own."""
    header = [_field(name, language) for name in _FIELDS]

    def write(file: BinaryIO) -> None:
        with database.reading() as connection:
            _, _, entries = editions.read_entries(connection, key)
            rows = ([_said(getattr(entry, name)) for name in _FIELDS] for entry in entries)
            file.writelines(csv_pieces(chain([header], rows)))

    return spooled(write, CSV, name=f"{key}.csv", headers=_VARY)


def difference_csv(found: EditionDifference, language: str) -> Stream:
    """Return a difference as CSV, a line for each entry or field that differs."""
    added, removed, changed = (translate(how, language) for how in _HOW)
    headers = (zh("变化"), zh("产品"), zh("企业"), zh("证书编号"), zh("字段"), zh("原值"),
               zh("新值"), zh("原因"))  # fmt: skip

    def named(entry: EditionEntry) -> list[str | None]:
        return [f"{entry.name} {entry.model or ''}".strip(), entry.company_name,
                entry.certificate_number]  # fmt: skip

    def rows() -> Iterator[list[str | None]]:
        yield [translate(header, language) for header in headers]
        for entry in found.added:
            yield [added, *named(entry), None, None, None, None]
        for gone in found.removed:
            why = translate(EDITION_WORDS["edition-gone"][gone.standing], language)
            said = " ".join(part for part in (why, gone.ground, gone.reason) if part)
            yield [removed, *named(gone.entry), None, None, None, said]
        for change in found.changed:
            for each in change.fields:
                field = _field(each.field, language)
                yield [changed, *named(change.entry), field, each.before, each.after, None]

    return csv_answer(f"{found.older.key}-{found.newer.key}.csv", rows())


def _field(name: str, language: str) -> str:
    return translate(EDITION_WORDS["edition-field"][name], language)


def _said(value: object) -> str | None:
    return None if value is None else str(msgspec.to_builtins(value))


def _file(content: bytes, media_type: str, name: str) -> Response[bytes]:
    return Response(
        content,
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"', **_VARY},
    )
