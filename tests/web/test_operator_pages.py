"""The operator finds accounts and tokens, does what is needed, and every deed is on record."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import select

from api.web.browser import FORM_FIELD, FORM_HEADER
from catalog.db import Database
from catalog.models.account import Account, SignInGuess
from catalog.permissions import Action, Actor, Rank, Role
from catalog.repositories import audit
from catalog.rules.credentials import hashed
from catalog.services import tokens
from catalog.services.backups.writing import write_backup
from catalog.services.tokens import NewToken
from catalog.views.audit import AuditQuestion
from importers.jobs import JobFolder, JobState
from search.engines.tantivy import TantivyEngine
from tests.accounts import GATE, PASSWORD, an_account, an_organisation, signed_in
from tests.apps import create_app
from tests.builders import OPERATOR

DESK = "/desk/operator"
# Pages are the same whatever the store; how accounts are looked for is asked of both.
one_store = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    """The operator's browser; a maker and an owner have accounts."""
    for role, name in ((Role.MANUFACTURER, "天山砌块"), (Role.OWNER, "石河子城投")):
        organisation = an_organisation(database, role=role, division="08", name=name)
        an_account(database, f"{role.value}@example.org", organisation=organisation)
    backups = tmp_path / "backups"
    backups.mkdir()
    app = create_app(database, TantivyEngine(None), data_dir=tmp_path, gate=GATE, backups=backups)
    with TestClient(app) as client:
        signed_in(client)
        yield client


def key_of(desk: TestClient[Litestar], login: str) -> str:
    with desk.app.state.database.reading() as connection:
        return str(connection.scalar(select(Account.key).where(Account.login == login)))


def listed(desk: TestClient[Litestar], **asked: str) -> set[str]:
    page = desk.get(f"{DESK}/accounts", params=asked).text
    return set(re.findall(r"([a-z-]+)@example\.org", page))


def on_record(desk: TestClient[Litestar], thing: str, key: str) -> list[str | None]:
    with desk.app.state.database.reading() as connection:
        rows, _ = audit.page_of(
            connection, AuditQuestion(thing=thing, key=key), within=None, limit=9, offset=0
        )
    return [row.reason for row in rows]


def lets_in(desk: TestClient[Litestar], login: str, password: str) -> bool:
    browser = TestClient(desk.app)
    answer = browser.post(
        "/sign-in", data={"login": login, "password": password}, follow_redirects=False
    )
    return answer.status_code == 303


def test_finds_accounts_by_words_role_and_standing(desk: TestClient[Litestar]) -> None:
    assert listed(desk, q="城投") == {"owner"}
    assert listed(desk, q="MANUFACTURER@") == {"manufacturer"}
    assert listed(desk, role="owner") == {"owner"}
    assert {"owner", "manufacturer"} <= listed(desk, standing="never")
    assert lets_in(desk, "owner@example.org", PASSWORD)
    assert "owner" in listed(desk, standing="signed-in") - listed(desk, standing="never")
    assert listed(desk, standing="barred") == set()
    with desk.app.state.database.transaction() as session:
        for _ in range(GATE.limits.per_login):
            session.add(SignInGuess(
                login_hash=hashed("owner@example.org"), whence="from:192.0.2.7",
                guessed_at=dt.datetime.now(dt.UTC),
            ))  # fmt: skip
    assert listed(desk, standing="barred") == {"owner"}
    assert "没有这样的账号" in desk.get(f"{DESK}/accounts", params={"q": "%"}).text


@one_store
def test_resets_closes_and_opens_an_account_for_a_reason(desk: TestClient[Litestar]) -> None:
    login = "owner@example.org"
    here = f"{DESK}/accounts/{key_of(desk, login)}"
    assert lets_in(desk, login, PASSWORD)
    assert "全部退出" in desk.get(here).text
    assert desk.post(f"{here}/close", data={"reason": " "}).status_code == 409
    desk.post(f"{here}/sign-out", data={"reason": "手机丢了"})
    assert "现在没有登录" in desk.get(here).text
    assert "已停用" in desk.post(f"{here}/close", data={"reason": "离职"}).text
    assert not lets_in(desk, login, PASSWORD)
    assert listed(desk, standing="closed") == {"owner"}
    desk.post(f"{here}/open", data={"reason": "返聘"})
    assert lets_in(desk, login, PASSWORD)
    shown = desk.post(f"{here}/reset", data={"reason": "忘了密码"}).text
    found = re.search(r'id="one-time">([^<]+)<', shown)
    assert found is not None
    assert not lets_in(desk, login, PASSWORD) and lets_in(desk, login, found[1])
    assert found[1] not in desk.get(here).text
    said = on_record(desk, "account", key_of(desk, login))
    assert said[:4] == ["忘了密码", "返聘", "离职", "手机丢了"]


@one_store
def test_nobody_shuts_himself_out_and_only_the_operator_looks_in(
    desk: TestClient[Litestar],
) -> None:
    actor = signed_in(desk)
    refused = desk.post(f"{DESK}/accounts/{actor.account}/close", data={"reason": "x"})
    assert refused.status_code in (400, 409) and "自己的账号" in refused.text
    assert desk.get(f"{DESK}/accounts/none").status_code == 404
    signed_in(desk, role=Role.CORPS_BUREAU)
    for path in ("accounts", f"accounts/{actor.account}", "tokens"):
        assert desk.get(f"{DESK}/{path}").status_code == 403


@one_store
def test_finds_and_revokes_anybodys_token(desk: TestClient[Litestar]) -> None:
    database: Database = desk.app.state.database
    organisation = an_organisation(database, role=Role.OWNER, division="08", name="石河子城投")
    maker = Actor(
        name="owner", role=Role.OWNER, account=key_of(desk, "owner@example.org"),
        organisation=organisation, division="08", rank=Rank.ADMINISTRATOR,
    )  # fmt: skip
    new = NewToken(
        name="工地系统", scopes=frozenset({Action.IMPORT}), lasting=dt.timedelta(days=9),
        key="tk1", secret=secrets.token_hex(8),
    )  # fmt: skip
    with database.transaction() as session:
        made = tokens.make_token(
            session, organisation, new, gate=GATE, actor=maker, now=dt.datetime.now(dt.UTC)
        )
    assert "工地系统" in desk.get(f"{DESK}/tokens", params={"q": "城投"}).text
    assert "没有这样的令牌" in desk.get(f"{DESK}/tokens", params={"q": "别的"}).text
    desk.post(f"{DESK}/tokens/{made.token.key}/end", data={"organisation": organisation})
    assert "工地系统" not in desk.get(f"{DESK}/tokens").text
    assert "工地系统" in desk.get(f"{DESK}/tokens", params={"ended": "yes"}).text
    asking = {"Authorization": f"Bearer {made.secret}"}
    assert TestClient(desk.app).get("/api/v1/line-decisions", headers=asking).status_code == 401


@one_store
def test_tells_what_an_import_is_doing_and_tries_again(
    desk: TestClient[Litestar], tmp_path: Path
) -> None:
    file = ("a.csv", "名称\n砌块\n".encode(), "text/csv")
    desk.post("/imports/new", files={"file": file})
    digest = next(path.name for path in (tmp_path / "files").iterdir() if len(path.name) == 64)
    folder: JobFolder = desk.app.state.desk.jobs
    job = folder.submit(
        file_hash=digest, file_name="a.csv", actor=OPERATOR, now=dt.datetime.now(dt.UTC),
        is_dry_run=True,
    )  # fmt: skip
    assert f"/imports/jobs/{job.id}/cancel" in desk.get(DESK).text
    ended = dt.datetime.now(dt.UTC)
    failed = type(job)(
        **{name: getattr(job, name) for name in job.__struct_fields__}
        | {"state": JobState.FAILED, "ended_at": ended}
    )
    folder.save(failed)
    assert f"/imports/jobs/{job.id}/retry" in desk.get(DESK).text
    again = desk.post(f"/imports/jobs/{job.id}/retry")
    assert again.status_code == 200 and job.id not in str(again.url)
    assert len(folder.all()) == 2


@one_store
def test_a_backup_is_verified_and_a_damaged_one_said_to_be(
    desk: TestClient[Litestar], tmp_path: Path
) -> None:
    database: Database = desk.app.state.database
    now = dt.datetime.now(dt.UTC)
    made = write_backup(
        database, tmp_path, tmp_path / "backups", with_keys=False, actor=OPERATOR, now=now
    )
    name = made.name
    page = desk.post(f"{DESK}/backup", data={"name": name}).text
    desk.app.state.upkeep_work.stop()
    assert "核对备份" in page and "完好" in desk.get(DESK).text
    assert desk.post(f"{DESK}/backup", data={"name": "../lucai.db"}).status_code == 409


@one_store
def test_the_very_same_form_is_taken_again(desk: TestClient[Litestar]) -> None:
    said = {FORM_FIELD: desk.headers.pop(FORM_HEADER), "name": "none.zip"}
    assert [desk.post(f"{DESK}/backup", data=said).status_code for _ in range(2)] == [409, 409]
