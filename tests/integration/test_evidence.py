"""Files of evidence: kept as they came, given to those who may see them, watched."""

from __future__ import annotations

import datetime as dt
import io
import os
import stat
from pathlib import Path

import pytest

from catalog.db import Database
from catalog.errors import (
    EvidenceDamagedError,
    EvidenceNotFoundError,
    EvidenceRefusedError,
    PermissionDeniedError,
)
from catalog.evidence_files import EvidenceFolder, FileState
from catalog.permissions import ANYONE, Actor, Role, Thing
from catalog.services import evidence
from catalog.views.evidence import EvidenceView
from tests.adoptions import an_organisation
from tests.builders import NOW
from tests.evidence import a_jpeg, a_pdf, a_png

MAKER = Actor(name="甲", role=Role.MANUFACTURER, organisation="maker", division="08")
OTHER = Actor(name="乙", role=Role.MANUFACTURER, organisation="other", division="08")
BUREAU = Actor(name="丙", role=Role.DIVISION_BUREAU, organisation="bureau", division="08")
FAR = Actor(name="丁", role=Role.DIVISION_BUREAU, organisation="bureau-1", division="01")
CORPS = Actor(name="戊", role=Role.CORPS_BUREAU, organisation="corps")
WHOSE = Thing(organisation="maker", division="08")


@pytest.fixture
def files(tmp_path: Path) -> EvidenceFolder:
    return EvidenceFolder(tmp_path / "evidence", max_bytes=100_000)


@pytest.fixture
def store(database: Database) -> Database:
    an_organisation(database, "maker", Role.MANUFACTURER, division="08")
    an_organisation(database, "other", Role.MANUFACTURER, division="08")
    return database


def handed_in(
    store: Database,
    files: EvidenceFolder,
    data: bytes,
    *,
    name: str = "证书.pdf",
    actor: Actor = MAKER,
    whose: Thing = WHOSE,
    now: dt.datetime = NOW,
) -> EvidenceView:
    with store.transaction() as session:
        return evidence.keep(
            session, files, io.BytesIO(data), name=name, whose=whose, actor=actor, now=now
        )


def file_of(files: EvidenceFolder, view: EvidenceView) -> Path:
    return files.folder / view.sha256[:2] / view.sha256


def test_keeps_the_bytes_for_its_owner_only(store: Database, files: EvidenceFolder) -> None:
    view = handed_in(store, files, a_png(), name="../照片.png")
    path = file_of(files, view)
    assert path.read_bytes() == a_png()
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(files.folder).st_mode) == 0o700
    assert (view.name, view.media_type, view.size) == ("照片.png", "image/png", len(a_png()))
    assert (view.organisation, view.division) == ("maker", "08")
    with store.reading() as connection:
        _, stream = evidence.open_file(connection, files, view.key, actor=MAKER)
    with stream:
        assert stream.read() == a_png()


@pytest.mark.parametrize("actor", [BUREAU, CORPS, MAKER], ids=lambda actor: actor.role.value)
def test_is_seen_by_its_owner_and_those_who_judge(
    store: Database, files: EvidenceFolder, actor: Actor
) -> None:
    view = handed_in(store, files, a_pdf())
    with store.reading() as connection:
        assert evidence.get(connection, view.key, actor=actor).key == view.key
        assert [each.key for each in _listed(store, actor)] == [view.key]


@pytest.mark.parametrize("actor", [OTHER, FAR, ANYONE], ids=["other", "far", "anyone"])
def test_is_not_there_for_anybody_else(
    store: Database, files: EvidenceFolder, actor: Actor
) -> None:
    view = handed_in(store, files, a_pdf())
    with store.reading() as connection:
        with pytest.raises(EvidenceNotFoundError):
            evidence.get(connection, view.key, actor=actor)
        with pytest.raises(EvidenceNotFoundError):
            evidence.open_file(connection, files, view.key, actor=actor)
    assert _listed(store, actor) == []


def _listed(store: Database, actor: Actor) -> list[EvidenceView]:
    with store.reading() as connection:
        found = evidence.browse(connection, actor=actor, limit=20, offset=0)
    assert found.total == len(found.items)
    return found.items


def test_nobody_hands_in_for_others(store: Database, files: EvidenceFolder) -> None:
    with pytest.raises(PermissionDeniedError):
        handed_in(store, files, a_pdf(), actor=OTHER)
    with pytest.raises(PermissionDeniedError):
        handed_in(store, files, a_pdf(), actor=ANYONE)
    assert list(files.kept()) == []


@pytest.mark.parametrize(
    "data",
    [b"", b"MZ\0\0" * 30, a_pdf() + bytes(100_000), a_jpeg(behind=b"<script>")],
    ids=["empty", "program", "too-large", "two-kinds"],
)
def test_what_is_refused_leaves_nothing(
    store: Database, files: EvidenceFolder, data: bytes
) -> None:
    with pytest.raises(EvidenceRefusedError) as refused:
        handed_in(store, files, data)
    assert list(files.folder.rglob("*")) == [] and _listed(store, CORPS) == []
    assert "。" in refused.value.text("zh") and "The file was not taken" in refused.value.text("en")


def test_says_what_a_refused_file_is(files: EvidenceFolder) -> None:
    with pytest.raises(EvidenceRefusedError, match="Executable"):
        files.take(io.BytesIO(b"MZ\x90\0" + bytes(300)))


def test_the_same_file_twice_is_noticed(store: Database, files: EvidenceFolder) -> None:
    first = handed_in(store, files, a_pdf())
    second = handed_in(store, files, a_pdf(), name="另一份.pdf")
    other = handed_in(
        store, files, a_pdf(), actor=OTHER, whose=Thing(organisation="other", division="08")
    )
    assert len({first.key, second.key, other.key}) == 3
    assert len(list(files.kept())) == 1
    with store.reading() as connection:
        seen = evidence.sheet(connection, files, second.key, actor=MAKER)
        judged = evidence.sheet(connection, files, second.key, actor=BUREAU)
    # Another company's copy is not the applicant's business; it is the bureau's.
    assert [each.key for each in seen.same] == [first.key]
    assert [each.key for each in judged.same] == [first.key, other.key]


def test_an_altered_file_is_never_given(store: Database, files: EvidenceFolder) -> None:
    view = handed_in(store, files, a_pdf())
    file_of(files, view).write_bytes(a_pdf("假的"))
    with store.reading() as connection:
        assert evidence.sheet(connection, files, view.key, actor=MAKER).state == "altered"
        with pytest.raises(EvidenceDamagedError):
            evidence.open_file(connection, files, view.key, actor=MAKER)


def test_a_check_finds_what_is_gone_altered_or_nobodys(
    store: Database, files: EvidenceFolder
) -> None:
    whole = handed_in(store, files, a_pdf("1"))
    gone = handed_in(store, files, a_pdf("2"))
    altered = handed_in(store, files, a_pdf("3"))
    nobodys = files.take(io.BytesIO(a_png()))
    file_of(files, gone).unlink()
    file_of(files, altered).write_bytes(b"%PDF-1.4")
    with store.transaction() as session:
        found = evidence.check_all(session, files, actor=CORPS, now=NOW)
    assert [each.key for each in found.missing] == [gone.key]
    assert [each.key for each in found.altered] == [altered.key]
    assert found.unclaimed == [nobodys.sha256] and found.files == 3 and not found.is_whole
    later = NOW + dt.timedelta(days=1)
    handed_in(store, files, a_pdf("3"), now=later)
    with store.transaction() as session:
        evidence.check_all(session, files, actor=CORPS, now=later)
    with store.reading() as connection:
        views = {key: evidence.get(connection, key, actor=MAKER)
                 for key in (whole.key, gone.key, altered.key)}  # fmt: skip
    assert views[gone.key].missing_since == NOW
    # Handing in the true file again mends it.
    assert views[altered.key].altered_since is None
    assert views[whole.key].checked_at == later


def test_only_who_answers_for_all_checks(store: Database, files: EvidenceFolder) -> None:
    with store.transaction() as session, pytest.raises(PermissionDeniedError):
        evidence.check_all(session, files, actor=BUREAU, now=NOW)


def test_a_name_that_is_no_hash_opens_nothing(files: EvidenceFolder) -> None:
    with pytest.raises(ValueError, match="no SHA-256"):
        files.open("../secret.key")
    assert files.state("0" * 64) is FileState.MISSING
