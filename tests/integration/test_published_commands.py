"""``lucai ratio`` and ``lucai reach`` about what was published, as at a terminal."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from catalog.db import Database
from catalog.errors import CertificateNotFoundError, PublishedFigureNotFoundError
from catalog.models.usage import Delivery
from catalog.rules.terms import CertificateState
from cli.main import group
from tests.builders import (
    a_certificate,
    a_delivery,
    a_product,
    a_project,
    bring,
    by_number,
    day,
    making_up,
    recalculated,
)


@pytest.fixture
def site(database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A building with green concrete, at a shell that speaks English."""
    monkeypatch.setenv("LUCAI_DATABASE_URL", database_url)
    monkeypatch.setenv("LUCAI_LANGUAGE", "en")
    bring(database, [a_product(certificate=a_certificate())])
    bring(database, [a_project(owner="示例教育局")])
    bring(database, [a_delivery("1", quantity=Decimal(100), product=by_number())])
    return database


def lucai(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(group, list(arguments), catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def publish() -> str:
    return lucai("ratio", "--publish", "--year", "2025", "--division", "08").stdout.strip()


@pytest.mark.usefixtures("site")
def test_publishes_once_and_lists_it() -> None:
    name = publish()
    assert len(name) == 64
    assert "published before" in lucai("ratio", "--publish", "--year", "2025",
                                       "--division", "08").stderr  # fmt: skip
    assert name[:16] in lucai("ratio", "--published").stdout
    assert json.loads(lucai("ratio", "--published", "--json").stdout)["total"] == 1


def test_makes_it_again_and_leaves_with_one_where_it_differs(site: Database) -> None:
    name = publish()
    assert "the same bytes" in lucai("ratio", "--rebuild", name[:12]).stderr
    with making_up(site) as session:
        session.execute(update(Delivery).values(quantity=Decimal(1), product_id=None))
    differing = lucai("ratio", "--rebuild", name, code=1)
    assert "$.figure.buildings_passing" in differing.stderr
    assert (
        json.loads(lucai("ratio", "--rebuild", name, "--json", code=1).stdout)["is_same"] is False
    )


def test_says_what_it_is_now_and_why(site: Database) -> None:
    name = publish()
    now = dt.datetime.now(dt.UTC)
    paper = a_certificate(state=CertificateState.REVOKED, state_on=day("2025-01-01"))
    bring(site, [a_product(certificate=paper)], now=now)
    recalculated(site, now=now)
    said = lucai("ratio", "--restate", name)
    assert "Published at 45 % by area, now 0 %" in said.stderr
    assert "proof changed" in said.stdout and "revoked" in said.stdout
    assert "the same bytes" in lucai("ratio", "--rebuild", name).stderr


@pytest.mark.usefixtures("site")
def test_prints_figures_as_known_on_a_day() -> None:
    lucai("ratio")
    assert json.loads(lucai("ratio", "--known-at", "2020-01-01", "--json").stdout) == []
    shown = lucai("ratio", "--known-at", "2199-01-01")
    assert "As known" not in shown.stdout and "as known at the end of 2199-01-01" in shown.stderr
    assert "45.0" in shown.stdout


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    "arguments",
    [
        ("--publish",),
        ("--publish", "--year", "2025", "--method", "A", "--method", "B"),
        ("--by", "category", "--known-at", "2025-01-01"),
    ],
)
def test_refuses_what_cannot_be_published_or_known(arguments: tuple[str, ...]) -> None:
    lucai("ratio", *arguments, code=2)


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("start", ["zz", "%", ""])
def test_a_hash_that_names_none_is_refused(start: str) -> None:
    publish()
    with pytest.raises(PublishedFigureNotFoundError):
        lucai("ratio", "--rebuild", start or "_")


@pytest.mark.usefixtures("site")
def test_tells_what_hangs_on_a_certificate() -> None:
    said = lucai("reach", "CTC-2024-001", "--on", "2025-01-01")
    assert "If certificate CTC-2024-001 were revoked from 2025-01-01 on" in said.stderr
    assert "Tell the owner: 示例教育局 (p-1)" in said.stderr
    assert "SH-1/1" in said.stdout
    found = json.loads(lucai("reach", "CTC-2024-001", "--on", "2027-01-01", "--json").stdout)
    assert found["deliveries"] == []
    with pytest.raises(CertificateNotFoundError):
        lucai("reach", "none")
