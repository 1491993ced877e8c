"""Answer with an edition, or a difference of two, as a file."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from litestar import Response
from litestar.response import Stream

from api.sending import csv_answer
from api.web.edition_words import EDITION_WORDS
from api.web.i18n import translate, zh
from catalog.db import Database
from catalog.errors import EditionNotFoundError
from catalog.forms.edition_form import edition_form, volumes
from catalog.forms.form import Form, Language
from catalog.forms.pdf import pdf_of
from catalog.forms.workbook import workbook_of
from catalog.rules.editions import EditionEntry
from catalog.services import editions
from catalog.views.editions import EditionDifference

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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


def edition_workbook(database: Database, key: str, language: str) -> Response[bytes]:
    """Return the edition as a workbook."""
    return _file(workbook_of(form_of(database, key, language)), XLSX, f"{key}.xlsx")


def edition_pdf(database: Database, key: str, language: str, *, volume: int = 1) -> Response[bytes]:
    """Return a volume of the edition as PDF pages; few editions have more than one."""
    name = f"{key}.pdf" if volume == 1 else f"{key}-{volume}.pdf"
    return _file(pdf_of(form_of(database, key, language, volume=volume)), PDF, name)


def edition_json(database: Database, key: str) -> Response[bytes]:
    """Return the very bytes whose SHA-256 is the edition's hash."""
    with database.reading() as connection:
        content = editions.edition_bytes(connection, key)
    return _file(content, "application/json", f"{key}.json")


def edition_csv(database: Database, key: str, language: str) -> Stream:
    """Return the entries as CSV, every field in a column of its own."""
    with database.reading() as connection:
        _, _, entries = editions.all_entries(connection, key)

    def rows() -> Iterator[list[str | None]]:
        yield [_field(name, language) for name in _FIELDS]
        for entry in entries:
            yield [_said(getattr(entry, name)) for name in _FIELDS]

    return csv_answer(f"{key}.csv", rows())


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
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Vary": "Accept-Language, Cookie",
        },
    )
