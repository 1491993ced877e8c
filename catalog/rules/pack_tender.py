"""Packs that say how a tender asks for green materials without naming whose."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from catalog.rules.pack_parts import Clause, PackHead, Part
from catalog.rules.terms import EvidenceKind

_STATED = {"fewest_makers", "no_brand", "certificate", "evidence", "preference"}
_SENTENCES = {"general", "item", "star", "standard", "amount", "preference", "papers", "equal"}


class Sentence(Part):
    """A sentence of the clause; the English one is for reading, the Chinese one counts."""

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class PaperDemand(Part):
    """A document that is handed in with each delivery."""

    kind: EvidenceKind
    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class TenderPack(PackHead):
    """The sentences of a tender's clause, and how many makers must be able to meet it.

    Sentences may have the gaps ``{category}``, ``{standard}``, ``{star}``, ``{amount}`` and
    ``{papers}``. ``clauses`` gives the source of each demand.
    """

    kind: Literal["tender"]
    fewest_makers: Annotated[int, Field(ge=1, le=20)]
    sentences: dict[str, Sentence]
    papers: Annotated[tuple[PaperDemand, ...], Field(min_length=1)]
    clauses: dict[str, Clause]

    @model_validator(mode="after")
    def _holds_together(self) -> TenderPack:
        if set(self.clauses) != _STATED:
            raise ValueError(f"give a clause for each of: {', '.join(sorted(_STATED))}")
        if set(self.sentences) != _SENTENCES:
            raise ValueError(f"give a sentence for each of: {', '.join(sorted(_SENTENCES))}")
        return self
