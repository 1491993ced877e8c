"""Refused parts of XML files come back as XML, can be mended, and come in."""

from __future__ import annotations

import io
import zipfile

import msgspec
import pytest

from catalog.records import EpdRecord, Issue, Kind, Record, Severity
from importers.lookups import Lookups
from importers.reader import read, read_batches
from importers.refused import form_of_refused, write_refused
from importers.remarks import remarks
from importers.report import Answers
from importers.source import Placement, SourceFile
from tests.importers.conftest import DATA
from tests.importers.lists import DESIGN, bill_lines
from tests.importers.test_bill_tender import tender

MATERIALS = Placement(project="P-1", building="1#", stage=DESIGN.stage, of_materials=True)
PROCESS = (DATA / "epd_ilcd.xml").read_bytes()


def found(content: bytes, placement: Placement | None = None) -> tuple[list[Record], list[Issue]]:
    records: list[Record] = []
    issues: list[Issue] = []
    for outcome in read_batches(SourceFile("x", content), Lookups.from_seed(), placement=placement):
        records += outcome.records
        issues += outcome.issues
    return records, issues


def errors(issues: list[Issue]) -> list[str]:
    return [issue.code for issue in issues if issue.severity is Severity.ERROR]


def given_back(
    content: bytes, kind: Kind, placement: Placement | None = None, language: str = "zh"
) -> bytes:
    target = io.BytesIO()
    write_refused(
        SourceFile("x", content), Lookups.from_seed(), found(content, placement)[1], target,
        kind=kind, answers=Answers(placement=placement), language=language,
    )  # fmt: skip
    return target.getvalue()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("encoding", ["UTF-8", "gb2312"])
def test_a_tender_gives_its_refused_items_back_and_takes_them_mended(
    language: str, encoding: str
) -> None:
    content = tender(encoding).replace(b'"120.469480"', b'"twelve"')
    assert len(errors(found(content, DESIGN)[1])) == 1
    assert form_of_refused(SourceFile("x", content)) == "xml"
    back = given_back(content, Kind.BILL_LINES, DESIGN, language)
    text = back.decode()
    reason, cure = remarks().pair(language)
    assert f"<!-- {reason}: " in text and f"| {cure}: " in text
    assert 'Code="020406002001"' in text and "补020604001001" not in text
    assert "B4-20" in text and "玻璃胶" not in text
    records, issues = found(back.replace(b'"twelve"', b'"120.469480"'), DESIGN)
    assert errors(issues) == []
    assert "bill-total-differs" not in [issue.code for issue in issues]
    (line,) = bill_lines(records)
    (whole, _) = bill_lines(found(tender(), DESIGN)[0])
    assert msgspec.structs.replace(line, row=0) == msgspec.structs.replace(whole, row=0)


def test_what_is_refused_again_says_only_its_new_reason() -> None:
    content = tender().replace(b'"120.469480"', b'"twelve"')
    once = given_back(content, Kind.BILL_LINES, DESIGN)
    twice = given_back(once, Kind.BILL_LINES, DESIGN)
    assert twice.decode().count("<!--") == once.decode().count("<!--") == 1


def test_a_tenders_resources_come_back_where_those_were_asked_for() -> None:
    content = tender().replace(b'"51.067013"', b'"many"')
    text = given_back(content, Kind.BILL_LINES, MATERIALS).decode()
    assert "玻璃胶" in text and "综合工日" not in text and "020406002001" not in text


def faulty_process() -> bytes:
    start = PROCESS.index(b"<common:UUID>") + len(b"<common:UUID>")
    return PROCESS[:start] + PROCESS[PROCESS.index(b"</common:UUID>") :]


def test_a_data_set_comes_back_letter_for_letter_under_its_reason() -> None:
    content = faulty_process()
    assert errors(found(content)[1])
    back = given_back(content, Kind.EPDS)
    lines = [line for line in back.decode().splitlines() if not line.startswith("<!-- ")]
    assert lines == content.decode().splitlines()
    assert errors(found(back)[1]) == errors(found(content)[1])
    assert given_back(back, Kind.EPDS) == back


def test_a_mended_data_set_is_as_if_it_had_never_been_refused() -> None:
    back = given_back(faulty_process(), Kind.EPDS)
    start = PROCESS.index(b"<common:UUID>")
    uuid = PROCESS[start : PROCESS.index(b"</common:UUID>")]
    mended = back.replace(b"<common:UUID>", uuid, 1)
    records = [one for one in read(SourceFile("x", mended), Lookups.from_seed())
               if isinstance(one, EpdRecord)]  # fmt: skip
    wanted = [one for one in read(SourceFile("x", PROCESS), Lookups.from_seed())
              if isinstance(one, EpdRecord)]  # fmt: skip
    assert records == wanted


def test_an_archive_gives_back_the_refused_data_sets_and_all_that_they_refer_to() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("ILCD/processes/good.xml", PROCESS)
        archive.writestr("ILCD/processes/bad.xml", faulty_process())
        archive.writestr("ILCD/contacts/one.xml", "<contactDataSet/>")
    assert form_of_refused(SourceFile("x", packed.getvalue())) == "zip"
    back = given_back(packed.getvalue(), Kind.EPDS)
    with zipfile.ZipFile(io.BytesIO(back)) as given:
        assert given.namelist() == ["ILCD/processes/bad.xml", "ILCD/contacts/one.xml"]
        assert given.read("ILCD/processes/bad.xml").decode().count("<!-- ") == 1
    assert errors(found(back)[1]) == errors(found(packed.getvalue())[1])
