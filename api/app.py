"""Build the web application: all wiring on one screen."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.logging import LoggingConfig
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.plugins.htmx import HTMXPlugin
from litestar.response import Template
from litestar.types import Message, Scope
from pydantic import SecretStr

from api import problems
from api.answers import Answers
from api.counting import Counter
from api.desk import Desk
from api.heads import Site
from api.health import health
from api.interest import InterestCounter
from api.long_ways import WAYS
from api.long_work import WORK, LongWork
from api.machine import Machine
from api.moment import now
from api.openapi import FaithfulPydanticSchema, TextualDecimal
from api.rest import rest_router
from api.telling import NoticeWorker
from api.turns import Turns
from api.upkeep import Upkeep
from api.warming import cool, warm
from api.web import admission, template_config, web_router
from api.web import errors as web_errors
from api.web import signed_in as web_signed_in
from catalog.db import Database
from catalog.evidence_files import EVIDENCE, EvidenceFolder
from catalog.services.delivering import Ways
from catalog.services.gate import Gate
from catalog.services.migrating import ensure_current
from catalog.settings import Settings
from catalog.signing_keys import SigningKeys
from catalog.webhook_sender import WebhookSender
from importers.dump.folder import FOLDER as OPEN_DATA
from importers.reader import Limits
from search.breaker import Breaker
from search.engine import SearchEngine
from search.engines import open_engine
from search.worker import IndexWorker
from seed_data.accounts import password_policy

MEGABYTE = 2**20
_SWITCH_S = 0.0005
_WAITING_AT_ONCE = 16
_HANDED = (
    "database",
    "search_engine",
    "index_worker",
    "desk",
    "long_work",
    "answers",
    "turns",
    "evidence_files",
    "signing_keys",
    "gate",
    "sealer",
    "webhook_sender",
    "sign_in_turns",
    "upkeep_work",
    "machine",
    "open_data",
    "counter",
    "site_url",
)
_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        b"object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)


def wired(
    database: Database,
    search_engine: SearchEngine,
    *,
    api_token: str | None = None,
    upload_limit: int = 200 * MEGABYTE,
    keep_imports_days: int = 90,
    evidence_limit: int = 30 * MEGABYTE,
    saved_search_limit: int = 100,
    searches_at_once: int | None = None,
    keeps_index: bool = False,
    data_dir: Path | None = None,
    gate: Gate | None = None,
    proxies: int = 0,
    ways: Ways | None = None,
    backups: Path | None = None,
    backup_hours: int = 26,
    disk_free_percent: int = 10,
    patience_s: float = 1.0,
) -> State:
    """Return what handlers work with: the store, the engine and all that stands on them.

    ``searches_at_once`` is by default as many as there are processors. ``keeps_index`` starts the
    worker that brings changes into the search index. ``gate`` says how people are let in; without
    one the defaults do, under a secret key that ends with the process. ``ways`` starts the worker
    that makes notices and sends them. Work that takes longer than ``patience_s`` gets a page.
    """
    gate = gate or Settings.model_construct(secret_key=SecretStr(secrets.token_urlsafe(32))).gate(
        password_policy()
    )
    engine = Breaker(search_engine)
    teller = NoticeWorker(database, ways, now) if ways else None
    worker = IndexWorker(database, engine)
    # Without a data folder, what is handed in lasts as long as the machine keeps such files.
    shelf = data_dir or Path(tempfile.gettempdir()) / f"lucai-{secrets.token_hex(8)}"
    limits = Limits(max_bytes=upload_limit)
    keep_for = dt.timedelta(days=keep_imports_days)
    desk = (
        Desk(database, data_dir, limits=limits, keep_for=keep_for, clock=now) if data_dir else None
    )
    return State(
        {
            "database": database,
            "search_engine": engine,
            "index_worker": worker,
            "keeps_index": keeps_index,
            "desk": desk,
            "has_desk": desk is not None,
            "long_work": LongWork(
                database, shelf / WORK, WAYS, keep_for=keep_for, patience_s=patience_s, clock=now
            ),
            "keeps_work": data_dir is not None,
            "answers": Answers(patience_s),
            "teller": teller,
            "interest": InterestCounter(database, now),
            "upkeep_work": Upkeep(database, engine),
            "machine": Machine(
                data_dir=data_dir,
                backups=backups,
                backup_age=dt.timedelta(hours=backup_hours),
                least_free=disk_free_percent,
                search=type(search_engine).__name__.removesuffix("Engine"),
            ),
            "turns": Turns(searches_at_once),
            "sign_in_turns": Turns(1),
            "evidence_files": EvidenceFolder(shelf / EVIDENCE, max_bytes=evidence_limit),
            "open_data": shelf / OPEN_DATA,
            "counter": Counter(database, engine, now=now),
            "signing_keys": SigningKeys(data_dir),
            "gate": gate,
            "sealer": gate.sealer,
            "site_url": ways.site if ways else None,
            "webhook_sender": ways.sender if ways else WebhookSender(),
            "api_token": api_token,
            "proxies": proxies,
            "upload_limit": upload_limit,
            "saved_search_limit": saved_search_limit,
        }
    )


def routed(state: State) -> Litestar:
    """Return the application whose handlers work with these things."""
    return Site(
        route_handlers=[rest_router(), web_router(), health],
        dependencies={name: Provide(_from_state(name), sync_to_thread=False) for name in _HANDED},
        exception_handlers={HTTPException: _on_unrouted},
        template_config=template_config(),
        plugins=[HTMXPlugin(), FaithfulPydanticSchema(), TextualDecimal()],
        openapi_config=OpenAPIConfig(
            title="Lücai 绿采",
            version="1",
            path="/schema",
            # Other renderers would bring their page's scripts from afar.
            render_plugins=[JsonRenderPlugin()],
            components=Components(
                security_schemes={"token": SecurityScheme(type="http", scheme="bearer")}
            ),
        ),
        before_send=[_add_security_headers],
        request_max_body_size=state["upload_limit"],
        logging_config=LoggingConfig(
            log_exceptions="always",
            # What a person can cause is answered, not logged; a 500 always is.
            disable_stack_trace={*range(400, 500), *problems.STATUS_OF, *web_signed_in.HANDLERS},
            configure_root_logger=False,
        ),
        state=state,
        on_startup=[_start],
        on_shutdown=[_close],
    )


def create_app(
    database: Database,
    search_engine: SearchEngine,
    **options: Any,  # noqa: ANN401  As ``wired`` names them.
) -> Litestar:
    """Return the application over a store and an engine; ``wired`` tells the options."""
    return routed(wired(database, search_engine, **options))


def _from_state(name: str) -> Callable[[Request[Any, Any, Any]], object]:
    """Return what hands the thing of this name to handlers."""

    def provide(request: Request[Any, Any, Any]) -> object:
        return request.app.state[name]

    return provide


def _start(app: Litestar) -> None:
    state = app.state
    if state.keeps_index:
        state.index_worker.start()
        state.interest.start()
    if state.desk:
        state.desk.worker.start()
    if state.keeps_work:
        # What a server left unfinished is taken up again.
        state.long_work.worker.start()
    if state.teller:
        state.teller.start()


def _close(app: Litestar) -> None:
    state = app.state
    if state.teller:
        state.teller.stop()
    if state.desk:
        state.desk.worker.stop()
    state.long_work.worker.stop()
    if state.keeps_index:
        state.interest.stop()
        state.index_worker.stop()
    state.upkeep_work.stop()
    state.search_engine.close()
    state.database.close()


def from_environment() -> Litestar:
    """Build the application that ``lucai serve`` runs."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    # The thread that keeps the index in step shall not wait long for each of its turns.
    sys.setswitchinterval(_SWITCH_S)
    settings = Settings()
    database = Database(settings.url)
    ensure_current(database)
    key = settings.meilisearch_key
    gate = settings.gate(password_policy())
    things = wired(
        database,
        open_engine(
            settings.index_dir,
            settings.meilisearch_url,
            key.get_secret_value() if key else None,
            timeout_s=settings.meilisearch_timeout_s,
        ),
        api_token=settings.api_token.get_secret_value() if settings.api_token else None,
        upload_limit=settings.upload_limit_mb * MEGABYTE,
        evidence_limit=settings.evidence_limit_mb * MEGABYTE,
        keep_imports_days=settings.keep_imports_days,
        saved_search_limit=settings.saved_search_limit,
        # A server far away does the work there; here its callers only wait.
        searches_at_once=_WAITING_AT_ONCE if settings.meilisearch_url else None,
        keeps_index=True,
        data_dir=settings.data_dir,
        gate=gate,
        proxies=settings.proxies,
        ways=settings.ways(gate.sealer),
        backups=settings.backups,
        backup_hours=settings.backup_hours,
        disk_free_percent=settings.disk_free_percent,
    )
    app = routed(things)
    app.on_startup.append(warm)
    app.on_shutdown.insert(0, cool)
    return app


async def _add_security_headers(message: Message, _: Scope) -> None:
    """Put the headers on every answer, errors and files too."""
    if message["type"] == "http.response.start":
        message["headers"] = [*message["headers"], *_HEADERS]


def _on_unrouted(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any] | Template:
    """Answer a request that reached no route in the manner of the house it knocked at."""
    if request.url.path.startswith(("/api/", "/health", "/schema")):
        return problems.on_http_exception(request, error)
    admission.recognise(request)
    return web_errors.on_http_exception(request, error)
