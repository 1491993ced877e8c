"""/api/v1/evidence: files of evidence, for those who may see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, BinaryIO, cast

import msgspec
from litestar import Controller, get, post, put
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import (
    OpenAPIFormat,
    OpenAPIMediaType,
    OpenAPIType,
    Operation,
    RequestBody,
    Schema,
)
from litestar.params import JSONBody, MultipartBody, SkipValidation
from litestar.response import Stream
from pydantic import BaseModel, ConfigDict, Field

from api.auth import actor_of, reader_of
from api.parameters import TEXT, KeyInPath, Limit, Offset
from api.problems import problem_responses
from api.rest.writing import Asking, writes
from api.sending import evidence_answer
from catalog.db import Database
from catalog.evidence_files import EvidenceFolder
from catalog.permissions import Actor, Thing
from catalog.services import evidence
from catalog.services.evidence import LONGEST_NOTE
from catalog.views.evidence import EvidencePage, EvidenceSheet, EvidenceView

Files = NamedDependency[SkipValidation[EvidenceFolder]]
_TOKEN = [{"token": list[str]()}]
_TOKEN_OR_NONE = [*_TOKEN, {}]


class EvidenceForm(msgspec.Struct, forbid_unknown_fields=True):
    """A file, and what it proves."""

    file: UploadFile
    note: Annotated[str, msgspec.Meta(max_length=LONGEST_NOTE, pattern=TEXT)] = ""


@dataclass
class EvidenceOperation(Operation):
    """An operation whose body is a form with a file: the schema of a struct is not as strict."""

    def __post_init__(self) -> None:
        """Say what the form holds, and that it holds nothing else."""
        note = Schema(type=OpenAPIType.STRING, max_length=LONGEST_NOTE, pattern=TEXT)
        file = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
        schema = Schema(
            type=OpenAPIType.OBJECT,
            properties={"file": file, "note": note},
            required=["file"],
            additional_properties=False,
        )
        self.request_body = RequestBody(
            content={"multipart/form-data": OpenAPIMediaType(schema=schema)}, required=True
        )


class EvidenceOpening(BaseModel):
    """Whether anyone may open a file, and why."""

    model_config = ConfigDict(extra="forbid")

    is_public: bool
    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE, pattern=TEXT)]


class EvidenceController(Controller):
    """Files of evidence."""

    path = "/evidence"
    tags = ("evidence",)

    @get(operation_id="list_evidence", sync_to_thread=True, dependencies=actor_of,
         security=_TOKEN, responses=problem_responses(400, 401))  # fmt: skip
    def index(
        self,
        database: NamedDependency[Database],
        actor: NamedDependency[Actor],
        limit: Limit = 20,
        offset: Offset = 0,
    ) -> EvidencePage:
        """Return the files that the caller may see, the latest first."""
        with database.reading() as connection:
            return evidence.browse(connection, actor=actor, limit=limit, offset=offset)

    @writes(post)(
        operation_id="keep_evidence",
        operation_class=EvidenceOperation,
        responses=problem_responses(400, 401, 403),
    )
    def keep(
        self,
        asking: NamedDependency[Asking],
        evidence_files: Files,
        data: MultipartBody[EvidenceForm],
    ) -> EvidenceView:
        """Keep a file (PDF, PNG, JPEG or WebP) as proof."""
        with asking.transaction() as session:
            return evidence.keep(
                session,
                evidence_files,
                # A file spooled in memory or on disk has all that a reader of bytes needs.
                cast("BinaryIO", data.file.file),
                name=data.file.filename,
                note=data.note or None,
                whose=Thing(organisation=asking.actor.organisation, division=asking.actor.division),
                actor=asking.actor,
                now=asking.now(),
            )

    @get("/{key:str}", operation_id="get_evidence", sync_to_thread=True, dependencies=reader_of,
         security=_TOKEN_OR_NONE, responses=problem_responses(400, 401, 404))  # fmt: skip
    def show(
        self,
        database: NamedDependency[Database],
        evidence_files: Files,
        actor: NamedDependency[Actor],
        key: KeyInPath,
    ) -> EvidenceSheet:
        """Return a file's sheet: what it is, whether it is whole, where it was handed in too.

        What is public needs no token.
        """
        with database.reading() as connection:
            return evidence.sheet(connection, evidence_files, key, actor=actor)

    @writes(put)("/{key:str}/public", operation_id="set_evidence_public",
                 responses=problem_responses(400, 401, 403, 404, 409))  # fmt: skip
    def public(
        self, asking: NamedDependency[Asking], key: KeyInPath, data: JSONBody[EvidenceOpening]
    ) -> EvidenceView:
        """Let anyone open a file, or no longer; the reason stays on record."""
        with asking.transaction() as session:
            return evidence.set_public(
                session,
                key,
                is_public=data.is_public,
                reason=data.reason,
                actor=asking.actor,
                now=asking.now(),
            )

    @get(
        "/{key:str}/file",
        operation_id="get_evidence_file",
        sync_to_thread=True,
        dependencies=reader_of,
        security=_TOKEN_OR_NONE,
        responses={
            200: ResponseSpec(
                data_container=bytes,
                description="The bytes that were handed in.",
                media_type="application/octet-stream",
                generate_examples=False,
            ),
            **problem_responses(400, 401, 404, 410),
        },
    )
    def file(
        self,
        database: NamedDependency[Database],
        evidence_files: Files,
        actor: NamedDependency[Actor],
        key: KeyInPath,
    ) -> Stream:
        """Send the bytes that were handed in, if they still are those.

        What is public needs no token.
        """
        with database.reading() as connection:
            view, file = evidence.open_file(connection, evidence_files, key, actor=actor)
        return evidence_answer(view, file, shows=False)
