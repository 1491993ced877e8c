"""The signed records of certificates and products: as a page, a file and a QR code."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from http import HTTPStatus

import segno
from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Template

from api.moment import now
from api.parameters import KeyInPath
from api.turns import Turns
from api.web.outward import kept_by_none, site_of
from api.web.page import PageRequest, page
from catalog.db import Database
from catalog.errors import SigningKeyMissingError
from catalog.rules.offline import Record
from catalog.services import signing
from catalog.signing_keys import SigningKeys

_SUBJECTS: dict[str, Callable[..., Record]] = {
    "certificates": signing.certificate_subject,
    "products": signing.product_subject,
}
_RECORDS: dict[str, Callable[..., bytes]] = {
    "certificates": signing.certificate_record,
    "products": signing.product_record,
}
_SVG = "image/svg+xml"


class _Records(Controller):
    """What certificates and products have in common."""

    of: str

    @get("/{key:str}/record")
    async def show(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        signing_keys: NamedDependency[SkipValidation[SigningKeys]],
        key: KeyInPath,
    ) -> Template:
        """Show the record's code, to be printed or shown, and the ways of checking it."""
        return await turns.take(partial(_shown, request, database, signing_keys, self.of, key))

    @get("/{key:str}/record.json")
    async def as_file(
        self,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        signing_keys: NamedDependency[SkipValidation[SigningKeys]],
        key: KeyInPath,
    ) -> Response[bytes]:
        """Send the signed record."""
        text = await turns.take(partial(_record, database, signing_keys, self.of, key))
        name = f'attachment; filename="lucai-record-{key}.json"'
        return _answer(text, "application/json", {"Content-Disposition": name})

    @get("/{key:str}/record.svg")
    async def as_code(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        signing_keys: NamedDependency[SkipValidation[SigningKeys]],
        key: KeyInPath,
    ) -> Response[bytes]:
        """Send the code that holds the record."""
        content = await turns.take(partial(_code, request, database, signing_keys, self.of, key))
        return _answer(content, _SVG, kept_by_none(request))


class CertificateRecords(_Records):
    """Signed records of certificates."""

    path = "/certificates"
    of = "certificates"


class ProductRecords(_Records):
    """Signed records of products."""

    path = "/products"
    of = "products"


def _shown(
    request: PageRequest, database: Database, keys: SigningKeys, of: str, key: str
) -> Template:
    with database.reading() as connection:
        record = _SUBJECTS[of](connection, key, now=now())
    link = None
    try:
        link = signing.link_to_check(record, keys, _checking_page(request), now=now())
    except SigningKeyMissingError as error:
        missing = error
    return page(
        request,
        "verify/record.html",
        status_code=HTTPStatus.OK,
        headers=kept_by_none(request),
        of=of,
        key=key,
        record=record,
        link=link,
        missing=None if link else missing,
        shows_synthetic=record.synthetic,
    )


def _record(database: Database, keys: SigningKeys, of: str, key: str) -> bytes:
    with database.reading() as connection:
        return _RECORDS[of](connection, keys, key, now=now())


def _code(request: PageRequest, database: Database, keys: SigningKeys, of: str, key: str) -> bytes:
    moment = now()
    with database.reading() as connection:
        record = _SUBJECTS[of](connection, key, now=moment)
    link = signing.link_to_check(record, keys, _checking_page(request), now=moment)
    stream = io.BytesIO()
    # Black on white whatever the page looks like, with the quiet zone that readers need.
    segno.make(link, error="l", micro=False).save(
        stream, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, scale=3
    )
    return stream.getvalue()


def _checking_page(request: PageRequest) -> str:
    """Return the address of the page that checks records."""
    return f"{site_of(request)}{request.app.route_reverse('offline:index')}"


def _answer(content: bytes, media_type: str, headers: dict[str, str]) -> Response[bytes]:
    return Response(
        content, media_type=media_type, headers={"Cache-Control": "no-cache", **headers}
    )
