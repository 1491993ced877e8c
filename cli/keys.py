"""``lucai keys``."""

from __future__ import annotations

from pathlib import Path

import click

from catalog.services import signing
from catalog.signing_keys import SigningKeys
from cli.house import clock, open_database, operator, settings
from cli.output import language, print_json, print_table, say


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """List the keys that sign records; the last one without an end signs now."""
    if ctx.invoked_subcommand is not None:
        return
    known = _keys().public()
    if as_json:
        print_json({"keys": known})
        return
    zh = language() == "zh"
    print_table(
        "签名密钥" if zh else "Signing keys",
        ["密钥", "启用", "停用", "作废"] if zh else ["key", "since", "until", "withdrawn"],
        [
            [
                k.key,
                *(f"{at:%Y-%m-%d %H:%M}" if at else None for at in (k.since, k.until, k.withdrawn)),
            ]
            for k in known
        ],
    )


@command.command()
def make() -> None:
    """Make a key that signs from now on; the one before stays known, and signs no more."""
    with open_database() as database, database.transaction() as session:
        made = signing.make_key(session, _keys(), actor=operator(), now=clock())
    say(f"签名密钥 {made.key} 已启用。", f"Key {made.key} signs from now on.")


@command.command()
@click.argument("key")
@click.option("--reason", required=True, help="Why; it stays on record.")
def withdraw(key: str, reason: str) -> None:
    """Let nothing be believed that KEY signed: somebody else may have it."""
    with open_database() as database, database.transaction() as session:
        signing.withdraw_key(session, _keys(), key, reason=reason, actor=operator(), now=clock())
    say(f"签名密钥 {key} 已作废。", f"Key {key} is withdrawn.")


@command.command()
@click.option("--certificate", help="Key of a certificate: write its signed record.")
@click.option("--product", help="Key of a product: write its signed record.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def sign(certificate: str | None, product: str | None, file: Path) -> None:
    """Write a signed record to FILE or, without a key of either, today's revocation list."""
    now = clock()
    with open_database() as database, database.reading() as connection:
        if certificate is not None:
            text = signing.certificate_record(connection, _keys(), certificate, now=now)
        elif product is not None:
            text = signing.product_record(connection, _keys(), product, now=now)
        else:
            text = signing.revocation_list(connection, _keys(), now=now)
    file.write_bytes(text)
    say(f"已写入 {file}。", f"{file} written.")


def _keys() -> SigningKeys:
    return SigningKeys(settings().data_dir)
