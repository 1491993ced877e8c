"""``lucai watch`` and ``lucai notify`` as a person at a terminal uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.db import Database
from cli.main import group
from tests.adoptions import a_member, an_adoption
from tests.builders import a_certificate, a_product, bring
from tests.web.places import PRODUCT


def run(database_url: str, folder: Path, *arguments: str) -> Result:
    env = {
        "LUCAI_DATABASE_URL": database_url, "LUCAI_DATA_DIR": str(folder), "LUCAI_LANGUAGE": "en"
    }  # fmt: skip
    return CliRunner().invoke(group, [*arguments], env=env, catch_exceptions=False)


@pytest.fixture
def adopted(database: Database) -> None:
    """A product that is adopted by a certificate to the end of 2028."""
    bring(database, [a_product(certificate=a_certificate())])
    an_adoption(database, PRODUCT)
    a_member(database, "wang", "maker")


@pytest.mark.usefixtures("adopted")
def test_lists_what_runs_out(database_url: str, tmp_path: Path) -> None:
    asked = ("watch", "--on", "2028-12-01", "--kind", "expiring")
    (each,) = json.loads(run(database_url, tmp_path, *asked, "--json").stdout)
    assert (each["name"], each["due_on"], each["step"]) == ("CTC-2024-001", "2028-12-31", 30)
    table = run(database_url, tmp_path, *asked).stdout
    assert "CTC-2024-001" in table
    lines = run(database_url, tmp_path, *asked, "--csv").stdout.splitlines()
    assert len(lines) == 2


@pytest.mark.usefixtures("adopted")
def test_tells_once_and_says_that_no_mail_server_is_set(database_url: str, tmp_path: Path) -> None:
    first = run(database_url, tmp_path, "notify", "--on", "2028-12-01", "--json")
    assert json.loads(first.stdout)["notices"] == 3
    again = run(database_url, tmp_path, "notify", "--on", "2028-12-01")
    assert "LUCAI_MAIL_HOST" in again.stderr
    assert "new notices" in again.stdout
