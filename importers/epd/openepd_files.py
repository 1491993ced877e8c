"""openEPD files: documents as JSON, alone or in a list, and bundles of them as ZIP."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from catalog.records import EpdRecord, Issue, Severity
from importers.epd.archive import Archive, names_in, open_archive
from importers.epd.json_text import documents, fields, has_field, split
from importers.epd.notes import DataSetError, Notes
from importers.epd.openepd import read_document
from importers.epd.reading import Read, outcomes
from importers.issues import refusal
from importers.lookups import Lookups
from importers.source import Placement, ReadOutcome, SourceFile

_FIELDS = fields(
    "doctype", "openepd_version", "web_domain", "pluscode", "declared_unit", "program_operator",
    "kg_per_declared_unit", "resource_uses", "output_flows", "product_sku", "impacts",
)  # fmt: skip
_MANIFEST = frozenset({"manifest", "toc"})
_JSON = ".json"


def is_openepd(source: SourceFile) -> bool:
    """Return whether a file is JSON with fields that openEPD documents have."""
    return has_field(source, _FIELDS)


def is_openepd_bundle(source: SourceFile) -> bool:
    """Return whether a file is an archive with a bundle's manifest, or of JSON only."""
    names = [name for name in names_in(source) if not name.endswith("/")]
    return set(names) >= _MANIFEST or (
        bool(names) and all(name.lower().endswith(_JSON) for name in names)
    )


def read_openepd(
    source: SourceFile,
    lookups: Lookups,
    *,
    placement: Placement | None = None,
    batch_rows: int = 5000,
) -> Iterator[ReadOutcome]:
    """Yield the declarations of a JSON file; documents of other kinds are explained.

    Raises:
        ImportRefusedError: It is no JSON, or not one document.
    """
    del lookups, placement  # A declaration belongs to no building.
    texts = documents(source)
    if not texts:
        raise refusal("table-without-rows")
    form = "openepd-json"
    yield from outcomes(
        ((None, partial(_read, text, form)) for text in texts),
        batch_rows=batch_rows,
        total=len(texts),
    )


def read_openepd_bundle(
    source: SourceFile,
    lookups: Lookups,
    *,
    placement: Placement | None = None,
    batch_rows: int = 5000,
) -> Iterator[ReadOutcome]:
    """Yield the declarations of a bundle.

    Raises:
        ImportRefusedError: The archive is damaged, encrypted or a bomb, or holds no document.
    """
    del lookups, placement  # A declaration belongs to no building.
    with open_archive(source) as archive:
        names = [name for name in archive.names if name.lower().endswith(_JSON)]
        if not names:
            raise refusal("bundle-empty")
        unread = len(archive.names) - len(names) - len(_MANIFEST & set(archive.names))
        issues = [*archive.issues]
        if unread:
            facts = {"count": str(unread)}
            issues.append(
                Issue(code="zip-entries-not-read", severity=Severity.WARNING, facts=facts)
            )
        yield from outcomes(_entries(archive, names), batch_rows=batch_rows, first_issues=issues)


def _entries(archive: Archive, names: list[str]) -> Iterator[tuple[str, Read]]:
    for name in names:
        try:
            for text in split(archive.read(name)):
                yield name, partial(_read, text, "openepd-bundle")
        except DataSetError as error:
            yield name, partial(_fail, error)


def _read(text: str, form: str, notes: Notes) -> EpdRecord | None:
    return read_document(text, notes, form=form)


def _fail(error: DataSetError, notes: Notes) -> EpdRecord | None:
    del notes
    raise error
