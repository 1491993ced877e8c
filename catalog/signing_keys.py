"""The keys that sign records: the private one in a folder of the server, all public ones beside it.

A new key takes the place of the one before, whose private half is then destroyed: it will never
sign again, and what it signed is checked by its public half.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from catalog.errors import SigningKeyMissingError
from catalog.rules.signing import PublicKey, key_name, unpadded

_FOLDER = "signing"
_HISTORY = "keys.json"


class SigningKeys:
    """The keys in a data folder; without a folder there are none."""

    def __init__(self, data_dir: Path | None) -> None:
        self._folder = data_dir / _FOLDER if data_dir else None

    def public(self) -> list[PublicKey]:
        """Return every key that ever signed, the oldest first."""
        if self._folder is None:
            return []
        try:
            return msgspec.json.decode((self._folder / _HISTORY).read_bytes(), type=list[PublicKey])
        except FileNotFoundError:
            return []

    def current(self) -> Ed25519PrivateKey:
        """Return the key that signs now.

        Raises:
            SigningKeyMissingError: None was made, or the last one was withdrawn.
        """
        known = self.public()
        if self._folder is None or not known or known[-1].withdrawn or known[-1].until:
            raise SigningKeyMissingError
        try:
            content = (self._folder / f"{known[-1].key}.pem").read_bytes()
        except FileNotFoundError:
            raise SigningKeyMissingError from None
        key = load_pem_private_key(content, password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise SigningKeyMissingError
        return key

    def make(self, *, now: dt.datetime) -> PublicKey:
        """Make a key that signs from now on, and destroy the private half of the one before.

        Raises:
            SigningKeyMissingError: There is no folder to keep it in.
        """
        if self._folder is None:
            raise SigningKeyMissingError
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        private = Ed25519PrivateKey.generate()
        raw = private.public_key().public_bytes_raw()
        made = PublicKey(key=key_name(raw), public=unpadded(raw), since=now)
        self._put(f"{made.key}.pem", _pem(private))
        known = self.public()
        ended = [msgspec.structs.replace(each, until=each.until or now) for each in known]
        self._put(_HISTORY, msgspec.json.format(msgspec.json.encode([*ended, made])))
        for each in known:
            (self._folder / f"{each.key}.pem").unlink(missing_ok=True)
        return made

    def withdraw(self, key: str, *, now: dt.datetime) -> PublicKey:
        """Let nothing be believed any more that a key signed; return the key.

        Raises:
            SigningKeyMissingError: There is no such key.
        """
        known = self.public()
        found = next((each for each in known if each.key == key), None)
        if self._folder is None or found is None:
            raise SigningKeyMissingError
        ended = msgspec.structs.replace(
            found, until=found.until or now, withdrawn=found.withdrawn or now
        )
        history = [ended if each.key == key else each for each in known]
        self._put(_HISTORY, msgspec.json.format(msgspec.json.encode(history)))
        (self._folder / f"{key}.pem").unlink(missing_ok=True)
        return ended

    def _put(self, name: str, content: bytes) -> None:
        """Write a file for its owner only, whole or not at all."""
        assert self._folder is not None  # noqa: S101  Every caller has looked.
        draft = self._folder / f"{name}.{secrets.token_hex(8)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        draft.replace(self._folder / name)


def _pem(private: Ed25519PrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415  Only where made.
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
