"""Notices are made once, shown to whom they concern, mailed, and sent to webhooks until taken."""

from __future__ import annotations

import datetime as dt
import json
from itertools import count

import pytest

from catalog.db import Database
from catalog.errors import PermissionDeniedError, WebhookNotFoundError, WebhookRefusedError
from catalog.mailer import Mailer, MailSecurity, MailServer
from catalog.permissions import Actor, Role
from catalog.rules.keys import company_key, product_key
from catalog.rules.watching import WatchKind
from catalog.sealing import Sealer
from catalog.services import notices, webhooks
from catalog.services.delivering import Told, Ways, send_waiting, tell
from catalog.services.webhooks import NewWebhook
from catalog.views.notices import NoticeChoiceView, NoticePage
from catalog.webhook_sender import WebhookSender, signature
from tests.adoptions import a_member, an_adoption, an_organisation
from tests.builders import NOW, OPERATOR, a_certificate, a_product, bring, day
from tests.receivers import a_mail_server, a_webhook

COMPANY = company_key("绿洲混凝土有限公司", None)
PRODUCT = product_key(COMPANY, "预拌混凝土", "C30 P6", None)
SEALER = Sealer("a key that is long enough for the tests")
SECRET = "whsec-of-the-tests"
ON = "2028-12-01"
_KEYS = count(1)


def new_key() -> str:
    return f"key-{next(_KEYS)}"


def ways(mail_port: int | None = None) -> Ways:
    mailer = None
    if mail_port is not None:
        server = MailServer(
            host="127.0.0.1",
            port=mail_port,
            security=MailSecurity.NONE,
            sender="lucai@example.org",
        )
        mailer = Mailer(server)
    return Ways(
        sender=WebhookSender(allows_private=True),
        sealer=SEALER,
        mailer=mailer,
        site="https://lucai.example.org/",
    )


def told(
    database: Database, by: Ways | None = None, *, on: str = ON, now: dt.datetime = NOW
) -> Told:
    return tell(
        database,
        by or ways(),
        actor=OPERATOR,
        holder="test",
        clock=lambda: now,
        new_key=new_key,
        on=day(on),
    )


def inbox(database: Database, actor: Actor) -> NoticePage:
    with database.reading() as connection:
        return notices.inbox(connection, actor=actor, limit=50)


@pytest.fixture
def maker(database: Database) -> Actor:
    """A member of the maker of an adopted product whose certificate ends with 2028."""
    bring(database, [a_product(certificate=a_certificate())])
    an_adoption(database, PRODUCT)
    return a_member(database, "wang", "maker")


def test_tells_each_thing_once_however_often_it_is_run(database: Database, maker: Actor) -> None:
    an_organisation(database, "bureau", Role.DIVISION_BUREAU, division="08")
    an_organisation(database, "elsewhere", Role.DIVISION_BUREAU, division="01")
    bureau = a_member(database, "li", "bureau")
    elsewhere = a_member(database, "zhao", "elsewhere")
    assert told(database).notices == 6
    assert told(database).notices == 0
    assert {each.kind for each in inbox(database, maker).items} == {
        WatchKind.EXPIRING, WatchKind.RENEWAL_OPEN, WatchKind.SURVEILLANCE_UNKNOWN
    }  # fmt: skip
    assert {each.kind for each in inbox(database, bureau).items} == {
        WatchKind.EXPIRING, WatchKind.FILING_OVERDUE
    }  # fmt: skip
    # Its annual report is a fortnight late; nothing of the product is its concern.
    assert [each.kind for each in inbox(database, elsewhere).items] == [WatchKind.FILING_OVERDUE]
    # The next day says nothing new, and neither does the next step's day twice.
    assert told(database, on="2028-12-02").notices == 0


def test_tells_anew_at_each_step(database: Database, maker: Actor) -> None:
    assert told(database, on="2028-10-02").notices == 3
    assert told(database, on="2028-11-01").notices == 1
    assert told(database, on="2028-12-01").notices == 1
    assert told(database, on="2029-01-01").notices == 1
    assert inbox(database, maker).items[0].kind is WatchKind.LOST


def test_each_member_reads_for_himself(database: Database, maker: Actor) -> None:
    colleague = a_member(database, "chen", "maker")
    told(database)
    (first, *others) = inbox(database, maker).items
    with database.transaction() as session:
        assert notices.read_notices(session, [first.key], actor=maker, now=NOW) == 1
        assert notices.read_notices(session, [first.key], actor=maker, now=NOW) == 0
    assert inbox(database, maker).unread == len(others)
    assert inbox(database, colleague).unread == len(others) + 1
    with database.transaction() as session:
        notices.read_notices(session, None, actor=maker, now=NOW)
    assert inbox(database, maker).unread == 0


def test_others_notices_cannot_be_marked(database: Database, maker: Actor) -> None:
    an_organisation(database, "rival", Role.MANUFACTURER)
    rival = a_member(database, "sun", "rival")
    told(database)
    keys = [each.key for each in inbox(database, maker).items]
    with database.transaction() as session:
        assert notices.read_notices(session, keys, actor=rival, now=NOW) == 0
    assert inbox(database, rival).total == 0
    assert inbox(database, maker).unread == len(keys)


def test_nobody_but_those_who_may_makes_notices(database: Database, maker: Actor) -> None:
    with database.transaction() as session, pytest.raises(PermissionDeniedError):
        notices.make_notices(session, on=day(ON), actor=maker, now=NOW, new_key=new_key)


def test_mails_what_is_wanted_in_the_readers_language(database: Database, maker: Actor) -> None:
    a_member(database, "smith", "maker", language="en")
    unwanted = NoticeChoiceView(WatchKind.EXPIRING, is_shown=False, is_mailed=False)
    with database.transaction() as session:
        notices.choose(session, [unwanted], actor=maker, now=NOW)
    with a_mail_server() as (post, port):
        assert told(database, ways(port)).letters == 2
        assert told(database, ways(port)).letters == 0
    texts = {letter.rcpt_tos[0]: letter.content for letter in post.letters}
    assert len(texts) == 2
    english = texts["smith@example.org"]
    assert isinstance(english, bytes)
    assert b"certificate expires soon: CTC-2024-001 (2028-12-31)" in english
    assert b"https://lucai.example.org/notices" in english
    kinds = {each.kind for each in inbox(database, maker).items}
    assert WatchKind.EXPIRING not in kinds
    assert WatchKind.RENEWAL_OPEN in kinds


def test_a_letter_waits_for_a_mail_server_that_is_in_trouble(
    database: Database, maker: Actor
) -> None:
    with a_mail_server() as (post, port):
        post.refuses = "451 later"
        assert told(database, ways(port)).letters_failed == 1
        soon = NOW + dt.timedelta(seconds=30)
        assert send_waiting(database, ways(port), holder="t", clock=lambda: soon).letters == 0
        post.refuses = None
        later = NOW + dt.timedelta(minutes=2)
        assert send_waiting(database, ways(port), holder="t", clock=lambda: later).letters == 1
    assert len(post.letters) == 1


def a_hook(database: Database, actor: Actor, url: str, *kinds: WatchKind) -> str:
    key = new_key()
    with database.transaction() as session:
        made = webhooks.add_webhook(
            session,
            NewWebhook(url=url, kinds=kinds, key=key, secret=SECRET),
            sender=WebhookSender(allows_private=True),
            sealer=SEALER,
            actor=actor,
            now=NOW,
        )
    assert made.secret == SECRET
    return made.webhook.key


def test_sends_a_webhook_its_kinds_signed(database: Database, maker: Actor) -> None:
    with a_webhook() as (hook, url):
        key = a_hook(database, maker, url, WatchKind.EXPIRING)
        assert told(database).messages == 1
        assert told(database).messages == 0
    (request,) = hook.requests
    said = json.loads(request.body)
    assert (said["kind"], said["name"], said["due_on"]) == (
        "expiring", "CTC-2024-001", "2028-12-31"
    )  # fmt: skip
    expected = signature(SECRET, int(NOW.timestamp()), request.body)
    assert request.headers["Lucai-Signature"] == expected
    with database.reading() as connection:
        (sent,) = webhooks.list_deliveries(connection, key, actor=maker, limit=9).items
    assert sent.key == request.headers["Lucai-Delivery"]
    assert [each.status for each in sent.tries] == [204]
    assert sent.delivered_at == NOW


def test_tries_again_later_and_later_and_then_waits_for_a_person(
    database: Database, maker: Actor
) -> None:
    with a_webhook() as (hook, url):
        hook.answers = [500]
        key = a_hook(database, maker, url, WatchKind.EXPIRING)
        assert told(database).messages_failed == 1
        waits, now = [], NOW
        while True:
            with database.reading() as connection:
                (sent,) = webhooks.list_deliveries(connection, key, actor=maker, limit=9).items
            if sent.next_at is None:
                break
            waits.append(sent.next_at - now)
            now = sent.next_at
            send_waiting(database, ways(), holder="t", clock=lambda at=now: at)  # type: ignore[misc]
        assert waits == sorted(waits)
        assert len(hook.requests) == len(waits) + 1 == len(sent.tries)
        assert sent.is_dead
        assert len({request.headers["Lucai-Delivery"] for request in hook.requests}) == 1
        hook.answers = [200]
        with database.transaction() as session:
            webhooks.send_again(session, key, sent.key, actor=maker, now=now)
        assert send_waiting(database, ways(), holder="t", clock=lambda: now).messages == 1


def test_sends_nothing_more_to_a_webhook_that_has_ended(database: Database, maker: Actor) -> None:
    with a_webhook() as (hook, url):
        key = a_hook(database, maker, url)
        with database.transaction() as session:
            webhooks.ping(session, key, key=new_key(), actor=maker, now=NOW)
            webhooks.end_webhook(session, key, actor=maker, now=NOW)
        assert told(database).messages == 0
    assert hook.requests == []
    with database.transaction() as session, pytest.raises(WebhookRefusedError):
        webhooks.ping(session, key, key=new_key(), actor=maker, now=NOW)


def test_others_webhooks_are_not_there(database: Database, maker: Actor) -> None:
    an_organisation(database, "rival", Role.MANUFACTURER)
    rival = a_member(database, "sun", "rival")
    key = a_hook(database, maker, "http://127.0.0.1:9/")
    with database.transaction() as session, pytest.raises(WebhookNotFoundError):
        webhooks.end_webhook(session, key, actor=rival, now=NOW)
    with database.reading() as connection:
        assert webhooks.list_webhooks(connection, actor=rival) == []
        with pytest.raises(WebhookNotFoundError):
            webhooks.list_deliveries(connection, key, actor=rival, limit=9)


def test_keeps_no_webhook_into_the_servers_own_network(database: Database, maker: Actor) -> None:
    new = NewWebhook(url="https://10.1.2.3/", key="k", secret=SECRET)
    with database.transaction() as session, pytest.raises(WebhookRefusedError):
        webhooks.add_webhook(
            session, new, sealer=SEALER, sender=WebhookSender(), actor=maker, now=NOW
        )


def test_one_process_at_a_time_tells(database: Database, maker: Actor) -> None:
    answers: list[int | None] = []

    def clock() -> dt.datetime:
        if not answers:
            answers.append(None)
            answers.append(
                tell(
                    database, ways(), actor=OPERATOR, holder="second", clock=lambda: NOW,
                    new_key=new_key, on=day(ON),
                ).notices
            )  # fmt: skip
        return NOW

    calls = count()
    made = tell(
        database,
        ways(),
        actor=OPERATOR,
        holder="first",
        clock=lambda: clock() if next(calls) else NOW,
        new_key=new_key,
        on=day(ON),
    )
    assert answers == [None, None]
    assert made.notices == 3
