"""The page of the open data, and the files that lie behind it."""

from __future__ import annotations

from email.utils import format_datetime
from pathlib import Path
from typing import Annotated

from litestar import Controller, HttpMethod, Response, route
from litestar.di import NamedDependency
from litestar.params import PathParameter, SkipValidation
from litestar.response import Stream, Template

from api import downloads
from api.downloads import Download
from api.reading import read
from api.web.examples import LOADING
from api.web.outward import kept_by_none, site_of
from api.web.page import PageRequest, page
from catalog.errors import DumpNotFoundError
from catalog.views.open_data import Dump
from importers.dump import words
from importers.dump.folder import LATEST, MANIFEST, dumps, find_dump, find_file, place_of
from importers.dump.tables import FORMS
from importers.dump.write import TEMPLATE

_KEY = r"^(latest|\d{8}T\d{6}Z)$"
_NAME = r"^[a-z0-9][a-z0-9._-]{0,80}$"
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "public, no-cache"
Folder = NamedDependency[SkipValidation[Path]]


class OpenDataPages(Controller):
    """Read about the open data, and take it along."""

    path = "/open-data"

    @read(name="open-data:index")
    def index(self, request: PageRequest, open_data: Folder) -> Template:
        """Show the latest dump's files with their hashes, how to load them, and what is in them."""
        found = dumps(open_data)
        latest = found[0] if found else None
        files = {(each.table, each.form): each for each in latest.files} if latest else {}
        return page(
            request,
            "open_data/index.html",
            headers=kept_by_none(request),
            dump=latest,
            older=found[1:],
            tables=words.tables(),
            forms=list(FORMS),
            files=files,
            importable=files.get((TEMPLATE, "csv")),
            declarations=[files[key] for key in _DECLARATIONS if key in files],
            examples=LOADING,
            schema=files.get(("schema", "json")),
            terms=words.terms(),
            site=site_of(request),
            shows_synthetic=latest is not None and latest.contains_synthetic,
        )

    @route(
        "/{key:str}/{file_name:str}",
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        name="open-data:file",
        sync_to_thread=True,
    )
    def file(
        self,
        request: PageRequest,
        open_data: Folder,
        key: Annotated[str, PathParameter(pattern=_KEY)],
        file_name: Annotated[str, PathParameter(pattern=_NAME)],
    ) -> Stream | Response[bytes]:
        """Send a file of a dump, or of the latest, whole or in part."""
        dump = find_dump(open_data, key)
        download = dump and _download(open_data, dump, file_name, is_latest=key == LATEST)
        if not download:
            raise DumpNotFoundError(key=f"{key}/{file_name}")
        return downloads.answer(
            download, request.headers, without_content=request.method == HttpMethod.HEAD
        )


_DECLARATIONS = (("declarations", "openepd"), ("declarations", "ilcd"))


def _download(folder: Path, dump: Dump, name: str, *, is_latest: bool) -> Download | None:
    path = place_of(folder, dump, name)
    modified = format_datetime(dump.made_at, usegmt=True)
    kept = _ASK_AGAIN if is_latest else _FOR_EVER
    if name == MANIFEST:
        return Download(
            path=path,
            name=name,
            media_type="application/json",
            size=path.stat().st_size,
            etag=f'"{dump.key}"',
            modified=modified,
            cache_control=kept,
        )
    file = find_file(dump, name)
    if file is None or not path.is_file():
        return None
    return Download(
        path=path,
        name=name,
        media_type=file.media_type,
        size=file.size,
        etag=f'"{file.sha256}"',
        modified=modified,
        cache_control=kept,
    )
