"""What is shown of a file of evidence, and of a check of all of them."""

from __future__ import annotations

import datetime as dt

import msgspec

from catalog.permissions import Thing


class EvidenceView(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was handed in; ``missing_since`` and ``altered_since`` say what a check found.

    ``public_since`` says since when anyone may open it, None where not anyone may. Who handed it
    in is told only to those who may see it anyway.
    """

    key: str
    name: str
    note: str | None
    media_type: str
    size: int
    sha256: str
    organisation: str | None
    organisation_name: str | None
    division: str | None
    uploaded_by: str | None
    uploaded_at: dt.datetime
    checked_at: dt.datetime | None
    missing_since: dt.datetime | None
    altered_since: dt.datetime | None
    public_since: dt.datetime | None
    public_by: str | None
    public_reason: str | None

    @property
    def whose(self) -> Thing:
        """Whose the file is."""
        return Thing(organisation=self.organisation, division=self.division)

    @property
    def is_public(self) -> bool:
        """Whether anyone may open the file."""
        return self.public_since is not None

    @property
    def is_image(self) -> bool:
        """Whether a browser can show it as a picture."""
        return self.media_type.startswith("image/")


class PublicPaper(msgspec.Struct, frozen=True, kw_only=True):
    """A file that anyone may open, on the page of what it proves; ``kind`` says as what."""

    key: str
    kind: str
    name: str
    media_type: str
    size: int


class EvidencePage(msgspec.Struct, frozen=True):
    """One page of files, the latest first."""

    items: list[EvidenceView]
    limit: int
    offset: int
    total: int


class EvidenceSheet(msgspec.Struct, frozen=True):
    """A file, what its bytes are found to be now, and where the same bytes were handed in too.

    ``state`` is whole, missing or altered.
    """

    evidence: EvidenceView
    state: str
    same: list[EvidenceView]


class EvidenceCheck(msgspec.Struct, frozen=True):
    """What a check of every kept file found; ``unclaimed`` are kept files that no row names."""

    files: int
    missing: list[EvidenceView]
    altered: list[EvidenceView]
    unclaimed: list[str]

    @property
    def is_whole(self) -> bool:
        """Whether every file is there and unaltered."""
        return not self.missing and not self.altered
