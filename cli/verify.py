"""``lucai verify``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from catalog.forms.lists import csv_of, workbook_of_list
from catalog.forms.verification import verification_list
from catalog.rules.periods import CHINA
from catalog.rules.signing import Document, Opened, PublicKey, Refusal, from_unpadded, opened
from catalog.services.verifying import MOST_NUMBERS, verify
from catalog.signing_keys import SigningKeys
from cli.house import clock, open_database, settings
from cli.output import language, print_json, print_table, say

if TYPE_CHECKING:
    from catalog.rules.offline import Record
    from catalog.views.verification import Verification

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_SIGNED = b'{"at":"'
_REFUSED = {
    Refusal.NOT_SIGNED: ("不是签名记录，或内容不完整。", "It is no signed record, or not whole."),
    Refusal.UNKNOWN_KEY: ("签名密钥不在已知密钥中。", "It was signed with a key not known."),
    Refusal.KEY_WITHDRAWN: (
        "签名密钥已被作废，不可采信。",
        "Its key was withdrawn: nothing it signed is believed.",
    ),
    Refusal.KEY_NOT_IN_USE: (
        "记录的时间不在密钥使用期内。",
        "Its moment lies outside the days on which the key signed.",
    ),
    Refusal.ALTERED: (
        "内容与签名不符：记录被改动过。",
        "It does not match its signature: altered.",
    ),
    Refusal.OTHER_DOCUMENT: ("这是另一种签名文件。", "It is a signed document of another kind."),
}
_SAID = {
    "no-list": (
        "没有失效清单：此后是否被撤销无法判断。",
        "Without a revocation list nobody can tell what was revoked since.",
    ),
    "list-old": (
        "失效清单已旧（{day}），请换新的。",
        "The revocation list is old ({day}): take a newer one.",
    ),
    "list-before-record": (
        "失效清单（{day}）早于记录。",
        "The revocation list ({day}) is older than the record.",
    ),
    "not-valid-then": (
        "证书 {about} 在签发时即非有效（{state}）。",
        "Certificate {about} was not valid when this was signed ({state}).",
    ),
    "expired-since": ("证书 {about} 已于 {day} 到期。", "Certificate {about} expired on {day}."),
    "revoked-since": (
        "{about} 自 {day} 起失效（{state}）。",
        "{about} does not count from {day} on ({state}).",
    ),
}
_STOPS = {"not-valid-then", "expired-since", "revoked-since"}


@click.command()
@click.argument("what")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day (default: today).")
@click.option("--keys", type=_FILE, help="Public keys (lucai-keys.json), for a signed record.")
@click.option("--revocations", type=_FILE, help="A signed revocation list, for a signed record.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False),
              help="Write the answers to a .csv or .xlsx file.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(  # The options of a command are what they are.
    ctx: click.Context,
    what: str,
    on: dt.datetime | None,
    *,
    keys: Path | None,
    revocations: Path | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Verify WHAT: a certificate number, a file of numbers, or a signed record.

    A file is CSV, XLSX, or text with one number a line. A signed record is a file, or the link in
    its QR code; it is checked without the database: with --keys, and --revocations for what
    happened since. Exit code 1: a record is refused or does not count any more.
    """
    file = Path(what)
    content = file.read_bytes() if len(what) < 1000 and file.is_file() else None  # noqa: PLR2004
    record = _record_in(what, content)
    if record is not None:
        day = on.date() if on else clock().astimezone(CHINA).date()
        is_good = _check(record, keys, revocations, today=day, as_json=as_json)
        ctx.exit(0 if is_good else 1)
    _verify_numbers(what, file if content is not None else None, on, output, as_json=as_json)


def _record_in(what: str, content: bytes | None) -> bytes | None:
    """Return the signed document that a file or a link holds, None if it is neither."""
    if content is not None:
        text = content.strip()
        return text if text.startswith(_SIGNED) else None
    fragment = what.rpartition("#")[2] if "#" in what else ""
    found = from_unpadded(fragment) if fragment else None
    return found if found is not None and found.startswith(_SIGNED) else None


def _check(
    text: bytes, keys: Path | None, revocations: Path | None, *, today: dt.date, as_json: bool
) -> bool:
    """Print what a signed record says and what is to know of it; return whether it counts."""
    from catalog.rules.offline import (  # noqa: PLC0415  Only for records.
        record_of,
        remarks,
        revocations_of,
    )

    known = _keys(keys)
    found = opened(text, Document.RECORD, known)
    listed = opened(revocations.read_bytes().strip(), Document.REVOCATIONS, known) if (
        revocations
    ) else None  # fmt: skip
    for refused in (found, listed):
        if isinstance(refused, Refusal):
            if as_json:
                print_json({"refused": refused.value})
            say(*_REFUSED[refused])
            return False
    assert isinstance(found, Opened)  # noqa: S101  What is refused was said above.
    record = record_of(found)
    told = remarks(
        record, revocations_of(listed) if isinstance(listed, Opened) else None, today=today
    )
    if as_json:
        print_json({"signed_at": found.at, "key": found.key, "record": record, "remarks": told})
    else:
        _print_record(found, record)
        for each in told:
            zh, en = _SAID[each.remark]
            facts = msgspec.to_builtins(each)
            say(zh.format(**facts), en.format(**facts))
    return not any(each.remark in _STOPS for each in told)


def _keys(file: Path | None) -> list[PublicKey]:
    """Return the keys of a file or, without one, those of the data folder."""
    if file is None:
        return SigningKeys(settings().data_dir).public()
    try:
        return msgspec.json.decode(file.read_bytes(), type=_KeyFile).keys
    except msgspec.DecodeError as error:
        raise click.UsageError(f"{file}: {error}") from error


class _KeyFile(msgspec.Struct):
    keys: list[PublicKey]


def _print_record(found: Opened, record: Record) -> None:
    zh = language() == "zh"
    say(
        f"签名有效：{found.at:%Y-%m-%d %H:%M} UTC，密钥 {found.key}。",
        f"The signature is right: {found.at:%Y-%m-%d %H:%M} UTC, key {found.key}.",
    )
    if record.synthetic:
        say("演示数据：非真实证书。", "Demo data: no real certificate.")
    print_table(
        "证书" if zh else "Certificates",
        ["证书编号", "认证机构", "状态", "有效期起", "有效期止"]
        if zh
        else ["certificate", "body", "state", "from", "to"],
        [[p.number, p.body, p.state, p.valid_from, p.valid_to] for p in record.certificates],
    )
    print_table(
        "产品" if zh else "Products",
        ["产品", "型号", "企业", "采信", "采信日期"]
        if zh
        else ["product", "model", "company", "adoption", "since"],
        [
            [
                p.name, p.model, p.company,
                p.adoption.state if p.adoption else None,
                p.adoption.on if p.adoption else None,
            ]
            for p in record.products
        ],
    )  # fmt: skip


def _verify_numbers(
    what: str, file: Path | None, on: dt.datetime | None, output: Path | None, *, as_json: bool
) -> None:
    if output is not None and output.suffix.lower() not in {".csv", ".xlsx"}:
        raise click.UsageError(f"{output.name}: name it .csv or .xlsx.")
    asked = [what]
    if file is not None:
        from importers.numbers import numbers_of  # noqa: PLC0415  Only for files.
        from importers.source import SourceFile  # noqa: PLC0415  As above.

        asked = numbers_of(SourceFile(file.name, file), most=MOST_NUMBERS)
    now = clock()
    day = on.date() if on else now.astimezone(CHINA).date()
    with open_database() as database, database.reading() as connection:
        found = verify(connection, asked, on=day)
    listed = verification_list(found, language())
    if output is not None:
        is_csv = output.suffix.lower() == ".csv"
        output.write_bytes(csv_of(listed) if is_csv else workbook_of_list(listed, made_at=now))
        say(f"已写入 {output}。", f"{output} written.")
    elif as_json:
        print_json(found)
    else:
        _print_numbers(found)


def _print_numbers(found: Verification) -> None:
    listed = verification_list(found, language())
    shown = (1, 2, 3, 4, 6, 7, 10, 14, 15, 16)
    print_table(
        listed.title,
        [listed.header[place] for place in shown],
        [[row[place] for place in shown] for row in listed.rows],
    )
    for note in listed.notes[: 2 if found.unknown else 1]:
        say(note, note)
