"""The lists that the trade refers to are published: again, changed, and as of a day."""

from __future__ import annotations

import dataclasses

import pytest

from catalog.db import Database
from catalog.errors import PermissionDeniedError, RulePackChangedError
from catalog.permissions import ANYONE
from catalog.services import catalogue
from catalog.services.reference import Reference, publish
from seed_data.reference import reference
from tests.builders import NOW, OPERATOR, day
from tests.integration.picture import row_counts, rows_of


def published(database: Database, lists: Reference) -> int:
    with database.transaction() as session:
        return publish(session, lists, actor=OPERATOR, now=NOW)


def test_publishing_twice_changes_nothing(database: Database) -> None:
    counts = row_counts(database)
    assert counts["category"] > 51 and counts["division"] == 15
    assert published(database, reference()) == 0
    assert row_counts(database) == counts


def test_refuses_a_pack_that_was_edited_under_its_version(database: Database) -> None:
    lists = reference()
    edited = [{**pack, "source": "别处"} for pack in lists.rule_packs]
    with pytest.raises(RulePackChangedError):
        published(database, dataclasses.replace(lists, rule_packs=edited))


def test_a_new_version_of_a_pack_stands_beside_the_old(database: Database) -> None:
    lists = reference()
    (pack, *_) = lists.rule_packs
    newer = {**pack, "version": "2030.1"}
    assert published(database, dataclasses.replace(lists, rule_packs=[newer])) == 1
    versions = {row["version"] for row in rows_of(database, "rule_pack", key=pack["key"])}
    assert versions == {pack["version"], "2030.1"}


def test_a_category_that_a_later_list_leaves_out_stays(database: Database) -> None:
    lists = reference()
    assert published(database, dataclasses.replace(lists, categories=lists.categories[:1])) == 0
    assert len(rows_of(database, "category")) == len(lists.categories)


def test_a_corrected_name_is_one_change(database: Database) -> None:
    lists = reference()
    first = {**lists.categories[0], "name_en": "Another name"}
    changed = dataclasses.replace(lists, categories=[first, *lists.categories[1:]])
    assert published(database, changed) == 1
    assert published(database, changed) == 0


def test_refuses_whoever_may_not(database: Database) -> None:
    with pytest.raises(PermissionDeniedError), database.transaction() as session:
        publish(session, reference(), actor=ANYONE, now=NOW)


@pytest.mark.parametrize(
    ("on", "name"),
    [
        ("2020-12-31", "第十三师"),
        ("2021-01-01", "第十三师新星市"),
        ("2026-06-01", "第十三师新星市"),
    ],
)
def test_a_division_is_named_as_on_the_day(database: Database, on: str, name: str) -> None:
    with database.reading() as connection:
        names = {view.key: view.name_zh for view in catalogue.divisions(connection, on=day(on))}
    assert names["13"] == name
    assert len(names) == 15
