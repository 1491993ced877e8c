"""The page that checks signed records, online, offline and from disk, and what it stands on."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from functools import partial
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation, URLEncodedBody
from litestar.response import Template

from api.moment import now
from api.turns import Turns
from api.web.i18n import language_of, translate, zh
from api.web.page import PageRequest, page
from api.web.templating import STATIC, asset
from api.web.words import WORDS
from catalog.db import Database
from catalog.errors import SigningKeyMissingError
from catalog.rules.offline import Record, Remark, Said, record_of, remarks
from catalog.rules.periods import CHINA
from catalog.rules.signing import Document, Opened, PublicKey, Refusal, from_unpadded, opened
from catalog.services import signing
from catalog.signing_keys import SigningKeys

_JSON = "application/json"
_LARGEST_FORM = 2**18
_LONGEST = 100_000
_ARCHIVE = "lucai-verify"
_STOPS = (Remark.REVOKED_SINCE, Remark.NOT_VALID_THEN, Remark.EXPIRED_SINCE)
# What the script says, each a whole sentence with gaps.
_SAID = {
    "good": zh("签名有效，内容未被改动"),
    "stopped": zh("签名有效，但记录所说的已不算数"),
    "refused": zh("不可采信"),
    "signed": zh("{at} 签发（密钥 {key}），按 {day} 判断。"),
    "synthetic": zh("演示数据：非真实证书。"),
    "left_out": zh("另有 {count} 项因篇幅没有写进记录。"),
    "list": zh("失效清单：{day}，共 {count} 项。"),
    "list_old": zh("失效清单：{day}，共 {count} 项；已经旧了，请换新的。"),
    "certificates": zh("证书"),
    "products": zh("产品"),
    "no_adoption": zh("未入库"),
}
_COLUMNS = {
    "certificate_columns": (
        zh("证书编号"),
        zh("认证机构"),
        zh("状态"),
        zh("有效期起"),
        zh("有效期止"),
    ),
    "product_columns": (zh("产品"), zh("型号规格"), zh("企业"), zh("采信"), zh("采信日期")),
}


class Pasted(msgspec.Struct):
    """A signed record, or the link that holds it."""

    record: str = ""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What the page says of a record that was checked here."""

    answer: str
    refusal: Refusal | None = None
    at: dt.datetime | None = None
    key: str = ""
    record: Record | None = None
    remarks: list[Said] = []
    list_on: dt.date | None = None


class OfflinePages(Controller):
    """Check signed records."""

    path = "/"
    request_max_body_size = _LARGEST_FORM

    @get("/verify-offline", name="offline:index", sync_to_thread=True)
    def index(
        self, request: PageRequest, signing_keys: NamedDependency[SkipValidation[SigningKeys]]
    ) -> Template:
        """Show the page; what a link holds behind its # only the script in it sees."""
        return page(request, "verify/offline.html", **_context(request, signing_keys))

    @post("/verify-offline", name="offline:check", status_code=HTTPStatus.OK)
    async def check(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        signing_keys: NamedDependency[SkipValidation[SigningKeys]],
        data: URLEncodedBody[Pasted],
    ) -> Template:
        """Check a record here, for browsers without scripts, by what is known now."""
        checked = await turns.take(partial(_checked, database, signing_keys, data.record))
        found = _context(request, signing_keys) | {"answer": checked, "text": data.record}
        return page(request, "verify/offline.html", **found)

    @get("/verify-offline/lucai-verify.zip", name="offline:archive")
    async def archive(
        self,
        request: PageRequest,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        signing_keys: NamedDependency[SkipValidation[SigningKeys]],
    ) -> Response[bytes]:
        """Send the page with its files, the keys and today's list, to be opened from disk."""
        content = await turns.take(partial(_archive, request, database, signing_keys))
        return _file(content, "application/zip", f"{_ARCHIVE}.zip")

    @get("/revocations.json", name="offline:revocations")
    async def revocations(
        self,
        database: NamedDependency[Database],
        turns: NamedDependency[SkipValidation[Turns]],
        signing_keys: NamedDependency[SkipValidation[SigningKeys]],
    ) -> Response[bytes]:
        """Send today's signed list of what does not count."""
        text = await turns.take(partial(_revocations, database, signing_keys))
        return _file(text, _JSON, f"lucai-revocations-{_today()}.json")

    @get("/.well-known/lucai-keys.json", name="offline:keys", sync_to_thread=True)
    def keys(self, signing_keys: NamedDependency[SkipValidation[SigningKeys]]) -> Response[bytes]:
        """Send every public key that ever signed, with its days."""
        content = msgspec.json.format(msgspec.json.encode({"keys": signing_keys.public()}))
        return _file(content, _JSON, "lucai-keys.json")


def _context(request: PageRequest, keys: SigningKeys) -> dict[str, Any]:
    return {
        "words": _words(language_of(request)),
        "keys": _keys_text(keys.public()),
        "can_sign": bool(keys.public()),
        "revocations": "",
        "styles": asset("lucai.css"),
        "script": asset("offline.js"),
        "fallback": asset("vendor/nacl-fast.min.js"),
        "longest": _LONGEST,
        "is_saved": False,
        "answer": None,
        "text": "",
    }


def _words(language: str) -> str:
    """Return what the script says, in the reader's language, as JSON."""

    def said(text: str) -> str:
        return translate(text, language)

    words: dict[str, Any] = {name: said(text) for name, text in _SAID.items()}
    words |= {name: [said(text) for text in texts] for name, texts in _COLUMNS.items()}
    for name, kind in (
        ("state", "record-state"),
        ("refusal", "record-refusal"),
        ("remark", "record-remark"),
    ):
        words[name] = {key: said(text) for key, text in WORDS[kind].items()}
    words["stops"] = [remark.value for remark in _STOPS]
    return msgspec.json.encode(words).decode()


def _keys_text(keys: list[PublicKey]) -> str:
    return msgspec.json.encode(keys).decode()


def _today() -> dt.date:
    return now().astimezone(CHINA).date()


def _checked(database: Database, keys: SigningKeys, text: str) -> Checked:
    plain = text.strip()
    content: bytes | None = plain.encode()
    if not plain.startswith("{"):
        content = from_unpadded(plain.rpartition("#")[2])
    found = opened(content or b"", Document.RECORD, keys.public())
    if not isinstance(found, Opened):
        return Checked(answer=found.value, refusal=found)
    record, today = record_of(found), _today()
    with database.reading() as connection:
        listed = signing.revocations_on(connection, today)
    told = remarks(record, listed, today=today)
    return Checked(
        answer="stopped" if any(said.remark in _STOPS for said in told) else "good",
        at=found.at,
        key=found.key,
        record=record,
        remarks=told,
        list_on=listed.on,
    )


def _revocations(database: Database, keys: SigningKeys) -> bytes:
    with database.reading() as connection:
        return signing.revocation_list(connection, keys, now=now())


def _archive(request: PageRequest, database: Database, keys: SigningKeys) -> bytes:
    try:
        listed = _revocations(database, keys).decode()
    except SigningKeyMissingError:
        listed = ""
    files = {"lucai-verify.css": STATIC / "lucai.css", "lucai-verify.js": STATIC / "offline.js"}
    fallback = STATIC / "vendor" / "nacl-fast.min.js"
    if fallback.is_file():
        files["nacl-fast.min.js"] = fallback
    context = _context(request, keys) | {
        "language": language_of(request),
        "is_saved": True,
        "form_token": "",
        "revocations": listed,
        "styles": "lucai-verify.css",
        "script": "lucai-verify.js",
        "fallback": "nacl-fast.min.js" if fallback.is_file() else None,
    }
    engine = request.app.template_engine
    assert engine is not None  # noqa: S101  The application is built with one.
    html = engine.get_template("verify/offline.html").render(**context)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{_ARCHIVE}/lucai-verify.html", html)
        for name, path in files.items():
            archive.writestr(f"{_ARCHIVE}/{name}", path.read_bytes())
        archive.writestr(
            f"{_ARCHIVE}/lucai-keys.json", msgspec.json.encode({"keys": keys.public()})
        )
        if listed:
            archive.writestr(f"{_ARCHIVE}/lucai-revocations.json", listed)
    return stream.getvalue()


def _file(content: bytes, media_type: str, name: str) -> Response[bytes]:
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-cache",
        },
    )
