"""Files that mean harm: the command, the page and the API refuse them alike, in both languages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner
from litestar import Litestar
from litestar.testing import TestClient

from catalog.db import Database
from catalog.errors import CatalogError, ImportRefusedError
from catalog.records import Issue
from cli.main import group
from importers.issues import explain
from importers.lookups import Lookups
from importers.reader import SourceFile, read
from search.engines.tantivy import TantivyEngine
from tests.accounts import signed_in
from tests.apps import create_app
from tests.conftest import TOKEN
from tests.importers.epd_files import a_process, a_zip, an_ilcd_zip
from tests.importers.workbooks import a_workbook
from tests.integration.picture import picture

HEADER = ("企业名称", "产品名称", "产品类别", "规格型号")
ROW = ("甲公司", "混凝土", "预拌混凝土", "C30")
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096)
ZEROS = bytes(40 << 20)
UPLOAD_LIMIT = 2**20


def a_list(model: str = "C30") -> bytes:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, (*ROW[:3], model))

    return a_workbook(fill)


def with_entry(content: bytes, name: str, data: bytes) -> bytes:
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return stream.getvalue()


def with_password(content: bytes) -> bytes:
    """Return the archive with the mark of a password on its first entry."""
    marked = bytearray(content)
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        marked[content.find(sign) + offset] |= 1
    return bytes(marked)


def an_expanding_declaration() -> bytes:
    many = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    before = f'<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY e0 "ha">{many}]>\n'
    return a_process(name="<baseName>&e11;</baseName>", before=before).encode()


def a_deep_declaration() -> bytes:
    deep = "<x>" * 5_000 + "</x>" * 5_000
    return a_process(name=f"<baseName>a</baseName>{deep}").encode()


def a_doubled_workbook() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return with_entry(a_list(), "xl/worksheets/sheet1.xml", b"<worksheet/>")


HARMFUL: dict[str, tuple[Callable[[], bytes], str]] = {
    "an empty file": (lambda: b"", "file-empty"),
    "a program": (lambda: b"\x7fELF" + bytes(range(256)) * 9, "file-binary"),
    "an old or encrypted workbook": (lambda: OLE, "workbook-old-or-encrypted"),
    "a workbook with a password on its entries": (
        lambda: with_password(a_list()), "workbook-old-or-encrypted",
    ),
    "a workbook cut off": (lambda: a_list()[:-40], "workbook-damaged"),
    "a workbook with a sheet twice": (a_doubled_workbook, "workbook-damaged"),
    "a workbook that bursts": (
        lambda: with_entry(a_list(), "xl/media/image1.png", ZEROS), "workbook-bomb",
    ),
    "an archive that bursts": (
        lambda: with_entry(an_ilcd_zip(), "ILCD/processes/b.xml", ZEROS), "zip-bomb",
    ),
    "an archive with a password": (lambda: with_password(an_ilcd_zip()), "zip-encrypted"),
    "XML with entities that expand": (an_expanding_declaration, "xml-entities"),
    "XML without end": (a_deep_declaration, "xml-too-deep"),
}  # fmt: skip


@pytest.fixture
def door(
    database: Database, search_engine: TantivyEngine, tmp_path: Path
) -> Iterator[TestClient[Litestar]]:
    """The pages and the API, with an operator signed in at both."""
    app = create_app(
        database, search_engine, api_token=TOKEN, upload_limit=UPLOAD_LIMIT, data_dir=tmp_path
    )
    with TestClient(app) as client:
        signed_in(client)
        yield client


def refusal_of(content: bytes) -> ImportRefusedError:
    with pytest.raises(ImportRefusedError) as caught:
        list(read(SourceFile("x.xlsx", content), Lookups.from_seed()))
    return caught.value


def plain(text: str) -> str:
    """Return a text without the line breaks that a terminal or a page puts in it."""
    return "".join(unescape(text).split())


def says(text: str, sentences: list[str]) -> bool:
    """Tell whether reason and cure are both there."""
    return all(sentence in plain(text) for sentence in sentences)


@pytest.mark.parametrize("name", HARMFUL)
def test_refuses_at_every_door_with_the_same_reason(
    door: TestClient[Litestar],
    database: Database,
    database_url: str,
    tmp_path: Path,
    name: str,
) -> None:
    build, code = HARMFUL[name]
    content, before = build(), picture(database)
    error = refusal_of(content)
    assert error.facts["reason_code"] == code
    stated = error.facts["reason_facts"]
    assert isinstance(stated, dict)
    issue = Issue(code=code, facts=stated)
    told_in = {
        language: [plain(text) for text in explain(issue, language)] for language in ("zh", "en")
    }

    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    for language, sentences in told_in.items():
        environment = {
            "LUCAI_DATA_DIR": str(tmp_path / "data"),
            "LUCAI_DATABASE_URL": database_url,
            "LUCAI_LANGUAGE": language,
        }
        told = CliRunner().invoke(group, ["import", str(path)], env=environment)
        said = told.output
        if isinstance(told.exception, CatalogError):
            said = told.exception.text(language)  # The command's outermost layer prints it.
        assert told.exit_code != 0 and says(said, sentences), said
        page = door.post(f"/imports/new?lang={language}", files={"file": ("x.xlsx", content)})
        if page.status_code == 200:  # The file has a page of its own, which says it.
            page = door.get(page.url.path, params={"lang": language})
        assert says(page.text, sentences)
        answer = door.post(
            "/api/v1/imports?name=x.xlsx",
            content=content,
            headers={"Accept-Language": language, "Authorization": f"Bearer {TOKEN}"},
        )
        assert answer.status_code == 400 and says(answer.json()["detail"], sentences)
    assert picture(database) == before


def test_refuses_what_is_too_large_at_every_door(
    door: TestClient[Litestar], database_url: str, tmp_path: Path
) -> None:
    content = b"x" * (UPLOAD_LIMIT + 1)
    assert door.post("/imports/new", files={"file": ("x.csv", content)}).status_code == 413
    token = {"Authorization": f"Bearer {TOKEN}"}
    answer = door.post("/api/v1/imports?name=x.csv", content=content, headers=token)
    assert answer.status_code == 413


def issues_of(content: bytes) -> tuple[list[str], int]:
    """Return the codes of the issues of a file, and how many records it brings."""
    found = list(read(SourceFile("x", content), Lookups.from_seed()))
    codes = [one.code for one in found if isinstance(one, Issue)]
    return codes, len(found) - len(codes)


def test_never_runs_a_macro_and_says_so() -> None:
    content = with_entry(a_list(), "xl/vbaProject.bin", OLE)
    assert issues_of(content) == (["workbook-macros"], 1)
    assert issues_of(a_list()) == ([], 1)


def test_a_picture_in_a_workbook_is_not_opened() -> None:
    picture_with_absurd_extent = (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06\x00\x00\x00"
    )
    content = with_entry(a_list(), "xl/media/image1.png", picture_with_absurd_extent)
    assert issues_of(content) == ([], 1)


def test_a_formula_in_a_cell_is_text_or_its_saved_value() -> None:
    rows = [HEADER, (*ROW[:3], "=1+1")]
    assert issues_of("\n".join(map(",".join, rows)).encode()) == ([], 1)


def test_leaves_archives_in_archives_and_paths_that_lead_out() -> None:
    inner = an_ilcd_zip()
    content = a_zip(
        {"processes/a.xml": a_process(), "inner.zip": inner, "../processes/b.xml": a_process()}
    )
    codes, records = issues_of(content)
    assert records == 1
    assert sorted(set(codes) & {"zip-nested", "zip-path"}) == ["zip-nested", "zip-path"]
