"""Texts of STEP files: ASCII, with marks for everything beyond it."""

from __future__ import annotations

import re

_MARK = re.compile(
    r"\\X2\\((?:[0-9A-Fa-f]{4})*)\\X0\\"
    r"|\\X4\\((?:[0-9A-Fa-f]{8})*)\\X0\\"
    r"|\\X\\([0-9A-Fa-f]{2})"
    r"|\\P([A-I])\\"
    r"|\\S\\(.)"
    r"|(\\\\)",
    re.DOTALL,
)
_ENCODINGS = ("utf-8", "gb18030")
_HIGH_HALF = 0x80


def decoded(content: bytes) -> str:
    """Return a text with its marks resolved; what is lost shows as U+FFFD.

    The standard wants ASCII. Writers that break it use UTF-8 or, in China, GB 18030.
    """
    text = _plain(content)
    page = "iso8859-1"

    def resolved(mark: re.Match[str]) -> str:
        nonlocal page
        wide, wider, byte, letter, shifted, _ = mark.groups()
        if wide is not None:
            return bytes.fromhex(wide).decode("utf-16-be", errors="replace")
        if wider is not None:
            return bytes.fromhex(wider).decode("utf-32-be", errors="replace")
        if byte is not None:
            return bytes.fromhex(byte).decode("iso8859-1")
        if letter is not None:
            page = f"iso8859-{ord(letter) - ord('A') + 1}"
            return ""
        if shifted is not None:
            code = ord(shifted) | _HIGH_HALF
            high = bytes([code]) if shifted.isascii() else b""
            return high.decode(page, errors="replace") or "\ufffd"
        return "\\"

    return _MARK.sub(resolved, text)


def _plain(content: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("ascii", errors="replace")
