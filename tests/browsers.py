"""The browser that tests look at pages with: one version and one font on every machine."""

from __future__ import annotations

import io
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import brotli
from playwright.sync_api import Browser, Playwright, sync_playwright

_SERVERS = Path(__file__).parent / "servers"
_PACKED = _SERVERS / "node_modules/@sparticuz/chromium/bin"
_UNPACKED = _SERVERS / "node_modules/.chromium"
_OWN_NAMES = ("chromium", "google-chrome", "chrome")
# Software drawing and one way to smooth letters, so that pictures are the same everywhere.
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none", "--disable-lcd-text"]
_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir><cachedir>{folder}/cache</cachedir>
  <alias><family>sans-serif</family><prefer><family>Noto Sans CJK SC</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>Noto Sans Mono CJK SC</family></prefer></alias>
</fontconfig>
"""


class BrowserMissingError(Exception):
    """No browser can be had on this machine; the message says why."""


@contextmanager
def chromium(playwright: Playwright | None = None) -> Iterator[Browser]:
    """Start the browser that npm brought or, failing that, the machine's own.

    Raises:
        BrowserMissingError: There is none.
    """
    if playwright is None:
        with sync_playwright() as started, chromium(started) as browser:
            yield browser
        return
    program, settings = _program()
    browser = playwright.chromium.launch(
        executable_path=program, args=_ARGUMENTS, env={**os.environ, **settings}
    )
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def seeing(browser: Browser, film: Path) -> Iterator[Browser]:
    """Start another browser of the same kind, whose camera sees a film (MJPEG)."""
    program, settings = _program()
    camera = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    started = browser.browser_type.launch(
        executable_path=program, args=[*_ARGUMENTS, *camera], env={**os.environ, **settings}
    )
    try:
        yield started
    finally:
        started.close()


def is_pinned() -> bool:
    """Tell whether the browser is the pinned one, whose pictures can be compared."""
    return (_PACKED / "chromium.br").is_file()


def _program() -> tuple[Path, dict[str, str]]:
    if is_pinned():
        if not _UNPACKED.is_dir():
            _unpack()
        fonts = _UNPACKED / "fonts.conf"
        return _UNPACKED / "chromium", {
            "LD_LIBRARY_PATH": str(_UNPACKED / "lib"),
            "FONTCONFIG_FILE": str(fonts),
        }
    own = next(filter(None, map(shutil.which, _OWN_NAMES)), None)
    if own is None:
        message = "npm has not brought a browser (requirements/install.sh), and there is none here"
        raise BrowserMissingError(message)
    return Path(own), {}


def _unpack() -> None:
    folder = _UNPACKED.with_name(f".chromium-{os.getpid()}")
    folder.mkdir()
    program = folder / "chromium"
    program.write_bytes(brotli.decompress((_PACKED / "chromium.br").read_bytes()))
    program.chmod(0o755)
    for name in ("al2023.tar.br", "swiftshader.tar.br"):
        archive = io.BytesIO(brotli.decompress((_PACKED / name).read_bytes()))
        with tarfile.open(fileobj=archive) as packed:
            packed.extractall(folder, filter="data")
    fonts = _FONTS.format(fonts=files("noto_cjk_sans_otc"), folder=_UNPACKED)
    (folder / "fonts.conf").write_text(fonts, encoding="utf-8")
    try:
        folder.rename(_UNPACKED)
    except OSError:  # Another process was quicker.
        shutil.rmtree(folder)
