"""Which column is which field, as far as headers and values show: a proposal for a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Pairs

import msgspec

from catalog.records import Kind
from importers.issues import refusal
from importers.lookups import Lookups
from importers.lookups.guesses import guesses
from importers.mapping.choosing import Choice, Chooser, Given
from importers.mapping.evidence import Reason
from importers.remarks import without_remarks
from importers.source import SourceFile
from importers.table.belonging import NEEDED_TOGETHER
from importers.table.columns import columns_of, layout
from importers.table.heads import Head, Heads, find_heads
from importers.table.mapping import MappedColumn, Mapping
from importers.table.read import sheets_of
from importers.table.references import refuse_reference_list
from importers.table.sheet import Sheet


class SampledColumn(msgspec.Struct, frozen=True, kw_only=True):
    """A column of the table with the first of its distinct values."""

    head: Head
    values: tuple[str, ...]


class Confirmed(msgspec.Struct, frozen=True, kw_only=True):
    """Who confirmed a mapping before, for whom and when."""

    mapping: Mapping
    sender: str
    actor: str
    decided_at: dt.datetime

    @property
    def reason(self) -> Reason:
        """Why nothing is asked."""
        day = self.decided_at.date().isoformat()
        return Reason("remembered", {"actor": self.actor, "day": day, "sender": self.sender})


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """How a table might be read.

    ``choices`` say for each field which column and why, ``given`` what might hold for every row,
    ``missing`` which fields are needed and have neither, ``left`` which columns nobody takes.
    ``confirmed`` is set where a person confirmed the same header before: nothing is left to ask.
    """

    kind: Kind
    sheet: str | None
    heads: Heads
    columns: tuple[SampledColumn, ...]
    choices: tuple[Choice, ...]
    given: tuple[Given, ...]
    counted: tuple[str, ...]
    missing: tuple[str, ...]
    left: tuple[str, ...]
    confirmed: Confirmed | None = None

    @property
    def needs_confirmation(self) -> bool:
        """Whether a person must look at it before anything is read."""
        return self.confirmed is None

    def unsure(self) -> list[Choice]:
        """Return the choices to look at twice."""
        return [each for each in self.choices if each.confidence < guesses().thresholds.sure]

    def mapping(self) -> Mapping:
        """Return the mapping as proposed, or as it was confirmed before.

        Raises:
            ImportRefusedError: No column was understood.
        """
        if self.confirmed is not None:
            return self.confirmed.mapping
        return Mapping(
            kind=self.kind,
            columns={choice.field: choice.column for choice in self.choices},
            constants={given.field: given.text for given in self.given},
            counted=self.counted,
            ignored=self.left,
        )

    def answered(self, columns: Pairs[str, str], constants: Pairs[str, str]) -> Mapping:
        """Return the mapping with a person's answers: a header, or a value for every row, by field.

        A field that is in neither is left out. How cells are prepared stays as proposed where the
        column does.

        Raises:
            ImportRefusedError: A field is not of this kind, or no column is chosen.
        """
        proposed = {choice.field: choice.column for choice in self.choices}
        chosen = {
            field: proposed[field]
            if field in proposed and proposed[field].header == header
            else MappedColumn(header=header)
            for field, header in columns.items()
            if header
        }
        said = {field: text for field, text in constants.items() if text and field not in chosen}
        taken = {column.header for column in chosen.values()}
        return Mapping(
            kind=self.kind,
            columns=chosen,
            constants=said,
            counted=tuple(f for f in self.counted if f not in chosen and f not in said),
            ignored=tuple(h.header for h in self.heads.heads if h.header not in taken),
        )


def propose(
    source: SourceFile,
    lookups: Lookups,
    *,
    kind: Kind | None = None,
    remembered: Callable[[str], Confirmed | None] = lambda _: None,
) -> Proposal:
    """Return how a table might be read; nothing is guessed that is not shown.

    ``remembered`` answers, for the fingerprint of a header, what was confirmed before.

    Raises:
        ImportRefusedError: It is no table, or has no header, or is a list that nobody imports.
    """
    plain = without_remarks(source)
    sheets = sheets_of(plain)
    refuse_reference_list(sheet.preview() for sheet in sheets)
    kinds = list(layout().kinds) if kind is None else [kind]
    if not set(kinds) <= layout().kinds.keys():
        raise refusal("other-kind", kind=str(kind))
    best: Proposal | None = None
    for sheet in sheets:
        heads = find_heads(sheet.preview(), lookups)
        if heads is None:
            continue
        table = _Table(sheet=sheet, heads=heads, samples=_samples(sheet, heads))
        confirmed = remembered(heads.fingerprint)
        for each in kinds:
            proposal = _proposal(each, table, lookups, confirmed)
            if best is None or _merit(proposal) > _merit(best):
                best = proposal
    if best is None:
        raise refusal("unknown-table")
    return best


class _Table(msgspec.Struct, frozen=True, kw_only=True):
    """A sheet with its headers and, for each of them, the first values below it."""

    sheet: Sheet
    heads: Heads
    samples: dict[str, Sequence[str]]


def _proposal(kind: Kind, table: _Table, lookups: Lookups, confirmed: Confirmed | None) -> Proposal:
    heads, samples = table.heads, table.samples
    chooser = Chooser(kind, heads, samples, lookups, day_zero=table.sheet.day_zero)
    chooser.choose()
    covered = {*chooser.choices, *chooser.given, *chooser.counted}
    taken = {choice.column.header for choice in chooser.choices.values()}
    return Proposal(
        kind=kind,
        sheet=table.sheet.name,
        heads=heads,
        columns=tuple(
            SampledColumn(head=head, values=_shown(samples[head.header])) for head in heads.heads
        ),
        choices=tuple(chooser.choices[f] for f in columns_of(kind) if f in chooser.choices),
        given=tuple(chooser.given.values()),
        counted=tuple(chooser.counted),
        missing=tuple(field for field in _needed(kind, covered) if field not in covered),
        left=tuple(head.header for head in heads.heads if head.header not in taken),
        confirmed=confirmed if confirmed and confirmed.mapping.kind is kind else None,
    )


def _needed(kind: Kind, covered: set[str]) -> list[str]:
    needed = [field for field, column in columns_of(kind).items() if column.required]
    for leading, together in NEEDED_TOGETHER.get(kind, ()):
        needed += together if leading in covered else ()
    return needed


def _merit(proposal: Proposal) -> tuple[bool, float]:
    """Return how good a proposal is: confirmed ones first, then the most understood."""
    understood = sum(choice.confidence for choice in proposal.choices)
    return proposal.confirmed is not None, understood - len(proposal.missing)


def _samples(sheet: Sheet, heads: Heads) -> dict[str, Sequence[str]]:
    """Return for each header the first values below it."""
    places = [head.place for head in heads.heads]
    stretches = sheet.stretches(
        places, after_row=heads.last_row, size=guesses().sample, numbers=frozenset()
    )
    first = next(iter(stretches), None)
    texts = first.columns if first else [[] for _ in places]
    return {head.header: column for head, column in zip(heads.heads, texts, strict=True)}


def _shown(texts: Sequence[str]) -> tuple[str, ...]:
    distinct = dict.fromkeys(text.strip() for text in texts if text.strip())
    return tuple(list(distinct)[: guesses().shown])
