"""The files of the import desk: change lists, issues, and rows that stayed out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import PurePath
from typing import BinaryIO

from litestar.exceptions import NotFoundException
from litestar.response import Stream

from api.sending import CSV, JSON, XLSX, csv_answer, spooled
from api.web.i18n import translate, zh
from api.web.names import Names, named
from api.web.words import word
from catalog.records import Issue, Kind
from importers.issues import explain
from importers.jobs import JobChange
from importers.lookups import Lookups
from importers.refused import form_of_refused, write_refused
from importers.report import Answers
from importers.source import SourceFile

_MEDIA = {
    "csv": CSV,
    "json": JSON,
    "xml": "application/xml",
    "zip": "application/zip",
    "xlsx": XLSX,
}
_CHANGE_HEADERS = (
    zh("变化"), zh("对象"), zh("键"), zh("名称"), zh("字段"), zh("原值"), zh("新值"),
)  # fmt: skip
_ISSUE_HEADERS = (
    zh("结果"), zh("工作表"), zh("行"), zh("列"), zh("原值"), zh("原因"), zh("怎么改"),
)  # fmt: skip


def changes_answer(changes: Iterable[JobChange], language: str, *, names: Names) -> Stream:
    """Return a change list as CSV, a line for each field that changes."""

    def rows() -> Iterator[list[str]]:
        for change in changes:
            thing = [translate(word("entity", change.entity), language), change.key, change.label]
            if change.is_new or not change.fields:
                read = "; ".join(
                    f"{translate(word('field', name), language)} {value}"
                    for name, value in change.read.items()
                )
                yield [translate(zh("新增"), language), *thing, "", "", read]
            for field, (before, after) in change.fields.items():
                title = translate(word("field", field), language)
                pair = (_stated(names, field, value, language) for value in (before, after))
                yield [translate(zh("更改"), language), *thing, title, *pair]

    return _csv("changes.csv", _CHANGE_HEADERS, rows(), language)


def _stated(names: Names, field: str, value: str, language: str) -> str:
    """Return a value as a person knows it: of our own lists, its name."""
    lists = {"category": names.categories, "division": names.divisions}
    return named(lists[field], value, language) if field in lists else value


def issues_answer(issues: Iterable[Issue], language: str) -> Stream:
    """Return issues as CSV, with reason and cure."""

    def rows() -> Iterator[list[str]]:
        for issue in issues:
            reason, cure = explain(issue, language)
            yield [
                translate(word("severity", issue.severity), language),
                issue.sheet or "",
                str(issue.row or ""),
                issue.column or "",
                issue.value or "",
                reason,
                cure,
            ]

    return _csv("issues.csv", _ISSUE_HEADERS, rows(), language)


def refused_answer(
    file: SourceFile,
    issues: Iterable[Issue],
    *,
    kind: Kind,
    answers: Answers,
    language: str,
) -> Stream:
    """Return the rows that stayed out, in the file's own form.

    Raises:
        NotFoundException: From such a file rows cannot be given back.
        ImportRefusedError: The file cannot be read any more.
    """
    form = form_of_refused(file)
    if form is None:
        raise NotFoundException
    stem = PurePath(file.name).stem
    name = translate(zh("{name}-未导入的行"), language).format(name=stem)

    def write(spool: BinaryIO) -> None:
        write_refused(
            file,
            Lookups.from_seed(),
            issues,
            spool,
            kind=kind,
            answers=answers,
            language=language,
        )

    return spooled(write, _MEDIA[form], name=f"{name}.{form}")


def _csv(name: str, headers: tuple[str, ...], rows: Iterator[list[str]], language: str) -> Stream:
    return csv_answer(name, chain([[translate(header, language) for header in headers]], rows))
