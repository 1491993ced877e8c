"""The page that verifies a pasted list or a file of certificate numbers, and its downloads."""

from __future__ import annotations

import datetime as dt
from functools import partial
from http import HTTPStatus
from pathlib import PurePath

import msgspec
from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import MultipartBody, SkipValidation, URLEncodedBody
from litestar.response import Template

from api.moment import now
from api.parameters import day_or_today
from api.sending import XLSX
from api.turns import Turns
from api.web import asked as asking
from api.web.i18n import language_of
from api.web.interest import note_interest
from api.web.page import PageRequest, page
from catalog.db import Database
from catalog.errors import ImportRefusedError, TooManyNumbersError
from catalog.evidence_files import MEGABYTE
from catalog.forms.lists import csv_of, workbook_of_list
from catalog.forms.verification import verification_list
from catalog.rules.terms import InterestKind
from catalog.rules.verifying import numbers_in
from catalog.services.verifying import LONGEST_NUMBER, MOST_NUMBERS, verify
from catalog.views.verification import Verification
from importers.issues import explain, issue_of
from importers.numbers import numbers_of
from importers.source import Limits, SourceFile

CSV = "text/csv; charset=utf-8"
_LARGEST_FILE = 4 * 2**20
_LONGEST_LIST = MOST_NUMBERS * (LONGEST_NUMBER + 1)
_LONGEST_NAME = 200
_SHOWN = 3


class Question(msgspec.Struct):
    """Numbers as they were pasted, a file of them, and the day."""

    numbers: str = ""
    on: str = ""
    file: UploadFile | None = None


class Again(msgspec.Struct):
    """The numbers that were verified, to be written to a file."""

    numbers: str = ""
    on: str = ""


class VerifyPages(Controller):
    """Verify many certificates at once."""

    path = "/verify"
    request_max_body_size = _LARGEST_FILE

    @get(name="verify:index", sync_to_thread=False)
    def index(self, request: PageRequest) -> Template:
        """Ask for the numbers."""
        return _page(request, "", day_or_today(None))

    @post(name="verify:check", status_code=HTTPStatus.OK)
    async def check(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        data: MultipartBody[Question],
    ) -> Template:
        """Say what each number is on the day; nothing is kept."""
        content = await data.file.read() if data.file and data.file.filename else None
        name = data.file.filename if data.file else ""
        return await turns.take(partial(_checked, request, database, data, name, content))

    @post("/list.csv", name="verify:csv", status_code=HTTPStatus.OK)
    async def as_csv(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        data: URLEncodedBody[Again],
    ) -> Response[bytes]:
        """Send the answers as CSV."""
        return await turns.take(partial(_file, request, database, data, "csv"))

    @post("/list.xlsx", name="verify:xlsx", status_code=HTTPStatus.OK)
    async def as_workbook(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        data: URLEncodedBody[Again],
    ) -> Response[bytes]:
        """Send the answers as a workbook."""
        return await turns.take(partial(_file, request, database, data, "xlsx"))


def _checked(
    request: PageRequest, database: Database, data: Question, name: str, content: bytes | None
) -> Template:
    on = day_or_today(asking.day(data.on))
    asked = numbers_in(data.numbers)
    try:
        if content:
            source = SourceFile(
                PurePath(name).name[-_LONGEST_NAME:],
                content,
                limits=Limits(max_bytes=_LARGEST_FILE),
            )
            asked += [asking.plain(each) for each in numbers_of(source, most=MOST_NUMBERS)]
        found = _answer(database, asked, on)
    except ImportRefusedError as error:
        said = " ".join(explain(issue_of(error), language_of(request)))
        return _page(request, data.numbers, on, refusal=said)
    except TooManyNumbersError as error:
        return _page(request, data.numbers, on, refusal=error.text(language_of(request)))
    keys = {
        own.key for each in found.items for paper in each.certificates for own in paper.products
    }
    note_interest(request, keys, InterestKind.VERIFIED)
    return _page(request, "\n".join(asked), on, found=found if asked else None)


def _answer(database: Database, asked: list[str], on: dt.date) -> Verification:
    with database.reading() as connection:
        return verify(connection, asked, on=on)


def _page(
    request: PageRequest,
    numbers: str,
    on: dt.date,
    *,
    found: Verification | None = None,
    refusal: str | None = None,
) -> Template:
    return page(
        request,
        "verify/index.html",
        status_code=HTTPStatus.BAD_REQUEST if refusal else HTTPStatus.OK,
        numbers=numbers,
        on=on,
        found=found,
        refusal=refusal,
        most=MOST_NUMBERS,
        longest=_LONGEST_LIST,
        limit_mb=_LARGEST_FILE // MEGABYTE,
        shown=_SHOWN,
        shows_synthetic=found is not None
        and any(paper.is_synthetic for item in found.items for paper in item.certificates),
    )


def _file(request: PageRequest, database: Database, data: Again, ending: str) -> Response[bytes]:
    found = _answer(database, numbers_in(data.numbers), day_or_today(asking.day(data.on)))
    listed = verification_list(found, language_of(request))
    is_csv = ending == "csv"
    return Response(
        csv_of(listed) if is_csv else workbook_of_list(listed, made_at=now()),
        media_type=CSV if is_csv else XLSX,
        headers={
            "Content-Disposition": f'attachment; filename="lucai-verified-{found.on}.{ending}"',
            "Vary": "Accept-Language, Cookie",
        },
    )
