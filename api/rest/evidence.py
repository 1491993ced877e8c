"""/api/v1/evidence: files of evidence, for those who may see them."""

from __future__ import annotations

from typing import Annotated, BinaryIO, cast

import msgspec
from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import MultipartBody, SkipValidation
from litestar.response import Stream

from api.auth import actor_of
from api.parameters import TEXT, KeyInPath, Limit, Offset
from api.problems import problem_responses
from api.rest.moment import now
from api.rest.writing import writes
from api.sending import evidence_answer
from catalog.db import Database
from catalog.evidence_files import EvidenceFolder
from catalog.permissions import Actor, Thing
from catalog.services import evidence
from catalog.services.evidence import LONGEST_NOTE
from catalog.views.evidence import EvidencePage, EvidenceSheet, EvidenceView

Files = NamedDependency[SkipValidation[EvidenceFolder]]
_TOKEN = [{"token": list[str]()}]


class EvidenceForm(msgspec.Struct, forbid_unknown_fields=True):
    """A file, and what it proves."""

    file: UploadFile
    note: Annotated[str, msgspec.Meta(max_length=LONGEST_NOTE, pattern=TEXT)] = ""


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

    @writes(post)(operation_id="keep_evidence", responses=problem_responses(400, 401, 403))
    def keep(
        self,
        database: NamedDependency[Database],
        evidence_files: Files,
        actor: NamedDependency[Actor],
        data: MultipartBody[EvidenceForm],
    ) -> EvidenceView:
        """Keep a file (PDF, PNG, JPEG or WebP) as proof."""
        with database.transaction() as session:
            return evidence.keep(
                session,
                evidence_files,
                # A file spooled in memory or on disk has all that a reader of bytes needs.
                cast("BinaryIO", data.file.file),
                name=data.file.filename,
                note=data.note or None,
                whose=Thing(organisation=actor.organisation, division=actor.division),
                actor=actor,
                now=now(),
            )

    @get("/{key:str}", operation_id="get_evidence", sync_to_thread=True, dependencies=actor_of,
         security=_TOKEN, responses=problem_responses(400, 401, 404))  # fmt: skip
    def show(
        self,
        database: NamedDependency[Database],
        evidence_files: Files,
        actor: NamedDependency[Actor],
        key: KeyInPath,
    ) -> EvidenceSheet:
        """Return a file's sheet: what it is, whether it is whole, where it was handed in too."""
        with database.reading() as connection:
            return evidence.sheet(connection, evidence_files, key, actor=actor)

    @get(
        "/{key:str}/file",
        operation_id="get_evidence_file",
        sync_to_thread=True,
        dependencies=actor_of,
        security=_TOKEN,
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
        """Send the bytes that were handed in, if they still are those."""
        with database.reading() as connection:
            view, file = evidence.open_file(connection, evidence_files, key, actor=actor)
        return evidence_answer(view, file, shows=False)
