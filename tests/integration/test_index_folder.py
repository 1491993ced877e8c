"""What the embedded engine promises of its folder, and no other engine has."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.errors import IndexLockedError
from search.engines.tantivy import TantivyEngine
from search.engines.tantivy_folder import PREFIX
from tests.contract.documents import a_document


def test_a_folder_opened_again_knows_its_documents(tmp_path: Path) -> None:
    first = TantivyEngine(tmp_path)
    first.upsert([a_document(1)])
    first.close()
    again = TantivyEngine(tmp_path)
    assert again.ids() == {1}
    again.upsert([a_document(2)])
    assert again.ids() == {1, 2}
    again.close()


def test_a_reader_of_the_same_folder_sees_commits_and_rebuilds(tmp_path: Path) -> None:
    writer, reader = TantivyEngine(tmp_path), TantivyEngine(tmp_path)
    writer.upsert([a_document(1)])
    assert reader.ids() == {1}
    with writer.rebuilding() as fresh:
        fresh.upsert([a_document(2)])
    assert reader.ids() == {2}
    writer.upsert([a_document(3)])
    assert reader.ids() == {2, 3}
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1
    writer.close()


def test_a_second_writer_is_told_that_there_is_one(tmp_path: Path) -> None:
    first, second = TantivyEngine(tmp_path), TantivyEngine(tmp_path)
    first.upsert([a_document(1)])
    with pytest.raises(IndexLockedError):
        second.upsert([a_document(2)])
    first.close()
    second.upsert([a_document(2)])
    assert second.ids() == {1, 2}
    second.close()


def test_who_releases_lets_another_write_and_goes_on_searching(tmp_path: Path) -> None:
    first, second = TantivyEngine(tmp_path), TantivyEngine(tmp_path)
    first.upsert([a_document(1)])
    first.release()
    second.upsert([a_document(2)])
    assert first.ids() == second.ids() == {1, 2}
    second.release()
    first.upsert([a_document(3)])
    assert second.count() == 3
    first.close()
    second.close()


def test_a_rebuild_sweeps_up_what_one_that_was_killed_left_behind(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    left_behind = tmp_path / f"{PREFIX}-0123456789ab"
    left_behind.mkdir()
    with engine.rebuilding() as fresh:
        fresh.upsert([a_document(1)])
    assert not left_behind.exists()
    engine.close()
