"""The commands of those who run the machine: accounts, the record, signing keys and cases."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from catalog.db import Database
from catalog.errors import AccountRefusedError, CaseNotFoundError
from catalog.rules.workflow.steps import Step
from tests.casework import APPLICANT, PLEDGED, filled_in, in_business, stepped
from tests.integration.test_commands import Terminal
from tests.integration.test_record import tamper


@pytest.fixture
def terminal(tmp_path: Path, database: Database) -> Terminal:
    url = database.engine.url.render_as_string(hide_password=False)
    return Terminal(tmp_path, url)


def test_adds_resets_and_closes_an_account_and_prints_its_password_once(
    terminal: Terminal,
) -> None:
    added = terminal.run("account", "add", "an@example.org", "--name", "An")
    password = added.stdout.split()[-1]
    assert len(password) >= 12
    reset = terminal.run("account", "reset", "an@example.org", "--reason", "forgotten")
    assert password not in reset.stdout
    listed = terminal.run("account", "list", "--json").stdout
    assert "an@example.org" in listed and password not in listed and "argon2" not in listed
    terminal.run("account", "close", "an@example.org", "--reason", "left")
    (account,) = [each for each in json.loads(listed) if each["login"] == "an@example.org"]
    (now,) = [
        each for each in terminal.json("account", "list") if each["login"] == account["login"]
    ]
    assert now != account
    with pytest.raises(AccountRefusedError, match="has an account"):
        terminal.run("account", "add", "an@example.org", "--name", "Twice")


def test_the_record_is_listed_and_a_changed_entry_is_named(
    terminal: Terminal, database: Database
) -> None:
    terminal.run("account", "add", "an@example.org", "--name", "An")
    page = terminal.json("audit", "list", "--thing", "account")
    assert page["total"] == 1 and page["items"][0]["action"] == "keep-accounts"
    verdict = terminal.json("audit", "verify")
    assert verdict["is_whole"]
    terminal.run("audit", "verify", "--expect", verdict["last_hash"])
    tamper(database, "UPDATE audit_entry SET reason = 'another' WHERE thing = 'account'")
    broken = terminal.run("audit", "verify", "--json", code=1)
    assert json.loads(broken.stdout)["broken_at"] == page["items"][0]["number"]


def test_a_key_is_made_signs_and_is_withdrawn(terminal: Terminal, database: Database) -> None:
    product = in_business(database)
    terminal.run("keys", "make")
    signed = terminal.folder / "record.json"
    terminal.run("keys", "sign", "--product", product, str(signed))
    assert product in signed.read_text(encoding="utf-8")
    terminal.run("verify", str(signed))
    (key,) = terminal.json("keys")["keys"]
    terminal.run("keys", "withdraw", key["key"], "--reason", "lost")
    (withdrawn,) = terminal.json("keys")["keys"]
    assert key["withdrawn"] is None and withdrawn["withdrawn"] is not None


def test_cases_are_listed_and_shown_but_no_step_is_taken(
    terminal: Terminal, database: Database
) -> None:
    now = dt.datetime.now(dt.UTC)
    case = filled_in(database, in_business(database), now=now)
    assert terminal.json("cases", "list")["items"] == [], "A draft is its applicant's alone."
    case = stepped(database, case, Step.SUBMIT, APPLICANT, PLEDGED, now=now)
    (listed,) = terminal.json("cases", "list")["items"]
    assert (listed["number"], listed["state"]) == (case.number, "division-review")
    assert terminal.json("cases", "show", case.number)["version"] == case.version
    assert terminal.json("cases", "overdue")["items"] == []
    rules = terminal.run("cases", "states").stdout
    assert "submit" in rules and "announce" in rules
    with pytest.raises(CaseNotFoundError):
        terminal.run("cases", "show", "2099-01-0001")
