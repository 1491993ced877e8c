"""Declarations from strangers: archives that burst or lead astray, XML that expands or digs."""

from __future__ import annotations

import time

import pytest

from catalog.errors import ImportRefusedError
from catalog.records import Severity
from importers.epd import (
    is_ilcd_zip,
    is_openepd_bundle,
    read_ilcd_xml,
    read_ilcd_zip,
    read_oekobaudat,
    read_openepd,
    read_openepd_bundle,
    read_soda,
)
from importers.reader import Limits, SourceFile
from tests.importers.epd_files import (
    Reader,
    a_flow,
    a_process,
    a_zip,
    an_ilcd_zip,
    an_openepd,
    codes,
    read,
    text_of,
)


def refusal_of(reader: Reader, content: bytes | str, limits: Limits | None = None) -> str:
    with pytest.raises(ImportRefusedError) as caught:
        read(reader, content, limits=limits)
    assert caught.value.text("zh") and caught.value.text("en")
    return str(caught.value.facts["reason_code"])


def with_entities(declaration: str, use: str) -> str:
    before = f'<?xml version="1.0"?>\n<!DOCTYPE a [{declaration}]>\n'
    return a_process(name=f"<baseName>{use}</baseName>", before=before)


def test_refuses_entities_that_expand() -> None:
    many = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    started = time.process_time()
    content = with_entities(f'<!ENTITY e0 "ha">{many}', "&e11;")
    assert refusal_of(read_ilcd_xml, content) == "xml-entities"
    assert refusal_of(read_ilcd_xml, content.replace("<baseName>", '<baseName a="&e11;">')) in (
        "xml-entities",
        "xml-broken",
    )
    assert time.process_time() - started < 2


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://127.0.0.1:9/x"])
def test_never_fetches_an_entity(address: str) -> None:
    content = with_entities(f'<!ENTITY x SYSTEM "{address}">', "&x;")
    assert refusal_of(read_ilcd_xml, content) == "xml-entities"
    assert refusal_of(read_ilcd_xml, content.replace("&x;", "")) == "xml-entities"


def test_refuses_endless_depth() -> None:
    deep = "<a>" * 5000 + "</a>" * 5000
    assert refusal_of(read_ilcd_xml, a_process(info=deep)) == "xml-too-deep"
    for reader in (read_openepd, read_soda):
        _, issues = read(reader, '{"impacts":' * 100_000 + "1" + "}" * 100_000)
        assert codes(issues) == {"json-broken"}
        assert refusal_of(reader, "[" * 100_000) == "json-broken"


def test_refuses_xml_and_json_that_is_cut_off() -> None:
    content = a_process()
    assert refusal_of(read_ilcd_xml, content[: len(content) // 2]) == "xml-broken"
    assert refusal_of(read_openepd, '[{"id": 1') == "json-broken"
    assert refusal_of(read_openepd, b'["\xff"]') == "json-wrong-encoding"


@pytest.mark.parametrize("reader", [read_ilcd_zip, read_openepd_bundle])
def test_refuses_an_archive_that_bursts(reader: Reader) -> None:
    bomb = a_zip({"processes/a.xml": b" " * (64 << 20), "manifest": "{}", "toc": ""})
    assert refusal_of(reader, bomb) == "zip-bomb"
    small = an_ilcd_zip()
    assert refusal_of(reader, small, Limits(max_unpacked_bytes=100)) == "zip-bomb"


def test_refuses_an_archive_that_lies_about_its_sizes() -> None:
    content = bytearray(an_ilcd_zip())
    place = content.rfind(b"PK\x01\x02") + 24
    content[place : place + 4] = (10).to_bytes(4, "little")
    with pytest.raises(ImportRefusedError):
        read(read_ilcd_zip, bytes(content))


def test_refuses_a_password() -> None:
    content = bytearray(an_ilcd_zip())
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(sign)
        content[place + offset] |= 1
    assert refusal_of(read_ilcd_zip, bytes(content)) == "zip-encrypted"


def test_refuses_an_archive_that_is_cut_off() -> None:
    content = an_ilcd_zip()
    assert refusal_of(read_ilcd_zip, content[:-30]) == "zip-damaged"
    assert not is_ilcd_zip(SourceFile("file", content[:-30]))
    assert not is_openepd_bundle(SourceFile("file", content[:-30]))


def test_never_opens_an_archive_in_an_archive() -> None:
    inner = an_ilcd_zip()
    content = a_zip({"processes/a.xml": a_process(), "more/inner.zip": inner, "x.EPB": inner})
    records, issues = read(read_ilcd_zip, content)
    assert len(records) == 1
    errors = [(one.code, one.value) for one in issues if one.severity is Severity.ERROR]
    assert errors == [("zip-nested", "more/inner.zip"), ("zip-nested", "x.EPB")]


@pytest.mark.parametrize(
    "name",
    ["../processes/a.xml", "/processes/a.xml", "C:/processes/a.xml", "..\\processes\\a.xml"],
)
def test_leaves_names_that_lead_out_of_the_archive(name: str) -> None:
    content = a_zip({name: a_process(), "processes/b.xml": a_process()})
    records, issues = read(read_ilcd_zip, content)
    assert [one.sheet for one in records] == ["processes/b.xml"]
    assert "zip-path" in codes(issues)


def test_takes_the_first_of_two_entries_of_one_name() -> None:
    content = a_zip({"processes/a.xml": a_process(), "processes/b.xml": a_flow()})
    content = content.replace(b"processes/b.xml", b"processes/a.xml")
    _, issues = read(read_ilcd_zip, content)
    assert "zip-doubled-name" in codes(issues)


def test_leaves_out_invisible_characters_and_says_so() -> None:
    records, issues = read(read_openepd, text_of(an_openepd(product_name="Be\u202eton\u200b")))
    assert records[0].names[0].text == "Beton"
    assert codes(issues) == {"epd-invisible-characters"}
    records, issues = read(read_openepd, text_of(an_openepd(product_name="half \ud800")))
    assert records == [] and codes(issues) == {"json-broken"}


def test_leaves_an_entry_without_a_name() -> None:
    content = a_zip({"processes/b.xml": a_process(), "x": b"x"})
    place = content.rfind(b"PK\x01\x02")
    content = content[: place + 46] + b"\0" + content[place + 47 :]
    records, issues = read(read_ilcd_zip, content)
    assert len(records) == 1 and "zip-path" in codes(issues)


def test_refuses_a_table_of_nothing_but_a_mark() -> None:
    assert refusal_of(read_oekobaudat, b"\xef\xbb\xbf") == "missing-column"
