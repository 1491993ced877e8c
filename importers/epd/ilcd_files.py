"""ILCD+EPD files: one process data set as XML, or a ZIP of data sets that refer to each other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import msgspec

from catalog.records import EpdRecord, Issue, Severity
from importers.epd.archive import Archive, names_in, open_archive
from importers.epd.ilcd import Surroundings, read_process, refuse_other_data_set
from importers.epd.ilcd_flow import FOLDERS, Library, folder_of
from importers.epd.notes import DataSetError, Notes
from importers.epd.reading import head_of, outcomes
from importers.epd.xml import parse, text_of
from importers.issues import refusal
from importers.lookups import Lookups
from importers.source import Placement, ReadOutcome, SourceFile

_HEAD = 1 << 14
_NAMESPACE = b"lca.jrc.it/ILCD"
_PROCESSES = FOLDERS[0]


def is_ilcd_xml(source: SourceFile) -> bool:
    """Return whether a file is one ILCD data set, of whatever kind."""
    # Zero bytes are what UTF-16 adds to plain letters.
    head = head_of(source, _HEAD).replace(b"\0", b"")
    return b"<" in head[:8] and _NAMESPACE in head


def is_ilcd_zip(source: SourceFile) -> bool:
    """Return whether a file is an archive of ILCD data sets."""
    return any(folder_of(name) in FOLDERS for name in names_in(source))


def read_ilcd_xml(
    source: SourceFile,
    lookups: Lookups,
    *,
    placement: Placement | None = None,
    batch_rows: int = 5000,
) -> Iterator[ReadOutcome]:
    """Yield the declaration of one XML file.

    Raises:
        ImportRefusedError: It is no XML that is safe to read, or a data set of another kind.
    """
    del lookups, placement  # A declaration belongs to no building.
    with source.open() as stream:
        content = stream.read()

    try:
        root = parse(content)
        refuse_other_data_set(root)
    except DataSetError as error:
        raise refusal(error.code, **error.facts) from error
    document = msgspec.json.encode({"process": text_of(content, root)}).decode()

    def read(notes: Notes) -> EpdRecord | None:
        return read_process(root, notes, Surroundings(), form="ilcd-xml", document=document)

    yield from outcomes([(None, read)], batch_rows=batch_rows, total=1)


def read_ilcd_zip(
    source: SourceFile,
    lookups: Lookups,
    *,
    placement: Placement | None = None,
    batch_rows: int = 5000,
) -> Iterator[ReadOutcome]:
    """Yield the declarations of an archive, each with what it refers to.

    Raises:
        ImportRefusedError: The archive is damaged, encrypted or a bomb, or holds no process.
    """
    del lookups, placement  # A declaration belongs to no building.
    with open_archive(source) as archive:
        processes = [name for name in archive.names if folder_of(name) == _PROCESSES]
        if not processes:
            raise refusal("ilcd-no-process")
        library = Library(archive.names, archive.read)
        yield from outcomes(
            ((name, partial(_read_entry, archive, library, name)) for name in processes),
            batch_rows=batch_rows,
            first_issues=[*archive.issues, *_unread(archive.names)],
            total=len(processes),
        )


def _read_entry(archive: Archive, library: Library, name: str, notes: Notes) -> EpdRecord | None:
    content = archive.read(name)
    root = parse(content)
    text = text_of(content, root)
    texts = {"process": text, **dict(library.around(text))}
    return read_process(
        root,
        notes,
        Surroundings(flow=library.flow, name=library.name),
        form="ilcd-zip",
        document=msgspec.json.encode(texts).decode(),
    )


def _unread(names: list[str]) -> list[Issue]:
    others = [name for name in names if folder_of(name) not in FOLDERS]
    if not others:
        return []
    facts = {"count": str(len(others))}
    return [
        Issue(code="zip-entries-not-read", severity=Severity.WARNING, value=others[0][:100],
              facts=facts)
    ]  # fmt: skip
