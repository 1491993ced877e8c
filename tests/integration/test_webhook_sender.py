"""Webhooks are signed, and never reach into the network of the server that sends them."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from catalog.webhook_sender import (
    AddressForbiddenError,
    Message,
    WebhookSender,
    WebhookTroubleError,
    signature,
)
from tests.receivers import a_webhook

MESSAGE = Message(key="d-1", event="notice", body='{"名":"绿采"}'.encode())


def test_sends_the_bytes_with_a_signature_that_the_receiver_can_check() -> None:
    with a_webhook() as (hook, url):
        status = WebhookSender(allows_private=True).send(url, "s3cret", MESSAGE, timestamp=1_800)
    (request,) = hook.requests
    assert status == 204
    assert (request.path, request.body) == ("/hook?of=lucai", MESSAGE.body)
    assert request.headers["Lucai-Delivery"] == "d-1"
    stamp, _, shown = request.headers["Lucai-Signature"].partition(",v1=")
    signed = stamp.removeprefix("t=").encode() + b"." + request.body
    assert shown == hmac.new(b"s3cret", signed, hashlib.sha256).hexdigest()


def test_another_body_time_or_secret_gives_another_signature() -> None:
    told = {
        signature(secret, time, body)
        for secret in ("a", "b")
        for time in (1, 2)
        for body in (b"x", b"y")
    }
    assert len(told) == 8


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://10.0.0.8/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[2002:7f00:1::]/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "http://example.org/",
        "ftp://example.org/",
        "https://user:password@example.org/",
        "https://example.org/\r\nHost: elsewhere",
        "https://exa mple.org/",
        "https://例子.测试/",
        "https://example.org:99999/",
        "https://",
        "javascript:alert(1)",
        "",
    ],
)
def test_refuses_an_address_that_is_no_public_one(url: str) -> None:
    with pytest.raises(AddressForbiddenError):
        WebhookSender().check(url)


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001"])
def test_refuses_a_name_that_leads_back_to_this_machine(host: str) -> None:
    with pytest.raises((AddressForbiddenError, WebhookTroubleError)) as refusal:
        WebhookSender().send(f"https://{host}/", "s", MESSAGE, timestamp=1)
    assert refusal.type is AddressForbiddenError


def test_does_not_follow_a_redirect() -> None:
    with a_webhook() as (hook, url):
        hook.answers = [307]
        status = WebhookSender(allows_private=True).send(url, "s", MESSAGE, timestamp=1)
    assert (status, len(hook.requests)) == (307, 1)


def test_says_that_nobody_answers() -> None:
    with pytest.raises(WebhookTroubleError):
        WebhookSender(allows_private=True).send("http://127.0.0.1:9/", "s", MESSAGE, timestamp=1)
