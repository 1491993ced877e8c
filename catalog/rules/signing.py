"""Signed documents that anybody can check without us: written once, and refused if a byte differs.

A document is one line of JSON whose last field is the signature of everything before it (Ed25519,
RFC 8032). What is checked are the bytes as they came, so nothing has to be written again in the
same way: another order of fields, a space or another way of writing a letter is another document.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_SIGNED = re.compile(rb'(\{.*),"signature":"([A-Za-z0-9_-]{86})"\}', re.DOTALL)
_KEY_DIGITS = 16


class Document(StrEnum):
    """What a signed document is; no signature of one kind counts for the other."""

    RECORD = "lucai-record-1"
    REVOCATIONS = "lucai-revocations-1"


class Refusal(StrEnum):
    """Why a document is not believed."""

    NOT_SIGNED = "not-signed"
    UNKNOWN_KEY = "unknown-key"
    KEY_WITHDRAWN = "key-withdrawn"
    KEY_NOT_IN_USE = "key-not-in-use"
    ALTERED = "altered"
    OTHER_DOCUMENT = "other-document"


class PublicKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key that signatures are checked by: its name, its 32 bytes, and when it signed.

    ``until`` is when the next key took its place. A key that is ``withdrawn`` was lost to
    somebody: nothing that it signed is believed, whatever moment stands in it.
    """

    key: str
    public: str
    since: dt.datetime
    until: dt.datetime | None = None
    withdrawn: dt.datetime | None = None


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A document whose signature is right: who signed it when, and what it says."""

    key: str
    at: dt.datetime
    content: Mapping[str, Any]


def key_name(public: bytes) -> str:
    """Return what a public key is called: the first digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:_KEY_DIGITS]


def unpadded(content: bytes) -> str:
    """Return bytes as base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def from_unpadded(text: str) -> bytes | None:
    """Return the bytes that a text stands for; None if it is not the one way of writing them."""
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if unpadded(found) == text else None


def signed(
    document: Document, content: Mapping[str, Any], *, at: dt.datetime, private: Ed25519PrivateKey
) -> bytes:
    """Return the document with its signature; the same content makes the same bytes."""
    public = private.public_key().public_bytes_raw()
    head = {
        "at": at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "content": content,
        "document": document.value,
        "key": key_name(public),
    }
    text = json.dumps(head, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return text[:-1] + b',"signature":"' + unpadded(private.sign(text)).encode() + b'"}'


def opened(text: bytes, document: Document, keys: Iterable[PublicKey]) -> Opened | Refusal:
    """Return what a signed document says, or why it is not believed."""
    parts = _parted(text)
    if parts is None:
        return Refusal.NOT_SIGNED
    head, body, signature = parts
    if head.document != document.value:
        return Refusal.OTHER_DOCUMENT
    key = next((each for each in keys if each.key == head.key), None)
    if key is None:
        return Refusal.UNKNOWN_KEY
    return _against(key, head, body, signature) or Opened(
        key=head.key, at=head.at, content=head.content
    )


def _against(key: PublicKey, head: _Head, body: bytes, signature: bytes) -> Refusal | None:
    """Return what speaks against a signature of this key, or None."""
    public = from_unpadded(key.public)
    if public is None or key_name(public) != key.key:
        return Refusal.UNKNOWN_KEY
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, body)
    except InvalidSignature:
        return Refusal.ALTERED
    if key.withdrawn is not None:
        return Refusal.KEY_WITHDRAWN
    # The moment is written in whole seconds, the key's in full.
    is_before = head.at < key.since.replace(microsecond=0)
    is_after = key.until is not None and head.at > key.until
    return Refusal.KEY_NOT_IN_USE if is_before or is_after else None


def _parted(text: bytes) -> tuple[_Head, bytes, bytes] | None:
    """Return head, signed bytes and signature; None if it is no such document."""
    found = _SIGNED.fullmatch(text)
    signature = from_unpadded(found[2].decode()) if found else None
    if found is None or signature is None:
        return None
    body = found[1] + b"}"
    try:
        return msgspec.json.decode(body, type=_Head), body, signature
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    at: dt.datetime
    content: dict[str, Any]
    document: str
    key: str
