"""Seal secrets that the store keeps, so that a copy of the database alone opens none."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

_FILE = "secret.key"
_PURPOSE = b"lucai.sealing.1"


class SealBrokenError(Exception):
    """What was sealed was altered, or sealed under another secret key."""


class Sealer:
    """Seals texts (AES-128-CBC with HMAC-SHA256) under the server's secret key."""

    def __init__(self, secret_key: str) -> None:
        """Derive the sealing key; ``secret_key`` is long and random, so that nobody guesses it."""
        digest = hashlib.sha256(_PURPOSE + secret_key.encode()).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(digest))

    def seal(self, text: str) -> str:
        """Return the text sealed; twice the same text gives two different results."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return the text.

        Raises:
            SealBrokenError: It was altered, or sealed under another key.
        """
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise SealBrokenError from error


def secret_key_in(folder: Path) -> str:
    """Return the secret key that a data folder keeps; the first one who asks has it made."""
    path = folder / _FILE
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        try:
            return path.read_text("ascii").strip()
        except FileNotFoundError:
            _make(path)


def _make(path: Path) -> None:
    """Put a new key in place, whole and for its owner only, unless another process was sooner."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32))
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
