"""``lucai notify``."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import click

from catalog.services.delivering import tell
from cli.house import clock, open_database, operator, settings
from cli.output import language, print_json, print_table, say
from seed_data.accounts import password_policy

if TYPE_CHECKING:
    import datetime as dt


@click.command()
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="As of this day; today if none.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(on: dt.datetime | None, *, as_json: bool) -> None:
    """Make the day's notices, then send the letters and webhook messages that wait.

    What was told before is not told again: run it as often as you like.
    """
    config = settings()
    with open_database() as database:
        told = tell(
            database,
            config.ways(config.gate(password_policy()).sealer),
            actor=operator(),
            holder=f"command-{uuid4().hex}",
            clock=clock,
            new_key=lambda: uuid4().hex,
            on=on.date() if on else None,
        )
    if as_json:
        print_json(told)
        return
    if told.notices is None:
        say("另一进程正在发送提醒。", "Another process is sending notices.")
        return
    chinese = language() == "zh"
    print_table(
        "提醒" if chinese else "Notices",
        ["新提醒", "邮件", "邮件未发出", "回调", "回调未送达"]
        if chinese
        else ["new notices", "letters", "letters not sent", "messages", "messages not taken"],
        [[told.notices, told.letters, told.letters_failed, told.messages, told.messages_failed]],
    )
    if config.mail_host is None:
        say(
            "没有设置邮件服务器（LUCAI_MAIL_HOST），邮件留在队列里。",
            "No mail server is set (LUCAI_MAIL_HOST): letters wait.",
        )
