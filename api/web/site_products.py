"""The pages that ask what came to a building: by search, by code, by a photo of a label."""

from __future__ import annotations

import io
from functools import partial
from http import HTTPStatus
from typing import Annotated, BinaryIO, cast
from urllib.parse import urlsplit

import msgspec
from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import MultipartBody, QueryParameter, SkipValidation
from litestar.response import Redirect, Template

from api.label_photos import codes_on
from api.parameters import KEY, KeyInPath, day_or_today
from api.turns import Turns
from api.web.asked import Text, plain
from api.web.evidence import Files
from api.web.i18n import language_of, translate, zh
from api.web.owner_projects import a_number
from api.web.page import PageRequest, address, wants_fragment
from api.web.signed_in import who_may
from api.web.site_deliveries import LARGEST_FORM
from api.web.site_forms import DeliveryForm
from api.web.site_page import Looked, delivery_page, product_of
from catalog.db import Database
from catalog.errors import EvidenceRefusedError
from catalog.permissions import Action, Actor
from catalog.services import catalogue, owning, scanned
from catalog.signing_keys import SigningKeys
from catalog.views.products import ProductView
from search.engine import SearchEngine
from search.query import SearchQuery
from search.service import search_products

_FOUND = 8
_LONGEST_CODE = 4000
_NO_CODE = zh("照片里没有看到二维码。请靠近些、对准、光线亮些再拍一张，或改用搜索。")
Key = Annotated[str, QueryParameter(pattern=f"^$|{KEY}", max_length=80)]
Code = Annotated[str, QueryParameter(max_length=_LONGEST_CODE)]
Keys = NamedDependency[SkipValidation[SigningKeys]]


class LabelForm(msgspec.Struct):
    """A photo of a label with a code on it."""

    label: UploadFile | None = None


class SiteProductPages(Controller):
    """Find what came."""

    path = "/projects/{key:str}/buildings/{building:str}/deliveries/new"
    request_max_body_size = LARGEST_FORM
    dependencies = who_may(Action.IMPORT)

    @get(name="site:new", sync_to_thread=True)
    def new(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        evidence_files: Files,
        search_engine: NamedDependency[SkipValidation[SearchEngine]],
        signing_keys: Keys,
        site_url: NamedDependency[str | None],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        building: KeyInPath,
        product: Key = "",
        q: Text = "",
        code: Code = "",
    ) -> Template:
        """Ask what came: by search, by code, or by hand; then how much."""
        words, said = plain(q), code.replace("\x00", "").strip()
        with database.reading() as connection:
            owning.ensure_building(connection, building, actor=actor)
            chosen = product_of(connection, product)
            answer = scanned.scan(
                connection, signing_keys, said, hosts=_hosts(request, site_url),
                on=day_or_today(None),
            ) if said else scanned.Scanned(products=[])  # fmt: skip
        found = answer.products
        if words and chosen is None:
            found = _searched(database, search_engine, words)
        if said and len(found) == 1:
            chosen, found = found[0], []
        looked = Looked(q=words, code=said, found=found, elsewhere=answer.elsewhere)
        form = _begun(chosen)
        return delivery_page(request, database, evidence_files, key, building, form, looked=looked)

    @post("/label", name="site:label")
    async def label(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        evidence_files: Files,
        signing_keys: Keys,
        site_url: NamedDependency[str | None],
        actor: NamedDependency[Actor],
        key: KeyInPath,
        building: KeyInPath,
        data: MultipartBody[LabelForm],
        *,
        turns: NamedDependency[SkipValidation[Turns]],
    ) -> Redirect | Template | Response[None]:
        """Read the code on a photo of a label; the photo itself is not kept.

        A script that sends what the camera sees hears nothing until there is a code.
        """
        hosts = _hosts(request, site_url)
        work = partial(
            _label, request, database, evidence_files, signing_keys, hosts, actor, key, building,
            data,
        )  # fmt: skip
        # Unpacked, a photo is large: no more at once than the machine has processors.
        return await turns.take(work)


def _label(
    request: PageRequest,
    database: Database,
    files: Files,
    keys: SigningKeys,
    hosts: frozenset[str],
    actor: Actor,
    key: str,
    building: str,
    data: LabelForm,
) -> Redirect | Template | Response[None]:
    with database.reading() as connection:
        owning.ensure_building(connection, building, actor=actor)
    language = language_of(request)
    codes: list[str] = []
    refusal = translate(_NO_CODE, language)
    try:
        # A file spooled in memory or on disk has all that a reader of bytes needs.
        stream = cast("BinaryIO", data.label.file) if data.label else io.BytesIO()
        codes = codes_on(stream, max_bytes=files.max_bytes)
    except EvidenceRefusedError as error:
        refusal = error.text(language)
    if not codes and wants_fragment(request):
        return Response(None, status_code=HTTPStatus.NO_CONTENT)
    if not codes:
        looked = Looked(refusal=refusal)
        return delivery_page(request, database, files, key, building, _begun(None), looked=looked)
    with database.reading() as connection:
        today = day_or_today(None)
        # Of several codes on a label, that which means a product of ours.
        code = next(
            (c for c in codes
             if scanned.scan(connection, keys, c, hosts=hosts, on=today).products),
            codes[0],
        )  # fmt: skip
    path = request.app.route_reverse("site:new", key=key, building=building)
    return Redirect(address(path, code=code[:_LONGEST_CODE]), status_code=303)


def _begun(chosen: ProductView | None) -> DeliveryForm:
    """Return the form as it is before anybody types, with what a product tells."""
    return DeliveryForm(
        product=chosen.key if chosen else "",
        name=chosen.name if chosen else "",
        specification=(chosen.model or "") if chosen else "",
        category=chosen.category if chosen else "",
        supplier=chosen.company_name if chosen else "",
        delivered_on=day_or_today(None).isoformat(),
        number=a_number(),
    )


def _hosts(request: PageRequest, site_url: str | None) -> frozenset[str]:
    """Return the names under which this site is reached: as it was now, and as letters say."""
    told = urlsplit(site_url).hostname if site_url else None
    return frozenset(host.lower() for host in (request.url.hostname, told) if host)


def _searched(database: Database, engine: SearchEngine, words: str) -> list[ProductView]:
    answer = search_products(database, engine, SearchQuery(words=words, limit=_FOUND))
    keys = [hit.document.key for hit in answer.page.hits]
    with database.reading() as connection:
        held = catalogue.products_by_keys(connection, keys)
    return [held[key] for key in keys if key in held]
