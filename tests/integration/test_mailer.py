"""Letters go out through a real mail server, encrypted where that is asked."""

from __future__ import annotations

import ssl
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from catalog.mailer import Mailer, MailSecurity, MailServer, MailTroubleError
from tests.receivers import a_certificate_of_localhost, a_mail_server


def a_server(port: int, security: MailSecurity = MailSecurity.NONE, **stated: str) -> MailServer:
    return MailServer(
        host="127.0.0.1", port=port, security=security, sender="lucai@example.org", **stated
    )


def test_sends_a_chinese_letter() -> None:
    with a_mail_server() as (post, port):
        Mailer(a_server(port)).send(
            "who@example.org", subject="绿采提醒：1 项", text="证书即将到期\n", key="letter-1"
        )
    (letter,) = post.letters
    assert letter.rcpt_tos == ["who@example.org"]
    assert isinstance(letter.content, bytes)
    message = message_from_bytes(letter.content, policy=policy.default)
    assert message["Subject"] == "绿采提醒：1 项"
    assert "letter-1" in message["Message-ID"]
    assert message["Auto-Submitted"] == "auto-generated"
    body = message.get_body()
    assert body is not None
    assert body.get_content().strip() == "证书即将到期"


def test_speaks_tls_and_signs_in(tmp_path: Path) -> None:
    shown, trusted = a_certificate_of_localhost(tmp_path)
    with a_mail_server(tls=shown, asks_login=True) as (post, port):
        server = a_server(port, MailSecurity.STARTTLS, user="lucai", password="secret")
        Mailer(server, trusted=trusted).send("who@example.org", subject="s", text="t", key="k")
    assert post.were_encrypted == [True]


def test_sends_nothing_to_a_server_whose_certificate_is_not_trusted(tmp_path: Path) -> None:
    shown, _ = a_certificate_of_localhost(tmp_path)
    with a_mail_server(tls=shown) as (post, port):
        mailer = Mailer(a_server(port, MailSecurity.STARTTLS), trusted=ssl.create_default_context())
        with pytest.raises(MailTroubleError) as trouble:
            mailer.send("who@example.org", subject="s", text="t", key="k")
    assert not trouble.value.is_final
    assert post.letters == []


def test_tells_what_is_refused_for_good_from_what_may_go_later() -> None:
    with a_mail_server() as (post, port):
        for answer, is_final in (("550 no such letter", True), ("451 later", False)):
            post.refuses = answer
            with pytest.raises(MailTroubleError) as trouble:
                Mailer(a_server(port)).send("a@example.org", subject="s", text="t", key="k")
            assert trouble.value.is_final is is_final


def test_refuses_an_address_with_a_line_break() -> None:
    with a_mail_server() as (post, port), pytest.raises(MailTroubleError) as trouble:
        Mailer(a_server(port)).send("a@b.org\r\nBcc: c@d.org", subject="s", text="t", key="k")
    assert trouble.value.is_final
    assert post.letters == []


def test_says_that_nobody_is_there() -> None:
    with pytest.raises(MailTroubleError) as trouble:
        Mailer(a_server(9)).send("a@example.org", subject="s", text="t", key="k")
    assert not trouble.value.is_final
