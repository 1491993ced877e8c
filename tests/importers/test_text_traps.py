"""What goes wrong in CSV and JSON files, and what is said about it."""

from __future__ import annotations

import json

import pytest

from catalog.errors import ImportRefusedError
from catalog.records import Issue, Kind, Record, Severity
from importers.issues import explain
from importers.lookups import Lookups
from importers.reader import Limits, SourceFile, read, read_batches, recognise
from tests.importers.conftest import DATA

HEADER = "项目代码,单体编号,清单阶段,序号,材料名称,单位,工程量"
GOOD = "SYN-1,1#,设计,1,砌块,m3,10"
A_LABEL = {
    "licno": "GBM9900001",
    "title": "合成板",
    "company": "合成企业",
    "period": "115/07/09 ~ 119/07/08",
    "category": "健康",
}


def split(text: str | bytes, lookups: Lookups) -> tuple[list[Record], list[Issue]]:
    content = text.encode() if isinstance(text, str) else text
    found = list(read(SourceFile("a.csv", content), lookups))
    records = [entry for entry in found if not isinstance(entry, Issue)]
    return records, [entry for entry in found if isinstance(entry, Issue)]


def refused(content: bytes, *, limits: Limits | None = None) -> ImportRefusedError:
    with pytest.raises(ImportRefusedError) as caught:
        list(read(SourceFile("a.csv", content, limits=limits), Lookups.from_seed()))
    return caught.value


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "known-document"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "known-document"),
        (b"\x1f\x8b\x08" + bytes(range(256)), "known-document"),
        (b'<?xml version="1.0"?>\n<cats><cat code="1"/></cats>', "known-document"),
        (b'{"releases": [{"ocid": "ocds-b5fd17-1", "tag": ["award"]}]}', "known-document"),
        (bytes(range(256)) * 20, "file-binary"),
        (f"{HEADER}\n{GOOD}".encode("utf-16"), "wide-encoding"),
        (f"{HEADER}\n{GOOD},é\xff\xff\xff".encode("latin-1", "ignore"), "wrong-encoding"),
        (b"name,price\nbread,3\n", "unknown-table"),
        (b"\n\n\n", "unknown-table"),
        ("项目代码,单体编号,清单阶段,序号,材料名称,单位\n".encode(), "missing-column"),
        (f"{HEADER},数量\n".encode(), "duplicate-column"),
        (b'{"rows": 3}', "json-not-a-list"),
        (b"[]", "table-without-rows"),
        (b'[{"name": 1}]', "json-not-a-registry"),
        (b"[1, 2", "json-not-a-registry"),
        (b"{", "json-broken"),
        (b"[" * 100_000, "json-broken"),
        (b'["\xff"]', "json-wrong-encoding"),
    ],
)
def test_refuses_a_file_that_cannot_be_read_at_all(content: bytes, code: str) -> None:
    assert refused(content).facts["reason_code"] == code


def test_names_the_missing_columns_in_both_languages() -> None:
    error = refused("项目代码,单体编号,清单阶段,序号,材料名称,单位\n".encode())
    assert "工程量" in error.text("zh") and "Quantity" in error.text("en")


def test_refuses_a_file_over_the_limit_before_reading_it() -> None:
    error = refused(b"x" * 2_000_000, limits=Limits(max_bytes=1_000_000))
    assert error.facts["reason_code"] == "file-too-large"


def test_refuses_a_file_that_is_not_there(tmp_path_factory: pytest.TempPathFactory) -> None:
    missing = tmp_path_factory.mktemp("none") / "gone.csv"
    with pytest.raises(ImportRefusedError):
        recognise(SourceFile("gone.csv", missing))


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("SYN-1,1#,设计,2,砌块", "short-row", None),
        ("SYN-1,1#,设计,2,砌块,m3,1,860.5", "long-row", None),
        ('SYN-1,1#,设计,2,"砌块,m3,10', "unclosed-quote", None),
        ('SYN-1,1#,设计,2,"砌"块,m3,10', "broken-row", None),
        ("SYN-1,1#,设计,2,砌\x00块,m3,10", "control-character", "材料名称"),
        ("SYN-1,1#,设计,2,砌\u202e块,m3,10", "control-character", "材料名称"),
        (f"SYN-1,1#,设计,2,{'砌' * 2001},m3,10", "text-too-long", "材料名称"),
        ("SYN-1,1#,设计,2,砌块,方米,10", "unknown-unit", "单位"),
        ("SYN-1,1#,施工图审查,2,砌块,m3,10", "unknown-bill-stage", "清单阶段"),
        ("SYN-1,1#,设计,2,砌块,m3,-10", "negative-number", "工程量"),
        ("SYN-1,1#,设计,2,砌块,m3,1e13", "absurd-number", "工程量"),
        ("SYN-1,1#,设计,2,砌块,m3,NaN", "bad-number", "工程量"),
        ("SYN-1,1#,设计,2,砌块,m3,12m3", "bad-number", "工程量"),
        ("SYN-1,1#,设计,1,砖,m3,10", "duplicate-row", "序号"),
    ],
)
def test_keeps_a_bad_row_out_and_lets_the_good_ones_in(
    row: str, code: str, column: str | None, lookups: Lookups
) -> None:
    records, issues = split(f"{HEADER}\n{GOOD}\n{row}", lookups)
    assert [record.row for record in records] == [2]
    assert [(issue.code, issue.row, issue.column) for issue in issues] == [(code, 3, column)]
    for language in ("zh", "en"):
        reason, cure = explain(issues[0], language)
        assert reason and cure and "…" not in reason + cure


def test_goes_on_after_a_broken_row(lookups: Lookups) -> None:
    broken = 'SYN-1,1#,设计,2,"砌"块,m3,10'
    records, issues = split(f"{HEADER}\n{broken}\n{GOOD}\n", lookups)
    assert [record.row for record in records] == [3] and issues[0].code == "broken-row"


def test_reports_a_file_that_ends_inside_a_character(lookups: Lookups) -> None:
    content = f"{HEADER}\n{GOOD}\n{GOOD}是".encode()
    records, issues = split(content[:-1], lookups)
    assert [record.row for record in records] == [2]
    assert [issue.code for issue in issues] == ["control-character", "cut-off"]


def test_warns_of_a_column_that_nobody_takes(lookups: Lookups) -> None:
    records, issues = split(f"{HEADER},备注\n{GOOD},急\n", lookups)
    assert len(records) == 1
    assert [(issue.code, issue.severity, issue.column) for issue in issues] == [
        ("unknown-column", Severity.WARNING, "备注")
    ]


def test_warns_of_values_without_a_header(lookups: Lookups) -> None:
    records, issues = split(f"{HEADER},\n{GOOD},急\n", lookups)
    assert len(records) == 1
    assert [(issue.code, issue.column) for issue in issues] == [("column-without-header", "H")]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_finds_the_separator_out(separator: str, lookups: Lookups) -> None:
    records, issues = split(f"{HEADER}\n{GOOD}\n".replace(",", separator), lookups)
    assert len(records) == 1 and not issues


def test_takes_columns_in_any_order(lookups: Lookups) -> None:
    backwards = "\n".join(",".join(reversed(row.split(","))) for row in (HEADER, GOOD))
    assert split(backwards, lookups) == split(f"{HEADER}\n{GOOD}", lookups)


def test_understands_required_marks_and_width_in_headers(lookups: Lookups) -> None:
    header = "*项目代码,单体编号(必填),Ｂｉｌｌ stage,No.,材 料名称,单位＊,QUANTITY"
    records, issues = split(f"{header}\n{GOOD}", lookups)
    assert len(records) == 1 and not issues


def test_skips_blank_rows_without_a_word(lookups: Lookups) -> None:
    records, issues = split(f"{HEADER}\n,,,,,,\n\n{GOOD}\n  ,,,,,,\n", lookups)
    assert [record.row for record in records] == [4] and not issues


def test_gives_the_same_whatever_the_stretch(lookups: Lookups) -> None:
    rows = "\n".join(f"SYN-1,1#,设计,{n % 40},砌块,m{n % 4},1" for n in range(100))
    source = SourceFile("a.csv", f"{HEADER}\n{rows}".encode())
    whole = list(read(source, lookups))
    pieces = list(read_batches(source, lookups, batch_rows=7))
    assert [record for piece in pieces for record in piece.records] == [
        entry for entry in whole if not isinstance(entry, Issue)
    ]
    assert [issue for piece in pieces for issue in piece.issues] == [
        entry for entry in whole if isinstance(entry, Issue)
    ]
    assert pieces[-1].rows_done == 100


def test_saves_the_whole_rows_of_a_list_that_was_cut_off(lookups: Lookups) -> None:
    text = json.dumps([A_LABEL, {**A_LABEL, "licno": "GBM9900002"}], ensure_ascii=False)
    records, issues = split(text.encode()[:-20], lookups)
    assert len(records) == 1
    assert [(issue.code, issue.row) for issue in issues] == [("cut-off-list", 2)]


def test_reads_a_list_inside_an_object(lookups: Lookups) -> None:
    source = SourceFile("a.json", json.dumps({"total": 1, "rows": [A_LABEL]}).encode())
    assert recognise(source) is Kind.REGISTRY
    assert len(list(read(source, lookups))) == 1


def test_keeps_no_row_of_another_kind_when_the_kind_is_given(lookups: Lookups) -> None:
    source = SourceFile("a.csv", (DATA / "bill_lines_zh.csv").read_bytes())
    with pytest.raises(ImportRefusedError):
        list(read(source, lookups, kind=Kind.PRODUCTS))
